"""The entities of a drawing with its blocks taken apart: where each stands, on which layer, with which attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np

from urbanplan.errors import ExchangeError
from urbanplan.model.translation import localize

MAX_ENTITIES, MAX_BLOCK_DEPTH = 500_000, 32  # entities of a drawing, blocks in blocks
_REDUCE_HINT = "Export only the layers that are needed."
_CONSTANT, _INVISIBLE = 2, 1  # bits of the flags of attributes
_XREF = 4 | 8 | 32  # bits of the flags of a block that another drawing holds
_NO_CONTENT = ("VIEWPORT", "SEQEND")


@dataclass(frozen=True)
class Placed:
    """An entity in place.

    Attributes:
        entity: of the drawing. matrix: from its block's coordinates to the drawing's, shape (4, 4), None for none.
        layer: that of the reference where it is drawn on layer 0 of a block. block: name of the block, or None.
        attributes: texts of the block reference by tag. hidden: it lies on a layer that is frozen or off.
    """

    entity: Any
    layer: str
    matrix: np.ndarray | None = None
    block: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    hidden: bool = False


@dataclass
class BlockWalk:
    """A walk through a drawing's entities.

    Attributes:
        drawing: the drawing. where: its file. skipped: references that cannot be followed, by what they are.
        sizes: entities that each block makes.
    """

    drawing: Any
    where: str
    skipped: Counter[str] = field(default_factory=Counter)
    sizes: dict[str, int] = field(default_factory=dict)
    hidden_layers: dict[str, str] = field(default_factory=dict)

    def entities(self, space: Iterable[Any]) -> Iterator[Placed]:
        """All entities of a layout, blocks taken apart.

        Raises:
            ExchangeError: they are more than :data:`MAX_ENTITIES`.
        """
        self.hidden_layers = hidden_layers(self.drawing)
        if self._size(space, ()) > MAX_ENTITIES:
            raise ExchangeError(
                "the drawing makes more than {most} entities", where=self.where, fix=_REDUCE_HINT, most=MAX_ENTITIES
            )
        return self._walk(space, Placed(None, "0"), ())

    def _size(self, space: Iterable[Any], above: tuple[str, ...]) -> int:
        """Entities that a layout or block makes; references that are not followed make one."""
        total = 0
        for entity in space:
            total += 1
            name = _block_name(entity)
            if name is None or name in above or len(above) >= MAX_BLOCK_DEPTH:
                continue
            if name not in self.sizes:
                self.sizes[name] = self._size(self.drawing.blocks.get(name) or (), (*above, name))
            total += len(entity.attribs) + self.sizes[name] * _count_places(entity)
        return total

    def _walk(self, space: Iterable[Any], around: Placed, above: tuple[str, ...]) -> Iterator[Placed]:
        for entity in space:
            layer = str(_attribute(entity, "layer", "0"))
            layer = around.layer if layer == "0" and above else layer
            state = self.hidden_layers.get(layer.lower())
            hidden = around.hidden or state is not None or bool(_attribute(entity, "invisible", 0))
            placed = replace(around, entity=entity, layer=layer, hidden=hidden)
            if entity.dxftype() == "INSERT":
                off_only = state == "off" and not around.hidden  # what is drawn on other layers stays visible
                yield from self._open(replace(placed, hidden=hidden and not off_only), above, hidden=hidden)
            elif entity.dxftype() not in _NO_CONTENT and not (above and _is_placeholder(entity)):
                yield placed

    def _open(self, placed: Placed, above: tuple[str, ...], *, hidden: bool) -> Iterator[Placed]:
        """The attributes and the entities of a block reference, at each of its places."""
        insert, name = placed.entity, _block_name(placed.entity)
        block = self.drawing.blocks.get(name) if name else None
        trouble = _why_closed(block, name, above)
        if trouble:
            self.skipped[localize("INSERT ({reason})", reason=trouble)] += 1
        attributes = {**placed.attributes, **_constant_texts(block), **_reference_texts(insert)}
        inside = replace(placed, block=str(insert.dxf.name), attributes=attributes)
        for offset in _offsets(insert):
            here = _shift(placed.matrix, offset)
            for text in insert.attribs:
                unseen = hidden or bool(text.dxf.get("flags", 0) & _INVISIBLE)
                layer = str(text.dxf.get("layer", placed.layer))
                yield replace(inside, entity=text, matrix=here, layer=layer, hidden=unseen)
            if block is not None and not trouble:
                matrix = _insert_matrix(insert)
                matrix = matrix if here is None else matrix @ here
                yield from self._walk(block, replace(inside, matrix=matrix), (*above, str(name)))


def _why_closed(block: Any, name: str | None, above: tuple[str, ...]) -> str:
    """Why a block is not taken apart; empty where it is."""
    if block is None:
        return localize("its block is missing")
    if int(block.block.dxf.get("flags", 0)) & _XREF or block.block.dxf.get("xref_path", ""):
        return localize("another drawing")
    if name in above:
        return localize("a block within itself")
    return localize("nested too deep") if len(above) >= MAX_BLOCK_DEPTH else ""


def _attribute(entity: Any, name: str, usual: Any) -> Any:
    """An attribute of an entity; what is of no known kind has none."""
    return entity.dxf.get(name, usual) if entity.dxf.is_supported(name) else usual


def _block_name(entity: Any) -> str | None:
    name = entity.dxf.get("name") if entity.dxftype() == "INSERT" else None
    return None if name is None else str(name).lower()


def _is_placeholder(entity: Any) -> bool:
    """An attribute definition of a block that each reference fills in for itself."""
    return entity.dxftype() == "ATTDEF" and not int(entity.dxf.get("flags", 0)) & _CONSTANT


def _constant_texts(block: Any) -> dict[str, str]:
    found = [] if block is None else block.query("ATTDEF")
    return {str(one.dxf.tag): str(one.dxf.text) for one in found if int(one.dxf.get("flags", 0)) & _CONSTANT}


def _reference_texts(insert: Any) -> dict[str, str]:
    return {
        str(one.dxf.get("tag", "")): one.plain_mtext() if one.has_embedded_mtext_entity else one.plain_text()
        for one in insert.attribs
        if one.dxf.get("tag", "")
    }


def _steps(insert: Any) -> tuple[range, range]:
    """Columns and rows of an array of references; those without a distance stand on each other and count once."""
    counts = [max(1, int(insert.dxf.get(f"{name}_count", 1) or 1)) for name in ("column", "row")]
    gaps = [float(insert.dxf.get(f"{name}_spacing", 0) or 0) for name in ("column", "row")]
    columns, rows = (range(count if gap else 1) for count, gap in zip(counts, gaps, strict=True))
    return columns, rows


def _count_places(insert: Any) -> int:
    columns, rows = _steps(insert)
    return len(columns) * len(rows)


def _offsets(insert: Any) -> Iterator[np.ndarray | None]:
    """Where the references of an array stand, from the first one; the array turns with them and is not scaled."""
    columns, rows = _steps(insert)
    if len(columns) == len(rows) == 1:
        yield None
        return
    turn = np.radians(float(insert.dxf.get("rotation", 0.0)))
    across = np.array([np.cos(turn), np.sin(turn), 0.0]) * float(insert.dxf.get("column_spacing", 0))
    along = np.array([-np.sin(turn), np.cos(turn), 0.0]) * float(insert.dxf.get("row_spacing", 0))
    plane = np.array([tuple(axis) for axis in (insert.ocs().ux, insert.ocs().uy, insert.ocs().uz)])
    for row, column in product(rows, columns):
        yield (row * along + column * across) @ plane


def _shift(matrix: np.ndarray | None, offset: np.ndarray | None) -> np.ndarray | None:
    """A matrix that shifts before it moves."""
    if offset is None:
        return matrix
    moved = np.eye(4)
    moved[3, :3] = offset
    return moved if matrix is None else moved @ matrix


def _insert_matrix(insert: Any) -> np.ndarray:
    return np.array(list(insert.matrix44()), dtype=float).reshape(4, 4)


def hidden_layers(drawing: Any) -> dict[str, str]:
    """Layers that are ``frozen`` or ``off``, by name in small letters."""
    found: dict[str, str] = {}
    for layer in drawing.layers:
        if layer.is_frozen():
            found[str(layer.dxf.name).lower()] = "frozen"
        elif layer.is_off():
            found[str(layer.dxf.name).lower()] = "off"
    return found
