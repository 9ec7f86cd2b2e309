"""MapInfo: native tables (TAB with its companions) and the interchange text (MIF with its MID), read."""

from __future__ import annotations

import dataclasses
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange import ogr
from urbanplan.exchange.esri import dbf
from urbanplan.exchange.esri.records import live_rows
from urbanplan.exchange.gate.admission import companions
from urbanplan.exchange.mapinfo_charset import Charset, choose_charset, mend_names, set_charset
from urbanplan.exchange.mapinfo_objects import interchange_objects, native_objects, object_losses, object_notes
from urbanplan.exchange.mif_rows import blank_bad_lines, blank_bad_objects
from urbanplan.exchange.table import Source, Table
from urbanplan.model.translation import localize

_NATIVE_PATTERN = re.compile(rb"^\s*type\s+(native|dbf)\b", re.IGNORECASE | re.MULTILINE)
_REFERENCE_PATTERN = re.compile(
    rb"create\s+view|open\s+table|isseamless\W+true|^\s*type\s+(linked|odbc|access|xls|raster|wms|wfs|ascii|shapefile)|"
    rb"^\s*file\s+\"",
    re.IGNORECASE | re.MULTILINE,
)
_COLUMNS_PATTERN = re.compile(rb"^\s*columns\s+(\d{1,4})", re.IGNORECASE | re.MULTILINE)
_REPAIR_HINT = "Save it as a native MapInfo table, or export it as MIF."


def read(source: Source) -> Table:
    """Read the file's one layer; MapInfo knows no nulls of numbers, which is told.

    Raises:
        GateError: the table is made of other files. ExchangeError: it is damaged, or a companion is missing.
    """
    if source.format.name == "mapinfo":
        _check_native(source)
    charset = choose_charset(source)
    with _sound_copy(source, charset) as (path, faults, rows, named), ogr.shown_as(path, source.path):
        inner = dataclasses.replace(source, path=path)
        if rows is None:
            table = ogr.read_counted(inner, layer=None, where=str(source.path))
            rows = _native_rows(source)
        else:
            table = ogr.read(inner, layer=None, lost=faults)
    if rows is not None and (found := len(table.frame) + len(table.refused)) != rows:
        raise ogr.count_error(str(source.path), found=found, rows=rows)
    encoding = charset.encoding or table.encoding
    objects = _objects(source)
    told = (*charset.notes, *named, *object_notes(objects), *table.notes)
    table = dataclasses.replace(table, encoding=encoding, notes=told, lost=(*table.lost, *object_losses(objects)))
    if source.format.name == "mif":
        table = _check_fields(table, source)
    note = localize("MapInfo has no empty numbers: a 0 may be one")
    empty = any(kind in "iuf" for kind in (str(one.kind) for one in table.frame.dtypes if hasattr(one, "kind")))
    return dataclasses.replace(table, notes=(*table.notes, note)) if empty else table


def _objects(source: Source) -> Counter[str]:
    if source.format.name == "mif":
        return interchange_objects(source.path.read_bytes())
    beside = {path.suffix.lower(): path for path in companions(source.path, source.format)}
    return native_objects(beside[".map"], beside[".id"]) if {".map", ".id"} <= beside.keys() else Counter()


@contextmanager
def _sound_copy(source: Source, charset: Charset) -> Iterator[tuple[Path, dict[int, str], int | None, tuple[str, ...]]]:
    """A path whose text names its charset and whose damaged rows are empty; why, by row from 0; of an interchange
    text the number of its objects (GDAL counts the parts of a collection); and what is told of the names of fields.

    It is the file itself where nothing is to be changed.
    """
    native, beside = source.format.name == "mapinfo", companions(source.path, source.format)
    given = [path.read_bytes() for path in (source.path, *(() if native else beside))]
    head, *fields = given
    faults, rows = {}, None
    if not native:
        head, faults, rows = blank_bad_objects(head)
        if fields:
            fields[0], bad = blank_bad_lines(fields[0], head)
            faults = {**bad, **faults}
    head, named = mend_names(head, charset.encoding, _whole_names(beside)) if charset.encoding else (head, ())
    head = head if charset.name is None else set_charset(head, charset.name, native=native)
    if [head, *fields] == given:
        yield source.path, {}, rows, ()
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / source.path.name
        made.write_bytes(head)
        for at, path in enumerate(beside):
            copy = Path(folder) / path.name
            copy.write_bytes(fields[at]) if at < len(fields) else shutil.copyfile(path, copy)
        yield made, faults, rows, named


def _whole_names(beside: list[Path]) -> list[bytes]:
    """Names of fields as the file of fields of a native table has them."""
    table = next((path for path in beside if path.suffix.lower() == ".dat"), None)
    return [] if table is None else [name for name, _, _ in dbf.read_header(table).fields]


def _check_fields(table: Table, source: Source) -> Table:
    """The table of an interchange text, which counts no features: its fields stand in a file with a line for each.

    Raises:
        ExchangeError: there are other numbers of shapes and of lines with fields.
    """
    beside = companions(source.path, source.format)
    if not beside:
        declared = _COLUMNS_PATTERN.search(source.path.read_bytes()[:1_000_000])
        lost = localize("its .mid is not beside it: the fields are empty, and nothing says how many features there are")
        return dataclasses.replace(table, lost=(*table.lost, lost)) if declared and int(declared[1]) else table
    rows = sum(bool(line.strip()) for line in beside[0].read_bytes().splitlines())
    found = len(table.frame) + len(table.refused)
    if found != rows:
        raise ogr.count_error(str(source.path), found=found, rows=rows)
    return table


def _native_rows(source: Source) -> int | None:
    """Number of the rows of a native table that are not deleted, as its file of fields says; None for other tables.

    Raises:
        ExchangeError: the file is damaged.
    """
    if not _is_native(source):
        return None
    fields = _companion(source, ".dat")
    head = dbf.read_header(fields)
    return len(live_rows(fields, head.header, head.record, head.rows))


def _is_native(source: Source) -> bool:
    """Whether its fields stand in a file of MapInfo's own, and not in a dBASE table."""
    found = _NATIVE_PATTERN.search(source.path.read_bytes()[:1_000_000])
    return found is not None and found[1].lower() == b"native"


def _companion(source: Source, ending: str) -> Path:
    """A file that belongs to a native table.

    Raises:
        ExchangeError: it is missing.
    """
    found = next((path for path in companions(source.path, source.format) if path.suffix.lower() == ending), None)
    if found is None:
        fix = "Get all files of the table again from their source."
        raise ExchangeError("the companion {ending} is missing", where=str(source.path), fix=fix, ending=ending)
    return found


def _check_native(source: Source) -> None:
    """Refuse a table that shows what other files hold.

    Raises:
        GateError: it is one.
    """
    head = source.path.read_bytes()[:1_000_000]
    if _NATIVE_PATTERN.search(head) is None or _REFERENCE_PATTERN.search(head) is not None:
        raise GateError("the table is a view of other files", where=str(source.path), fix=_REPAIR_HINT)
    if not _is_native(source):
        return
    _companion(source, ".dat")
    if any(path.suffix.lower() == ".id" and path.stat().st_size for path in companions(source.path, source.format)):
        _companion(source, ".map")
