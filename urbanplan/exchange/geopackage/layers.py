"""Several frames as the layers of one GeoPackage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd


def write_layers(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write frames by name of layer to one file, whole or not at all.

    Raises:
        ExchangeError: the file cannot be written.
    """
    from urbanplan.exchange import ogr
    from urbanplan.exchange.files.atomic import atomic_write
    from urbanplan.exchange.table import WriteJob

    with atomic_write(path) as temporary:
        for name, frame in layers.items():
            job = WriteJob(frame, temporary, layer=name)
            ogr.write(job, "GPKG", crs=ogr.crs_text(frame), append=temporary.exists())
