"""A folder of tiles: ``level/column/row.png``, plain files only; nothing else in it is looked at."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange.tiles.picture import MAX_BYTES, check_picture
from urbanplan.exchange.tiles.source import MAX_TILES, TileFacts, TileOptions
from urbanplan.exchange.tiles.tiling import Box, Tiling
from urbanplan.model.safe_path import shorten_path

_NUMBER = re.compile(r"\d{1,9}")
_TILE = re.compile(r"(\d{1,9})\.(?:png|jpg|jpeg|webp)", re.IGNORECASE)
_FIX = "Lay the tiles out as level/column/row.png."


@dataclass(frozen=True)
class TileFolder:
    """Tiles as files."""

    path: Path
    facts: TileFacts
    from_south: bool

    def tiles(self, level: int, degrees: Box) -> Iterator[tuple[int, int, bytes]]:
        """The tiles of a level that meet a box in degrees."""
        first, last, top, bottom = self.facts.tiling.cover(level, degrees)
        for column in _numbers(self.path / str(level)):
            if not first <= column <= last:
                continue
            for number, file in _files(self.path / str(level) / str(column)):
                row = self.facts.tiling.rows(level) - 1 - number if self.from_south else number
                if top <= row <= bottom:
                    data = _read(file)
                    check_picture(data, shorten_path(str(file)))
                    yield column, row, data


def open_source(path: Path, options: TileOptions) -> TileFolder:
    """Open a folder of tiles.

    Raises:
        GateError: it is none.
    """
    _check_plain(path)
    levels = [level for level in _numbers(path) if level <= 30]
    if not levels:
        raise GateError("the folder holds no tiles", where=shorten_path(str(path)), fix=_FIX)
    highest = levels[-1]
    spots = [(column, row) for column in _numbers(path / str(highest)) for row in _ends(path / str(highest), column)]
    if not spots:
        raise GateError("the folder holds no tiles", where=shorten_path(str(path)), fix=_FIX)
    rows = options.tiling.rows(highest)
    places = [(column, rows - 1 - row if options.from_south else row) for column, row in spots]
    box = _degrees(options.tiling, highest, places)
    return TileFolder(path, TileFacts("folder", options.tiling, box, (levels[0], highest), {}), options.from_south)


def _degrees(tiling: Tiling, level: int, places: list[tuple[int, int]]) -> Box:
    columns, rows = [place[0] for place in places], [place[1] for place in places]
    west, _, _, north = tiling.box(level, min(columns), min(rows))
    _, south, east, _ = tiling.box(level, max(columns), max(rows))
    return (*tiling.unproject(west, south), *tiling.unproject(east, north))


def _ends(folder: Path, column: int) -> list[int]:
    """Least and greatest row of a column."""
    rows = [row for row, _ in _files(folder / str(column))]
    return [min(rows), max(rows)] if rows else []


def _numbers(folder: Path) -> list[int]:
    """The folders that are named by a number, sorted."""
    found = [int(one.name) for one in _scan(folder) if _NUMBER.fullmatch(one.name)]
    return sorted(found)


def _files(folder: Path) -> Iterator[tuple[int, Path]]:
    for one in _scan(folder):
        named = _TILE.fullmatch(one.name)
        if named:
            yield int(named[1]), Path(one.path)


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    if not folder.is_dir():
        return []
    _check_plain(folder)
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError as error:
        raise ExchangeError("the folder may not be read", where=shorten_path(str(folder)),
                            fix="Give yourself the right to read it.") from error  # fmt: skip
    if len(found) > MAX_TILES:
        raise GateError("the folder has {count} files", where=shorten_path(str(folder)), fix=_FIX, count=len(found))
    return found


def _check_plain(folder: Path) -> None:
    """A link in a folder of tiles shows what nobody named."""
    if folder.is_symlink():
        raise GateError("the folder is a link", where=shorten_path(str(folder)), fix="Put the tiles themselves there.")


def _read(file: Path) -> bytes:
    state = file.lstat()
    if not stat.S_ISREG(state.st_mode):
        raise GateError("the tile is no plain file", where=shorten_path(str(file)),
                        fix="Put the tiles themselves there.")  # fmt: skip
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
