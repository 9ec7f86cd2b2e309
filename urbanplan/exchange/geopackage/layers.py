"""Several frames as the layers of one GeoPackage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from urbanplan.exchange.table import Draw


def write_layers(layers: Mapping[str, gpd.GeoDataFrame], path: Path, *, draw: Mapping[str, Draw] | None = None) -> None:
    """Write frames by name of layer to one file, whole or not at all.

    Args:
        layers: the frames. path: the file.
        draw: draws the shapes of some rows of a layer, by its name (see :func:`urbanplan.exchange.writing.write`).

    Raises:
        ExchangeError: the file cannot be written.
    """
    from urbanplan.exchange import ogr
    from urbanplan.exchange.files.atomic import atomic_write
    from urbanplan.exchange.table import WriteJob

    with atomic_write(path) as temporary:
        for name, frame in layers.items():
            job = WriteJob(frame, temporary, layer=name, draw=(draw or {}).get(name))
            ogr.write(job, "GPKG", crs=ogr.crs_text(frame), append=temporary.exists())
