"""GeoJSON in and out."""

from __future__ import annotations

import json
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from exchange import rfc7946
from exchange.sample_frames import parcels
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.errors import CrsError, ExchangeError
from urbanplan.exchange import read, write
from urbanplan.exchange.geojson import rfc7946 as module
from urbanplan.exchange.geojson.rfc7946 import feature_collection
from urbanplan.exchange.geojson.text import geometry_texts
from urbanplan.exchange.geometry import arrow
from urbanplan.exchange.geometry.rounding import Rounding

SQUARE = [[113.0, 34.0], [113.1, 34.0], [113.1, 34.1], [113.0, 34.1], [113.0, 34.0]]


def feature(geometry, **fields):
    return {"type": "Feature", "properties": {"id": "x", **fields}, "geometry": geometry}


def save_bytes(tmp_path, *features, raw=None):
    path = tmp_path / "a.geojson"
    text = json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False)
    path.write_text(raw if raw is not None else text, encoding="utf-8")
    return path


GOOD = feature({"type": "Polygon", "coordinates": [SQUARE]})
BAD = {
    "NaN": feature({"type": "Point", "coordinates": [float("nan"), 1]}),
    "infinite": feature({"type": "Point", "coordinates": [float("inf"), 1]}),
    "unclosed ring": feature({"type": "Polygon", "coordinates": [SQUARE[:-1]]}),
    "short ring": feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}),
    "unknown type": feature({"type": "Circle", "coordinates": [0, 0]}),
    "text coordinates": feature({"type": "Point", "coordinates": ["113", "34"]}),
    "no coordinates": feature({"type": "Polygon"}),
    "one number": feature({"type": "Point", "coordinates": [1]}),
    "a line of one": feature({"type": "LineString", "coordinates": [[1, 2]]}),
    "nowhere": feature({"type": "Point", "coordinates": [1e12, 1]}),
    "wrong depth": feature({"type": "Polygon", "coordinates": SQUARE}),
    "big integer": feature({"type": "Point", "coordinates": [1, 2]}, n=2**70),
    "NaN value": feature({"type": "Point", "coordinates": [1, 2]}, n=float("nan")),
    "half a character": feature({"type": "Point", "coordinates": [1, 2]}, n="\ud800"),
    "properties list": {"type": "Feature", "properties": [], "geometry": None},
    "no feature": {"type": "Nothing"},
    "null": None,
    "bool coordinates": feature({"type": "Point", "coordinates": [True, False]}),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_feature_is_named_and_the_rest_is_read(tmp_path, name):
    text = json.dumps({"type": "FeatureCollection", "features": [GOOD, BAD[name], GOOD]})
    table = read(save_bytes(tmp_path, raw=text))
    assert len(table.frame) == 2
    assert table.refused["row"].tolist() == [2]
    assert table.refused["reason"][0]


def test_many_bad_features_each_get_their_row(tmp_path):
    features = [BAD["unclosed ring"] if at % 7 == 3 else GOOD for at in range(200)]
    table = read(save_bytes(tmp_path, *features))
    assert table.refused["row"].tolist() == [at + 1 for at in range(200) if at % 7 == 3]
    assert set(table.refused["reason"]) == {"a ring that is not closed"}


def test_nothing_but_bad_features_is_an_error_that_names_the_first(tmp_path):
    with pytest.raises(ExchangeError, match=r"feature 1 x: no feature can be read .*not closed"):
        read(save_bytes(tmp_path, BAD["unclosed ring"]))


def nested(depth):
    shape = (
        '{"type":"GeometryCollection","geometries":[' * depth + '{"type":"Point","coordinates":[1,2]}' + "]}" * depth
    )
    return '{"type":"Feature","properties":{},"geometry":' + shape + "}"


@pytest.mark.parametrize("depth", [100, 400, 100_000])
def test_deep_nesting_is_refused(tmp_path, depth):
    raw = '{"type":"FeatureCollection","features":[' + nested(depth) + "]}"
    with pytest.raises(ExchangeError, match="nest"):
        read(save_bytes(tmp_path, raw=raw))


@pytest.mark.parametrize("raw", ['{"type":', '{"type":"FeatureCollection"}', '{"a":1}', '{"type":"Topology"}', "{}"])
def test_what_is_no_geojson_is_told(tmp_path, raw):
    with pytest.raises(ExchangeError):
        read(save_bytes(tmp_path, raw=raw))


