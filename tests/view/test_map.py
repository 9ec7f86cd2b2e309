"""The map as a file: what it holds, packed shapes, classes, definitions."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from map_scenario import map_inputs

from urbanplan.errors import ViewError
from urbanplan.model.layertype import FieldSpec, LayerType
from urbanplan.model.style import Style, map_kinds, read_map_definition, read_style
from urbanplan.model.translation import translations, use_language
from urbanplan.view.map.classes import classify
from urbanplan.view.map.columns import fields
from urbanplan.view.map.draw import draw_map
from urbanplan.view.map.pack import pack_geometries
from urbanplan.view.map.plane import evaluate_polynomials, fit_polynomials, grid_of_page
from urbanplan.view.map.words import WORDS

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("overview", "parcels", "roads", "circle", "parking", "findings")


def block(page: str, name: str) -> dict:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def unpack(packed: dict) -> list[list[list[tuple[float, float]]]]:
    """Chains of each row, in degrees."""

    def numbers(text: str) -> list[int]:
        out, value, shift = [], 0, 0
        for byte in base64.b64decode(text):
            value |= (byte & 127) << shift
            shift += 7
            if not byte & 128:
                out.append(value)
                value = shift = 0
        return out

    steps = [n // 2 if n % 2 == 0 else -(n + 1) // 2 for n in numbers(packed["coords"])]
    places = np.cumsum(np.array(steps, dtype=np.int64).reshape(-1, 2), axis=0) / 1e7
    sizes = iter(numbers(packed["sizes"]))
    rows, at = [], 0
    for count in numbers(packed["chains"]):
        chains = []
        for _ in range(count):
            size = next(sizes)
            chains.append([tuple(p) for p in places[at : at + size].tolist()])
            at += size
        rows.append(chains)
    return rows


DEGREES = st.tuples(st.floats(-179, 179), st.floats(-85, 85))


@given(st.lists(st.lists(DEGREES, min_size=2, max_size=6), min_size=1, max_size=8))
def test_pack_keeps_lines_to_a_centimetre(lines: list[list[tuple[float, float]]]) -> None:
    shapes = np.array([shapely.LineString(line) for line in lines], dtype=object)
    for line, chains in zip(lines, unpack(pack_geometries(shapes)), strict=True):
        assert np.allclose(chains[0], line, rtol=0, atol=0.51e-7)


def test_columns_and_codes_of_results_and_layers_are_in_the_pages_language() -> None:
    page = draw_map(*map_inputs(), kind="circle")
    held = [block(page, name) for name in block(page, "map-meta")["layers"]]
    streets = next(one for one in held if one["name"] == "coverage_streets")
    assert [field["title"] for field in streets["fields"]] == ["编号", "步行可达", "可达步行距离"]
    spec = FieldSpec(title={"zh": "名称来源"}, codes=["speech", "unverified"])
    frame = pd.DataFrame({"name_status": ["unverified", None, "other"]})
    with use_language("zh"):
        (told,) = fields(frame, specs={"name_status": spec}, wanted=[], lang="zh")
    assert (told["title"], told["values"]) == ("名称来源", ["未核实", None, "other"])


def test_values_stand_in_the_order_of_stages_then_of_codes() -> None:
    kind = LayerType(
        name="x",
        title={},
        geometry="any",
        stages=["前期", "开工", "通车"],
        fields={"class": FieldSpec(codes=["主干路", "支路"])},
    )
    assert kind.sort_values("stage", ["通车", "开工", "—", "前期", "通车"]) == ["前期", "开工", "通车", "—"]
    assert kind.sort_values("class", ["支路", "主干路"]) == ["主干路", "支路"]
    assert kind.sort_values("road", ["b", "a"]) == ["a", "b"]


def test_pack_keeps_rows_rings_and_nothing() -> None:
    hole = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    mixed = shapely.GeometryCollection([shapely.Point(9, 9), shapely.box(5, 5, 6, 6)])
    shapes = np.array([hole, None, shapely.Point(4, 5), shapely.Polygon(), mixed], dtype=object)
    packed = pack_geometries(shapes)
    assert packed["dims"][0] == 2
    assert [[len(chain) for chain in chains] for chains in unpack(packed)] == [[4, 4], [], [1], [], [4]]


def test_classes_by_value_range_and_rest() -> None:
    style = Style.model_validate(
        {"name": "s", "field": ["a", "b"], "class": [{"values": ["x", "True"]}, {"minimum": 1, "maximum": 2}]}
    )
    frame = pd.DataFrame({"a": ["x", None, "1.5", "2"], "b": [0, True, 0, 0]})
    assert classify(style, frame).tolist() == [0, 0, 1, 2]


def test_plane_is_true_to_a_tenth_of_a_millimetre() -> None:
    import pyproj

    fit = fit_polynomials("EPSG:4547", (450_000, 3_845_000, 466_000, 3_861_000))
    spots = np.random.default_rng(1).uniform([450_000, 3_845_000], [466_000, 3_861_000], (200, 2))
    degrees = np.column_stack(pyproj.Transformer.from_crs(4547, 4326, always_xy=True).transform(*spots.T))
    assert np.abs(evaluate_polynomials(fit["metres"], degrees) - spots).max() < 1e-4


def test_the_grid_for_print_has_the_working_crs_where_that_is_metric_and_true() -> None:
    import pyproj

    bounds = [[34.70, 113.40], [34.90, 113.65]]
    grid = grid_of_page("EPSG:4547", bounds, in_degrees=False)
    around = np.array([[113.20, 34.55], [113.85, 34.55], [113.20, 35.05], [113.85, 35.05]])
    metres = np.column_stack(pyproj.Transformer.from_crs(4326, 4547, always_xy=True).transform(*around.T))
    assert np.abs(evaluate_polynomials(grid["plane"]["metres"], around) - metres).max() < 0.01
    assert grid_of_page("EPSG:4547", bounds, in_degrees=True) == {"crs": "EPSG:4547", "plane": None}
    for crs, box in (("EPSG:4490", bounds), ("", bounds), ("EPSG:4547", [[0.0, 60.0], [60.0, 150.0]])):
        assert grid_of_page(crs, box, in_degrees=False)["plane"] is None


def test_overview_holds_every_parcel_name_as_plain_json() -> None:
    page = draw_map(*map_inputs())
    names = [block(page, name) for name in block(page, "map-meta")["layers"]]
    parcels = next(layer for layer in names if layer["name"] == "parcels")
    assert parcels["names"] == [f"产业地块-{k:02d}" for k in range(1, 5)]
    assert all(f'"产业地块-{k:02d}"' in page for k in range(1, 5))
    label = parcels["label"]
    assert [name[label["cut"] :] for name in label["names"]] == ["01", "02", "03", "04"]
    assert [field for field in parcels["fields"] if field.get("values") in (parcels["ids"], parcels["names"])] == []
    assert parcels["label"]["figures"][0] == "66.2亩"


def test_one_plan_gives_the_same_bytes() -> None:
    assert draw_map(*map_inputs(), kind="circle") == draw_map(*map_inputs(), kind="circle")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_asks_for_nothing(kind: str) -> None:
    page = draw_map(*map_inputs(kind), kind=kind, lang="en")
    markup = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href|action)\s*=\s*["'](?!#)""", markup)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]


