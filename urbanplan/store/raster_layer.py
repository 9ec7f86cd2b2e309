"""A raster among a plan's layers: its cells, and its outline as the one feature that other rooms see."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.errors import ExchangeError, GateError, MissingExtraError, RasterError
from urbanplan.layer.datum_change import CrsTransformError, DatumOptions, datum_findings, transform_frame
from urbanplan.layer.layer import Layer
from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.translation import localize_error

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.exchange.gdal.raster import Grid
    from urbanplan.model.layertype import LayerType
    from urbanplan.model.plan import LayerSpec, Plan

SUFFIXES = (".tif", ".tiff")
MAX_CELLS = 200_000_000
"""Cells read at most."""


def is_raster(file: str) -> bool:
    """Whether a layer's file is a raster, by its ending."""
    return Path(file).suffix.lower() in SUFFIXES


def read_raster_layer(
    plan: Plan, spec: LayerSpec, kind: LayerType, *, options: DatumOptions
) -> tuple[Layer | None, list[Finding]]:
    """Read a raster of a plan; one that cannot be read is a finding.

    Args:
        plan, spec, kind: the layer as it is declared. options: what the plan says of its datum.

    Raises:
        GateError: its path leaves the plan's folder, or it is no GeoTIFF.
    """
    from urbanplan.exchange.gdal import raster

    try:
        path = raster.check_tiff(spec.file, root=Path(plan.file).resolve().parent)
        grid = raster.read_grid(raster.GridQuery(str(path), spec.file, 1, MAX_CELLS))
    except GateError as error:
        error.where = " ".join(filter(None, (plan.file, spec.name, error.where)))
        raise
    except (ExchangeError, RasterError, MissingExtraError) as error:
        return None, [build_finding("layer-unreadable", layer=spec.name, file=spec.file, problem=localize_error(error))]
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    try:
        frame, change = transform_frame(outline_frame(grid, spec, kind), plan.district.crs, options=options)
    except CrsTransformError as error:
        return None, [build_finding("layer-unreadable", layer=spec.name, file=spec.file, problem=localize_error(error))]
    layer = Layer(spec.name, frame, kind, spec.basis, spec.source, spec.date, spec.file, digest, datum=change)
    found = datum_findings(spec.name, change)
    return replace(layer, grid=grid, findings=tuple(found)), found


def outline_frame(grid: Grid, spec: LayerSpec, kind: LayerType) -> gpd.GeoDataFrame:
    """The outline of a grid as the one feature of its layer, in the grid's CRS."""
    import geopandas as gpd
    import shapely

    a, b, c, d, e, f = grid.facts["transform"]
    width, height = grid.facts["width"], grid.facts["height"]
    corners = [(a * x + b * y + c, d * x + e * y + f) for x, y in ((0, 0), (width, 0), (width, height), (0, height))]
    rows = {name: [spec.name if name == kind.id else None] for name in kind.fields}
    return gpd.GeoDataFrame(rows, geometry=[shapely.Polygon(corners)], crs=grid.facts["crs"])
