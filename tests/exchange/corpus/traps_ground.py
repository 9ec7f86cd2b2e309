"""Hostile pictures of the ground, and good ones to mutate: rasters, databases and archives of tiles."""

from __future__ import annotations

import gzip
import sqlite3
import struct
import zlib
from collections.abc import Callable
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ground_samples import town_tiles, write_geotiff, write_mbtiles, write_pmtiles


def execute(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as base, base:
        for statement in statements:
            base.execute(statement)
    return path


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT 14, x, 1, 'a' FROM n"
HEAVY = "SELECT 14 AS zoom_level, 1 AS tile_column, 1 AS tile_row, x'00' AS tile_data FROM t a, t b, t c, t d, t e, t f, t g, t h"


def hostile_grounds(folder: Path, secret: Path) -> dict[str, Path]:
    """Files of each kind that lie, are cut, or would work without an end."""
    tiles = list(town_tiles(levels=range(14, 15)))
    made = {}

    def data(name: str, content: bytes) -> None:
        made[name] = folder / name
        made[name].write_bytes(content)

    tiff = write_geotiff(folder / "good.tif").read_bytes()
    data("cut.tif", tiff[: len(tiff) // 3])
    data("html.tif", b"<!DOCTYPE html>")
    data("vrt.tif", f"<VRTDataset><SourceFilename>{secret}</SourceFilename></VRTDataset>".encode())
    width = tiff.index(struct.pack("<HHI", 256, 3, 1))
    data(
        "giant.tif",
        tiff[: width + 8]
        + struct.pack("<I", 2**30)
        + tiff[width + 12 :].replace(
            struct.pack("<HHI", 257, 3, 1) + struct.pack("<I", 120), struct.pack("<HHII", 257, 4, 1, 2**30)
        ),
    )
    made["endless.mbtiles"] = execute(
        write_mbtiles(folder / "endless.mbtiles", []),
        "DROP TABLE tiles",
        f"CREATE VIEW tiles(zoom_level, tile_column, tile_row, tile_data) AS {ENDLESS}",
    )
    made["heavy.mbtiles"] = execute(
        write_mbtiles(folder / "heavy.mbtiles", []),
        "DROP TABLE tiles",
        "CREATE TABLE t (a)",
        "INSERT INTO t WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300) SELECT x FROM n",
        f"CREATE VIEW tiles AS {HEAVY}",
    )
    made["attach.mbtiles"] = execute(
        write_mbtiles(folder / "attach.mbtiles", []),
        "DROP TABLE tiles",
        f"CREATE VIEW tiles AS SELECT 14 AS zoom_level, 1 AS tile_column, 1 AS tile_row, readfile('{secret}') AS tile_data",
    )
    made["html.mbtiles"] = write_mbtiles(folder / "html.mbtiles", [(14, x, y, b"<html>") for _, x, y, _ in tiles])
    made["svg.mbtiles"] = write_mbtiles(
        folder / "svg.mbtiles", [(14, x, y, b"<svg onload='x()'/>") for _, x, y, _ in tiles]
    )
    made["text.mbtiles"] = write_mbtiles(folder / "text.mbtiles", [(14, x, y, "a") for _, x, y, _ in tiles])
    made["vector.mbtiles"] = write_mbtiles(folder / "vector.mbtiles", tiles, {"format": "pbf"})
    made["levels.mbtiles"] = write_mbtiles(folder / "levels.mbtiles", [(40, 1, 1, b"")])
    data("cut.mbtiles", write_mbtiles(folder / "a.mbtiles", tiles).read_bytes()[:5000])
    data("zip.mbtiles", b"PK\3\4" + b"\0" * 99)
    return made | (hostile_pmtiles(folder, tiles) if find_spec("pmtiles") else {})


def hostile_pmtiles(folder: Path, tiles: Any) -> dict[str, Path]:
    """PMTiles whose directories lead in a circle, expand without end, lie about their length, or hold what is no tile."""
    from pmtiles.tile import Entry, TileType, serialize_directory

    good = write_pmtiles(folder / "good.pmtiles", tiles).read_bytes()
    circle = serialize_directory([Entry(0, 0, 40, 0)])
    made = {
        "cut": good[: len(good) // 2],
        "head": good[:100],
        "magic": b"PMTilez" + good[7:],
        "circle": pmtiles_with(good, circle),
        "bomb": pmtiles_with(good, gzip.compress(bytes(100_000_000))),
        "wrong": pmtiles_with(good, zlib.compress(b"a")),
        "huge": good[:64] + struct.pack("<Q", 2**63) + good[72:],
        "vector": write_pmtiles(folder / "v.pmtiles", tiles, tile_type=TileType.MVT).read_bytes(),
        "html": write_pmtiles(folder / "h.pmtiles", [(*t[:3], b"<html>") for t in tiles]).read_bytes(),
    }
    out = {}
    for name, content in made.items():
        out[f"{name}.pmtiles"] = folder / f"{name}-x.pmtiles"
        out[f"{name}.pmtiles"].write_bytes(content)
    return out


def pmtiles_with(good: bytes, directory: bytes) -> bytes:
    """The file with another root directory, and leaves in the same place."""
    place = len(good)
    parts = struct.pack("<QQ", place, len(directory)), struct.pack("<QQ", place, len(directory))
    return good[:8] + parts[0] + good[24:40] + parts[1] + good[56:] + directory


GOOD: dict[str, Callable[[Path], Path]] = {
    ".tif": lambda path: write_geotiff(path, tiled=True, blockxsize=64, blockysize=64, compress="deflate"),
    ".mbtiles": lambda path: write_mbtiles(path, list(town_tiles(levels=range(13, 15)))),
    ".pmtiles": lambda path: write_pmtiles(path, list(town_tiles(levels=range(13, 15)))),
}
