"""Good files of every format, and what a folder holds before and after."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

SUFFIXES = (".geojson", ".gpkg", ".shp", ".zip", ".fgb", ".parquet", ".csv", ".xlsx", ".txt", ".dxf", ".kml")
COMPANIONS = (".shx", ".dbf", ".prj", ".cpg")
COUNT_TARGET = """[[target]]
id = "T"
quote = "x"
source = "s"
measure = { kind = "count", of = "parcels" }
bound = { comparator = "=", number = 0, unit = "宗" }
"""
"""How many parcels there are, of the source of :func:`plan_head`."""


def frame_for(suffix: str) -> Any:
    """The frame that a format is asked to hold: plots alone for a TXT."""
    from exchange.sample_frames import parcels

    return parcels()[["id", "geometry"]] if suffix == ".txt" else parcels()


def write_valid_file(
    folder: Path, suffix: str, *, stem: str = "good", metadata: bool = True, one: bool = False
) -> Path:
    """A good file of a format; without its metadata file, or with one feature only, on request."""
    from urbanplan.exchange import write

    frame = frame_for(suffix)
    path = write(frame[:1] if one else frame, folder / f"{stem}{suffix}", allow_loss=True).path
    if not metadata:
        path.with_name(f"{path.name}.meta.json").unlink()
    return path


def shapefile_companions(path: Path) -> dict[str, bytes]:
    """The companions of a shapefile by ending; nothing for other formats."""
    if path.suffix != ".shp":
        return {}
    return {ending: path.with_suffix(ending).read_bytes() for ending in COMPANIONS}


def file_digests(*folders: Path) -> dict[str, str]:
    """Every file below the folders with its sha256 (its size where it is huge): what was there, byte for byte."""
    seen = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not path.is_file():
                seen[str(path)] = "link" if path.is_symlink() else "folder"
            elif path.stat().st_size > 2**28:
                seen[str(path)] = str(path.stat().st_size)
            else:
                seen[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return seen


def plan_head(top: str = "") -> str:
    """The head of a plan file in EPSG:4547, ``top`` among its first keys, up to and into its source ``s``."""
    return f"""schema_version = 1
id = "p"
title = "p"
as_of = 2025-12-31
{top}
[district]
name = "p"
crs = "EPSG:4547"
[[source]]
id = "s"
title = "s"
"""
