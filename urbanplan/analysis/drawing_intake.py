"""Intake of drawings: of all that is drawn, a layer takes what its type is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model.note import Note, note
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.exchange.table import Table
    from urbanplan.model.layertype import LayerType

_TEXT_KINDS = ("TEXT", "MTEXT", "ATTRIB")


def select_for_type(table: Table, kind: LayerType) -> tuple[Table, list[Note]]:
    """The rows of a drawing that are what the layer's type is made of, and notes of those that are left out.

    Args:
        table: the file as it was read; only drawings are touched. kind: the type of the layer.
    """
    from urbanplan.exchange.cad.type_rows import rows_of_geometry

    kept, left_out, repeated = rows_of_geometry(table, kind.geometry)
    notes: list[Note] = []
    if left_out:
        names = {"point": localize("points"), "line": localize("lines"), "polygon": localize("polygons")}
        listed = ", ".join(f"{count} {name}" for name, count in left_out.items())
        what = "left out, as the layer's type demands {shape}: {listed}"
        notes.append(note(what, level="remark", shape=names[kind.geometry], listed=listed))
    if kind.geometry == "polygon" and any(name in left_out for name in _TEXT_KINDS):
        notes.append(note("--label FIELD takes the text inside each outline as its field", level="remark"))
    if repeated:
        what = "{count} fills of outlines that are drawn themselves were left out"
        notes.append(note(what, level="remark", count=repeated))
    return kept, notes
