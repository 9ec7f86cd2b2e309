"""The network room: streets from lines, reach from places, coverage on every metre, with a proof."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.network.build import road_network
    from urbanplan.network.graph import Network
    from urbanplan.network.walk.certificate import check_certificate
    from urbanplan.network.walk.coverage import Coverage, compute_coverage
    from urbanplan.network.walk.sources import Sources, sources_from_frame

_EXPORTS = {
    "Coverage": "walk.coverage",
    "Network": "graph",
    "Sources": "walk.sources",
    "road_network": "build",
    "check_certificate": "walk.certificate",
    "compute_coverage": "walk.coverage",
    "sources_from_frame": "walk.sources",
}

__all__ = [
    "Coverage",
    "Network",
    "Sources",
    "check_certificate",
    "compute_coverage",
    "road_network",
    "sources_from_frame",
]


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(name)
    return getattr(import_module(f"urbanplan.network.{_EXPORTS[name]}"), name)
