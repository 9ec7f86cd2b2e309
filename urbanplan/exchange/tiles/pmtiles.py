"""PMTiles: one file of tiles, read by the package of its authors; what it unpacks is measured first."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbanplan.errors import GateError, MissingExtraError, RasterError, UrbanplanError
from urbanplan.exchange.tiles.picture import MAX_BYTES, check_picture
from urbanplan.exchange.tiles.source import MAX_TILES, TileFacts, TileOptions
from urbanplan.exchange.tiles.tiling import MERCATOR, Box

_HEAD = 127  # bytes
_MAX_PACKED = 2_000_000  # bytes of a directory or of the metadata
_MAX_UNPACKED = 40_000_000
_MAX_DEPTH = 4  # directories to a tile, as the specification says
_MAX_KNOWN = 32  # directories kept
_FIX = "Get the file again from its source, or make the tiles anew."


@dataclass(frozen=True)
class PMTiles:
    """A file of tiles in Web Mercator."""

    path: Path
    facts: TileFacts
    head: dict[str, Any]

    def tiles(self, level: int, degrees: Box) -> Iterator[tuple[int, int, bytes]]:
        """The tiles of a level that meet a box in degrees."""
        if MERCATOR.count(level, degrees) > MAX_TILES:
            raise GateError("the file holds more tiles than are read", where=str(self.path), fix=_FIX)
        first, last, top, bottom = MERCATOR.cover(level, degrees)
        with self.path.open("rb") as stream:
            found = _Directories(_bounded(stream, self.head, str(self.path)), self.head, str(self.path))
            for column in range(first, last + 1):
                for row in range(top, bottom + 1):
                    data = _guard(lambda c=column, r=row: found.tile(level, c, r), str(self.path))
                    if data:
                        check_picture(data, f"{self.path} {level}/{column}/{row}")
                        yield column, row, data


class _Directories:
    """The directories of a file, each unpacked once; at most four lead to a tile, whatever they say."""

    def __init__(self, read: Callable[[int, int], bytes], head: dict[str, Any], where: str) -> None:
        self.read, self.head, self.where = read, head, where
        self.known: dict[tuple[int, int], Any] = {}

    def tile(self, level: int, column: int, row: int) -> bytes:
        """A tile's bytes, b"" where there is none."""
        from pmtiles.tile import find_tile, zxy_to_tileid

        number = zxy_to_tileid(level, column, row)
        place = self.head["root_offset"], self.head["root_length"]
        for _ in range(_MAX_DEPTH):
            entry = find_tile(self._entries(*place), number)
            if entry is None:
                return b""
            if entry.run_length:
                return self.read(self.head["tile_data_offset"] + entry.offset, entry.length)
            place = self.head["leaf_directory_offset"] + entry.offset, entry.length
        raise GateError("the directories of the file lead to each other", where=self.where, fix=_FIX)

    def _entries(self, offset: int, length: int) -> Any:
        from pmtiles.tile import deserialize_directory

        if (offset, length) not in self.known:
            if len(self.known) >= _MAX_KNOWN:
                self.known.clear()
            self.known[offset, length] = deserialize_directory(self.read(offset, length))
        return self.known[offset, length]


def open_source(path: Path, options: TileOptions) -> PMTiles:
    """Open a file of tiles.

    Raises:
        GateError: it holds vector tiles, or lies about its parts. MissingExtraError: the package is not installed.
    """
    try:
        from pmtiles.reader import Reader
    except ImportError as error:
        raise MissingExtraError("reading PMTiles needs pmtiles", fix="Install the extra 'raster'.") from error
    where = str(path)
    with path.open("rb") as stream:
        reader = Reader(_bounded(stream, {}, where))
        head: dict[str, Any] = dict(_guard(reader.header, where))
        _check_head(head, path.stat().st_size, where)
        said = _guard(Reader(_bounded(stream, head, where)).metadata, where)
    details = {"format": head["tile_type"].name.lower(), "tiles": head["addressed_tiles_count"]}
    if isinstance(said, dict):
        details |= {key: str(said[key])[:2000] for key in ("name", "description") if said.get(key)}
    box = tuple(head[f"{end}_e7"] / 1e7 for end in ("min_lon", "min_lat", "max_lon", "max_lat"))
    if not (-180 <= box[0] < box[2] <= 180 and -90 <= box[1] < box[3] <= 90):
        raise GateError("the file says nowhere where its tiles lie", where=where, fix=_FIX)
    return PMTiles(path, TileFacts("pmtiles", MERCATOR, box, (head["min_zoom"], head["max_zoom"]), details), head)


def _check_head(head: dict[str, Any], size: int, where: str) -> None:
    """Refuse a head whose parts do not lie in the file, and tiles that are no pictures."""
    for part in ("root", "metadata", "leaf_directory", "tile_data"):
        if head[f"{part}_offset"] + head[f"{part}_length"] > size:
            raise GateError("the file is cut short: a part of it lies beyond its end", where=where, fix=_FIX)
    if head["tile_type"].name in ("MVT", "MLT"):
        fix = "Give raster tiles; vector tiles have no colours of their own."
        raise GateError("the file holds vector tiles", where=where, fix=fix)
    if head["internal_compression"].name != "GZIP" or head["tile_compression"].name not in ("NONE", "UNKNOWN"):
        raise GateError("the file is packed in a way that is not read", where=where, fix=_FIX)
    if not 0 <= head["min_zoom"] <= head["max_zoom"] <= 30:
        raise GateError("the file holds no tiles, or levels that no map has", where=where, fix=_FIX)


def _bounded(stream: Any, head: dict[str, Any], where: str) -> Callable[[int, int], bytes]:
    """A reader of the file's parts: each has a limit, and what will be unpacked has one on what comes out."""
    begin = head.get("tile_data_offset")
    end = begin + head["tile_data_length"] if begin is not None else None

    def read(offset: int, length: int) -> bytes:
        tile = begin is not None and end is not None and begin <= offset and offset + length <= end
        if offset < 0 or length < 0 or length > (MAX_BYTES if tile else _MAX_PACKED):
            raise GateError("a part of the file is larger than is read", where=where, fix=_FIX)
        stream.seek(offset)
        data = stream.read(length)
        if len(data) < length:
            raise GateError("the file is cut short: a part of it lies beyond its end", where=where, fix=_FIX)
        if not tile and data[:2] == b"\x1f\x8b":
            _check_unpacked(data, where)
        return data

    return read


def _check_unpacked(data: bytes, where: str) -> None:
    engine, left = zlib.decompressobj(31), data
    try:
        out = len(engine.decompress(left, _MAX_UNPACKED))
    except zlib.error as error:
        raise GateError("a part of the file is damaged", where=where, fix=_FIX) from error
    if out >= _MAX_UNPACKED or engine.unconsumed_tail or engine.unused_data:
        raise GateError("a part of the file would expand to more than is read", where=where, fix=_FIX)


def _guard(work: Callable[[], Any], where: str) -> Any:
    """What the package reads; what it raises over a damaged file is an error at the file."""
    from pmtiles.tile import MagicNumberNotFound, SpecVersionUnsupported

    try:
        return work()
    except UrbanplanError:
        raise
    except (
        MagicNumberNotFound, SpecVersionUnsupported, ValueError, EOFError, IndexError, OverflowError, zlib.error,
        OSError, TypeError, json.JSONDecodeError, RecursionError,
    ) as error:  # fmt: skip
        reason = str(error)[:200] or type(error).__name__
        raise RasterError("the tiles cannot be read: {reason}", where=where, fix=_FIX, reason=reason) from error
