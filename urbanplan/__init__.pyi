from .analysis.candidates import CandidateOptions as CandidateOptions
from .analysis.check import check as check
from .analysis.coverage import coverage as coverage
from .analysis.coverage import coverage_of_plan as coverage_of_plan
from .analysis.interactive import map as map
from .analysis.network import road_network as road_network
from .analysis.network import road_network_of_plan as road_network_of_plan
from .analysis.plans import example_district as example_district
from .analysis.rain import rain as rain
from .analysis.rain import rain_of_plan as rain_of_plan
from .analysis.report import report as report
from .analysis.sheets import sheets as sheets
from .analysis.siting import site as site
from .exchange.inspection import inspect as inspect
from .exchange.reading import read as read
from .exchange.writing import write as write
from .model.plan import Plan as Plan
from .model.report import Report as Report
from .network.multigraph import from_networkx as from_networkx
from .plan.read import read_plan as read_plan
from .siting.question import SitingQuestion as SitingQuestion
from .verdict.run import Audit as Audit
from .verdict.run import audit as audit
from .version import __version__ as __version__
from .view.map.draw import draw_map as draw_map

__all__ = [
    "Audit",
    "CandidateOptions",
    "Plan",
    "Report",
    "SitingQuestion",
    "__version__",
    "audit",
    "check",
    "coverage",
    "coverage_of_plan",
    "draw_map",
    "example_district",
    "from_networkx",
    "inspect",
    "map",
    "rain",
    "rain_of_plan",
    "read",
    "read_plan",
    "report",
    "road_network",
    "road_network_of_plan",
    "sheets",
    "site",
    "write",
]
