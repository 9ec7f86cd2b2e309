"""urbanplan: plan-as-code for urban planners.

The public names load their rooms on first use, so that ``import urbanplan`` is light:

    >>> import urbanplan
    >>> run = urbanplan.audit(urbanplan.read_plan("layers/zhengzhou-hitech"))
    >>> run.report.summary.status
"""

from __future__ import annotations

from typing import Any

# name -> (room, name there)
_HOMES = {
    "Audit": ("urbanplan.verdict", "Audit"),
    "Plan": ("urbanplan.model.plan", "Plan"),
    "Report": ("urbanplan.model.report", "Report"),
    "audit": ("urbanplan.verdict", "audit"),
    "build": ("urbanplan.network", "road_network"),
    "coverage": ("urbanplan.network", "compute_coverage"),
    "draw_map": ("urbanplan.view", "draw_map"),
    "from_networkx": ("urbanplan.network.multigraph", "from_networkx"),
    "inspect": ("urbanplan.exchange", "inspect"),
    "map": ("urbanplan.analysis.interactive", "map"),
    "read": ("urbanplan.exchange", "read"),
    "read_plan": ("urbanplan.plan", "read_plan"),
    "write": ("urbanplan.exchange", "write"),
}
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


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        room, there = _HOMES[name]
        return getattr(import_module(room), there)
    if name == "__version__":
        from importlib.metadata import version

        return version("urbanplan")
    raise AttributeError(f"module 'urbanplan' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
