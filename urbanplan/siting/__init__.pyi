from .infeasible import Shortage as Shortage
from .instance import CoveringInstance as CoveringInstance
from .instance import instance_from_distances as instance_from_distances
from .instance import instance_from_sets as instance_from_sets
from .question import SitingQuestion as SitingQuestion
from .ranking import rank_alternatives as rank_alternatives
from .solve import SitingSolution as SitingSolution
from .solve import solve_siting as solve_siting

__all__ = [
    "CoveringInstance",
    "Shortage",
    "SitingQuestion",
    "SitingSolution",
    "instance_from_distances",
    "instance_from_sets",
    "rank_alternatives",
    "solve_siting",
]
