"""GeoPackage: read after its tables were looked at, written styled and counted."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange import ogr
from urbanplan.exchange.fields import field_names
from urbanplan.exchange.fields.code_tables import clean_aliases, clean_codes, code_notes
from urbanplan.exchange.fields.field_types import quote_identifier, type_mismatches
from urbanplan.exchange.files import sidecar
from urbanplan.exchange.files.digest import file_digest
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.frames import is_spatial
from urbanplan.exchange.gate.gdal_path import clean_layer_name
from urbanplan.exchange.gate.settled import settled_path
from urbanplan.exchange.geometry.arrow import unique_name
from urbanplan.exchange.geopackage import layer_styles
from urbanplan.exchange.geopackage.data_columns import read_codes, write_columns
from urbanplan.exchange.table import Source, Table, WriteJob

if TYPE_CHECKING:
    from urbanplan.exchange.losses import Loss

_MOST_BYTES = 2**28  # of a value: SQLite's functions make a gigabyte of a few signs
_COMPUTED = (2, 3)  # marks of columns that are computed when they are read or written
_VIEW_COUNTS = (-1, -1)  # instead of the counts of a layer that is a view: it is not run, nobody knows what it reads
_REPAIR_HINT = "Get the file again from its source, or save it anew with a program that can read it."


def read(source: Source) -> Table:
    """Read one layer.

    Raises:
        ExchangeError: the database is damaged, the layer is missing or its rows are not all there.
    """
    sealed = _is_unchanged(source.path)
    if not sealed:
        _check_integrity(source.path)
    tables = layer_counts(source.path)
    name = select_layer(list(tables), source)
    if tables[name] == _VIEW_COUNTS:
        fix = "Save its content as a table."
        raise ExchangeError("the layer {name} is a view, not a table", where=str(source.path), fix=fix, name=name[:80])
    lost = {} if sealed else _find_mismatches(source.path, name)
    table = ogr.read(source, layer=name, lost=lost)
    bad = {} if sealed else _unreadable_shapes(source.path, name, table, tables[name][1])
    if bad:
        table = ogr.read(source, layer=name, lost=bad | lost)
    _check_counts(table, tables[name], str(source.path), name)
    with closing(connect(source.path)) as base:
        codes = {field: held for field, held in read_codes(base, name).items() if field in table.frame}
    return dataclasses.replace(table, codes=codes, notes=(*table.notes, *code_notes(codes))) if codes else table


def _is_unchanged(path: Path) -> bool:
    """Whether the file is byte for byte what urbanplan wrote.

    Raises:
        ExchangeError: urbanplan wrote it, no program has edited it since, and it is another now: it is damaged.
            Editors such as QGIS put the hour of their change into ``gpkg_contents``.
    """
    said = sidecar.read_digest(path)
    if said is None or said == file_digest(path, by_name("gpkg")):
        return said is not None
    try:
        with closing(connect(path)) as base:
            hours = {hour for (hour,) in base.execute("SELECT last_change FROM gpkg_contents")}
    except (sqlite3.Error, UnicodeError):
        hours = {ogr.FIXED_TIMESTAMP}
    if hours <= {ogr.FIXED_TIMESTAMP}:
        what = "the file is no longer what was written, and no program says that it changed it"
        raise ExchangeError(what, where=str(path), fix=_REPAIR_HINT)
    return False


def _check_integrity(path: Path) -> None:
    """Ask the database whether its pages and rows hang together; nothing else would tell of a page that is lost.

    Raises:
        ExchangeError: they do not.
    """
    try:
        with closing(connect(path)) as base:
            _check_schema(base, str(path))
            said = str(base.execute("PRAGMA quick_check(1)").fetchone()[0])
    except (sqlite3.Error, UnicodeError) as error:
        said = str(error)
    if said != "ok":
        raise ExchangeError("the database is damaged: {reason}", where=str(path), fix=_REPAIR_HINT, reason=said[:200])


def _find_mismatches(path: Path, name: str) -> dict[int, str]:
    with closing(connect(path)) as base:
        try:
            return type_mismatches(base, name)
        except (sqlite3.Error, UnicodeError) as error:
            raise ExchangeError(
                "the database is damaged: {reason}", where=str(path), fix=_REPAIR_HINT, reason=str(error)
            ) from error


def layer_counts(path: Path) -> dict[str, tuple[int, int]]:
    """Names of the vector and attribute layers, each with its true number of rows and of shapes.

    Raises:
        ExchangeError: no sound GeoPackage, or one with a virtual table.
    """
    with closing(connect(path)) as base:
        try:
            views = _check_schema(base, str(path))
            rows = base.execute(
                "SELECT c.table_name, g.column_name FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g "
                "ON g.table_name = c.table_name WHERE c.data_type IN ('features', 'attributes') ORDER BY c.rowid"
            ).fetchall()
            rows = [row for row in rows if row[0] != "layer_styles"]
            if not rows:
                _check_tiles(base, str(path))
            return {name: _VIEW_COUNTS if name in views else _count_rows(base, name, shape) for name, shape in rows}
        except (sqlite3.Error, UnicodeError) as error:
            raise ExchangeError(
                "the database is damaged: {reason}", where=str(path), fix=_REPAIR_HINT, reason=str(error)
            ) from error


def _check_tiles(base: sqlite3.Connection, where: str) -> None:
    """A file of map pictures alone is sound, and holds nothing to read.

    Raises:
        ExchangeError: it is one.
    """
    names = [name for (name,) in base.execute(
        "SELECT table_name FROM gpkg_contents WHERE data_type LIKE '%tiles%' OR data_type LIKE '%coverage%'"
    ).fetchall()]  # fmt: skip
    if names:
        fix = "Give the file with the features that they were drawn from."
        what = "the GeoPackage holds pictures (tiles) alone: {names}"
        raise ExchangeError(what, where=where, fix=fix, names=", ".join(map(str, names[:10])))


def connect(path: Path) -> sqlite3.Connection:
    """Open a database for reading only; nothing in its schema is trusted."""
    base = sqlite3.connect(f"{settled_path(path).resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        base.text_factory = lambda raw: raw.decode("utf-8", "replace")
        base.execute("PRAGMA trusted_schema = OFF")
        base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    except sqlite3.Error:
        base.close()
        raise
    return base


def _check_schema(base: sqlite3.Connection, where: str) -> set[str]:
    """The names of the views, after a look at what the tables are.

    Raises:
        ExchangeError: one is virtual, or computes a column: a program that runs when the file is read.
    """
    views = set()
    for name, kind, sql in base.execute("SELECT name, type, sql FROM sqlite_master").fetchall():
        virtual = str(sql or "").lstrip().upper().startswith("CREATE VIRTUAL")
        if virtual and "USING RTREE" not in str(sql).upper().replace('"', ""):
            fix = "Save its content as a table."
            raise ExchangeError("the table {name} is virtual", where=where, fix=fix, name=str(name)[:80])
        if kind == "view":
            views.add(name)
        elif " AS" in str(sql or "").upper():
            _check_columns(base, str(name), where)
    return views


def _check_columns(base: sqlite3.Connection, name: str, where: str) -> None:
    for row in base.execute(f"PRAGMA table_xinfo({quote_identifier(name)})").fetchall():
        if row[6] in _COMPUTED:
            what, fix = "the database computes the column {column} of {name}", "Save its content as a table."
            raise ExchangeError(what, where=where, fix=fix, column=str(row[1])[:80], name=name[:80])


def _count_rows(base: sqlite3.Connection, name: str, shape: str | None) -> tuple[int, int]:
    counted = "0" if shape is None else f"count({quote_identifier(shape)})"
    return base.execute(f"SELECT count(*), {counted} FROM {quote_identifier(name)}").fetchone()


def select_layer(names: list[str], source: Source) -> str:
    """The layer to read: the one asked for, or the only one.

    Raises:
        ExchangeError: it is not there, or it must be said which.
    """
    listed = ", ".join(names[:20])
    if source.layer is not None:
        if source.layer in names:
            return source.layer
        raise ExchangeError(
            "there is no layer {layer}", where=str(source.path), fix="Choose one of: {names}.",
            layer=source.layer, names=listed,
        )  # fmt: skip
    if len(names) == 1:
        return names[0]
    if not names:
        raise ExchangeError("the file holds no layer", where=str(source.path), fix=_REPAIR_HINT)
    fix = "Name one of: {names}."
    raise ExchangeError(
        "the file holds {count} layers", where=str(source.path), fix=fix, count=len(names), names=listed
    )


def _unreadable_shapes(path: Path, name: str, table: Table, shapes: int) -> dict[int, str]:
    """Rows (from 0) whose shape is there and cannot be read, with the reason: GDAL passes over it."""
    if not is_spatial(table.frame) or len(table.frame) + len(table.refused) == 0:
        return {}
    lost = shapely.is_missing(table.frame.geometry.to_numpy())
    if int((~lost).sum()) + len(table.refused) >= shapes:
        return {}
    with closing(connect(path)) as base:
        (column,) = base.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", [name]
        ).fetchone()
        given = base.execute(
            f"SELECT {quote_identifier(column)} IS NOT NULL FROM {quote_identifier(name)} ORDER BY rowid"
        ).fetchall()
    refused = set((table.refused["row"] - 1).tolist())
    rows = [row for row in range(len(given)) if row not in refused]
    reason = "a geometry that cannot be read"
    return {row: reason for at, row in enumerate(rows) if at < len(lost) and lost[at] and given[row][0]}


def _check_counts(table: Table, counts: tuple[int, int], where: str, layer: str) -> None:
    rows, shapes = counts
    found = len(table.frame) + len(table.refused)
    if found != rows:
        raise ExchangeError(
            "{found} of {rows} rows could be read", where=f"{where} {layer}", fix=_REPAIR_HINT, found=found, rows=rows
        )
    if is_spatial(table.frame):
        read_shapes = int((~shapely.is_missing(table.frame.geometry.to_numpy())).sum()) + len(table.refused)
        if read_shapes < shapes:
            raise ExchangeError(
                "{found} of {rows} geometries could be read (damaged, or nested too deep)",
                where=f"{where} {layer}", fix=_REPAIR_HINT, found=read_shapes, rows=shapes,
            )  # fmt: skip


def write(job: WriteJob) -> dict[str, Any]:
    """Write one layer (with its styles) to ``job.path``; fields that SQLite would take for one get aliases."""
    aliases, given = field_names.case_aliases(job.frame), set(map(str, job.frame.columns))
    job = dataclasses.replace(job, frame=job.frame.rename(columns=aliases), layer=table_name(job.layer))
    options = {"VERSION": "1.3", "FID": unique_name(job.frame, "fid"), "GEOMETRY_NAME": unique_name(job.frame, "geom")}
    ogr.write(job, "GPKG", crs=ogr.crs_text(job.frame), options=options)
    if is_spatial(job.frame) and shapely.has_m(job.frame.geometry.to_numpy()).any():
        _declare_measures(job)
    said = {aliases.get(n, n): v for n, v in clean_aliases(job.about.get("aliases")).items() if n in given}
    codes = {aliases.get(n, n): v for n, v in clean_codes(job.about.get("codes")).items() if n in given}
    if said or codes:
        write_columns(job.path, job.layer, said, codes)
    if isinstance(job.profile, layer_styles.LayerStyle):
        layer_styles.add_styles(job.path, {job.layer: job.profile})
    return {"crs": ogr.crs_text(job.frame), "renamed": {alias: name for name, alias in aliases.items()}}


def table_name(layer: str) -> str:
    """A layer's name as that of its table; some beginnings belong to the format and to SQLite."""
    name = clean_layer_name(layer)
    return f"layer_{name}" if name.lower().startswith(("gpkg", "sqlite_", "rtree_")) else name


def _declare_measures(job: WriteJob) -> None:
    """Note that the shapes may have measures; GDAL's door writes them and says that there are none."""
    with closing(sqlite3.connect(job.path)) as base, base:
        base.execute("UPDATE gpkg_geometry_columns SET m = 2 WHERE table_name = ?", (job.layer,))


def losses(frame: Any, profile: Any) -> Iterator[Loss]:
    """What becomes of a frame's names."""
    from urbanplan.exchange.losses import alias_losses

    yield from alias_losses(frame)


def count(path: Path) -> int:
    """True number of rows of the only layer."""
    return next(iter(layer_counts(path).values()))[0]


def layer_names(path: Path) -> list[str]:
    """Names of the layers."""
    return list(layer_counts(path))
