"""WKB built from whole arrays is the WKB that GEOS writes."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from urbanplan.errors import ExchangeError
from urbanplan.exchange import geoparquet, write
from urbanplan.exchange.geometry.wkb import to_wkb

TEXTS = [
    "POINT (1 2)", "POINT (nan nan)", "LINESTRING (0 0, 1 1, 2 0)", "POLYGON ((0 0, 4 0, 4 4, 0 0))",
    "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 1 2, 2 2, 1 1), (5 5, 5 6, 6 6, 6 5, 5 5))",
    "MULTIPOINT ((1 2), (3 4))", "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 4))",
    "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((10 10, 19 10, 19 19, 10 10), (12 11, 13 11, 13 12, 12 11)))",
]  # fmt: skip
ODD = [
    "POINT EMPTY", "POLYGON EMPTY", "MULTIPOLYGON EMPTY", "GEOMETRYCOLLECTION (POINT (1 2))", "POINT Z (1 2 3)",
    "POLYGON Z ((0 0 1, 4 0 1, 4 4 1, 0 0 1))", "LINEARRING (0 0, 1 0, 1 1, 0 0)", "LINESTRING EMPTY",
    "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), EMPTY)", "MULTIPOINT ((1 2), EMPTY)", "POINT M (1 2 3)",
]  # fmt: skip


def assert_same_shapes(shapes: np.ndarray) -> None:
    assert to_wkb(shapes).to_pylist() == shapely.to_wkb(shapes).tolist()


@pytest.mark.parametrize("text", TEXTS + ODD)
def test_each_kind_alone(text):
    assert_same_shapes(np.array([shapely.from_wkt(text)] * 3, dtype=object))


def test_nothing_and_missing_shapes():
    assert_same_shapes(np.array([], dtype=object))
    assert_same_shapes(np.array([None, shapely.Point(1, 2), None], dtype=object))
    assert_same_shapes(np.array([None, None], dtype=object))


@settings(max_examples=examples(200))
@given(st.lists(st.sampled_from(TEXTS), max_size=30), st.lists(st.sampled_from([*ODD, None]), max_size=2))
def test_mixtures_in_any_order(plain, odd):
    texts = [*plain, *odd]
    assert_same_shapes(
        np.array(shapely.from_wkt(texts), dtype=object)[np.random.default_rng(len(texts)).permutation(len(texts))]
    )


def test_a_slice_of_an_array():
    shapes = shapely.from_wkt(TEXTS * 3)
    assert_same_shapes(shapes[1::2])
    assert_same_shapes(shapes[::-1])


def test_geoparquet_is_counted_by_its_footer(tmp_path):
    frame = gpd.GeoDataFrame({"n": range(1000)}, geometry=[shapely.Point(at, at) for at in range(1000)], crs=4547)
    path = write(frame, tmp_path / "a.parquet").path
    assert geoparquet.count(path) == 1000
    whole = path.read_bytes()
    for kept in (len(whole) - 1, len(whole) // 2, 8, 0):
        path.write_bytes(whole[:kept])
        with pytest.raises(ExchangeError, match="damaged"):
            geoparquet.count(path)


def test_geoparquet_is_what_geopandas_reads(tmp_path):
    shapes = shapely.from_wkt([*TEXTS, "POLYGON Z ((0 0 1, 4 0 1, 4 4 1, 0 0 1))"])
    frame = gpd.GeoDataFrame(
        {"fraction": np.arange(9) / 7, "name": list("甲乙丙丁戊己庚辛壬")}, geometry=shapes, crs=4547
    )
    write(frame, tmp_path / "a.parquet")
    back = gpd.read_parquet(tmp_path / "a.parquet")
    assert shapely.to_wkb(back.geometry.to_numpy()).tolist() == shapely.to_wkb(shapes).tolist()
    assert back["fraction"].tolist() == frame["fraction"].tolist()
    assert back.crs == frame.crs
    said = json.loads(pq.read_metadata(tmp_path / "a.parquet").metadata[b"geo"])["columns"]["geometry"]
    assert said["geometry_types"] == sorted({*(shape.geom_type for shape in shapes), "Polygon Z"})