def test_unknown_kind_names_the_kinds() -> None:
    with pytest.raises(ViewError, match="overview"):
        draw_map(*map_inputs(), kind="nothing")


def test_online_asks_tianditu_only_and_only_with_a_key() -> None:
    assert "tianditu.gov.cn" not in draw_map(*map_inputs())
    asking, kept = draw_map(*map_inputs(), online=""), draw_map(*map_inputs(), online="abc123")
    assert "img-src data: blob: https://t0.tianditu.gov.cn" in asking
    assert (block(asking, "map-meta")["online"]["key"], block(kept, "map-meta")["online"]["key"]) == ("", "abc123")
    with pytest.raises(ViewError):
        draw_map(*map_inputs(), online="key&x=1")


def test_a_gcj_base_takes_the_layers_with_it(tmp_path: Path) -> None:
    plan, *rest = map_inputs()
    (tmp_path / "maps" / "bases").mkdir(parents=True)
    base = tmp_path / "maps" / "bases" / "mine.toml"
    tiles = 'title = { zh = "图", en = "Map" }\ndatum = "gcj02"\naddresses = ["ADDRESS"]\n'
    base.write_text(tiles.replace("ADDRESS", "https://tiles.example/{z}/{x}/{y}.png"), encoding="utf-8")
    plan = plan.model_copy(update={"file": str(tmp_path / "plan.toml")})
    true, shifted = (block(draw_map(plan, *rest, online=o), "layer-0")["shape"] for o in (None, "mine:"))
    (x, y), (u, v) = unpack(true)[0][0][0], unpack(shifted)[0][0][0]
    metres = np.hypot((u - x) * 91_400, (v - y) * 110_940)
    assert 540 < metres < 630  # GCJ-02 lies 566 to 605 m off in the zone
    assert "img-src data: blob: https://tiles.example;" in draw_map(plan, *rest, online="mine:")
    base.write_text(tiles.replace("ADDRESS", "ftp://tiles.example/{z}"), encoding="utf-8")
    with pytest.raises(ViewError, match="https"):
        draw_map(plan, *rest, online="mine:")


