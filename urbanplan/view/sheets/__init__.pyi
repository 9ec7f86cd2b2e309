from .batch import BatchResult as BatchResult
from .batch import circle_sheets as circle_sheets
from .batch import parcel_sheets as parcel_sheets
from .batch import road_sheets as road_sheets
from .fonts import CjkFont as CjkFont
from .fonts import cjk_font as cjk_font
from .rain import rain_sheets as rain_sheets

__all__ = [
    "BatchResult",
    "CjkFont",
    "circle_sheets",
    "cjk_font",
    "parcel_sheets",
    "rain_sheets",
    "road_sheets",
]
