"""A defect of drawing: what, where exactly, and the edits that would mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

EditKind = Literal["cut", "keep", "extend", "drop", "without", "straighten"]


@dataclass(frozen=True)
class Edit:
    """One change to a line; metres are along the line as drawn.

    ``cut``: it is cut at ``low``, there is a vertex at ``point``.  ``keep``: only ``low..high`` stays, the new end is
    ``point``.  ``extend``: the end at ``low`` (0 or its
    length) goes on to ``point``.  ``drop``: it goes.  ``without``: the stretch ``low..high`` goes.
    ``straighten``: the vertex at ``low`` goes.
    """

    deed: EditKind
    line: int
    low: float = 0.0
    high: float = 0.0
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Defect:
    """A defect of a line (and others); ``code`` lacks the room's prefix, no ``edits`` where people must decide."""

    code: str
    line: int
    geometry: BaseGeometry
    others: tuple[int, ...] = ()
    edits: tuple[Edit, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
