"""Shapes without points, and shapes with parts that have none: read, told, and written so that they are read back."""

from __future__ import annotations

import json
from contextlib import suppress

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from urbanplan.errors import CrsError, UrbanplanError
from urbanplan.exchange import inspect, read, write

TRIANGLE = [[113.0, 34.0], [113.1, 34.0], [113.1, 34.1], [113.0, 34.0]]
LINE = [[113.0, 34.0], [114.0, 34.0]]
WHOLE = {
    "Point": "POINT EMPTY",
    "LineString": "LINESTRING EMPTY",
    "Polygon": "POLYGON EMPTY",
    "MultiPoint": "MULTIPOINT EMPTY",
    "MultiLineString": "MULTILINESTRING EMPTY",
    "MultiPolygon": "MULTIPOLYGON EMPTY",
}
PARTS = {
    "a part without rings": ("MultiPolygon", [[]], "MULTIPOLYGON (EMPTY)"),
    "a part without rings after one with": (
        "MultiPolygon",
        [[TRIANGLE], []],
        "MULTIPOLYGON (((113 34, 113.1 34, 113.1 34.1, 113 34)), EMPTY)",
    ),
    "a part without points": ("MultiLineString", [[]], "MULTILINESTRING (EMPTY)"),
    "a part without points before one with": (
        "MultiLineString",
        [[], LINE],
        "MULTILINESTRING (EMPTY, (113 34, 114 34))",
    ),
}
REFUSED = {
    "a ring without points": {"type": "Polygon", "coordinates": [[]]},
    "a hole without points": {"type": "Polygon", "coordinates": [TRIANGLE, []]},
    "a ring without points in a part": {"type": "MultiPolygon", "coordinates": [[TRIANGLE], [[]]]},
    "a position without numbers": {"type": "MultiPoint", "coordinates": [[]]},
    "a type that is a list": {"type": ["Point"], "coordinates": [113, 34]},
    "a type that is a number": {"type": 1, "coordinates": [113, 34]},
}
FORMATS = ("geojson", "gpkg", "parquet", "fgb", "kml", "csv", "xlsx")


def save(tmp_path, *geometries):
    path = tmp_path / "a.geojson"
    features = [{"type": "Feature", "properties": {"n": n}, "geometry": one} for n, one in enumerate(geometries)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def assert_same(shapes, *texts):
    found = [shapely.to_wkt(shape, rounding_precision=7) for shape in shapes]
    assert found == [shapely.to_wkt(shapely.from_wkt(text), rounding_precision=7) for text in texts]


@pytest.mark.parametrize("kind", WHOLE)
def test_a_shape_without_coordinates_is_an_empty_one_alone_and_beside_others(tmp_path, kind):
    empty = {"type": kind, "coordinates": []}
    line = {"type": "LineString", "coordinates": LINE}
    assert_same(read(save(tmp_path, empty)).frame.geometry, WHOLE[kind])
    assert_same(read(save(tmp_path, line, empty)).frame.geometry, "LINESTRING (113 34, 114 34)", WHOLE[kind])


@pytest.mark.parametrize("name", PARTS)
def test_a_part_without_points_stays_a_part(tmp_path, name):
    kind, coordinates, text = PARTS[name]
    part = {"type": kind, "coordinates": coordinates}
    whole = {"type": "MultiPolygon", "coordinates": [[TRIANGLE]]}
    assert_same(read(save(tmp_path, part)).frame.geometry, text)
    assert_same(
        read(save(tmp_path, whole, part, whole)).frame.geometry,
        "MULTIPOLYGON (((113 34, 113.1 34, 113.1 34.1, 113 34)))",
        text,
        "MULTIPOLYGON (((113 34, 113.1 34, 113.1 34.1, 113 34)))",
    )
    collection = {"type": "GeometryCollection", "geometries": [part]}
    assert_same(read(save(tmp_path, collection)).frame.geometry, f"GEOMETRYCOLLECTION ({text})")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_shape_is_set_aside_by_name(tmp_path, name):
    good = {"type": "Polygon", "coordinates": [TRIANGLE]}
    table = read(save(tmp_path, good, REFUSED[name], good))
    assert len(table.frame) == 2
    assert table.refused["row"].tolist() == [2]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("text", [*WHOLE.values(), *(text for _, _, text in PARTS.values()), "MULTIPOINT (EMPTY, (113 34))",
                                  "GEOMETRYCOLLECTION EMPTY", "GEOMETRYCOLLECTION (POINT EMPTY)"])  # fmt: skip
def test_what_is_exported_without_points_is_read_back(tmp_path, ending, text):
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[shapely.from_wkt(text), shapely.Point(113, 34)], crs=4326)
    path = tmp_path / f"a.{ending}"
    try:
        write(frame, path, allow_loss=True)
    except UrbanplanError:  # a format that has no such shape says so, and writes nothing
        assert not path.exists()
        return
    table = read(path)
    assert len(table.frame) == 2
    assert len(table.refused) == 0
    assert shapely.is_empty(table.frame.geometry.iloc[0]) or "34)" in text or table.frame.geometry.iloc[0] is None
    assert len(inspect(path).layers) == 1


@pytest.mark.parametrize(
    ("unit", "value", "said"), [("ns", 456, "01:02:03.000000456"), ("ns", 456_000, "time"), ("us", 4, "time")]
)
def test_a_time_of_day_keeps_its_nanoseconds(tmp_path, unit, value, said):
    moment = pa.array([value + 3_723 * {"ns": 10**9, "us": 10**6}[unit]], type=pa.time64(unit))
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"t": moment, "x": [113.0], "y": [34.0]}), path)
    found = read(path).frame["t"].iloc[0]
    assert said in (found, type(found).__name__)


UNKNOWN = (
    'PROJCS["Unknown",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],PROJECTION["Unknown Projection"],'
    'PARAMETER["central_meridian",0],UNIT["Meter",1]]'
)


def test_a_projection_that_nobody_knows_is_no_crs_and_is_told(tmp_path):
    write(gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.Point(500_000, 3_800_000)], crs=4547), tmp_path / "a.shp")
    for file in tmp_path.iterdir():
        if file.suffix not in (".shp", ".shx", ".dbf", ".cpg"):
            file.unlink()
    (tmp_path / "a.prj").write_text(UNKNOWN, encoding="utf-8")
    table = read(tmp_path / "a.shp")
    assert table.frame.crs is None
    assert "projection nobody knows" in table.crs_note
    with pytest.raises(CrsError, match=r"ha(s|ve) no CRS"):
        write(table.frame, tmp_path / "b.geojson")
    with pytest.raises(CrsError, match="projection of Unknown is unknown"):
        read(tmp_path / "a.shp", crs=UNKNOWN)
    assert read(tmp_path / "a.shp", crs="EPSG:4547").frame.crs.to_epsg() == 4547


def test_every_small_file_that_ended_the_process_is_read_or_refused(shared, tmp_path):
    for path in sorted((shared / "cases" / "files" / "peers" / "crash").iterdir()):
        if path.suffix not in (".cpg", ".dbf", ".prj", ".shx"):
            with suppress(UrbanplanError):
                write(read(path).frame, tmp_path / f"{path.stem}.gpkg", allow_loss=True)
