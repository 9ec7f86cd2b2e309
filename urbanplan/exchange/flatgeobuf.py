"""FlatGeobuf: order kept, every feature counted."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange import ogr
from urbanplan.exchange.losses import Loss
from urbanplan.exchange.table import Job, Source, Table

PROFILES = ("indexed",)  # with a spatial index: the features are then sorted along a curve


def read(source: Source) -> Table:
    """Read the file's one layer.

    Raises:
        ExchangeError: the file is damaged or cut short.
    """
    _check_header(source.path)
    return ogr.read(source, layer=None)


def _check_header(path: Path) -> None:
    """The header's size fits the file: GDAL would ask for that much memory."""
    with path.open("rb") as stream:
        head = stream.read(12)
    size = struct.unpack("<I", head[8:12])[0] if len(head) == 12 else 2**32
    if size > min(path.stat().st_size - 12, 10_000_000):
        fix = "Get the file again from its source."
        raise ExchangeError("the file is cut short or its header is damaged", where=str(path), fix=fix)


def write(job: Job) -> dict[str, Any]:
    """Write ``job.frame``; without a spatial index, unless the profile is ``indexed``."""
    index = "YES" if job.profile == "indexed" else "NO"
    if index == "YES" and job.geo().geometry.isna().any():
        fix = "Leave the profile indexed out."
        raise ExchangeError("an indexed FlatGeobuf holds no feature without geometry", where=job.path.name, fix=fix)
    ogr.write(job, "FlatGeobuf", crs=ogr.crs_text(job.frame), options={"SPATIAL_INDEX": index})
    return {"crs": ogr.crs_text(job.frame)}


def losses(frame: Any, profile: Any) -> Iterator[Loss]:
    """What becomes of a frame under the profile ``indexed``."""
    if profile == "indexed":
        yield Loss("the index sorts the features anew", ruled=True)


def count(path: Path) -> int:
    """Number of features that can be read back."""
    from urbanplan.exchange import drivers
    from urbanplan.exchange.plainpath import readable

    with readable(path) as plain:
        return len(drivers.vector().raw.read_arrow(plain, columns=[], read_geometry=False, return_fids=True)[1])