def test_a_plans_folder_may_bring_its_own_kinds_and_styles(tmp_path: Path) -> None:
    plan, *rest = map_inputs()
    (tmp_path / "maps" / "styles").mkdir(parents=True)
    (tmp_path / "maps" / "mine.toml").write_text(
        'title = { zh = "我的图", en = "Mine" }\n'
        '[[group]]\ntitle = { zh = "组", en = "Group" }\nlayer = [{ layer = "parcels" }]\n',
        encoding="utf-8",
    )
    (tmp_path / "maps" / "styles" / "parcels.toml").write_text('[symbol]\nfill = "#123456"\n', encoding="utf-8")
    plan = plan.model_copy(update={"file": str(tmp_path / "plan.toml")})
    page = draw_map(plan, *rest, kind="mine")
    assert "我的图" in page
    assert "#123456" in page
    assert "mine" in map_kinds(beside=tmp_path)


def test_definitions_and_styles_are_whole() -> None:
    styled = {path.stem for path in (ROOT / "maps" / "styles").glob("*.toml")}
    for name in styled:
        style = read_style(name)
        assert style is not None
        assert set(style.title) in ({"zh", "en"}, set())
        assert all(set(one.title) == {"zh", "en"} for one in style.classes)
    for kind in KINDS:
        definition = read_map_definition(kind)
        assert definition is not None
        assert {shown.style for group in definition.groups for shown in group.layers if shown.style} <= styled
    assert set(KINDS) <= set(map_kinds())
    assert "science-city" in set(map_kinds(beside=ROOT / "layers" / "zhengzhou-hitech")) - set(map_kinds())


def test_every_shipped_layer_type_has_a_style() -> None:
    types = {path.stem for path in (ROOT / "layers" / "types").glob("*.toml")}
    missing = [name for name in sorted(types) if read_style(name) is None]
    assert missing == []


def test_every_word_of_the_page_is_translated() -> None:
    assert [word for word in WORDS.values() if word not in translations("zh")] == []


def test_scripts_use_only_words_that_exist() -> None:
    used = set()
    for path in (ROOT / "urbanplan/view/assets").rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'\bt\("(\w+)"', text)) | set(re.findall(r'data-(?:t|label)="(\w+)"', text))
    assert used - set(WORDS) == set()


def test_scripts_write_no_markup() -> None:
    for path in (ROOT / "urbanplan/view/assets").rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            path.name
        )
