"""What a comparison of a frame with what was read back finds, in words that the declared losses can be held to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from urbanplan.exchange.fields.columns import column_kind, to_json_values
from urbanplan.exchange.losses import Loss

FIELDS = ("gone", "new", "values", "kind")


def changes(before: pd.DataFrame, after: pd.DataFrame) -> set[str]:
    """Everything that differs.

    ``rows``, ``crs``, ``spatial`` (geometry or none), ``types``, ``heights``, ``points``, ``moved``, and for each
    field ``gone:NAME``, ``new:NAME``, ``values:NAME``, ``kind:NAME``; nothing is tolerated here.
    """
    if len(before) != len(after):
        return {"rows"}
    return _field_changes(before, after) | _geometry_changes(before, after)


def _field_names(frame: pd.DataFrame) -> list[str]:
    active = getattr(frame, "_geometry_column_name", None)
    return [str(name) for name in frame.columns if name != active]


def _field_changes(before: pd.DataFrame, after: pd.DataFrame) -> set[str]:
    old, new = _field_names(before), _field_names(after)
    told = {f"new:{name}" for name in new if name not in old} | {f"gone:{name}" for name in old if name not in new}
    for name in (name for name in old if name in new):
        values = [to_json_values(frame[name]) for frame in (before, after)]
        if column_kind(before[name]) != column_kind(after[name]):
            told.add(f"kind:{name}")
        elif values[0] != values[1]:
            told.add(f"values:{name}")
    return told or ({"order"} if old != new else set())


def _geometry_changes(before: pd.DataFrame, after: pd.DataFrame) -> set[str]:
    if not (isinstance(before, gpd.GeoDataFrame) and isinstance(after, gpd.GeoDataFrame)):
        return set() if isinstance(before, gpd.GeoDataFrame) == isinstance(after, gpd.GeoDataFrame) else {"spatial"}
    told = set() if _same_crs(before.crs, after.crs) else {"crs"}
    old, new = before.geometry.to_numpy(), after.geometry.to_numpy()
    for word, look in (("types", shapely.get_type_id), ("heights", shapely.has_z), ("points", shapely.get_num_points)):
        if (look(old) != look(new)).any():
            told.add(word)
    if (shapely.get_num_coordinates(old) != shapely.get_num_coordinates(new)).any():
        return told | {"points"}
    off = distances(before, after)
    return told | ({"moved"} if off.size and np.nanmax(off) > 0 else set())


def _same_crs(one: Any, other: Any) -> bool:
    """The same CRS, by code where both have one: names and areas of use differ between files."""
    if one is None or other is None:
        return one is other
    codes = one.to_epsg(), other.to_epsg()
    return codes[0] == codes[1] if all(codes) else one.equals(other, ignore_axis_order=True)


def distances(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> np.ndarray:
    """How far each corner moved along each axis, in units of the CRS of ``before``, heights too; rings turned alike."""
    if after.crs is not None and not _same_crs(before.crs, after.crs):
        after = after.to_crs(before.crs)
    shapes = [shapely.orient_polygons(frame.geometry.to_numpy()) for frame in (before, after)]
    points = [shapely.get_coordinates(part, include_z=True) for part in shapes]
    return np.abs(np.nan_to_num(points[0]) - np.nan_to_num(points[1]))


def expected_changes(losses: list[Loss] | tuple[Loss, ...], frame: pd.DataFrame) -> list[tuple[Loss, set[str]]]:
    """Each declared loss with the changes that it stands for."""
    return [(loss, _changes_of_loss(loss, _field_names(frame))) for loss in losses]


def _changes_of_loss(loss: Loss, names: list[str]) -> set[str]:
    if loss.template in _GEOMETRY_CHANGES:
        return set(_GEOMETRY_CHANGES[loss.template])
    said = str(loss.values.get("fields", loss.values.get("field", "")))
    fields = [name for name in names if name in said.split(", ")] or [said]
    words = _FIELD_CHANGES.get(loss.template, ("values", "kind"))
    return {f"{word}:{name}" for name in fields for word in words}


_GEOMETRY_CHANGES = {
    "coordinates become degrees of WGS 84 with {digits} digits": ("crs", "moved"),
    "coordinates go into a 3-degree zone with the digits of the template, and the head's fields join them": (
        "crs", "moved", "heights",
    ),
    "the CRS stands in the metadata file only": ("crs",),
    "plain rows become features without geometry": ("spatial",),
    "measures (M) of the shapes": ("heights",),
    "empty shapes become none": ("types", "heights", "points"),
    "heights, as the shapes are of several types": ("heights", "moved"),
    "shapes without heights get the height 0": ("heights",),
}  # fmt: skip
_FIELD_CHANGES = {
    "the fields {fields}": ("gone",),
    "long field names: {fields} get aliases": ("gone",),
    "of field names that differ by case only, {fields} get aliases": ("gone",),
    "the kinds of {fields} stand in the metadata file only": ("kind",),
}


def without_metadata(path: Path) -> Path:
    """The file with the metadata and name map beside it thrown away."""
    path.with_name(f"{path.name}.meta.json").unlink()
    path.with_suffix(".names.json").unlink(missing_ok=True)
    return path
