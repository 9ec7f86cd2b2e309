"""Entities of a drawing as geometries with what they say."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange.cad.blocks import Placed
from urbanplan.exchange.cad.fills import FILL_KINDS, flat_points, read_fill
from urbanplan.exchange.cad.outlines import LINE_KINDS, Drafting, read_outline
from urbanplan.exchange.cad.texts import TEXT_KINDS, read_text
from urbanplan.exchange.cad.xdata import APPLICATION_ID, own_data, program_data

MAX_POINTS = 20_000_000  # vertices of a drawing
_REDUCE_HINT = "Export only the layers that are needed."
_NEVER_CLOSED = ("LINE", "ARC")


@dataclass(frozen=True)
class DrawnEntity:
    """An entity: its layer, type, geometry (None where it has none), text, block, handle, and what programs said.

    ``said`` is what urbanplan wrote, None where that is damaged; ``programs`` what others wrote, by their names;
    ``attributes`` the texts of the block by tag; ``hidden``: it is on a layer that is frozen or off.
    ``problem``: why nothing of it could be read, empty where something could.
    """

    layer: str
    entity: str
    shape: Any
    text: str | None = None
    block: str | None = None
    handle: str | None = None
    said: dict[str, Any] | None = field(default_factory=dict)
    programs: dict[str, list[Any]] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    hidden: bool = False
    problem: str = ""


def read_entities(placed: Iterable[Placed], drafting: Drafting, skipped: Counter[str], where: str) -> list[DrawnEntity]:
    """The entities that have a geometry or should have one; the kinds of others are counted in ``skipped``.

    Raises:
        ExchangeError: their curves make more than :data:`MAX_POINTS` vertices.
    """
    found: list[DrawnEntity] = []
    for one in placed:
        made = _read_entity(one, drafting)
        if made is None:
            skipped[_kind_name(one.entity)] += 1
        else:
            found.append(made)
        if drafting.points > MAX_POINTS:
            raise ExchangeError(
                "the drawing makes more than {most} vertices", where=where, fix=_REDUCE_HINT, most=MAX_POINTS
            )
    return found


def _kind_name(entity: Any) -> str:
    return "POLYLINE (mesh)" if entity.dxftype() == "POLYLINE" else entity.dxftype()


def _read_entity(placed: Placed, drafting: Drafting) -> DrawnEntity | None:
    from ezdxf.lldxf.const import DXFError

    entity, kind = placed.entity, placed.entity.dxftype()
    try:
        shape, text = _entity_geometry(placed, kind, drafting)
    except TypeError:
        return None
    except (DXFError, AttributeError, ValueError, KeyError, ArithmeticError, IndexError, struct.error,
            np.linalg.LinAlgError, shapely.errors.ShapelyError):  # fmt: skip
        shape, text = None, None
    if shape is None and kind not in (*LINE_KINDS, *FILL_KINDS):
        return None
    handle, own = entity.dxf.get("handle"), own_data(entity)
    return DrawnEntity(
        placed.layer, kind, shape, text, placed.block, handle, own, program_data(entity), placed.attributes,
        placed.hidden,
    )  # fmt: skip


def _entity_geometry(placed: Placed, kind: str, drafting: Drafting) -> tuple[Any, str | None]:
    if kind == "POINT":
        return _point(np.array(tuple(placed.entity.dxf.location), dtype=float), placed.matrix), None
    if kind in TEXT_KINDS:
        text, place = read_text(placed.entity)
        return _point(place, placed.matrix), text
    if kind in LINE_KINDS:
        return _line(placed, drafting), None
    if kind in FILL_KINDS:
        return read_fill(placed.entity, placed.matrix, drafting), None
    return None, None


def _point(place: np.ndarray, matrix: np.ndarray | None) -> Any:
    place = place if matrix is None else place @ matrix[:3, :3] + matrix[3, :3]
    return shapely.Point(place) if place[2] else shapely.Point(place[:2])


def _line(placed: Placed, drafting: Drafting) -> Any:
    outline = read_outline(placed.entity)
    outline = outline if placed.matrix is None else outline.transform(placed.matrix)
    points = drafting.draw(outline)
    if not len(points) or not np.isfinite(points).all():
        return None
    flat = flat_points(points)
    ours = placed.entity.has_xdata(APPLICATION_ID)  # what urbanplan drew says itself whether it is closed
    meets = len(flat) > 1 and bool((flat[0] == flat[-1]).all())
    closed, again = outline.closed or (meets and len(flat) > 3 and not ours), meets and not ours
    corners = flat[:-1] if again else flat
    if closed and len(corners) >= 3 and placed.entity.dxftype() not in _NEVER_CLOSED:
        return shapely.Polygon(np.vstack([corners, corners[:1]]))  # a corner that stands twice stays
    return shapely.LineString(flat) if len(flat) > 1 else None
