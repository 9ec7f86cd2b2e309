"""A grid written as a cloud-optimised GeoTIFF, by the worker where this process keeps drivers of its own."""

from __future__ import annotations

import dataclasses
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import MissingExtraError, RasterError
from urbanplan.exchange.gdal import drivers

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class GridWriting:
    """What to write.

    Attributes:
        values: a file of numpy's of rows x columns, NaN where void. path: of the GeoTIFF. where: its name in messages.
        transform: six numbers. crs: WKT. tags: names and texts. unit: of the values. description: of the band.
    """

    values: str
    path: str
    where: str
    transform: list[float]
    crs: str
    unit: str = ""
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)


def write_grid(path: Path | str, values: NDArray[Any], **given: Any) -> None:
    """Write a grid, whole or not at all.

    Args:
        path: of the GeoTIFF. values: rows x columns, NaN where void; written as 32-bit numbers.
        given: as in :class:`GridWriting`.

    Raises:
        MissingExtraError: rasterio is not installed. ExchangeError, RasterError: the file cannot be written.
    """
    import numpy as np

    from urbanplan.exchange.files.atomic import atomic_write

    with tempfile.TemporaryDirectory() as folder, atomic_write(path) as temporary:
        kept = Path(folder) / "values.npy"
        np.save(kept, np.ascontiguousarray(values, np.float32), allow_pickle=False)
        job = GridWriting(str(kept), str(temporary), str(path), **given)
        if drivers.closed():
            write_file(job)
        else:
            from urbanplan.exchange.gdal import client

            client.mapping("write_grid", dataclasses.asdict(job))


def write_file(job: GridWriting) -> None:
    """Write a grid in a process whose drivers are closed."""
    import numpy as np

    try:
        rasterio = drivers.load_rasterio()
    except ImportError as error:
        raise MissingExtraError("writing rasters needs rasterio", fix="Install the extra 'raster'.") from error
    values = np.load(job.values, allow_pickle=False)
    try:
        with rasterio.open(
            job.path, "w", driver="COG", height=values.shape[0], width=values.shape[1], count=1, dtype="float32",
            crs=rasterio.crs.CRS.from_wkt(job.crs), transform=rasterio.Affine(*job.transform), nodata=float("nan"),
            compress="deflate", predictor="YES",
        ) as file:  # fmt: skip
            file.write(values, 1)
            file.update_tags(**job.tags)
            file.set_band_description(1, job.description)
            file.set_band_unit(1, job.unit)
    except rasterio.errors.RasterioError as error:
        raise RasterError(
            "the raster cannot be written: {reason}", where=job.where, fix="Name another file.", reason=str(error)
        ) from error
