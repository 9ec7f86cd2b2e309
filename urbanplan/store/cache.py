"""The store: a GeoPackage in the user's cache that keeps what was read from large files, keyed by their digests.

The files stay the source.  Each run compares digests; a store that is missing,
damaged or of another make is left aside and made anew, so it never gives a wrong
number.  Where nothing can be kept, what was read stays in memory only.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import ExchangeError, StoreError, UrbanplanError
from urbanplan.exchange.files.regular import read_regular
from urbanplan.exchange.files.user_cache import evict, mark_used

if TYPE_CHECKING:
    from urbanplan.exchange.table import Table

STORE_VERSION = 2  # of what is kept; another number makes the store anew
STORE_FILE, CHECKSUM_FILE = "store.gpkg", "store.json"
MIN_STORED_BYTES = 500_000  # bytes; smaller files are read faster than looked up
MAX_STORED_BYTES = 500_000_000  # bytes; a store that is larger is begun anew with what is fresh
_MAX_SEAL_BYTES = 50_000_000


@dataclass
class Store:
    """What was read from a plan's files.

    Attributes:
        folder: where the store lies, None where nothing is kept.
        kept: what the store on the disk holds, key to its row.
        fresh: tables read in this run that are not on the disk yet.
    """

    folder: Path | None
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    fresh: dict[str, Table] = field(default_factory=dict)

    def read(
        self, path: Path, *, layer: str | None = None, crs: str | None = None, encoding: str | None = None
    ) -> Table:
        """Read an admitted file, or take its content from the store where the file is still the same.

        Raises:
            ExchangeError: the file cannot be read.
        """
        from urbanplan.exchange import read
        from urbanplan.exchange.files.digest import file_digest
        from urbanplan.exchange.formats import by_suffix

        if path.stat().st_size < MIN_STORED_BYTES or path.suffix.lower() in (".txt", ".gpkg"):
            return read(path, layer=layer, crs=crs, encoding=encoding)
        signed = file_digest(path, by_suffix(path))
        key = _table_key(signed, layer, crs, encoding)
        table = self._kept(key, signed)
        if table is None:
            table = read(path, layer=layer, crs=crs, encoding=encoding)
            if _is_storable(table):
                self.fresh[key] = table
        return table

    def _kept(self, key: str, signed: str) -> Table | None:
        row = self.kept.get(key)
        if row is None or self.folder is None:
            return None
        try:
            return _read_table(self.folder / STORE_FILE, key, row, signed)
        except (UrbanplanError, KeyError, ValueError, TypeError):
            return None

    def keep(self) -> bool:
        """Write what is fresh; the store is replaced whole. False where it cannot be written."""
        if not self.fresh:
            return True
        if self.folder is None:
            return False
        try:
            self.folder.mkdir(exist_ok=True)
            _replace_store(self.folder, self.fresh)
        except (ExchangeError, StoreError, OSError, sqlite3.Error):
            return False
        self.fresh = {}
        evict()
        return True


def open_store(folder: Path | None) -> Store:
    """The store in a folder of the user's cache; empty where there is none or it is not what was written."""
    if folder is None:
        return Store(None)
    with suppress(OSError, ValueError, KeyError, TypeError):
        seal = json.loads(read_regular(folder / CHECKSUM_FILE, limit=_MAX_SEAL_BYTES))
        if seal["version"] == STORE_VERSION and seal["sha256"] == _sha256(folder / STORE_FILE):
            mark_used(folder / STORE_FILE)
            mark_used(folder / CHECKSUM_FILE)
            return Store(folder, seal["layers"])
    return Store(folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _table_key(signed: str, *pinned: str | None) -> str:
    """A table's name: the file's digest and what was pinned."""
    return "t" + hashlib.sha256(json.dumps([signed, *pinned]).encode()).hexdigest()[:24]


def _is_storable(table: Table) -> bool:
    """Whether the store can keep a table: features, with a CRS that has a code or none."""
    import geopandas as gpd

    frame = table.frame
    return isinstance(frame, gpd.GeoDataFrame) and (frame.crs is None or frame.crs.to_authority() is not None)


def _read_table(path: Path, key: str, row: dict[str, Any], signed: str) -> Table:
    import geopandas as gpd

    from urbanplan.exchange.files import sidecar
    from urbanplan.exchange.formats import by_name
    from urbanplan.exchange.ogr import read
    from urbanplan.exchange.table import Source, refused_table

    table = read(Source(path, by_name("gpkg")), layer=key)
    if len(table.frame) != row["features"]:
        raise StoreError("the store holds {found} of {rows} rows", where=str(path), fix=_REBUILD_HINT,
                         found=len(table.frame), rows=row["features"])  # fmt: skip
    frame = sidecar.apply_types(table.frame, row)
    shapes = gpd.GeoDataFrame(
        frame.drop(columns=frame.geometry.name), geometry=frame.geometry.to_numpy(), crs=row["crs"]
    )
    told = refused_table([(entry["row"], entry["id"], entry["reason"]) for entry in row["refused"]])
    return replace(
        table, frame=shapes, format=row["format"], layer=row["layer"], encoding=row["encoding"],
        crs_note=row["crs_note"], refused=told, digest=signed, notes=tuple(row["notes"]), lost=tuple(row["lost"]),
    )  # fmt: skip


_REBUILD_HINT = "Empty the cache with urbanplan cache --clear; it is made anew."


def _replace_store(folder: Path, fresh: dict[str, Table]) -> None:
    """Back the store up beside, add the fresh tables, verify every count, replace it with its seal in one step."""
    from urbanplan.exchange.files.atomic import replace_files
    from urbanplan.exchange.files.lock import hold_lock

    with hold_lock(folder / "lock", seconds=30), replace_files(folder, name=STORE_FILE) as draft:
        made = draft / STORE_FILE
        rows = _backup(folder, made)
        for key, table in fresh.items():
            rows[key] = _write_table(made, key, table)
        _verify_counts(made, rows)
        seal = {"version": STORE_VERSION, "sha256": _sha256(made), "layers": rows}
        (draft / CHECKSUM_FILE).write_text(json.dumps(seal, ensure_ascii=False), encoding="utf-8")


def _backup(folder: Path, made: Path) -> dict[str, dict[str, Any]]:
    """A copy of the sound store, and what it holds: another writer may have been first."""
    rows = open_store(folder).kept
    if rows and (folder / STORE_FILE).stat().st_size > MAX_STORED_BYTES:
        return {}
    if rows:
        with closing(sqlite3.connect(folder / STORE_FILE)) as old, closing(sqlite3.connect(made)) as new:
            old.backup(new)
    return dict(rows)


def _write_table(made: Path, key: str, table: Table) -> dict[str, Any]:
    from urbanplan.exchange.files.sidecar import build_metadata
    from urbanplan.exchange.geopackage.database import write
    from urbanplan.exchange.ogr import crs_text
    from urbanplan.exchange.table import WriteJob

    write(WriteJob(table.frame, made, layer=key))
    crs = crs_text(table.frame)
    said = build_metadata(table.frame, format=table.format, digest=table.digest, crs=crs)
    refused = [{"row": int(r["row"]), "id": r["id"], "reason": r["reason"]} for r in table.refused.to_dict("records")]
    more = {"layer": table.layer, "encoding": table.encoding, "crs_note": table.crs_note}
    told = {"notes": list(table.notes), "lost": list(table.lost), "refused": refused}
    return json.loads(json.dumps({**said, **more, **told}, default=str))


def _verify_counts(made: Path, rows: dict[str, dict[str, Any]]) -> None:
    """Every table's true number of rows is what was put in; GDAL's own count can lie.

    Raises:
        StoreError: one is not.
    """
    from urbanplan.exchange.geopackage.database import layer_counts

    counted = {key: count for key, (count, _) in layer_counts(made).items()}
    for key, row in rows.items():
        if counted.get(key) != row["features"]:
            raise StoreError("the store holds {found} of {rows} rows", where=str(made), fix=_REBUILD_HINT,
                             found=counted.get(key, 0), rows=row["features"])  # fmt: skip
