"""What a raster or a set of tiles is, before a map is drawn on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from urbanplan.exchange.gate.admission import resolve_path
from urbanplan.exchange.gdal.pictures import describe
from urbanplan.exchange.gdal.raster import check_tiff
from urbanplan.exchange.tiles.source import open_tiles, tile_kind


@dataclass(frozen=True)
class RasterSummary:
    """A raster or a set of tiles.

    ``kind`` is ``geotiff``, ``mbtiles``, ``pmtiles`` or ``folder``; ``bounds`` are in its CRS, ``degrees`` in degrees.
    A raster has ``width``, ``height``, ``bands``, ``dtype``, ``colour`` (``colour``, ``grey``, ``palette``),
    ``pixel_m`` and ``overviews``; tiles have ``levels``, lowest and highest.  What a file does not say is None.
    """

    kind: str
    crs: str | None
    crs_name: str | None
    degrees: tuple[float, ...] | None
    bounds: tuple[float, ...] | None = None
    levels: tuple[int, int] | None = None
    width: int | None = None
    height: int | None = None
    bands: int | None = None
    dtype: str | None = None
    colour: str | None = None
    pixel_m: float | None = None
    overviews: tuple[int, ...] = ()
    title: str | None = None


def summarise(path: Path | str) -> tuple[RasterSummary, int, str]:
    """The summary of a raster or a set of tiles, its bytes and its SHA-256; both of a folder are of its list of files.

    Raises:
        GateError, ExchangeError: it is refused or missing. RasterError: it cannot be read.
    """
    if tile_kind(path) == "geotiff":
        found = check_tiff(path)
        return _raster(describe(str(found), str(path))), *_measure(found)
    facts = open_tiles(path).facts
    found = Path(path) if facts.kind == "folder" else resolve_path(path)
    summary = RasterSummary(facts.kind, facts.tiling.crs, None, facts.degrees, levels=facts.levels,
                            title=facts.details.get("name"))  # fmt: skip
    return summary, *_measure(found)


def _raster(facts: dict[str, object]) -> RasterSummary:
    from pyproj import CRS

    crs = None if facts["crs"] is None else CRS.from_user_input(str(facts["crs"]))
    code = None if crs is None else crs.to_string()
    rest = {name: facts[name] for name in ("width", "height", "bands", "dtype", "colour", "pixel_m")}
    lists = {name: tuple(facts[name] or ()) or None for name in ("degrees", "bounds")}  # pyright: ignore[reportArgumentType]
    overviews = tuple(facts["overviews"])  # pyright: ignore[reportArgumentType]
    return RasterSummary("geotiff", code, crs and crs.name, **lists, overviews=overviews, **rest)  # pyright: ignore[reportArgumentType]


def _measure(path: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and not file.is_symlink())
        sizes = [file.stat().st_size for file in files]
        for file, size in zip(files, sizes, strict=True):
            digest.update(f"{file.relative_to(path).as_posix()} {size}\n".encode())
        return sum(sizes), digest.hexdigest()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return path.stat().st_size, digest.hexdigest()
