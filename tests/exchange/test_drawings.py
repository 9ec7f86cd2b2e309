"""Kinds of entities of a drawing against values known by hand; what a person chooses of it; what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from urbanplan.errors import ExchangeError, LossError, UsageError
from urbanplan.exchange import inspect, read
from urbanplan.exchange.drawing_options import CadOptions
from urbanplan.exchange.geometry.arcs import Conics, arc_from_bulge, chords

ezdxf = pytest.importorskip("ezdxf")
E, N = 438_000.0, 3_850_000.0
SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]


def draw(folder, make, *, version="R2010", units=6):
    drawing = ezdxf.new(version, units=units)
    make(drawing, drawing.modelspace())
    drawing.saveas(folder / "a.dxf")
    return folder / "a.dxf"


def table_of(folder, make, *, version="R2010", units=6, **chosen):
    return read(draw(folder, make, version=version, units=units), cad=CadOptions(**chosen))


def frame_of(folder, make, **more):
    return table_of(folder, make, **more).frame


def test_neighbours_share_every_vertex_of_an_arc_whichever_way_they_go(tmp_path):
    """Two parcels on either side of an arc of 500 m; and a third way to draw it: an ARC."""
    bulge = 0.13

    def make(drawing, space):
        space.add_lwpolyline(
            [(E, N, 0), (E + 100, N, bulge), (E + 100, N + 100, 0), (E, N + 100, 0)], "xyb", close=True
        )
        space.add_lwpolyline(
            [(E + 200, N + 100, 0), (E + 100, N + 100, -bulge), (E + 100, N, 0), (E + 200, N, 0)], "xyb", close=True
        )

    left, right = frame_of(tmp_path, make).geometry
    assert left.intersection(right).area == 0
    assert left.union(right).area == pytest.approx(20_000, abs=1e-6)
    shared = set(left.exterior.coords) & set(right.exterior.coords)
    assert len(shared) == len(left.exterior.coords) - 3, "all but the two corners of its own, and the closing one"
    angle, radius = 4 * math.atan(bulge), 50 * (1 + bulge**2) / (2 * bulge)
    assert left.area == pytest.approx(10_000 + radius**2 * (angle - math.sin(angle)) / 2, abs=1e-6)


@pytest.mark.parametrize("radius", [1, 37.5, 500, 5000])
def test_a_circle_has_its_area(tmp_path, radius):
    table = table_of(tmp_path, lambda _, space: space.add_circle((E, N), radius))
    (disk,) = table.frame.geometry
    assert disk.area == pytest.approx(math.pi * radius**2, rel=1e-9)
    assert disk.hausdorff_distance(shapely.Point(E, N).buffer(radius, quad_segs=4096)) < 0.01
    assert "1 geometries have arcs: they were drawn as chords" in table.notes


def test_the_vertices_of_a_part_of_an_arc_are_those_of_the_whole():
    whole = chords(arc_from_bulge(np.zeros(3), np.array([100.0, 0, 0]), 1.0), Conics())
    part = chords(arc_from_bulge(np.zeros(3), np.array([50.0, -50.0, 0]), math.tan(math.pi / 8)), Conics())
    assert shapely.MultiPoint(part).hausdorff_distance(shapely.MultiPoint(whole[: len(part)])) < 1e-9


def test_random_arcs_keep_their_area_and_do_not_know_their_direction():
    rng = np.random.default_rng(7)
    for _ in range(300):
        start, end = rng.uniform(0, 100, (2, 3)) * [1, 1, 0]
        bulge = float(rng.uniform(-3, 3))
        there, back = (chords(arc_from_bulge(*way), Conics()) for way in ((start, end, bulge), (end, start, -bulge)))
        assert (there == back[::-1]).all()
        x, y = (there[:, :2] - start[:2]).T
        angle, chord = 4 * math.atan(abs(bulge)), math.dist(start, end)
        radius = chord * (1 + bulge**2) / (4 * abs(bulge))
        segment = abs((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2
        assert segment == pytest.approx(radius**2 * (angle - math.sin(angle)) / 2, rel=1e-6, abs=1e-6)


def test_arrays_and_nested_blocks_stand_where_they_should(tmp_path):
    def make(drawing, space):
        inner, outer = drawing.blocks.new("内", base_point=(1, 1)), drawing.blocks.new("外")
        inner.add_lwpolyline([(1, 1), (2, 1), (2, 2), (1, 2)], close=True)
        outer.add_blockref("内", (5, 0), dxfattribs={"xscale": 2, "yscale": 2})
        array = {"column_count": 3, "row_count": 2, "column_spacing": 10, "row_spacing": 20, "rotation": 90}
        space.add_blockref("外", (E, N), dxfattribs=array)

    frame = frame_of(tmp_path, make)
    assert frame.geometry.area.tolist() == pytest.approx([4] * 6)
    corners = sorted((round(box[0] - E), round(box[1] - N)) for box in frame.geometry.bounds.to_numpy())
    assert corners == sorted((-2 - 20 * row, 5 + 10 * column) for row in range(2) for column in range(3))
    assert set(frame["block"]) == {"内"}


def test_an_uneven_scale_makes_ellipses_of_arcs_and_keeps_outlines_closed(tmp_path):
    def make(drawing, space):
        block = drawing.blocks.new("B")
        block.add_lwpolyline([(-1, 0, 1), (1, 0, 1)], "xyb", close=True)
        block.add_circle((0, 0), 1)
        space.add_blockref("B", (E, N), dxfattribs={"xscale": 30, "yscale": -10, "rotation": 25})

    frame = frame_of(tmp_path, make)
    assert frame.geom_type.tolist() == ["Polygon", "Polygon"]
    assert frame.geometry.area.tolist() == pytest.approx([300 * math.pi] * 2, rel=1e-9)
    assert frame.geometry[0].symmetric_difference(frame.geometry[1]).area < 0.02


def test_ellipses_and_splines(tmp_path):
    def make(drawing, space):
        space.add_ellipse((E, N), (100, 0), 0.5)
        space.add_ellipse((E, N), (100, 0), 0.5, start_param=0, end_param=math.pi)
        half = math.sqrt(0.5)
        ring = [(100, 0), (100, 100), (0, 100), (-100, 100), (-100, 0), (-100, -100), (0, -100), (100, -100), (100, 0)]
        space.add_rational_spline(
            ring, [1, half] * 4 + [1], degree=2, knots=[0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4]
        ).closed = True

    table = table_of(tmp_path, make)
    whole, half, disk = table.frame.geometry
    assert whole.area == pytest.approx(5000 * math.pi, rel=1e-9)
    assert (half.geom_type, shapely.Polygon(half).area) == ("LineString", pytest.approx(2500 * math.pi, rel=1e-9))
    assert disk.area == pytest.approx(10_000 * math.pi, abs=0.0314), "a circle as a spline, to 0.01 m² per hectare"
    assert any("splines" in note for note in table.notes)


def test_hatches_of_all_sorts(tmp_path):
    hole, island, tower = (
        [(2, 2), (8, 2), (8, 8), (2, 8)],
        [(4, 4), (6, 4), (6, 6), (4, 6)],
        [(20, 0), (30, 0), (30, 9)],
    )

    def make(drawing, space):
        for style in (0, 1, 2):
            hatch = space.add_hatch(dxfattribs={"hatch_style": style})
            for ring, flags in ((SQUARE, 3), (hole, 16), (island, 0), (tower, 1)):
                hatch.paths.add_polyline_path(ring, is_closed=True, flags=flags)
        edges = space.add_hatch().paths.add_edge_path()
        edges.add_arc((0, 0), 50, 0, 180)
        edges.add_line((-50, 0), (50, 0))
        disk = space.add_hatch().paths.add_edge_path()
        disk.add_ellipse((0, 0), (20, 0), 0.5, 0, 360, ccw=False)

    areas = frame_of(tmp_path, make).geometry.area.tolist()
    assert areas == pytest.approx([100 - 36 + 4 + 45, 100 - 36 + 45, 145, 1250 * math.pi, 200 * math.pi], rel=1e-9)


def test_polygons_solids_traces_and_faces(tmp_path):
    def make(drawing, space):
        polygon = space.add_mpolygon()
        polygon.paths.add_polyline_path(SQUARE, is_closed=True)
        polygon.paths.add_polyline_path([(2, 2), (4, 2), (4, 4), (2, 4)], is_closed=True)
        space.add_solid([(0, 0), (10, 0), (0, 10), (10, 10)])
        space.add_trace([(0, 0), (10, 0), (0, 10), (10, 10)])
        space.add_solid([(0, 0), (10, 0), (0, 10)])
        space.add_3dface([(0, 0, 5), (10, 0, 5), (10, 10, 5), (0, 10, 5)])

    frame = frame_of(tmp_path, make)
    assert frame["entity"].tolist() == ["MPOLYGON", "SOLID", "TRACE", "SOLID", "3DFACE"]
    assert frame.geometry.area.tolist() == pytest.approx([96, 100, 100, 50, 100])
    assert frame.geometry.is_valid.all()
    assert frame.geometry.has_z.tolist() == [False] * 4 + [True]


MTEXTS = {
    "A\\~B \\H2x;big": "A B big",
    "地块\\~编号;甲": "地块 编号;甲",
    "\\fSimSun|b0|i0|c134|p2;第二行\\P乙": "第二行\n乙",
    "\\U+5730块 \\M+5B5D8": "地块 地",
    "面积\\~12.5亩;用途\\~工业": "面积 12.5亩;用途 工业",
    "\\S1/2; m": "1/2 m",
    "{\\C1;红}字": "红字",
}


def test_texts_say_what_a_reader_sees(tmp_path):
    def make(drawing, space):
        for text in MTEXTS:
            space.add_mtext(text, dxfattribs={"insert": (1, 2)})
        space.add_text("50%%d %%uX%%u")
        space.add_mtext_static_columns(["一栏" * 300, "二栏" * 300], width=10, gutter_width=1, height=50)

    frame = frame_of(tmp_path, make)
    assert frame["text"].tolist()[: len(MTEXTS)] == list(MTEXTS.values())
    assert frame["text"].tolist()[len(MTEXTS)] == "50° X"
    assert frame["text"].tolist()[-1] == "一栏" * 300 + "二栏" * 300


def test_attributes_texts_and_constants_of_blocks(tmp_path):
    def make(drawing, space):
        block = drawing.blocks.new("宗地")
        block.add_lwpolyline(SQUARE, close=True)
        block.add_text("界址", dxfattribs={"insert": (5, 5)})
        block.add_attdef("NO", (1, 1), "?")
        block.add_attdef("城市", (1, 2), "郑州", dxfattribs={"flags": 2})
        insert = space.add_blockref("宗地", (E, N), dxfattribs={"xscale": 2, "yscale": 2})
        insert.add_attrib("NO", "宗地-7", (E + 1, N + 1))
        insert.add_attrib("Layer", "二", (E + 1, N + 1))

    frame = frame_of(tmp_path, make)
    (outline,) = frame[frame.geom_type == "Polygon"].to_dict("records")
    assert (outline["NO"], outline["城市"], outline["attribute_Layer"]) == ("宗地-7", "郑州", "二")
    assert sorted(frame["text"].dropna()) == ["二", "宗地-7", "界址", "郑州"]
    place = frame.geometry[frame["text"] == "界址"].iloc[0]
    assert place.equals(shapely.Point(E + 10, N + 10))


def test_extended_data_are_columns(tmp_path):
    def make(drawing, space):
        for name in ("SOUTH", "QCAD"):
            drawing.appids.add(name)
        parcel, house = space.add_lwpolyline(SQUARE, close=True), space.add_lwpolyline(SQUARE, close=True)
        parcel.set_xdata("SOUTH", [(1000, word) for word in ("300000", "410102001001GB00012", "某单位", "0601")])
        house.set_xdata("SOUTH", [(1000, "141111"), (1040, 3.5)])
        house.set_xdata("QCAD", [(1000, "甲:乙"), (1070, 7), (1010, (1, 2, 3))])

    frame = frame_of(tmp_path, make)
    parcel, house = frame.to_dict("records")
    assert [parcel[name] for name in ("编码", "宗地号", "权利人", "地类")] == [
        "300000",
        "410102001001GB00012",
        "某单位",
        "0601",
    ]
    assert (house["编码"], house["xdata_SOUTH"]) == ("141111", ["141111", 3.5])
    assert house["xdata_QCAD"] == ["甲:乙", 7, [1.0, 2.0, 3.0]]


def test_what_is_not_read_is_named(tmp_path):
    def make(drawing, space):
        space.add_line((0, 0), (1, 1))
        space.add_leader([(0, 0), (5, 5)])
        space.add_mline([(0, 0), (10, 0)])
        space.add_linear_dim(base=(0, 5), p1=(0, 0), p2=(10, 0)).render()
        space.add_polymesh((3, 3))
        space.add_xline((0, 0), (1, 1))
        space.add_blockref("无", (0, 0))

    assert table_of(tmp_path, make).lost == (
        "not taken over: 1 DIMENSION, 1 INSERT (its block is missing), 1 LEADER, 1 MLINE, 1 POLYLINE (mesh), 1 XLINE",
    )


def hidden_layers(drawing, space):
    drawing.layers.add("冻").freeze()
    drawing.layers.add("关").off()
    for layer in ("冻", "关", "显"):
        space.add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": layer})
    drawing.layout("Layout1").add_line((500, 500), (600, 600))


def test_hidden_layers_and_paper_space_are_a_choice(tmp_path):
    table = table_of(tmp_path, hidden_layers)
    assert len(table.frame) == 3
    assert any("frozen" in note and "1 关" in note for note in table.notes)
    assert any("paper space" in note and "1 (Layout1)" in note for note in table.notes)
    assert table_of(tmp_path, hidden_layers, visible_only=True).frame["layer"].tolist() == ["显"]
    assert frame_of(tmp_path, hidden_layers, layout="layout1").geometry[0].bounds == (500, 500, 600, 600)
    with pytest.raises(ExchangeError, match="no layout L2"):
        table_of(tmp_path, hidden_layers, layout="L2")


def test_layers_are_listed_and_chosen(tmp_path):
    path = draw(tmp_path, hidden_layers)
    listed = {row["name"]: row for row in inspect(path).layers[0].drawing_layers}
    assert {name: (row["kinds"], row["hidden"]) for name, row in listed.items()} == {
        "冻": ({"LWPOLYLINE": 1}, "frozen"), "关": ({"LWPOLYLINE": 1}, "off"), "显": ({"LWPOLYLINE": 1}, None),
    }  # fmt: skip
    assert listed["显"]["bounds"] == (0, 0, 10, 10)
    assert read(path, cad=CadOptions(layers=("冻*", "关"))).frame["layer"].tolist() == ["冻", "关"]
    with pytest.raises(ExchangeError, match=r"like JZD\*.*关, 冻, 显"):
        read(path, cad=CadOptions(layers=("JZD*",)))


def test_texts_name_the_outlines_that_they_stand_in(tmp_path):
    def make(drawing, space):
        space.add_lwpolyline([(0, 0), (100, 0), (100, 100), (0, 100)], close=True)
        space.add_lwpolyline([(10, 10), (20, 10), (20, 20), (10, 20)], close=True)
        space.add_lwpolyline([(200, 0), (300, 0), (300, 100), (200, 100)], close=True)
        space.add_lwpolyline([(400, 0), (500, 0), (500, 100), (400, 100)], close=True)
        for text, place in (("外", (50, 60)), ("远", (90, 90)), ("内", (15, 15)), ("甲", (250, 40)), ("乙", (250, 60))):
            space.add_text(text, dxfattribs={"insert": place})

    table = table_of(tmp_path, make, label="id")
    outlines = table.frame[table.frame.geom_type == "Polygon"]
    assert outlines["id"].tolist()[:3] == ["外", "内", "甲"]
    assert outlines["id"].isna().tolist() == [False, False, False, True]
    assert sorted(table.frame["text"].dropna()) == ["乙", "远"], "texts that name none stay features"
    told = " | ".join(table.notes)
    assert "1 outlines have no text inside" in told
    assert "2 outlines have several texts inside" in told
    assert "1 outlines have texts that are as near: the first counts (甲 / 乙)" in told


def test_lines_that_all_but_close(tmp_path):
    def make(drawing, space):
        space.add_lwpolyline([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0.03)])
        space.add_lwpolyline([(0, 0), (100, 0), (100, 100)])

    table = table_of(tmp_path, make)
    assert table.frame.geom_type.tolist() == ["LineString", "LineString"]
    assert any("--close 0.030" in note for note in table.notes)
    table = table_of(tmp_path, make, close=0.05)
    assert table.frame.geom_type.tolist() == ["Polygon", "LineString"]
    assert table.frame.geometry[0].area == 10_000
    assert "1 lines were closed, up to 0.030 m between their ends" in table.notes


def square(size, x=E, y=N):
    return lambda _, space: space.add_lwpolyline(
        [(x, y), (x + size, y), (x + size, y + size), (x, y + size)], close=True
    )


CODES = [(1, 0.0254), (2, 0.3048), (4, 0.001), (5, 0.01), (7, 1000), (10, 0.9144), (14, 0.1), (21, 1200 / 3937)]


@pytest.mark.parametrize(("code", "metres"), CODES)
def test_the_unit_of_the_header_counts_where_the_drawing_then_has_a_place(tmp_path, code, metres):
    make = square(100 / metres, E / metres, N / metres)
    table = table_of(tmp_path, make, units=code)
    assert table.frame.geometry[0].area == pytest.approx(10_000)
    assert any("scaled by" in note for note in table.notes)


def test_a_unit_that_cannot_be_is_refused_and_one_can_be_said(tmp_path):
    path = draw(tmp_path, square(100), units=4)
    with pytest.raises(ExchangeError, match="its unit is mm, but its coordinates are of the size of metres"):
        read(path)
    assert any("its unit is mm, but" in note for note in inspect(path, cad=CadOptions(inspecting=True)).layers[0].notes)
    assert read(path, cad=CadOptions(unit="m")).frame.geometry[0].area == pytest.approx(10_000)
    with pytest.raises(ExchangeError, match="cannot be in mm"):
        read(path, cad=CadOptions(unit="mm"))
    with pytest.raises(UsageError, match="no drawing unit ell"):
        read(path, cad=CadOptions(unit="ell"))
    local = draw(tmp_path, square(100, 0, 0), units=4)
    assert any("--unit mm" in note for note in read(local).notes), "a drawing without a place stays as it is"
    assert read(local, cad=CadOptions(unit="cm")).frame.geometry[0].area == pytest.approx(1)


def test_what_others_drew_into_a_drawing_of_ours_is_named(tmp_path):
    from exchange.sample_frames import parcels

    from urbanplan.exchange import write

    path = write(parcels(), tmp_path / "a.dxf").path
    drawing = ezdxf.readfile(path)
    drawing.modelspace().add_lwpolyline(SQUARE, close=True)
    drawing.saveas(path)
    assert read(path).lost == ("not taken over, as urbanplan did not draw it: 1 LWPOLYLINE",)


def test_a_loss_is_refused_unless_it_is_allowed(tmp_path):
    from urbanplan.analysis.convert import convert_file

    path = draw(tmp_path, lambda _, space: (space.add_line((0, 0), (1, 1)), space.add_leader([(0, 0), (5, 5)])))
    with pytest.raises(LossError, match="1 LEADER"):
        convert_file(path, tmp_path / "a.csv")
    assert not (tmp_path / "a.csv").exists()
    done = convert_file(path, tmp_path / "a.csv", allow_loss=True)
    assert any("1 LEADER" in str(note) for note in done.notes)


HOSTILE = {
    "a block in itself": lambda drawing, space: (
        drawing.blocks.new("A").add_blockref("A", (1, 0)), space.add_blockref("A", (0, 0)), space.add_line((0, 0), (1, 1))
    ),
    "blocks that make ten to the ninth": lambda drawing, space: _laughs(drawing, space),
    "an array of ten to the ninth": lambda drawing, space: (
        drawing.blocks.new("A").add_line((0, 0), (1, 1)),
        space.add_blockref("A", (0, 0), dxfattribs={
            "column_count": 32_000, "row_count": 32_000, "column_spacing": 1, "row_spacing": 1}),
    ),
    "a deep chain": lambda drawing, space: _chain(drawing, space),
    "a spline of a thousand points far apart": lambda drawing, space: space.add_open_spline(
        [(1e6 * math.sin(at * 1.7), 1e6 * math.cos(at * at)) for at in range(1_000)]
    ),
    "a circle as large as the sun": lambda drawing, space: space.add_circle((0, 0), 7e8),
}  # fmt: skip


def _laughs(drawing, space):
    for at in range(9):
        block = drawing.blocks.new(f"B{at}")
        for _ in range(10):
            block.add_blockref(f"B{at + 1}", (0, 0))
    drawing.blocks.new("B9").add_line((0, 0), (1, 1))
    space.add_blockref("B0", (0, 0))


def _chain(drawing, space):
    for at in range(200):
        drawing.blocks.new(f"C{at}").add_blockref(f"C{at + 1}", (0, 0))
    drawing.blocks.new("C200").add_line((0, 0), (1, 1))
    space.add_blockref("C0", (0, 0))
    space.add_line((0, 0), (1, 1))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_drawings_end_soon_and_clearly(tmp_path, name):
    path = draw(tmp_path, HOSTILE[name])
    if "ninth" in name:
        with pytest.raises(ExchangeError, match="makes more than 500000 entities"):
            read(path)
        return
    table = read(path)
    points = int(shapely.get_num_coordinates(table.frame.geometry.to_numpy()).sum())
    assert points < 1_000_000
    if "chain" in name or "itself" in name:
        assert len(table.frame) == 1
        assert ("nested too deep" if "chain" in name else "a block within itself") in table.lost[0]


def test_the_gap_that_is_told_closes_the_line(tmp_path):
    def make(_, space):
        space.add_lwpolyline([(E, N), (E + 100, N), (E + 100, N + 100), (E, N + 100), (E, N + 0.0044)])

    (note,) = [text for text in table_of(tmp_path, make).notes if "all but close" in text]
    assert "--close 0.005" in note
    assert frame_of(tmp_path, make, close=0.005).geom_type.tolist() == ["Polygon"]


def _spoil(path, after, group, value):
    """Write another value into the first group of a code behind a word."""
    lines = path.read_text(encoding="utf-8").split("\n")
    begin = lines.index(after) + 1
    at = begin + next(i for i, text in enumerate(lines[begin:]) if text.strip() == group)
    lines[at + 1] = value
    path.write_text("\n".join(lines), encoding="utf-8")
    return at + 2


def _three(drawing, space):
    space.add_line((E, N), (E + 1, N + 1), dxfattribs={"layer": "JZX"})
    space.add_lwpolyline([(E + x, N + y) for x, y in SQUARE], close=True)
    space.add_circle((E, N), 5)
    drawing.blocks.new("UNUSED").add_point((1, 2))


@pytest.mark.parametrize(
    ("after", "group", "value", "kind"),
    [("AcDbLine", "10", "abc", "LINE"), ("AcDbCircle", "40", "1,5", "CIRCLE")],
)
def test_an_entity_with_a_number_that_is_none_is_named_and_the_others_are_read(tmp_path, after, group, value, kind):
    path = draw(tmp_path, _three)
    line = _spoil(path, after, group, value)
    table = read(path)
    assert len(table.frame) == 2
    assert kind not in set(table.frame["entity"])
    (reason,) = table.refused["reason"]
    assert reason == f"group {group} in line {line} is no number: {value!r}"
    assert table.refused["row"].tolist() == [3]
    assert table.refused["id"].notna().all(), "its handle names it"


def test_an_entity_of_no_known_kind_is_told_and_the_others_are_read(tmp_path):
    path = draw(tmp_path, _three)
    path.write_text(path.read_text(encoding="utf-8").replace("\nCIRCLE\n", "\nCIRCEL\n"), encoding="utf-8")
    table = read(path)
    assert sorted(table.frame["entity"]) == ["LINE", "LWPOLYLINE"]
    assert table.lost == ("not taken over: 1 CIRCEL",)


def test_damage_on_other_layers_and_in_blocks_that_nothing_refers_to_is_no_loss(tmp_path):
    path = draw(tmp_path, _three)
    _spoil(path, "AcDbLine", "10", "abc")
    assert not len(read(path, cad=CadOptions(layers=("0",))).refused)
    path = draw(tmp_path, _three)
    _spoil(path, "AcDbPoint", "10", "abc")
    assert len(read(path).frame) == 3
    assert not len(read(path).refused)


def test_a_damaged_corner_takes_its_old_polyline_with_it(tmp_path):
    def make(_, space):
        space.add_polyline2d([(E + x, N + y) for x, y in SQUARE], close=True)
        space.add_line((E, N), (E + 1, N + 1))

    path = draw(tmp_path, make, version="R2000")
    _spoil(path, "AcDb2dVertex", "10", "?")
    table = read(path)
    assert table.frame["entity"].tolist() == ["LINE"]
    assert "is no number: '?'" in table.refused["reason"].iloc[0]
