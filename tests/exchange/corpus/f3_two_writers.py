"""F3: two writers and a reader at one file at the same time, round after round."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from exchange.corpus.child import prepare, run_forked
from exchange.corpus.statistics_table import Figures
from exchange.corpus.writers import _read_version, format_writer, version_frame


def run(rounds: int) -> Figures:
    """Two writers into one GeoPackage, one shapefile and one store."""
    figures = Figures("F3", "two writers and a reader")
    with tempfile.TemporaryDirectory() as folder:
        for name, suffix in (("gpkg", ".gpkg"), ("shp", ".shp")):
            home = Path(folder) / name
            home.mkdir()
            prepare(lambda home=home, suffix=suffix: format_writer(suffix).write(home, "old"))
            for at in range(rounds):
                figures.take(f"{name} round {at}", *_file_round(home, suffix))
        home = Path(folder) / "store"
        home.mkdir()
        prepare(lambda: _sources(home))
        for at in range(rounds):
            figures.take(f"store round {at}", *_store_round(home, at))
    return figures


def _run_concurrently(*works: Callable[[], int]) -> list[int]:
    """Run works at the same time, each in a fork that begins when all are there; their exit codes."""
    gate, go = os.pipe()
    children = []
    for work in works:
        child = os.fork()
        if child == 0:
            code = 9
            try:
                quiet = os.open(os.devnull, os.O_WRONLY)
                os.dup2(quiet, 1)
                os.close(go)
                os.read(gate, 1)
                code = work()
            finally:
                if code == 9:  # the code tells that it failed, this tells why
                    traceback.print_exc()
                os._exit(code)
        children.append(child)
    os.close(gate)
    os.close(go)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _file_round(home: Path, suffix: str) -> tuple[str, list[str]]:
    writer = format_writer(suffix)
    codes = _run_concurrently(
        lambda: not writer.write(home, "old"), lambda: not writer.write(home, "new"), lambda: _check_reads(writer, home)
    )
    slips = [] if codes == [0, 0, 0] else [f"writers and reader ended with {codes}"]
    ended = run_forked(lambda: print(f"\nversion {_check_counts(home / f'a{suffix}', writer.read(home))}"))
    slips += [f"not whole: {ended.err[-300:]}"] if ended.code else []
    return f"{suffix[1:]} {ended.out.rpartition('version ')[2].strip() or 'broken'}", slips


def _check_reads(writer: Any, home: Path) -> int:
    """What a reader sees meanwhile is always one version; the metadata file may be a moment behind."""
    from urbanplan.exchange import read

    suffix = f".{writer.name}"
    for _ in range(4):
        _read_version(read(home / f"a{suffix}").frame["id"].tolist())
    return 0


def _check_counts(path: Path, version: str) -> str:
    """Rows that are read, rows of the table and the count that GDAL keeps are one number."""
    if path.suffix == ".gpkg":
        with closing(sqlite3.connect(path)) as base:
            ((said,),) = base.execute("SELECT feature_count FROM gpkg_ogr_contents").fetchall()
            ((rows,),) = base.execute("SELECT count(*) FROM a").fetchall()
        assert said == rows == len(version_frame(".gpkg", version)), (said, rows)
    return version


def _sources(home: Path) -> int:
    from urbanplan.exchange import write

    (home / "sources").mkdir()
    for at in range(8):
        frame = version_frame(".geojson", f"v{at}")[["id", "geometry"]]
        write(frame, home / "sources" / f"v{at}.geojson")
    return 0


def _check_remaining(home: Path, at: int) -> int:
    from urbanplan.store import cache

    cache.MIN_STORED_BYTES = 0
    store = cache.open_store(home / ".urbanplan")
    store.read(home / "sources" / f"v{at % 8}.geojson")
    return not store.keep()


def _store_round(home: Path, at: int) -> tuple[str, list[str]]:
    """Two writers put a table each; every fourth round begins with an empty store."""
    if at % 4 == 0:
        for file in (home / ".urbanplan").glob("store.*"):
            file.unlink()
    codes = _run_concurrently(lambda: _check_remaining(home, 2 * at), lambda: _check_remaining(home, 2 * at + 1))
    slips = [] if codes == [0, 0] else [f"writers ended with {codes}"]
    wanted = min(8, 2 * (at % 4) + 2)
    ended = run_forked(lambda: _check_store(home, wanted))
    return "store: both kept", slips + ([f"the store: {ended.err[-300:]}"] if ended.code else [])


def _check_store(home: Path, wanted: int) -> int:
    from urbanplan.exchange.geopackage.database import layer_counts
    from urbanplan.store import cache

    store = cache.open_store(home / ".urbanplan")
    counted = {key: rows for key, (rows, _) in layer_counts(home / ".urbanplan" / "store.gpkg").items()}
    assert len(store.kept) == wanted, (len(store.kept), wanted)
    assert counted == {key: row["features"] for key, row in store.kept.items()}
    with closing(sqlite3.connect(home / ".urbanplan" / "store.gpkg")) as base:
        assert dict(base.execute("SELECT table_name, feature_count FROM gpkg_ogr_contents").fetchall()) == counted
    return 0
