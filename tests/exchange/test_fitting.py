"""What a format cannot hold is listed, and what is written is just that: as programs other than this one see it."""

from __future__ import annotations

import csv
import datetime
import decimal
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from exchange.real_files import LATER_FORMATS
from exchange.sample_frames import parcels

from urbanplan.cli.app import run
from urbanplan.errors import ExchangeError, LossError
from urbanplan.exchange import FORMATS, read, write
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.losses import find_losses
from urbanplan.exchange.writing import write_layers

SHAPED = [row.name for row in FORMATS if row.writable and row.name not in ("txt", *LATER_FORMATS)]
POINT = shapely.Point(113.5, 34.8)


def layer(shapes=None, **fields):
    count = len(next(iter(fields.values())))
    shapes = [POINT] * count if shapes is None else shapely.from_wkt(shapes)
    return gpd.GeoDataFrame(fields, geometry=shapes, crs=4326)


def loss_texts(frame, name):
    return [loss.text() for loss in find_losses(frame, by_name(name))]


def round_trip(frame, folder, name):
    return read(write(frame, folder / f"a{by_name(name).suffixes[0]}", allow_loss=True).path).frame


def read_with_gdal(path):
    """Field values and WKT as GDAL reads them in a process of its own."""
    code = (
        "import sys, json, shapely, pyogrio\n"
        "pyogrio.set_gdal_config_options({'OGR_FLATGEOBUF_STREAM_BASE_IMPL': 'YES'})\n"
        "meta, table = pyogrio.raw.read_arrow(sys.argv[1])\n"
        "shape = meta['geometry_name'] or 'wkb_geometry'\n"
        "rows = {n: [None if v is None else str(v) for v in table[n].to_pylist()] for n in table.column_names if n != shape}\n"
        "rows['WKT'] = [v and shapely.to_wkt(shapely.from_wkb(v)) for v in table[shape].to_pylist()]\n"
        "print(json.dumps(rows))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", ["gpkg", "flatgeobuf"])
def test_names_that_differ_by_case_only_keep_their_own_values(tmp_path, name):
    frame = layer(Name=["a", "b"], NAME=["c", "d"])
    path = write(frame, tmp_path / f"a{by_name(name).suffixes[0]}").path
    seen = read_with_gdal(path)
    assert (seen["Name"], seen["NAME_2"]) == (["a", "b"], ["c", "d"])
    back = read(path).frame
    assert (back["Name"].tolist(), back["NAME"].tolist()) == (["a", "b"], ["c", "d"])
    assert loss_texts(frame, name) == ["of field names that differ by case only, NAME get aliases"]


@pytest.mark.parametrize("name", [name for name in SHAPED if name not in ("gpkg", "csv", "xlsx")])
def test_a_measure_is_no_height(tmp_path, name):
    frame = layer(["POINT M (113 34 3)", "POINT M (113 35 4)"], n=[1, 2])
    with pytest.raises(LossError, match="measures"):
        write(frame, tmp_path / f"a{by_name(name).suffixes[0]}")
    assert not round_trip(frame, tmp_path, name).geometry.has_z.any()
    high = layer(["POINT ZM (113 34 3 9)"], n=[1])
    assert round_trip(high, tmp_path, name).geometry.to_wkt().tolist() == ["POINT Z (113 34 3)"]


def test_a_geopackage_says_that_it_holds_measures(tmp_path):
    frame = layer(["POINT M (113 34 3)"], n=[1])
    path = write(frame, tmp_path / "a.gpkg").path
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT z, m FROM gpkg_geometry_columns").fetchall() == [(0, 2)]
    assert read(path).frame.geometry.to_wkt().tolist() == ["POINT M (113 34 3)"]


@pytest.mark.parametrize("name", ["shapefile", "flatgeobuf"])
def test_a_flat_first_shape_does_not_flatten_the_others(tmp_path, name):
    frame = layer(["POINT (113 34)", "POINT Z (113 35 7)"], n=[1, 2])
    path = write(frame, tmp_path / f"a{by_name(name).suffixes[0]}").path
    assert read_with_gdal(path)["WKT"] == ["POINT Z (113 34 0)", "POINT Z (113 35 7)"]
    assert loss_texts(frame, name) == ["shapes without heights get the height 0"]


