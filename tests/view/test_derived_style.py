"""Layers without a style file: colours, classes, labels and order come from their shapes and columns."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
from map_scenario import map_inputs

from urbanplan.analysis.maps import map_page
from urbanplan.analysis.plans import example_district
from urbanplan.cli.app import run
from urbanplan.errors import ViewError
from urbanplan.layer.layer import Layer
from urbanplan.model.layertype import FieldSpec, LayerType
from urbanplan.model.style import read_style
from urbanplan.plan import read_plan
from urbanplan.view.map.classes import classify
from urbanplan.view.map.derived_style import derive_style, without_classes
from urbanplan.view.map.draw import draw_map, least_zoom

SHAPES = {
    "point": [shapely.Point(500_000 + 10 * k, 3_850_000) for k in range(40)],
    "line": [shapely.LineString([(500_000, 3_850_000 + k), (500_100, 3_850_000 + k)]) for k in range(40)],
    "polygon": [shapely.box(500_000 + 50 * k, 3_850_000, 500_020 + 50 * k, 3_850_020) for k in range(40)],
}


def layer(geometry="point", *, stages=(), fields=None, label=None, **columns):
    kind = LayerType(name="things", title={"zh": "物", "en": "things"}, geometry=geometry, stages=list(stages),
                     fields=fields or {}, label=label)  # fmt: skip
    frame = gpd.GeoDataFrame({"id": range(40)} | columns, geometry=SHAPES[geometry], crs="EPSG:4547")
    return Layer("things", frame, kind)


def titles(style):
    return [one.title["en"] for one in style.classes]


def test_stages_stand_in_their_order_pale_to_dark():
    style = derive_style(layer(stages=["planned", "begun", "built"], stage=["built", "planned"] * 20), 0)
    assert style.field == ["stage"]
    assert titles(style) == ["planned", "begun", "built"]
    lights = [sum(int(one.fill[at : at + 2], 16) for at in (1, 3, 5)) for one in style.classes]
    assert lights == sorted(lights, reverse=True)


def test_words_for_stages_are_put_in_order_without_a_type():
    style = derive_style(layer(状态=["建成", "在建", "规划", "建成"] * 10), 1)
    assert titles(style) == ["规划", "在建", "建成"]


def test_codes_of_the_type_go_before_other_columns():
    fields = {"grade": FieldSpec(codes=["A", "B", "C"])}
    style = derive_style(layer(fields=fields, grade=["C", "A"] * 20, colour=["r", "g", "b", "y"] * 10), 0)
    assert style.field == ["grade"]
    assert titles(style) == ["A", "C"]


def test_kinds_are_taken_of_the_column_that_says_most():
    style = derive_style(layer("line", mostly=["a"] * 39 + ["b"], kind=["x", "y", "z", "w"] * 10), 2)
    assert style.field == ["kind"]
    assert sorted(titles(style)) == ["w", "x", "y", "z"]
    assert len({one.stroke for one in style.classes}) == 4


def test_numbers_are_graduated_at_round_figures_with_their_unit():
    made = layer(fields={"beds": FieldSpec(type="integer", unit="people")}, beds=[3 * k + 1 for k in range(40)])
    style = derive_style(made, 0)
    assert style.field == ["beds"]
    assert 3 <= len(style.classes) <= 5
    assert all(re.fullmatch(r"[<≥]? ?[\d,.]+( – [\d,.]+)?( \w+)?", text) for text in titles(style))
    sizes = [one.size for one in style.classes]
    assert sizes == sorted(set(sizes)), "points grow"
    assert (classify(style, made.frame) < len(style.classes)).all(), "every number is in a class"


def test_null_is_a_class_of_its_own_and_never_zero():
    beds = [None if k % 4 == 0 else float(k * k) for k in range(40)]
    made = layer(beds=beds)
    style = derive_style(made, 0)
    assert style.other["en"] == "no value"
    assert np.array_equal(classify(style, made.frame) == len(style.classes), [value is None for value in beds])


@pytest.mark.parametrize(
    "columns",
    [{"number": list(range(100, 140))}, {"lon": np.linspace(1, 2, 40), "lat": np.linspace(3, 4, 40)},
     {"text": [f"t{k}" for k in range(40)]}, {"same": ["a"] * 40}],
    ids=["numbering", "coordinates", "texts", "one kind"],
)  # fmt: skip
def test_columns_that_say_nothing_make_no_classes(columns):
    assert derive_style(layer(**columns), 0).classes == []


def test_areas_lie_under_lines_under_points_and_names_are_labels():
    orders = [derive_style(layer(geometry), 3).order for geometry in ("polygon", "line", "point")]
    assert orders == sorted(orders)
    assert derive_style(layer(), 0).label is None
    assert derive_style(layer(label="title", title=["a"] * 40), 0).label is not None


def test_a_style_whose_columns_are_absent_has_one_symbol_and_no_word_for_the_rest():
    streets = read_style("streets")
    assert streets.field
    plain = without_classes(streets, layer("line"))
    assert (plain.classes, plain.other, plain.symbol) == ([], {}, streets.symbol)
    assert without_classes(streets, layer("line", **{streets.field[0]: ["a"] * 40})) is streets


def test_a_map_of_a_layer_that_the_plan_lacks_says_so():
    plan, report, layers, _results = map_inputs()
    del layers["parcels"]
    with pytest.raises(ViewError, match="none of the layers that the map parcels shows: parcels"):
        draw_map(plan, report, layers, {}, kind="parcels", lang="en")


def sheets_of(page):
    held = re.findall(r'<script type="application/json" id="layer-\d+">(.*?)</script>', page, re.DOTALL)
    return {data["name"]: data for data in map(json.loads, held)}


def test_streets_are_a_subject_where_no_area_and_no_other_line_is_one():
    plan, report, layers, _ = map_inputs()
    held = {name: layers[name] for name in ("boundary", "streets")}
    alone = sheets_of(draw_map(plan, report, held, {}, lang="en"))
    assert not alone["streets"]["base"], "the legend has them"
    full = sheets_of(draw_map(plan, report, {**held, "parcels": layers["parcels"]}, {}, lang="en"))
    assert full["streets"]["base"]


def test_own_layers_are_on_and_few_where_there_are_many():
    plan, report, layers, _ = map_inputs()
    own = {f"own{k}": Layer(f"own{k}", layer().frame, LayerType(name=f"own{k}", title={}, geometry="point"))
           for k in range(60)}  # fmt: skip
    shown = sheets_of(draw_map(plan, report, {"boundary": layers["boundary"], **own}, {}, lang="en"))
    assert len(shown) == 61
    assert sum(data["visible"] for name, data in shown.items() if name.startswith("own")) == 8


def test_a_plan_without_targets_has_a_map_and_no_verdict(tmp_path, capsys):
    stanza = '[[layer]]\nname = "boundary"\nfile = "boundary.geojson"\ntype = "boundary"\nbasis = "illustrative"\n'
    (tmp_path / "plan.toml").write_text(
        'schema_version = 1\nid = "x"\ntitle = "x"\nas_of = 2025-12-31\n[district]\n'
        f'name = "x"\ncrs = "EPSG:4547"\nboundary = "boundary"\n{stanza}',
        "utf-8",
    )
    (tmp_path / "boundary.geojson").write_bytes((example_district() / "boundary.geojson").read_bytes())
    page = map_page(read_plan(tmp_path))
    meta = json.loads(re.search(r'id="map-meta">(.*?)</script>', page, re.DOTALL)[1])
    assert meta["tab"] == "layers"
    assert run(["check", str(tmp_path)]) == 2, "no target is never a pass"
    assert run(["map", str(tmp_path), "--kind", "parcels", "-o", str(tmp_path / "m.html")]) == 2
    assert "parcels" in capsys.readouterr().err
    assert not (tmp_path / "m.html").exists()


@pytest.mark.parametrize(("side", "zoom"), [(20, 13.5), (1_000, 13.3), (4_000, 11.3), (16_000, 9.3), (1e6, 3.3)])
def test_names_stand_in_areas_as_soon_as_they_are_wide_enough(side, zoom):
    made = layer("polygon", label="name", name=[f"n{k}" for k in range(40)])
    made.frame.geometry = [shapely.box(0, 0, side, side)] * 40
    assert derive_style(made, 0).label.min_zoom == zoom  # 64 pixels of 156,543 m / 2 ** zoom
    made.frame.geometry = [shapely.box(0, 0, side, side)] * 10 + [shapely.box(0, 0, side / 64, side / 64)] * 30
    assert derive_style(made, 0).label.min_zoom == zoom, "the wide have theirs on a small window already"


def test_columns_of_sizes_that_programs_keep_colour_nothing():
    sizes = {"Shape_Leng": np.arange(40) * 1.5, "SHAPE_Area": np.arange(40) * 2.5, "Shape__Area": np.arange(40) * 3.5}
    assert derive_style(layer("polygon", **sizes), 0).field == []
    assert derive_style(layer("polygon", **sizes, shapeliness=np.arange(40) * 0.5), 0).field == ["shapeliness"]


@pytest.mark.parametrize(("span", "zoom"), [(0.1, 9), (0.28, 8), (5, 4), (120, 0), (360, 0)])
def test_a_map_goes_out_until_a_phone_shows_the_whole(span, zoom):
    assert least_zoom([[30, 0], [30 + span / 2, span]]) == zoom
    assert 256 * 2**zoom * span / 360 < 390  # pixels of a phone
