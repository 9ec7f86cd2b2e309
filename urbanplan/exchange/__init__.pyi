from .formats import FORMATS as FORMATS
from .gate.admission import admit as admit
from .inspection import Inspection as Inspection
from .inspection import inspect as inspect
from .reading import read as read
from .table import Table as Table
from .table import Written as Written
from .writing import write as write

__all__ = [
    "FORMATS",
    "Inspection",
    "Table",
    "Written",
    "admit",
    "inspect",
    "read",
    "write",
]
