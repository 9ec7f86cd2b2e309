"""Findings made while a file becomes a layer: a failing and a passing file for each code."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from layer.test_samples import ON_READING

from urbanplan.errors import LayerError
from urbanplan.layer.conform import coerce_values, to_text
from urbanplan.model.layertype import FieldSpec, read_layer_type
from urbanplan.plan import read_plan
from urbanplan.store.folder import read_plan_layers

PLAN = """id = "p"
title = "p"
as_of = 2025-12-31
[district]
name = "p"
crs = "EPSG:4547"
[[layer]]
name = "parcels"
file = "parcels.geojson"
type = "parcels"
basis = "reported"
{more}
"""
TYPE = """title = { zh = "p", en = "p" }
geometry = "polygon"
[fields.id]
required = true
nullable = false
unique = true
[fields.far]
type = "number"
required = true
"""
RING = [[113.5, 34.8], [113.501, 34.8], [113.501, 34.801], [113.5, 34.801], [113.5, 34.8]]


def parcel(ring=None, **properties):
    shape = {"type": "Polygon", "coordinates": [ring or RING]}
    return {"type": "Feature", "properties": {"id": "A", "far": 2.0, **properties}, "geometry": shape}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def without(feature, name):
    del feature["properties"][name]
    return feature


GOOD = collection(parcel(), parcel(id="B"))
TABLE = 'id,far,wkt\nA,2,"POLYGON((458825 3853606,458834 3853606,458834 3853615,458825 3853606))"\n'
# code -> (failing file or None for none, passing file, further key of the layer, feature that is named)
FILES = {
    "layer-unreadable": (None, GOOD, "", None),
    "layer-feature-refused": (collection(parcel(ring=RING[:2]), parcel(id="B")), GOOD, "", "A"),
    "layer-partly-read": (collection({**parcel(), "owner": "x"}), GOOD, "", None),
    "layer-column-absent": (collection(without(parcel(), "far")), GOOD, "", None),
    "layer-value-type": (collection(parcel(far="about 2")), GOOD, "", "A"),
    "layer-id-absent": (collection(parcel(id=None), parcel()), GOOD, "", None),
    "layer-id-repeated": (collection(parcel(), parcel()), GOOD, "", "A"),
    "layer-crs-unknown": (TABLE, None, 'file = "parcels.csv"', None),
    "layer-datum-unknown": (GOOD, GOOD, 'crs = "EPSG:4214"', None),
    "layer-datum-error": (GOOD, GOOD, 'crs = "EPSG:4214"\ndatum_error = "5 m"', None),
}


def found(folder, text, more=""):
    declared = PLAN.format(more=more)
    if "file =" in more:
        declared = declared.replace('file = "parcels.geojson"', "")
    (folder / "plan.toml").write_text(declared, encoding="utf-8")
    (folder / "types").mkdir(exist_ok=True)
    (folder / "types" / "parcels.toml").write_text(TYPE, encoding="utf-8")
    if text is not None:
        (folder / ("parcels.csv" if "csv" in more else "parcels.geojson")).write_text(text, encoding="utf-8")
    return read_plan_layers(read_plan(folder / "plan.toml"))


def test_every_code_of_reading_has_its_files():
    assert set(FILES) == ON_READING - {"layer-pairs-limited"}  # that needs a layer of its own: test_growth.py


@pytest.mark.parametrize("code", FILES)
def test_failing_file_has_the_finding(tmp_path, code):
    failing, _, more, feature = FILES[code]
    _, findings = found(tmp_path, failing, more)
    hits = [hit for hit in findings if hit.code == code]
    assert [hit.feature for hit in hits] == [feature]
    assert hits[0].layer == "parcels"


@pytest.mark.parametrize("code", FILES)
def test_passing_file_has_none(tmp_path, code):
    failing, passing, more, _ = FILES[code]
    if passing is None:  # the same file with its CRS pinned
        passing, more = failing, more + '\ncrs = "EPSG:4547"'
    elif code.startswith("layer-datum"):  # the same coordinates in the plan's datum
        more = 'crs = "EPSG:4490"'
    layers, findings = found(tmp_path, passing, more)
    assert findings == []
    assert "parcels" in layers


def test_column_that_the_plan_maps_is_there(tmp_path):
    text = GOOD.replace('"far"', '"容积率"')
    layers, findings = found(tmp_path, text, 'columns = { far = "容积率" }')
    assert findings == []
    assert layers["parcels"].frame["far"].tolist() == [2.0, 2.0]


def test_good_rows_are_read_beside_a_refused_one(tmp_path):
    layers, _ = found(tmp_path, FILES["layer-feature-refused"][0])
    assert layers["parcels"].frame["id"].tolist() == ["B"]


def test_declared_count_reaches_the_layer(tmp_path):
    layers, _ = found(tmp_path, GOOD, "count = 3")
    assert layers["parcels"].declared_count == 3


def test_swapped_degrees_are_told_and_widen_readings(tmp_path):
    """Latitude before longitude leads off the earth: told, not measured, and no other finding hides it."""
    from urbanplan.layer.area import dissolved_area
    from urbanplan.layer.validate import validate_layer

    turned = [[lat, lon] for lon, lat in RING]
    layers, findings = found(tmp_path, collection(parcel(), parcel(id="B", ring=turned)), 'crs = "EPSG:4326"')
    assert [(hit.code, hit.feature) for hit in findings] == [("layer-coordinates-lost", "B")]
    assert validate_layer(layers["parcels"]) == []
    low, high = dissolved_area(layers["parcels"].frame.geometry.to_numpy())
    assert 9_000 < low < 11_000
    assert high == float("inf")


def test_layer_that_is_lost_as_a_whole_is_told_once(tmp_path):
    turned = [[lat, lon] for lon, lat in RING]
    text = collection(parcel(ring=turned), parcel(id="B", ring=turned))
    _, findings = found(tmp_path, text, 'crs = "EPSG:4326"')
    assert [(hit.code, hit.feature, hit.values["count"]) for hit in findings] == [("layer-coordinates-lost", None, 2)]


@pytest.mark.parametrize("large", [float("inf"), float("-inf"), 2.0**63, 1e300])
def test_a_number_beyond_whole_ones_is_no_other_number_as_text(large):
    texts = to_text(pd.Series([7.0, None, large]))
    assert [float(text) for text in texts.dropna()] == [7.0, large]
    assert to_text(pd.Series([7.0, None])).tolist() == ["7", pd.NA]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("string", "a"), ("integer", "7"), ("number", "7.5"), ("boolean", "yes"), ("date", "2025-12-31")],
)
def test_a_column_without_a_value_is_of_the_type_that_one_with_a_value_has(kind, value):
    usual, _ = coerce_values(pd.Series([value, None], dtype=object), FieldSpec(type=kind))
    for column in (
        pd.Series([None, None], dtype=object),
        pd.Series([None, None], dtype="str"),
        pd.Series([], dtype=object),
    ):
        empty, bad = coerce_values(column, FieldSpec(type=kind))
        assert (empty.dtype.kind, empty.dtype.name[:8]) == (usual.dtype.kind, usual.dtype.name[:8])  # dates in any unit
        assert (int(empty.isna().sum()), len(bad), int(bad.sum())) == (len(column), len(column), 0)


def test_a_type_file_that_changes_is_read_anew(tmp_path):
    path = tmp_path / "kind.toml"
    path.write_text(TYPE, encoding="utf-8")
    before = read_layer_type(path)
    assert read_layer_type(path) is before
    path.write_text(TYPE.replace("required = true\nnullable = false\n", ""), encoding="utf-8")
    assert (before.fields["id"].required, read_layer_type(path).fields["id"].required) == (True, False)


DAYS = FieldSpec(type="date")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-7-1", "2025-07-01"), ("2025/7/1 0:00", "2025-07-01"), ("2025年7月1日", "2025-07-01"),
        ("20250701", "2025-07-01"), ("２０２５.7.1", "2025-07-01"), ("2025-07-01T23:30:00-08:00", "2025-07-01"),
        ("01/12/2025", None), ("1 July 2025", None), ("May", None), ("now", None), ("12:30", None), ("2025Q3", None),
        ("2025-W27", None), ("25-07-01", None), ("2025-02-30", None), ("2025-07-01 24:00", None),
    ],
)  # fmt: skip
def test_a_day_is_read_with_the_year_first_or_is_unknown(text, day):
    values, bad = coerce_values(pd.Series([text, None, "2024-12-31"]), DAYS)
    assert (None if pd.isna(values[0]) else str(values[0])[:10], bad.tolist()) == (day, [day is None, False, False])


def test_days_in_two_zones_are_those_of_their_clocks():
    texts = pd.Series(["2025-07-01T00:00:00+08:00", "2025-06-30T23:00:00Z", "2025-06-30"])
    days, bad = coerce_values(texts, DAYS)
    assert (days.dropna().dt.day.tolist(), bad.tolist()) == ([1, 30], [False, True, False])  # in UTC: of which day?
    moments = pd.Series(pd.to_datetime(["2025-06-30T17:00:00Z"])).dt.tz_convert("Asia/Shanghai")
    assert str(coerce_values(moments, DAYS)[0][0]) == "2025-07-01 00:00:00"


def test_days_written_alike_are_those_of_the_general_way():
    days = ["2025-06-30", "2024-02-29", None]
    values, bad = coerce_values(pd.Series(days), DAYS)
    among, _ = coerce_values(pd.Series([*days, "2025/6/30"]), DAYS)
    assert values.dtype == among.dtype == "datetime64[s]"
    assert values.equals(among[:3])
    assert not bad.any()
    values, bad = coerce_values(pd.Series(["2025-02-30", "2025-06-30"]), DAYS)  # no such day
    assert (values.isna().tolist(), bad.tolist()) == ([True, False], [True, False])


def test_blank_texts_are_null():
    values, bad = coerce_values(pd.Series(["a", " ", "", None, "\u3000", " b "]), FieldSpec(type="string"))
    assert values.fillna("-").tolist() == ["a", "-", "-", "-", "-", " b "]
    assert not bad.any()


def test_a_year_or_a_month_alone_stays_what_it_says():
    assert coerce_values(pd.Series(["2025", "2025年6月", "2025-07-01", "?"]), DAYS)[0].fillna("-").tolist() == [
        "2025", "2025-06", "2025-07-01", "-",
    ]  # fmt: skip
    assert coerce_values(pd.Series([2025.0, 20250701.0, 2025.5]), DAYS)[0].fillna("-").tolist() == [
        "2025", "2025-07-01", "-",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["number", "integer"])
def test_moments_and_absurd_sizes_are_no_numbers(kind):
    moments = pd.Series([pd.Timestamp("2025-01-01"), pd.NaT])
    values, bad = coerce_values(moments, FieldSpec(type=kind))
    assert (values.isna().all(), bad.tolist()) == (True, [True, False])
    values, bad = coerce_values(pd.Series([1e308, -2e18, 1e18, 5.0]), FieldSpec(type="number"))
    assert bad.tolist() == [True, True, False, False]


def test_a_type_that_writes_its_name_is_told_where_the_name_stands(tmp_path):
    (tmp_path / "plots.toml").write_text('name = "plots"\ngeometry = "polygon"\n', encoding="utf-8")
    with pytest.raises(LayerError, match=r"plots\.toml:1:1: the file's name says 'name'.*Leave the key out"):
        read_layer_type(tmp_path / "plots.toml")