def test_gbk_text_is_read_and_told(tmp_path):
    path = tmp_path / "gbk.geojson"
    path.write_bytes(json.dumps({"type": "FeatureCollection", "features": [feature(None, name="石佛街道")]},
                                ensure_ascii=False).encode("gbk"))  # fmt: skip
    table = read(path)
    assert table.frame["name"][0] == "石佛街道"
    assert table.encoding == "gb18030"
    assert "GB18030" in table.notes[0]


def test_crs_of_projected_coordinates_is_not_guessed_silently(tmp_path):
    table = read(save_bytes(tmp_path, feature({"type": "Point", "coordinates": [458825.4, 3853606.8]})))
    assert table.frame.crs is None
    assert table.crs_note == "none is declared"
    pinned = read(
        save_bytes(tmp_path, feature({"type": "Point", "coordinates": [458825.4, 3853606.8]})), crs="EPSG:4547"
    )
    assert pinned.frame.crs.to_epsg() == 4547


def test_writing_without_crs_is_refused(tmp_path):
    with pytest.raises(CrsError):
        write(parcels().set_crs(None, allow_override=True), tmp_path / "a.geojson")
    assert list(tmp_path.iterdir()) == []


def test_the_test_point_lands(tmp_path):
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(458825.445, 3853606.827)], crs=4547)
    write(frame, tmp_path / "p.geojson")
    point = json.loads((tmp_path / "p.geojson").read_text())["features"][0]["geometry"]["coordinates"]
    assert point == [113.55, 34.81]


def test_cgcs2000_degrees_are_taken_as_they_are(tmp_path):
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(113.55, 34.81)], crs=4490)
    write(frame, tmp_path / "p.geojson")
    assert read(tmp_path / "p.geojson").frame.geometry[0].equals(shapely.Point(113.55, 34.81))


def test_every_shape_passes_the_strict_checker(tmp_path):
    clockwise = shapely.Polygon([(0, 0), (0, 3), (3, 3), (3, 0)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    shapes = [
        shapely.Point(1, 2), shapely.Point(1.123456789, 2, 3.5), shapely.LineString([(0, 0), (1, 1)]), clockwise,
        shapely.MultiPolygon([clockwise, shapely.box(5, 5, 6, 6)]), shapely.MultiPoint([(0, 0), (1, 1)]), None,
        shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]), shapely.Polygon(), shapely.Point(),
        shapely.GeometryCollection([shapely.Point(0, 0), clockwise]), shapely.LineString(), shapely.MultiPolygon(),
        shapely.LinearRing([(0, 0), (1, 0), (1, 1)]), shapely.box(-0.00000001, 0, 1, 1),
    ]  # fmt: skip
    path = tmp_path / "all.geojson"
    write(gpd.GeoDataFrame({"id": range(len(shapes))}, geometry=shapes, crs=4326), path)
    assert rfc7946.check(path) == len(shapes)
    back = read(path).frame.geometry
    assert shapely.equals_exact(shapely.normalize(back[4]), shapely.normalize(shapes[4]), 1e-7)
    assert back[1].has_z
    assert "-0.0" not in path.read_text()


@pytest.mark.parametrize("ids", [range(7), list("abcdefg"), [1, 1, *range(5)], [None, *"bcdefg"]])
def test_pieces_of_any_size_are_the_same_file(ids, monkeypatch):
    shapes = [shapely.box(at, 0, at + 1 / 3, 1 / 7) for at in range(5)] + [None, shapely.Point(1, 2)]
    columns = {
        "id": ids, "mixed": [1, "x", None, [2], 1.5, True, None], "none": [None] * 6 + ["late"],
        "number": [1, None, 2.5, *range(4)], "text": ['"', "", None, "null", "a,b", "%", "线"],
    }  # fmt: skip
    frame = gpd.GeoDataFrame(
        {name: pd.Series(list(column)) for name, column in columns.items()}, geometry=shapes, crs=4326
    )
    whole, rounding = feature_collection(frame), Rounding(2)
    feature_collection(frame, rounding=rounding)
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 2)
    assert feature_collection(frame) == whole
    apart = Rounding(2)
    feature_collection(frame, rounding=apart)
    assert apart.largest == rounding.largest
    assert apart.total == pytest.approx(rounding.total, rel=1e-12)


