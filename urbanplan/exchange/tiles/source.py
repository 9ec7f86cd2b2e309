"""Where pictures of the ground come from: a GeoTIFF, MBTiles, PMTiles, or a folder of tiles; one protocol for all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from urbanplan.errors import GateError
from urbanplan.exchange.gate.admission import resolve_path
from urbanplan.exchange.tiles.tiling import MERCATOR, Box, Tiling
from urbanplan.model.safe_path import check_path, resolve_inside, shorten_path

KINDS = {".tif": "geotiff", ".tiff": "geotiff", ".mbtiles": "mbtiles", ".pmtiles": "pmtiles"}
MAX_TILES = 500_000
"""Tiles of one level that are looked for at most."""
_MAGIC = {"mbtiles": b"SQLite format 3\0", "pmtiles": b"PMTiles"}


@dataclass(frozen=True)
class TileFacts:
    """What a source of tiles is.

    Attributes:
        kind: ``geotiff``, ``mbtiles``, ``pmtiles`` or ``folder``. tiling: of its tiles; a GeoTIFF is cut into any.
        degrees: west, south, east, north of what it covers. levels: lowest and highest that it has or is worth.
        details: what else the file says of itself, for people.
    """

    kind: str
    tiling: Tiling
    degrees: Box
    levels: tuple[int, int]
    details: dict[str, Any]


class TileSource(Protocol):
    """Tiles of the ground by level, column and row."""

    @property
    def facts(self) -> TileFacts:
        """What it is."""
        ...

    def tiles(self, level: int, degrees: Box) -> Iterator[tuple[int, int, bytes]]:
        """Column, row and picture of the tiles of a level that meet a box in degrees.

        Raises:
            GateError: a tile is no picture. RasterError: the source cannot be read.
        """
        ...


@dataclass(frozen=True)
class TileOptions:
    """What a source does not say itself: its tiling, and whether its rows count from the south (TMS)."""

    tiling: Tiling = MERCATOR
    from_south: bool = False


def tile_kind(path: Path | str) -> str:
    """``geotiff``, ``mbtiles``, ``pmtiles``, ``folder``, or "" where it is none of them."""
    found = Path(path)
    return KINDS.get(found.suffix.lower()) or ("folder" if not found.suffix and found.is_dir() else "")


def open_tiles(path: Path | str, options: TileOptions = TileOptions(), *, root: Path | None = None) -> TileSource:
    """Open a source of tiles through the gate.

    Args:
        path: the file or folder. options: what it does not say itself. root: a plan's folder in which it must lie.

    Raises:
        GateError: it is not what its name says, or refused. ExchangeError: there is none.
        RasterError: it cannot be read. MissingExtraError: a library is missing.
    """
    found = resolve_inside(str(path), root) if root is not None else Path(path)
    check_path(str(path))
    kind = tile_kind(found)
    if not kind:
        fix = "Give a GeoTIFF (.tif), MBTiles (.mbtiles), PMTiles (.pmtiles), or a folder of tiles."
        raise GateError("this is no ground that a map can show", where=shorten_path(str(path)), fix=fix)
    if kind != "folder":
        found = resolve_path(path, root=root)
        _check_magic(found, kind)
    module = import_module(f"urbanplan.exchange.tiles.{kind}")
    return module.open_source(found, options)


def _check_magic(path: Path, kind: str) -> None:
    magic = _MAGIC.get(kind)
    if magic is None:
        return
    with path.open("rb") as stream:
        head = stream.read(len(magic))
    if head != magic:
        named = repr(head)[1:]
        raise GateError("the first bytes are {found}, not those of {kind}", where=str(path), found=named, kind=kind,
                        fix="Get the file again from its source.")  # fmt: skip
