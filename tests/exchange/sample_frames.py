"""Frames for the exchange tests: every type of value, rare characters, holes, parts, nulls."""

from __future__ import annotations

import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

E, N = 458825.445, 3853606.827  # the zone's test point, 113.55 E 34.81 N


def parcels() -> gpd.GeoDataFrame:
    """Three polygons in EPSG:4547 (plain, with a hole, of two parts) and fields of all kinds, nulls among them."""
    plain = shapely.box(E, N, E + 200, N + 200)
    hole = plain.difference(shapely.box(E + 50, N + 50, E + 80, N + 90))
    parts = shapely.MultiPolygon([shapely.box(E + 300, N, E + 400, N + 50), shapely.box(E + 500, N, E + 520, N + 20)])
    fields = {
        "id": pd.array(["GX-01", "GX-02", "GX-03"], dtype="str"),
        "规划用地面积": pd.array([1, None, 2**53 - 1], dtype="Int64"),
        "name": pd.array(["㙍𠮷示范", None, "=1+1"], dtype="str"),
        "开工日期": [datetime.date(2025, 1, 1), None, datetime.date(2025, 12, 31)],
        "ok": pd.array([True, None, False], dtype="boolean"),
        "share": [0.125, -1.5, float("nan")],
        "floors": [1, 2, 33],
        "at": pd.Series(pd.to_datetime(["2025-01-01T08:00:00", None, "2025-01-02T00:00:01.5"], format="ISO8601")),
    }
    return gpd.GeoDataFrame(fields, geometry=[plain, hole, parts], crs=4547)


def differences(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, *, metres: float = 0.0) -> list[str]:
    """What of ``left`` is not in ``right``: rows, fields, values, kinds, geometry beyond ``metres``."""
    from urbanplan.exchange.fields.columns import column_kind, to_json_values

    if len(left) != len(right):
        return [f"{len(left)} rows became {len(right)}"]
    told = []
    for name in left.columns.drop(left.geometry.name):
        if name not in right:
            told.append(f"field {name} is gone")
        elif to_json_values(left[name]) != to_json_values(right[name]):
            told.append(f"values of {name}")
        elif column_kind(left[name]) != column_kind(right[name]):
            told.append(f"{name}: {column_kind(left[name])} became {column_kind(right[name])}")
    if left.crs is not None and right.crs is None:
        return [*told, "the CRS is gone"]
    there = right.geometry if right.crs == left.crs else right.to_crs(left.crs).geometry
    before, after = (shapely.orient_polygons(part.to_numpy()) for part in (left.geometry, there))
    points = [shapely.get_coordinates(part) for part in (before, after)]
    if points[0].shape != points[1].shape:
        told.append("points")
    elif points[0].size and np.abs(points[0] - points[1]).max() > metres:
        told.append(f"geometry {np.abs(points[0] - points[1]).max()}")
    if list(left.geom_type) != list(there.geom_type):
        told.append("geometry types")
    return told
