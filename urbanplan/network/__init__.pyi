from .build import road_network as road_network
from .graph import Network as Network
from .walk.certificate import check_certificate as check_certificate
from .walk.coverage import Coverage as Coverage
from .walk.coverage import compute_coverage as compute_coverage
from .walk.sources import Sources as Sources
from .walk.sources import sources_from_frame as sources_from_frame

__all__ = [
    "Coverage",
    "Network",
    "Sources",
    "check_certificate",
    "compute_coverage",
    "road_network",
    "sources_from_frame",
]
