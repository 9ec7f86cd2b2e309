"""Parcel sheets: true to scale, complete, legible, the same bytes again."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from irregular_parcels import irregular_layer
from pdf_text import overlaps, strokes, texts
from pypdf import PdfReader

pytest.importorskip("typst")

from urbanplan.errors import UsageError, ViewError
from urbanplan.layer.layer import Layer
from urbanplan.model.layertype import LayerType
from urbanplan.model.plan import District, Plan
from urbanplan.model.translation import use_language
from urbanplan.plan import read_plan
from urbanplan.siting.proposal import caption_sites
from urbanplan.store.folder import read_plan_layers
from urbanplan.view.sheets import circle_sheets, cjk_font, parcel_sheets, road_sheets
from urbanplan.view.sheets.batch import file_stem, unique_stems
from urbanplan.view.sheets.boundary import boundary_rings
from urbanplan.view.sheets.facts import use_name
from urbanplan.view.sheets.four_bounds import hit_distances, neighbours_by_side
from urbanplan.view.sheets.frame import SCALES, fit_frame, scale_bar

RED = (230, 0, 0)
PLAN = Plan(
    id="town",
    title="小城 2025",
    as_of=datetime.date(2025, 12, 31),
    maker="规划所",
    district=District(name="小城", crs="EPSG:4547"),
)


def layer(name, geometry, shapes, /, **columns) -> Layer:
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4547")
    return Layer(name, frame, LayerType(name=name, title={"en": name, "zh": name}, geometry=geometry))


def square(side: float = 200.0, east: float = 458800.0, north: float = 3853600.0) -> shapely.Polygon:
    return shapely.box(east, north, east + side, north + side)


def parcels(*shapes, **columns) -> dict[str, Layer]:
    columns = {"id": [f"P-{i + 1}" for i in range(len(shapes))], **columns}
    return {"parcels": layer("parcels", "polygon", shapes, **columns)}


@pytest.fixture(scope="module")
def one_square(tmp_path_factory):
    """The sheet of a square of 200 m, file and words."""
    out = tmp_path_factory.mktemp("square")
    columns = {
        "name": ["示范地块"],
        "use_code": ["100101"],
        "far": [1.8],
        "supply_mode": ["弹性年期"],
        "term_years": [30.0],
    }
    made = parcel_sheets(PLAN, parcels(square(), **columns), out=out)
    return made.files[0], PdfReader(made.files[0]).pages[0].extract_text()


def test_the_boundary_is_true_to_scale_red_and_thin(one_square):
    path, words = one_square
    scale = int(re.search(r"1:(\d+)", words).group(1))
    width, points = max(strokes(path, RED), key=lambda each: np.ptp(each[1][:, 0]))
    assert scale in SCALES
    assert np.ptp(points, axis=0) == pytest.approx([200_000 / scale] * 2, abs=0.1)
    assert width == pytest.approx(0.3, abs=0.005)


def test_boundary_points_are_circles_of_eight_tenths(one_square):
    circles = [np.ptp(points, axis=0) for width, points in strokes(one_square[0], RED) if np.ptp(points[:, 0]) < 2]
    assert len(circles) == 4
    assert circles == [pytest.approx([0.8, 0.8], abs=0.02)] * 4


def test_the_head_says_area_use_and_supply(one_square):
    words = one_square[1]
    for text in (
        "40,000.0 m² · 4.0000 公顷 · 60.000 亩",
        "100101 一类工业用地",
        "1.8",
        "弹性年期 · 30 年",
        "规划所",
        "2025-12-31",
    ):
        assert text in words
    assert "数据性质：示意" in words
    assert "椭球面积" in words


def test_points_run_clockwise_from_the_north_west_with_x_to_the_north(one_square):
    words = one_square[1]
    words = " ".join(words.split())
    order = [
        words.index(f"{x}.000 {y}.000")
        for x, y in ((3853800, 458800), (3853800, 459000), (3853600, 459000), (3853600, 458800))
    ]
    assert order == sorted(order)


def test_fonts_are_embedded_and_text_is_real(one_square):
    reader = PdfReader(one_square[0])
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    faces = [face.get_object()["/DescendantFonts"][0].get_object() for face in fonts]
    assert faces
    assert all({"/FontFile2", "/FontFile3"} & set(face["/FontDescriptor"].get_object()) for face in faces)
    assert "示范地块" in one_square[1]


def test_long_names_stand_whole_in_their_cells(tmp_path):
    name = "郑州高新技术产业开发区西北部第二期标准化厂房及其配套的\n研发中试生产管理综合服务基地甲地块东侧附属用地南区"
    plan = PLAN.model_copy(update={"title": name, "maker": name, "id": "zhengzhou-hitech-industrial-zone-2025"})
    columns = {"name": [name], "id": ["GX-2025-" + "0123456789" * 4], "stage": [name[:30]], "use_code": ["1001"]}
    path = parcel_sheets(plan, parcels(square(), **columns), out=tmp_path).files[0]
    assert overlaps(texts(path)) == []
    assert name.replace("\n", "") in re.sub(r"\s", "", PdfReader(path).pages[0].extract_text())


def test_many_remarks_end_above_the_foot_line_and_a_cut_name_stands_in_one_line(tmp_path):
    """Five remarks under two whole blocks of points, or beside a short one; the ellipsis of English is wider."""
    maker = "Department of Spatial Planning and Urban Development, Harbour Board " * 2
    plan = PLAN.model_copy(update={"maker": maker, "language": "en"})
    name = "Saint Bartholomew's Old Cannery and Fishermen's Cooperative"
    shapes = [shapely.Point(458900, 3853700).buffer(110, quad_segs=40), square(east=459400)]
    made = parcel_sheets(plan, parcels(*shapes, name=[name] * 2, announced_mu=[57.01] * 2), out=tmp_path)
    for path in made.files:
        found = texts(path, first=True)
        foot = shapely.box(0, 24.9, 210, 25.1)  # mm: the line above the imprint
        assert [each.text for each in found if each.box.intersects(foot)] == []
        assert overlaps(found) == []
        assert any(each.text.startswith("Saint") and each.text.endswith("…") for each in found), "in one line"


def test_what_only_china_has_stands_on_no_sheet_of_elsewhere(tmp_path):
    made, plan = {}, PLAN.model_copy(update={"language": "en"})
    for crs in ("EPSG:4547", "EPSG:25832"):
        one = parcels(square())["parcels"]
        layers = {"parcels": replace(one, frame=one.frame.set_crs(crs, allow_override=True))}
        file = parcel_sheets(plan, layers, out=tmp_path / crs[5:]).files[0]
        made[crs] = PdfReader(file).pages[0].extract_text()
    assert "4.0000 ha · 60.000 mu" in made["EPSG:4547"]
    assert "3853.5-458.5" in made["EPSG:4547"]
    assert "4.0000 ha" in made["EPSG:25832"]
    assert not re.search(r"\bmu\b|3853.5-458.5", made["EPSG:25832"])


def test_the_same_data_give_the_same_bytes(tmp_path):
    layers = parcels(square(), square(50, 459100), name=["甲", "乙"])
    first = parcel_sheets(PLAN, layers, out=tmp_path / "a", combined=True)
    second = parcel_sheets(PLAN, layers, out=tmp_path / "b", combined=True)
    pairs = zip([*first.files, first.combined], [*second.files, second.combined], strict=True)
    assert all(a.name == b.name and a.read_bytes() == b.read_bytes() for a, b in pairs)
    assert len(PdfReader(first.combined).pages) == 2


@pytest.mark.parametrize("count", [50, pytest.param(200, marks=pytest.mark.corpus)])
def test_no_text_overlaps_on_odd_shapes(tmp_path, count):
    roads = [shapely.LineString([(457000, 3853000 + 210 * i), (465000, 3853100 + 210 * i)]) for i in range(28)]
    named = layer("streets", "line", roads, name=[f"纬{i}路" for i in range(28)], red_line_m=[20.0] * 28)
    made = parcel_sheets(PLAN, {"parcels": irregular_layer(count), "streets": named}, out=tmp_path)
    assert len(made.files) == count
    assert made.left_out == ()
    found = [texts(path, first=True) for path in made.files]
    assert [overlaps(each) for each in found] == [[]] * count
    assert min(len(each) for each in found) > 40


def test_the_first_districts_sheets(district, tmp_path):
    plan = read_plan(district / "plan.toml")
    layers, _ = read_plan_layers(plan)
    made = parcel_sheets(plan, layers, out=tmp_path, combined=True)
    assert len(made.files) == 22
    assert overlaps(texts(made.combined)) == []
    words = [PdfReader(path).pages[0].extract_text() for path in made.files]
    assert all(name in text for name, text in zip(layers["parcels"].frame["name"], words, strict=True))
    roads = road_sheets(plan, layers, out=tmp_path / "roads", combined=True)
    assert len(roads.files) == 32
    assert overlaps(texts(roads.combined)) == []


def test_a_sheet_of_each_sub_districts_circle(tmp_path):
    halves = [shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)]
    moved = [shapely.transform(half, lambda xy: xy + np.array([458000, 3853000])) for half in halves]
    places = layer("subdistricts", "polygon", moved, name=["东", "西"])
    lines = [
        shapely.LineString([(458000, 3853500), (459000, 3853500)]),
        shapely.LineString([(459000, 3853500), (460000, 3853500)]),
    ]
    streets = gpd.GeoDataFrame({"within": [500.0, np.nan], "covered": [True, False]}, geometry=lines, crs="EPSG:4547")
    sites = gpd.GeoDataFrame({"name": ["球场"]}, geometry=[shapely.Point(458400, 3853500)], crs="EPSG:4547")
    gaps = gpd.GeoDataFrame(
        {"length_m": [1000.0], "residents": [80.0], "nearest": ["球场"], "distance_m": [1600.0]},
        geometry=lines[1:],
        crs="EPSG:4547",
    )
    district = PLAN.district.model_copy(update={"subdistricts": "subdistricts"})
    lot = gpd.GeoDataFrame({"id": ["L7"]}, geometry=[shapely.Point(459500, 3853500)], crs="EPSG:4547")
    results = {"coverage_streets": streets, "coverage_sites": sites, "coverage_gaps": gaps}
    with use_language("zh"):
        results |= {"proposed_sites": caption_sites(lot)}
    plan = PLAN.model_copy(update={"district": district})
    made = circle_sheets(plan, {"subdistricts": places}, results=results, out=tmp_path)
    east, west = (" ".join(PdfReader(path).pages[0].extract_text().split()) for path in made.files)
    assert "1.000 100.0%" in east
    assert "球场" in west
    assert "1,600" in west
    assert "1. L7（拟建）" in west
    assert "拟建，未经决定，仅为示意" in west
    assert ("没有盲区" in east, "均已编号列出" in west) == (True, True)


def test_sheets_of_a_circle_draw_the_walks_of_the_question():
    from urbanplan.view.sheets.circles import circle_sheet, fit_bands

    sheet = circle_sheet()
    assert fit_bands(sheet, [500, 800]) == sheet
    fitted = fit_bands(sheet, [300, 700, 900, 1200, 1500]).band
    assert [band.within for band in fitted] == [300, 700, 900, 1200, 1500]
    assert [band.stroke for band in fitted[:4]] == [band.stroke for band in sheet.band]


def test_hostile_names_are_text(tmp_path):
    names = [
        '#panic("x")',
        "$ {{7*7}} $",
        "<script>alert(1)</script>",
        "*粗* _斜_ `码` @ref // 注",
        "\\#[x]",
        "第\u0000一\n行",
    ]
    shapes = [square(100, 458800 + 150 * i) for i in range(len(names))]
    made = parcel_sheets(PLAN, parcels(*shapes, name=names), out=tmp_path)
    words = [PdfReader(path).pages[0].extract_text() for path in made.files]
    for name, text in list(zip(names, words, strict=True))[:5]:
        assert name in text.replace("\n", " ")


def test_ids_that_no_file_can_bear_get_names_of_their_own(tmp_path):
    ids = ["../../x", "a/b", "a\\b", "CON", "", "同", "同"]
    assert len({stem.casefold() for stem in unique_stems(ids)}) == len(ids)
    shapes = [square(20, 458800 + 30 * i) for i in range(len(ids))]
    made = parcel_sheets(PLAN, parcels(*shapes, id=ids), out=tmp_path / "out")
    assert {path.parent for path in made.files} == {tmp_path / "out"}
    assert len(list((tmp_path / "out").glob("*.pdf"))) == len(ids)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_a_stem_is_a_plain_name(name):
    stem = file_stem(name)
    assert stem
    assert not set(stem) & set('\\/:*?"<>| \n\0')
    assert stem not in (".", "..")


def test_a_parcel_without_area_is_left_out_and_told(tmp_path):
    made = parcel_sheets(PLAN, parcels(square(), shapely.Polygon()), out=tmp_path)
    assert [path.name for path in made.files] == ["P-1.pdf"]
    assert "P-2" in made.left_out[0]


def test_a_parcel_of_more_points_than_a_sheet_lists_is_left_out_with_the_limit(tmp_path, monkeypatch):
    round_one = shapely.Point(459_200, 3_853_600).buffer(50, quad_segs=50)
    monkeypatch.setenv("URBANPLAN_POINTS", "100")
    made = parcel_sheets(PLAN, parcels(square(), round_one), out=tmp_path)
    assert [path.name for path in made.files] == ["P-1.pdf"]
    assert all(part in made.left_out[0] for part in ("P-2", "201", "100", "URBANPLAN_POINTS"))
    monkeypatch.setenv("URBANPLAN_POINTS", "201")
    assert len(parcel_sheets(PLAN, parcels(round_one), out=tmp_path).files) == 1


def test_a_road_of_more_strips_than_a_sheet_has_is_left_out_with_the_limit(tmp_path, monkeypatch):
    lines = [shapely.LineString([(0, 0), (100 * at, 0)]) for at in (1, 60)]
    roads = {"road_projects": layer("road_projects", "line", lines, id=["R-1", "R-2"])}
    monkeypatch.setenv("URBANPLAN_STRIPS", "3")
    made = road_sheets(PLAN, roads, out=tmp_path)
    assert [path.name for path in made.files] == ["R-1.pdf"]
    assert all(part in made.left_out[0] for part in ("R-2", "3", "URBANPLAN_STRIPS"))


def test_a_text_without_an_end_is_cut_in_one_look():
    font, looked = cjk_font(), []
    whole = font.fitted("郑州 高新区" * 20, 3.0, 40.0)
    endless = "郑州 高新区" * 100_000
    assert font.fitted(endless, 3.0, 40.0) == whole
    assert font.width(whole, 3.0) <= 40.0 < font.width(whole + "郑", 3.0)
    counted = replace(font)
    object.__setattr__(counted, "_ems", lambda text: (looked.append(sign) or font.width(sign, 1.0) for sign in text))
    assert counted.cell(endless, 3.0, 40.0) == font.cell("郑州 高新区" * 100, 3.0, 40.0)
    assert len(looked) < 1_000


def test_only_the_parcels_asked_for(tmp_path):
    layers = parcels(square(), square(20, 459100), name=["甲", "乙"])
    assert [path.name for path in parcel_sheets(PLAN, layers, out=tmp_path, parcels=["乙"]).files] == ["P-2.pdf"]
    with pytest.raises(UsageError, match="丙"):
        parcel_sheets(PLAN, layers, out=tmp_path, parcels=["丙"])
    with pytest.raises(ViewError, match="layer of parcels"):
        parcel_sheets(PLAN, {}, out=tmp_path)


def test_a_missing_font_is_an_error_that_says_what_to_do(tmp_path, monkeypatch):
    from urbanplan.view.sheets import fonts

    monkeypatch.setattr(fonts, "font_folders", lambda: iter([tmp_path]))
    fonts._find_font.cache_clear()
    with pytest.raises(ViewError, match="no font with Chinese"):
        cjk_font()
    fonts._find_font.cache_clear()


def test_a_machine_without_fonts_has_the_packages_own(monkeypatch):
    from urbanplan.view.sheets import fonts

    own = [*fonts.font_folders()][-1]
    monkeypatch.setattr(fonts, "font_folders", lambda: iter([own]))
    fonts._find_font.cache_clear()
    found = cjk_font()
    fonts._find_font.cache_clear()
    assert found.file.name == fonts.PACKAGE_FONT
    assert found.width("郑州高新区ABC", 10.0) == pytest.approx(50 + 10 * found.width("ABC", 1.0))


def test_the_table_goes_on_over_pages(tmp_path):
    angles = -np.linspace(0, 2 * np.pi, 260, endpoint=False)
    ring = np.column_stack([458800 + 300 * np.cos(angles), 3853600 + 300 * np.sin(angles)])
    made = parcel_sheets(PLAN, parcels(shapely.Polygon(ring)), out=tmp_path)
    reader = PdfReader(made.files[0])
    assert len(reader.pages) == 4
    words = "\n".join(page.extract_text() for page in reader.pages)
    assert all(re.search(rf"\bJ{n}\b", words) for n in range(1, 261))
    assert "第 4 页 共 4 页" in words


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("start", range(4))
def test_the_order_of_points_does_not_depend_on_the_file(start, reverse):
    corners = [(0, 0), (0, 10), (10, 10), (10, 0)]
    turned = corners[start:] + corners[:start]
    found = boundary_rings(shapely.Polygon(turned[::-1] if reverse else turned))[0]
    assert found.points.tolist() == [[0, 10], [10, 10], [10, 0], [0, 0]]
    assert found.lengths.tolist() == [10, 10, 10, 10]


def test_numbers_run_on_over_parts_and_holes():
    holed = shapely.Polygon([(0, 0), (0, 10), (10, 10), (10, 0)], [[(2, 2), (4, 2), (4, 4), (2, 4)]])
    found = boundary_rings(shapely.MultiPolygon([shapely.box(20, 0, 30, 10), holed]))
    assert [(ring.first, ring.hole, ring.part) for ring in found] == [(1, False, 0), (5, True, 0), (9, False, 1)]


@given(st.floats(0.1, 50_000), st.floats(0.1, 50_000))
def test_a_frame_shows_its_bounds_at_the_largest_round_scale(width, height):
    frame = fit_frame((0, 0, width, height), (164, 126))
    west, south, east, north = frame.window
    assert (west, south) <= (1e-6, 1e-6)
    assert east >= width - 1e-6
    assert north >= height - 1e-6
    assert frame.scale % 100 == 0
    division, count = scale_bar(frame.scale)
    assert 2 <= count <= 4
    assert division * count * 1000 / frame.scale <= 45


def test_the_four_sides_of_a_block():
    from urbanplan.view.sheets.surroundings import Ground, Surrounding

    def ground(role, shapes, names, width=0.0):
        row = Surrounding(layers=[], role=role)
        return Ground(row, role, "", "illustrative", np.array(shapes, dtype=object), names, np.full(len(shapes), width))

    own = shapely.box(0, 0, 100, 100)
    around = [
        ground("parcel", [own, shapely.box(110, 0, 210, 100)], ["自己", "东邻"]),
        ground("road", [shapely.LineString([(-50, 115), (150, 115)])], ["北路"], 20.0),
        ground("named", [shapely.box(-900, 0, -500, 100)], ["西湖"]),
    ]
    found = neighbours_by_side(own, around)
    told = {side: [(n.name, n.role, round(n.distance)) for n in names] for side, names in found.items()}
    assert told == {"N": [("北路", "road", 5)], "E": [("东邻", "parcel", 10)], "S": [], "W": [("西湖", "named", 500)]}


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_nearest_neighbour_is_that_of_cutting_every_shape(seed):
    rng = np.random.default_rng(seed)
    corners = rng.uniform(-200, 200, (30, 2))
    shapes = shapely.box(*corners.T, *(corners + rng.uniform(1, 40, (30, 2))).T)
    rays = shapely.linestrings(np.stack([np.zeros((8, 2)), rng.uniform(-250, 250, (8, 2))], axis=1))
    ray, shape = shapely.STRtree(shapes).query(rays, predicate="intersects")
    origins, reach = shapely.points(np.zeros((len(ray), 2))), rng.uniform(0, 30, len(ray))
    found = hit_distances(rays[ray], origins, shapes[shape], ray=ray, reach=reach)
    plain = np.maximum(shapely.distance(origins, shapely.intersection(rays[ray], shapes[shape])) - reach, 0.0)
    for each in np.unique(ray):
        assert found[ray == each].min() == plain[ray == each].min()
        assert np.argmin(found[ray == each]) == np.argmin(plain[ray == each])


def test_a_finer_code_takes_its_parents_name():
    with use_language("zh"):
        assert use_name("100101") == "一类工业用地"
        assert use_name("10010199") == "工业用地"
        assert use_name("XX") == ""


def test_surveyed_parcels_say_so(tmp_path):
    layers = parcels(square())
    surveyed = {"parcels": replace(layers["parcels"], basis="surveyed")}
    words = PdfReader(parcel_sheets(PLAN, surveyed, out=tmp_path).files[0]).pages[0].extract_text()
    assert "数据性质：实测" in words
    assert "示意" not in words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[surrounding]]\nlayers = ["streets"]\nstroke = "red; } #panic()"', "surrounding.0.stroke"),
        ("a = [", "not TOML"),
    ],
)
def test_a_declaration_that_does_not_fit_is_an_error_with_its_place(tmp_path, text, told):
    (tmp_path / "maps" / "sheets").mkdir(parents=True)
    (tmp_path / "maps" / "sheets" / "surroundings.toml").write_text(text, encoding="utf-8")
    plan = PLAN.model_copy(update={"file": str(tmp_path / "plan.toml")})
    with pytest.raises(ViewError, match=told):
        parcel_sheets(plan, parcels(square()), out=tmp_path / "out")
