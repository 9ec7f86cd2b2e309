"""Entities of a drawing as geometries; blocks are taken apart, within limits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import shapely

from urbanplan.errors import ExchangeError

APPLICATION_ID = "URBANPLAN"
MAX_ENTITIES, MAX_BLOCK_DEPTH = 500_000, 8  # entities of a drawing, blocks in blocks
_LINEAR_ENTITIES = ("LWPOLYLINE", "POLYLINE", "CIRCLE", "ARC", "ELLIPSE", "SPLINE", "LINE")
_TEXT_ENTITIES = ("TEXT", "MTEXT", "ATTRIB", "ATTDEF")


@dataclass(frozen=True)
class DrawnEntity:
    """An entity: its layer, type, geometry (None where it has none), text, block, handle, and what urbanplan said.

    ``said`` is None where the extended data of urbanplan are damaged.
    """

    layer: str
    entity: str
    shape: Any
    text: str | None = None
    block: str | None = None
    handle: str | None = None
    said: dict[str, Any] | None = field(default_factory=dict)


def read_entities(drawing: Any, where: str) -> tuple[list[DrawnEntity], Counter[str]]:
    """All entities of the model space, and how many of which types were not taken over.

    Raises:
        ExchangeError: blocks in blocks make more entities than :data:`MOST`.
    """
    found: list[DrawnEntity] = []
    skipped: Counter[str] = Counter()
    for entity, block in _walk_blocks(drawing.modelspace(), None, MAX_BLOCK_DEPTH, skipped):
        if len(found) + skipped.total() > MAX_ENTITIES:
            raise ExchangeError(
                "the drawing makes more than {most} entities", where=where, fix=_REDUCE_HINT, most=MAX_ENTITIES
            )
        made = _read_entity(entity, block)
        if made is None:
            skipped[entity.dxftype()] += 1
        else:
            found.append(made)
    return found, skipped


_REDUCE_HINT = "Export only the layers that are needed."


def _walk_blocks(
    space: Iterable[Any], block: str | None, levels: int, skipped: Counter[str]
) -> Iterator[tuple[Any, Any]]:
    for entity in space:
        if entity.dxftype() != "INSERT":
            yield entity, block
        elif levels == 0 or entity.mcount > 10_000:
            skipped["INSERT"] += 1
        else:
            yield from ((attribute, entity.dxf.name) for attribute in entity.attribs)
            inside = _explode_block(entity, str(entity.dxf.get("layer", "0")))
            first = next(inside, None)
            if first is None:  # a reference to another drawing, or to no block at all
                skipped["INSERT"] += 1
            else:
                yield from _walk_blocks(chain([first], inside), entity.dxf.name, levels - 1, skipped)


def _explode_block(insert: Any, layer: str) -> Iterator[Any]:
    """A block's entities in place, those on layer 0 on the reference's, as CAD shows them; a broken block has none."""
    from ezdxf.lldxf.const import DXFError

    try:
        for entity in insert.virtual_entities():
            if entity.dxf.get("layer", "0") == "0":
                entity.dxf.layer = layer
            yield entity
    except (DXFError, AttributeError, ValueError, KeyError, TypeError, ArithmeticError):
        return


def _read_entity(entity: Any, block: str | None) -> DrawnEntity | None:
    from ezdxf.lldxf.const import DXFError

    kind = entity.dxftype()
    try:
        shape, text = _entity_geometry(entity, kind)
    except (DXFError, AttributeError, ValueError, KeyError, TypeError, ArithmeticError, IndexError):
        return None
    if shape is None and kind not in _LINEAR_ENTITIES:
        return None
    layer = str(entity.dxf.get("layer", "0"))
    return DrawnEntity(layer, kind, shape, text, block, entity.dxf.get("handle"), _read_attributes(entity))


def _entity_geometry(entity: Any, kind: str) -> tuple[Any, str | None]:
    if kind == "POINT":
        return _point(entity.dxf.location), None
    if kind in _TEXT_ENTITIES:
        text = entity.plain_text() if hasattr(entity, "plain_text") else entity.dxf.text
        return _point(_text_position(entity)), str(text)
    if kind in _LINEAR_ENTITIES:
        return _line(entity), None
    return None, None


def _text_position(entity: Any) -> Any:
    """Where a text stands: its alignment point where it has one that counts."""
    aligned = entity.dxftype() != "MTEXT" and (entity.dxf.get("halign", 0) or entity.dxf.get("valign", 0))
    return entity.dxf.align_point if aligned and entity.dxf.hasattr("align_point") else entity.dxf.insert


def _point(place: Any) -> Any:
    return shapely.Point(place.x, place.y, place.z) if place.z else shapely.Point(place.x, place.y)


def _line(entity: Any) -> Any:
    points = _points(entity)
    if not len(points) or not np.isfinite(points).all():
        return None
    flat = points if points[:, 2].any() else points[:, :2]
    ours = entity.has_xdata(APPLICATION_ID)  # what urbanplan drew says itself whether it is closed
    meets = len(flat) > 1 and bool((flat[0] == flat[-1]).all())
    closed, again = _is_closed(entity) or (meets and len(flat) > 3 and not ours), meets and not ours
    corners = flat[:-1] if again else flat
    if closed and len(corners) >= 3 and entity.dxftype() not in ("LINE", "ARC"):
        return shapely.Polygon(np.vstack([corners, corners[:1]]))  # a corner that stands twice stays
    return shapely.LineString(flat) if len(flat) > 1 else None


def _points(entity: Any) -> np.ndarray:
    """The corners as they stand; curves as chords, no farther off than 1 cm or a ten-thousandth of their size."""
    kind = entity.dxftype()
    if kind == "LWPOLYLINE" and not entity.has_arc:
        high = float(entity.dxf.elevation)
        flat = entity.dxf.extrusion.isclose((0, 0, 1))
        if flat:
            return np.array([(x, y, high) for x, y in entity.get_points("xy")], dtype=float).reshape(-1, 3)
    if kind == "LINE":
        return np.array([tuple(entity.dxf.start), tuple(entity.dxf.end)], dtype=float)
    if kind == "POLYLINE" and entity.is_3d_polyline:
        return np.array([tuple(vertex.dxf.location) for vertex in entity.vertices], dtype=float).reshape(-1, 3)
    from ezdxf.path import make_path

    path = make_path(entity)
    control = np.array([tuple(vertex) for vertex in path.control_vertices()], dtype=float).reshape(-1, 3)
    size = float(np.ptp(control, axis=0).max()) if len(control) else 0.0
    return np.array([tuple(v) for v in path.flattening(max(0.01, size / 10_000))], dtype=float).reshape(-1, 3)


def _is_closed(entity: Any) -> bool:
    kind = entity.dxftype()
    if kind == "LWPOLYLINE":
        return bool(entity.closed)
    return bool(entity.is_closed) if kind == "POLYLINE" else kind == "CIRCLE"


def _read_attributes(entity: Any) -> dict[str, Any] | None:
    """The JSON that urbanplan wrote into the entity's extended data, nothing where it wrote none, None if damaged."""
    if not entity.has_xdata(APPLICATION_ID):
        return {}
    text = "".join(str(tag.value) for tag in entity.get_xdata(APPLICATION_ID) if tag.code == 1000)
    try:
        said = json.loads(text)
        text.encode()
    except ValueError:
        return None
    return said if isinstance(said, dict) and isinstance(said.get("f"), int) else None
