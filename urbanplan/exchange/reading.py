"""The door for reading a file, whatever its format."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from urbanplan.errors import ExchangeError
from urbanplan.exchange.drawing_options import CadOptions
from urbanplan.exchange.fields.code_tables import clean_aliases, clean_codes, rename_keys
from urbanplan.exchange.files import sidecar
from urbanplan.exchange.files.consistent_read import admit_consistent, read_consistent
from urbanplan.exchange.files.digest import file_digest
from urbanplan.exchange.formats import Format, by_suffix
from urbanplan.exchange.frames import parse_crs
from urbanplan.exchange.table import Source, Table
from urbanplan.model.place import feature_place
from urbanplan.model.translation import localize


def read(  # noqa: PLR0913 — each pin is one of the caller's
    path: Path | str,
    *,
    layer: str | None = None,
    crs: Any = None,
    encoding: str | None = None,
    columns: Sequence[str] | None = None,
    place: Sequence[str] = (),
    head: int | None = None,
    close: bool = False,
    cad: CadOptions = CadOptions(),  # noqa: B008 — frozen
    root: Path | str | None = None,
) -> Table:
    """Read one layer of a file.

    Args:
        path: the file; relative to ``root``, and inside it, when that is given.
        layer: the layer where the file holds several.
        crs: pins the CRS, whatever the file says.
        encoding: pins the encoding of the texts.
        columns: the fields wanted, all when None.
        place: pins the column of a table that holds WKT, or its columns of east and north.
        head: pins the row of a table, from 1, that holds the names.
        close: rings that lack their last point get it (GeoJSON).
        cad: what is taken of a drawing, and how.
        root: a plan's folder; see :func:`urbanplan.exchange.gate.admission.admit`.

    Returns:
        The table in the file's CRS (None where it declares none and none is pinned).

    Raises:
        GateError: the file is not to be opened.
        ExchangeError: it cannot be read, or every feature was refused.
        CrsError: the CRS is unknown.
    """
    found = admit_consistent(path, root=root)
    _check_layer(by_suffix(found), layer, found)
    wanted = None if columns is None else tuple(columns)
    return read_source(
        Source(found, by_suffix(found), layer, crs, encoding, wanted, close, tuple(place), head, cad=cad)
    )


def _check_layer(row: Format, layer: str | None, path: Path) -> None:
    """Refuse the name of a layer where the format has none to choose from.

    Raises:
        ExchangeError: one is asked for.
    """
    if layer is not None and not any(hasattr(row.load(), name) for name in ("layer_names", "SELECTS_LAYERS")):
        what, fix = "{title} holds one layer, and {layer} is asked for", "Leave the name of the layer out."
        raise ExchangeError(what, where=str(path), fix=fix, title=row.local_title, layer=layer[:80])


def read_source(source: Source) -> Table:
    """Read what the gate has admitted, all of one version; see :func:`read`."""
    return read_consistent(source.path, source.format, lambda: _read_source(source))


def _read_source(source: Source) -> Table:
    signed = file_digest(source.path, source.format)
    said = sidecar.read_metadata(source.path, signed)
    asked = dataclasses.replace(source, kinds=sidecar.field_kinds(said)).with_file_names(said.get("renamed"))
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are refused by row, not warned of
        table = source.format.load().read(asked)
    if len(table.refused) and not len(table.frame):
        _raise_refused(table, source.path)
    table = dataclasses.replace(table, digest=signed)
    table = _apply_metadata(table, source, said) if said else table
    return dataclasses.replace(table, frame=_select_fields(table.frame, source))


def _select_fields(frame: Any, source: Source) -> Any:
    """The frame with the fields that are wanted and its shapes; what a format leaves out itself only saves time."""
    active = getattr(frame, "_geometry_column_name", None)
    chosen = [name for name in frame.columns if name == active or source.wants(str(name))]
    return frame if len(chosen) == len(frame.columns) else frame[chosen]


def _apply_metadata(table: Table, source: Source, said: dict[str, Any]) -> Table:
    frame = sidecar.apply_types(table.frame, said, only=source.columns)
    aliases = {**rename_keys(table.aliases, said.get("renamed")), **clean_aliases(said.get("aliases"))}
    codes = {**rename_keys(table.codes, said.get("renamed")), **clean_codes(said.get("codes"))}
    note = table.crs_note
    if source.crs is None and said.get("crs") and getattr(frame, "crs", False) is None:
        frame, note = frame.set_crs(parse_crs(said["crs"])), localize("said by the metadata file")
    aliases = {name: alias for name, alias in clean_aliases(aliases).items() if name in frame}
    codes = {name: held for name, held in codes.items() if name in frame}
    return dataclasses.replace(table, frame=frame, crs_note=note, aliases=aliases, codes=codes)


def _raise_refused(table: Table, path: Path) -> None:
    first = table.refused.iloc[0]
    raise ExchangeError(
        "no feature can be read ({count} refused): {reason}",
        where=feature_place(str(path), first["row"], first["id"]),
        fix="Mend the file where it was made, or get it again from its source.",
        count=len(table.refused),
        reason=first["reason"],
    )