def test_a_flatgeobuf_of_several_types_says_that_it_drops_the_heights(tmp_path):
    frame = layer(["LINESTRING Z (1 2 3, 4 5 6)", "MULTILINESTRING Z ((1 2 3, 4 5 6))"], n=[1, 2])
    with pytest.raises(LossError, match="heights"):
        write(frame, tmp_path / "a.fgb")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["shapefile", "flatgeobuf", "kml"])
def test_empty_shapes_that_become_none_are_listed(tmp_path, name):
    frame = layer(["POINT (113 34)", "POINT EMPTY"], n=[1, 2])
    assert "empty shapes become none" in loss_texts(frame, name)
    back = round_trip(frame, tmp_path, name)
    assert back.geometry.isna().tolist() == [False, True]


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_a_layer_without_fields_is_a_table(tmp_path, name):
    frame = gpd.GeoDataFrame(geometry=[POINT, POINT], crs=4326)
    assert round_trip(frame, tmp_path, name).geometry.tolist() == [POINT, POINT]


def test_a_field_called_geometry_stays_beside_the_shapes(tmp_path):
    frame = gpd.GeoDataFrame({"geometry": ["text"], "几何": [POINT]}, geometry="几何", crs=4326)
    path = write(frame, tmp_path / "a.parquet").path
    footer = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert footer["primary_column"] == "geometry_"
    assert gpd.read_parquet(path).geometry.tolist() == [POINT]
    rows = list(csv.DictReader(write(frame, tmp_path / "a.csv").path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows == [{"geometry": "text", "geometry_": "POINT (113.5 34.8)"}]
    assert read(tmp_path / "a.csv").frame.geometry.tolist() == [POINT]


@pytest.mark.parametrize("name", SHAPED)
def test_values_of_no_kind_become_texts_or_numbers(tmp_path, name):
    frame = layer(
        price=[decimal.Decimal("1.10"), None], opens=[datetime.time(8, 30), None], code=[b"\x00\xff", None],
        wide=[decimal.Decimal("0.12345678901234567890"), None],
    )  # fmt: skip
    assert loss_texts(frame, name)[:2] == [
        "decimals, hours, lengths of time, bytes or further shapes of opens, code, wide become texts",
        "decimals of price become numbers",
    ]
    back = round_trip(frame, tmp_path, name)
    assert back["price"].tolist()[0] == 1.1
    assert [back[field].tolist()[0] for field in ("opens", "code", "wide")] == [
        "08:30:00", "00ff", "0.12345678901234567890",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["gpkg", "flatgeobuf"])
def test_a_time_with_a_zone_is_the_same_moment(tmp_path, name):
    times = pd.Series(pd.to_datetime(["2025-01-01T08:00:00+08:00", "2025-06-01T00:00:00+08:00"]))
    frame = layer(at=times)
    path = write(frame, tmp_path / f"a{by_name(name).suffixes[0]}").path
    assert read(path).frame["at"].tolist() == times.tolist()
    assert read_with_gdal(path)["at"][0].startswith("2025-01-01 00:00:00")
    assert "times of at are told in UTC" in loss_texts(frame, name)


@pytest.mark.parametrize("name", ["geojson", "csv", "kml"])
def test_times_of_summer_and_winter_come_back_as_times(tmp_path, name):
    times = pd.Series(pd.to_datetime(["2025-01-01T08:00Z", "2025-07-01T08:00Z"])).dt.tz_convert("Europe/Berlin")
    assert round_trip(layer(at=times), tmp_path, name)["at"].tolist() == times.tolist()


@pytest.mark.parametrize("name", ["gpkg", "flatgeobuf"])
def test_fractions_before_1970_do_not_become_the_next_second(tmp_path, name):
    frame = layer(at=pd.Series(pd.to_datetime(["1969-12-31T23:59:59.123456", "2025-01-01T00:00:00.123456"])))
    path = write(frame, tmp_path / f"a{by_name(name).suffixes[0]}").path
    early, late = read_with_gdal(path)["at"]
    assert early[:19] == "1969-12-31 23:59:59"
    assert late.startswith("2025-01-01 00:00:00.123")
    assert any("finer than a millisecond" in text for text in loss_texts(frame, name))


@pytest.mark.parametrize("name", ["gpkg", "flatgeobuf", "csv"])
def test_a_zero_byte_does_not_cut_a_text_unsaid(tmp_path, name):
    frame = layer(t=["a\0b"])
    with pytest.raises(LossError, match="control characters in t"):
        write(frame, tmp_path / f"a{by_name(name).suffixes[0]}")
    assert round_trip(frame, tmp_path, name)["t"].tolist() == ["a?b"]


def test_a_zero_byte_leaves_a_boundary_text_readable(tmp_path):
    frame = parcels().assign(name="a\0b")
    assert "control characters in name" in loss_texts(frame, "txt")
    path = write(frame, tmp_path / "a.txt", allow_loss=True).path
    assert set(read(path).frame["name"]) == {"a?b"}


@pytest.mark.parametrize("name", ["geojson", "xlsx"])
def test_endless_numbers_that_become_nulls_are_listed(name):
    assert "numbers of n that are not finite become nulls" in loss_texts(layer(n=[np.inf, 1.5]), name)


def test_integers_beyond_53_bits_come_back_from_csv(tmp_path):
    numbers = [2**53 + 1, -(2**63), 2**63 - 1]
    assert round_trip(layer(n=numbers), tmp_path, "csv")["n"].tolist() == numbers


def test_large_integers_of_kml_are_texts_as_its_integers_have_32_bits(tmp_path):
    frame = layer(big=[2**40], small=[5])
    path = write(frame, tmp_path / "a.kml").path
    kinds = {field.get("name"): field.get("type") for field in ElementTree.parse(path).iter() if field.get("type")}
    assert kinds == {"big": "string", "small": "int"}
    assert read(path).frame["big"].tolist() == [2**40]
    assert "the kinds of big stand in the metadata file only" in loss_texts(frame, "kml")


def test_carriage_returns_stay_in_kml(tmp_path):
    assert round_trip(layer(t=["a\r\nb"]), tmp_path, "kml")["t"].tolist() == ["a\r\nb"]


def test_dates_before_the_calendar_of_spreadsheets_are_texts(tmp_path):
    days = [datetime.date(1899, 12, 31), datetime.date(2025, 1, 1)]
    frame = layer(day=days)
    assert round_trip(frame, tmp_path, "xlsx")["day"].tolist() == days
    assert "dates of day become texts" in loss_texts(frame, "xlsx")


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_the_guard_against_formulas_is_listed(tmp_path, name):
    """In a sheet the mark of a text stands in the cell's style, and nothing is changed."""
    frame = layer(t=["+86 371", "-"])
    said = "texts of t that begin like a formula get an apostrophe"
    assert (said in loss_texts(frame, name)) == (name == "csv")
    assert round_trip(frame, tmp_path, name)["t"].tolist() == ["+86 371", "-"]


def test_decimals_that_a_shapefile_drops_are_listed():
    assert "numbers of n keep 15 decimals" in loss_texts(layer(n=[1 / 3]), "shapefile")
    assert loss_texts(layer(n=[0.125, 2.5]), "shapefile") == []


@pytest.mark.parametrize("stem", ["gpkg_2025", "sqlite_a", "宗地,2025"])
def test_a_geopackage_of_any_name_opens_with_its_style(tmp_path, stem):
    from urbanplan.exchange.geopackage.layer_styles import LayerStyle

    path = write(parcels(), tmp_path / f"{stem}.gpkg", profile=LayerStyle("parcels", "<qgis/>")).path
    with closing(sqlite3.connect(path)) as base:
        (named,) = base.execute("SELECT table_name FROM gpkg_geometry_columns").fetchone()
        assert base.execute("SELECT f_table_name, f_geometry_column FROM layer_styles").fetchall() == [(named, "geom")]
    assert len(read(path).frame) == 3


@pytest.mark.parametrize(("name", "profile"), [("a.shp", "gbkk"), ("a.zip", "gbkk"), ("a.csv", "gbk"), ("a.fgb", "x")])
def test_a_profile_that_a_format_has_not_is_refused(tmp_path, name, profile):
    with pytest.raises(ExchangeError, match=f"has no profile {profile}"):
        write(parcels(), tmp_path / name, profile=profile, allow_loss=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".gpkg", ".shp", ".csv"])
def test_a_name_too_long_for_the_disk_is_told_as_that(tmp_path, ending):
    with pytest.raises(ExchangeError, match="the file name is too long"):
        write(parcels(), tmp_path / f"{'长' * 90}{ending}", allow_loss=True)


def test_several_layers_list_what_each_loses(tmp_path):
    zeroed, plain = layer(t=["a\0b"]), layer(t=["a"])
    with pytest.raises(LossError, match="control characters in t"):
        write_layers({"a": plain, "b": zeroed}, tmp_path / "a.gpkg")
    assert list(tmp_path.iterdir()) == []
    written = write_layers({"gpkg_a": plain, "b": zeroed}, tmp_path / "a.gpkg", allow_loss=True)
    assert [loss.text() for loss in written.losses] == ["control characters in t"]
    assert read(written.path, layer="b").frame["t"].tolist() == ["a?b"]


def test_convert_hands_source_date_and_basis_on(tmp_path):
    said = {"source": "示意", "date": "2025-02-15", "basis": "illustrative", "lineage": [{"plan": "p"}]}
    first = write(parcels(), tmp_path / "a.gpkg", metadata=said)
    assert run(["convert", str(first.path), str(tmp_path / "b.geojson")]) == 0
    found = json.loads((tmp_path / "b.geojson.meta.json").read_text(encoding="utf-8"))
    assert [found[key] for key in ("source", "date", "basis")] == ["示意", "2025-02-15", "illustrative"]
    assert found["lineage"] == [{"plan": "p"}, {"file": "a.gpkg", "format": "gpkg", "sha256": first.digest}]
    assert json.loads((tmp_path / "b.geojson").read_text(encoding="utf-8"))["basis"] == "illustrative"


@pytest.mark.parametrize("name", ["gpkg", "geojson", "geoparquet", "flatgeobuf", "csv"])
def test_integers_beyond_64_bits_become_numbers_and_are_listed(tmp_path, name):
    frame = layer(n=pd.Series([2**63, 1], dtype=object))
    with pytest.raises(LossError, match="integers of n beyond 64 bits"):
        write(frame, tmp_path / f"a{by_name(name).suffixes[0]}")
    assert round_trip(frame, tmp_path, name)["n"].tolist() == [2.0**63, 1.0]


def test_a_file_that_came_out_short_is_told_as_that_and_not_as_a_bad_source(tmp_path, monkeypatch):
    from urbanplan.exchange import flatgeobuf

    monkeypatch.setattr(flatgeobuf.ogr, "write", lambda job, *_, **__: job.path.write_bytes(b"fgb"))
    with pytest.raises(ExchangeError, match="what was written cannot be read back") as caught:
        write(parcels(), tmp_path / "a.fgb", allow_loss=True)
    assert "space on the disk" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_heights_of_which_some_are_none_are_no_numbers(tmp_path):
    """A track of which two points have no height: GeoJSON would have null, KML nan among its positions."""
    shapes = shapely.from_wkt(["LINESTRING Z (113 34 1, 113.1 34.1 NaN)", "LINESTRING Z (113 34 1, 113.1 34.1 2)"])
    frame = gpd.GeoDataFrame({"id": ["A", "B"]}, geometry=shapes, crs="EPSG:4326")
    for ending in ("geojson", "kml"):
        path = tmp_path / f"a.{ending}"
        with pytest.raises(LossError, match="the heights of 1 shapes, as some of them are none"):
            write(frame, path)
        write(frame, path, allow_loss=True)
        assert "nan" not in path.read_text(encoding="utf-8").lower()
        assert "null" not in path.read_text(encoding="utf-8")
        assert read(path).frame.geometry.has_z.tolist() == [False, True]
    write(frame, tmp_path / "a.gpkg")
    assert read(tmp_path / "a.gpkg").frame.geometry.has_z.tolist() == [True, True]