@pytest.mark.parametrize(("ending", "east"), [("geojson", 113.0), ("geojson", 179.9), ("gpkg", 113.0)])
def test_shapes_that_are_drawn_when_they_are_written(tmp_path, monkeypatch, ending, east):
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(arrow, "_ROWS_AT_ONCE", 2)
    asked: list[slice] = []
    low = np.column_stack([east + np.arange(5) / 20, 34 + np.arange(5) / 30])
    lines = shapely.linestrings(np.stack([low, low + 0.04], axis=1))
    frame = gpd.GeoDataFrame({"name": list("abcde")}, geometry=lines, crs=4490)
    whole, drawn = (tmp_path / name / f"a.{ending}" for name in ("whole", "drawn"))
    for path in (whole, drawn):
        path.parent.mkdir()
    write(frame, whole)
    extent = shapely.LineString([low.min(axis=0), low.max(axis=0) + 0.04])

    def draw(rows):
        asked.append(rows)
        return lines[rows]

    written = write(frame.set_geometry([extent] * 5, crs=4490), drawn, draw=draw)
    assert written.features == 5
    assert len(asked) == (1 if east > 179 else 3)  # where lines may cross the antimeridian they are looked at together
    back, other = read(whole).frame, read(drawn).frame
    assert back.geometry.geom_equals(other.geometry).all()
    if ending == "geojson":
        assert whole.read_bytes() == drawn.read_bytes()
        assert (whole.parent / "a.geojson.meta.json").read_bytes() == (
            drawn.parent / "a.geojson.meta.json"
        ).read_bytes()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(-170, 170), st.floats(-80, 80), st.floats(1e-6, 5), st.booleans()), max_size=8))
def test_turning_keeps_the_points(rows):
    shapes = np.array([_polygon(*row) for row in rows], dtype=object)
    made = shapely.from_geojson(np.array(geometry_texts(shapes), dtype=object))
    for before, after in zip(shapes, np.atleast_1d(made), strict=True):
        assert shapely.hausdorff_distance(before, after) <= 1e-7


def _polygon(x, y, size, turned):
    ring = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
    return shapely.Polygon(ring[::-1] if turned else ring)


def test_texts_of_all_kinds_come_back(tmp_path):
    texts = ["", '"', "\\", "\\u001f", "\x1f", "a\x1fb", "线\n二", "{{1}}", "</script>", "𠮷", "%b%s", "null"]
    frame = gpd.GeoDataFrame({"%名": texts}, geometry=[shapely.Point(1, 1)] * len(texts), crs=4326)
    write(frame, tmp_path / "t.geojson")
    assert read(tmp_path / "t.geojson").frame["%名"].tolist() == texts


def test_an_empty_frame_is_an_empty_collection(tmp_path):
    write(gpd.GeoDataFrame({"id": []}, geometry=[], crs=4326), tmp_path / "e.geojson")
    assert rfc7946.check(tmp_path / "e.geojson") == 0
    assert len(read(tmp_path / "e.geojson").frame) == 0


def test_a_feature_without_properties_keeps_its_own_id(tmp_path):
    point = {"type": "Point", "coordinates": [113.5, 34.8]}
    features = [
        {"type": "Feature", "id": "own-1", "properties": {"id": "A", "name": "x"}, "geometry": point},
        {"type": "Feature", "id": "own-2", "geometry": point},
        {"type": "Feature", "id": "own-3", "properties": {"id": None}, "geometry": point},
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    frame = read(path).frame
    assert frame["id"].iloc[:2].tolist() == ["A", "own-2"]
    assert frame["id"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize("hole", [[], [None]])
@given(values=st.lists(st.text(alphabet='",\\[]{}\x1f地a%', max_size=6), max_size=8))
def test_texts_that_look_like_json_stay_whole(hole, values):
    frame = pd.DataFrame({'%b"': pd.Series(values + hole, dtype="str")})
    told = json.loads(feature_collection(frame))["features"]
    assert [feature["properties"]['%b"'] for feature in told] == values + hole


def test_a_height_that_is_not_given_is_none_and_never_zero(tmp_path):
    flat, high = [[113, 34], [113.1, 34.1]], [[113, 34, 1], [113.1, 34.1, 2]]
    rows = [{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": places}}
            for places in (flat, high, [flat[0], high[1]])]  # fmt: skip
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    shapes = read(tmp_path / "a.geojson").frame.geometry
    assert shapes.has_z.tolist() == [False, True, True]
    assert [place[2] for place in shapes.iloc[1].coords] == [1, 2]
    unknown, known = (place[2] for place in shapes.iloc[2].coords)
    assert math.isnan(unknown)
    assert known == 2
    part = [[[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 0, 1]]], [[[5, 5], [6, 5], [6, 6], [5, 5]]]
    rows = [{"type": "Feature", "properties": {}, "geometry": {"type": "MultiPolygon", "coordinates": part}}]
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    assert read(tmp_path / "a.geojson").frame.geometry.iloc[0].area == 1.0
    assert shapely.get_num_coordinates(read(tmp_path / "a.geojson").frame.geometry.iloc[0]) == 8, "no corner is added"
