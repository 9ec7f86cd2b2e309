from .cells import residents_from_areas as residents_from_areas
from .dwellings import residents_from_homes as residents_from_homes
from .grid import read_raster_cells as read_raster_cells
from .placing import assign_residents as assign_residents

__all__ = [
    "assign_residents",
    "read_raster_cells",
    "residents_from_areas",
    "residents_from_homes",
]
