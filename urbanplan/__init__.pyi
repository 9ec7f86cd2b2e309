from urbanplan.analysis.interactive import map as map
from urbanplan.exchange import inspect as inspect
from urbanplan.exchange import read as read
from urbanplan.exchange import write as write
from urbanplan.model.plan import Plan as Plan
from urbanplan.model.report import Report as Report
from urbanplan.network import compute_coverage as coverage
from urbanplan.network import road_network as build
from urbanplan.network.multigraph import from_networkx as from_networkx
from urbanplan.plan import read_plan as read_plan
from urbanplan.verdict import Audit as Audit
from urbanplan.verdict import audit as audit
from urbanplan.view import draw_map as draw_map

__all__ = [
    "Audit",
    "Plan",
    "Report",
    "audit",
    "build",
    "coverage",
    "draw_map",
    "from_networkx",
    "inspect",
    "map",
    "read",
    "read_plan",
    "write",
]
__version__: str
