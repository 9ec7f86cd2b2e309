"""MBTiles: tiles in a SQLite database; a view is run only with a limit on its work, and never in a circle."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbanplan.errors import GateError, RasterError
from urbanplan.exchange.tiles.picture import MAX_BYTES, check_picture
from urbanplan.exchange.tiles.source import MAX_TILES, TileFacts, TileOptions
from urbanplan.exchange.tiles.tiling import Box

_STEPS = 1000  # of SQLite's machine between two looks at the count
MAX_LOOKS = 100_000  # per question: a few seconds
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_FIX = "Get the file again from its source, or make the tiles anew."


@dataclass(frozen=True)
class MBTiles:
    """A database of tiles; rows count from the south, as its specification says."""

    path: Path
    facts: TileFacts

    def tiles(self, level: int, degrees: Box) -> Iterator[tuple[int, int, bytes]]:
        """The tiles of a level that meet a box in degrees."""
        first, last, top, bottom = self.facts.tiling.cover(level, degrees)
        flip = self.facts.tiling.rows(level) - 1
        found = _ask(
            self.path,
            "SELECT tile_column, tile_row, tile_data FROM tiles WHERE zoom_level = ? AND tile_column BETWEEN ? AND ? "
            "AND tile_row BETWEEN ? AND ?",
            (level, first, last, flip - bottom, flip - top),
        )
        for column, row, data in found:
            where = f"{self.path} {level}/{column}/{row}"
            if not (isinstance(column, int) and isinstance(row, int) and isinstance(data, bytes)):
                raise GateError("the tile is no picture: it is no bytes at all", where=where, fix=_FIX)
            check_picture(data, where)
            yield column, flip - row, data


def open_source(path: Path, options: TileOptions) -> MBTiles:
    """Open a database of tiles.

    Raises:
        GateError: it holds vector tiles, or what is no table of tiles. RasterError: it is damaged.
    """
    said = {str(name): str(value)[:2000] for name, value in _ask(path, "SELECT name, value FROM metadata LIMIT 200")}
    kind = said.get("format", "").lower()
    if kind in ("pbf", "mvt"):
        fix = "Give raster tiles; vector tiles have no colours of their own."
        raise GateError("the file holds vector tiles", where=str(path), fix=fix)
    low, high = next(_ask(path, "SELECT min(zoom_level), max(zoom_level) FROM tiles"))
    if not (isinstance(low, int) and isinstance(high, int) and 0 <= low <= high <= 30):
        raise GateError("the file holds no tiles, or levels that no map has", where=str(path), fix=_FIX)
    box = _box(said.get("bounds", ""))
    details = {"format": kind or None, "name": said.get("name"), "description": said.get("description")}
    return MBTiles(path, TileFacts("mbtiles", options.tiling, box, (low, high), details))


def _box(text: str) -> Box:
    """West, south, east and north of ``bounds``; the world where it says none that can be."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return -180.0, -85.0, 180.0, 85.0
    sound = all(math.isfinite(value) for value in (west, south, east, north)) and west < east and south < north
    return (west, south, east, north) if sound else (-180.0, -85.0, 180.0, 85.0)


def _ask(path: Path, question: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows of a question: nothing is written, no other file is read, and its work has an end."""
    looks = 0

    def look() -> int:
        nonlocal looks
        looks += 1
        return int(looks > MAX_LOOKS)

    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BYTES)
            base.execute("PRAGMA trusted_schema = OFF")
            base.set_authorizer(lambda what, *_: sqlite3.SQLITE_OK if what in _ALLOWED else sqlite3.SQLITE_DENY)
            base.set_progress_handler(look, _STEPS)
            for count, row in enumerate(base.execute(question, values)):
                if count > MAX_TILES:
                    raise GateError("the file holds more tiles than are read", where=str(path), fix=_FIX)
                yield row
    except (sqlite3.Error, UnicodeError, OverflowError) as error:
        raise RasterError("the tiles cannot be read: {reason}", where=str(path), fix=_FIX,
                          reason=str(error)[:200]) from error  # fmt: skip
