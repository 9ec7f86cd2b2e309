"""A reading against its bound as a small drawing, for what has no place on a map."""

from __future__ import annotations

from urbanplan.model.reading import Bound, Reading
from urbanplan.model.units import is_convertible

_WIDTH, _HEIGHT, _SIDE = 92, 78, 9  # units of the drawing, and its margin left and right
_SPARE = 1.2  # of the longest bar: so far the axis runs


def bound_gauge(reading: Reading | None, bound: Bound | None) -> str:
    """SVG of a bar from zero to the reading, the bound as a mark and the side that meets it; "" without numbers."""
    if reading is None or bound is None or not is_convertible(reading.unit, bound.unit):
        return ""
    low, high = (reading.to(bound.unit).low, reading.to(bound.unit).high)
    if low is None or high is None:
        return ""
    first, last = _SPARE * min(low, bound.number, 0.0), _SPARE * max(high, bound.number, 0.0)
    if first == last:
        return ""

    def at(value: float) -> float:
        return _SIDE + (value - first) / (last - first) * (_WIDTH - 2 * _SIDE)

    begin, end = {"<": (first, bound.number), ">": (bound.number, last)}.get(bound.comparator[:1], (bound.number,) * 2)
    near, far = sorted((low, high), key=abs)
    pieces = [
        _rect(at(first), at(last), 30, 18, "track"),
        _rect(min(at(0.0), at(near)), max(at(0.0), at(near)), 30, 18, "f-not_met"),
        _rect(min(at(near), at(far)), max(at(near), at(far)), 30, 18, "open"),
        _rect(at(begin), at(end), 53, 3, "f-met"),
        _rect(at(bound.number) - 0.75, at(bound.number) + 0.75, 22, 34, "mark"),
    ]
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" class="thumb" aria-hidden="true">{"".join(pieces)}</svg>'


def _rect(left: float, right: float, top: int, height: int, style: str) -> str:
    if right <= left:
        return ""
    return f'<rect x="{left:.2f}" y="{top}" width="{right - left:.2f}" height="{height}" class="{style}"></rect>'
