"""Boundary-point TXT read all at once answers what its lines say one by one, whatever the bureau's ways."""

from __future__ import annotations

import itertools

import pytest
import shapely
from exchange.boundary_texts import CELLS, TextSettings, all_settings, boundary_text
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from urbanplan.errors import ExchangeError
from urbanplan.exchange import read, write
from urbanplan.exchange.boundary.encoding import decode
from urbanplan.exchange.boundary.numbers import max_digits, parse_numbers
from urbanplan.exchange.boundary.template import HEAD_FIELDS
from urbanplan.exchange.fields.columns import to_json_values
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.table import Source

NAMES = (*HEAD_FIELDS, "备用1", "备用2", "备用3")


def rings_of(shape) -> list[list[list[tuple[float, float]]]]:
    return [
        [list(ring.coords) for ring in (part.exterior, *part.interiors)] for part in shapely.get_parts(shape).tolist()
    ]


@settings(max_examples=examples(300))
@given(how=all_settings(), seed=st.integers(0, 2**32 - 1), plots=st.integers(1, 12))
def test_every_way_of_writing_is_read_to_the_bit_and_comes_back(
    tmp_path_factory, how: TextSettings, seed: int, plots: int
):
    folder = tmp_path_factory.mktemp("made")
    data, known = boundary_text(how, seed, plots)
    (folder / "a.txt").write_bytes(data)
    table = read(folder / "a.txt")
    assert len(table.refused) == 0
    assert [rings_of(shape) for shape in table.frame.geometry] == [plot.parts for plot in known]
    assert table.frame["界址点号"].tolist() == [" ".join(plot.numbers) for plot in known]
    for at in range(1, how.cells if how.heads else 0):
        cells = [plot.cells[at] for plot in known]
        said = [float(cell) if at == 1 else (cell or None) for cell in cells]
        assert to_json_values(table.frame[NAMES[at]]) == said, NAMES[at]
    write(table.frame, folder / "b.txt", profile=table.template, allow_loss=True)
    assert (folder / "b.txt").read_bytes() == data


@given(st.lists(st.floats(allow_infinity=False, allow_nan=False), min_size=1), st.booleans())
def test_numbers_are_the_doubles_that_python_reads(values, spaced):
    import pyarrow as pa

    texts = [repr(value) for value in values] + [f"{value:.25e}" for value in values]
    texts = [f" {text}\t" for text in texts] if spaced else texts
    assert parse_numbers(pa.array(texts)).tolist() == [float(text) for text in texts]


def test_what_is_no_number_harms_no_other():
    import pyarrow as pa

    texts = ["0.1", "?", "", "1_0", "１.５", "+0.3", " 38458825.445 ", "0x10"]
    read_numbers = parse_numbers(pa.array(texts)).tolist()
    assert [value for value in read_numbers if value == value] == [0.1, 0.3, 38458825.445]
    assert [at for at, value in enumerate(read_numbers) if value != value] == [1, 2, 3, 4, 7]
    assert max_digits(pa.array(["1.25 ", "7", "1.5"])) == 2


HEADS = "[属性描述]\n带号=38\n[地块坐标]\n"
RING = "J1,1,3853606.8,38458825.4\nJ2,1,3853806.8,38458825.4\nJ3,1,3853806.8,38459025.4\nJ1,1,3853606.8,38458825.4\n"


def read_text(tmp_path, text, encoding="utf-8"):
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    return read(tmp_path / "a.txt")


@pytest.mark.parametrize("blank", ["\n", "   \n", "\t\t\t\t\t\t\t\t\t\t\r\n", " \n\n \n"])
def test_blank_lines_between_points_are_passed_over(tmp_path, blank):
    text = HEADS + "4,1,A,甲,面,,,,@\n" + RING.replace("J3", f"{blank}J3")
    assert read_text(tmp_path, text).frame["界址点号"].tolist() == ["J1 J2 J3 J1"]
    with pytest.raises(ExchangeError, match=rf"a\.txt:{7 + blank.count(chr(10))}: .*what"):
        read_text(tmp_path, text.replace("J3,1", "what"))


def test_points_before_all_heads_are_told(tmp_path):
    with pytest.raises(ExchangeError, match=r"a\.txt:4: this point stands before all head lines"):
        read_text(tmp_path, HEADS + RING + "4,1,A,甲,面,,,,@\n" + RING)


@pytest.mark.parametrize("line", ["J2,99999999999,3853806.8,38458825.4", "J2,1,3853806.8," + "4" * 3_000_000])
def test_a_line_out_of_all_measure_is_named(tmp_path, line):
    with pytest.raises(ExchangeError, match=r"a\.txt:6: this line is no boundary point"):
        read_text(tmp_path, HEADS + "4,1,A,甲,面,,,,@\n" + RING.replace("J2,1,3853806.8,38458825.4", line))


@pytest.mark.parametrize("count", ["²", "４", "4.0", "", "x"])
def test_a_count_that_is_no_number_is_no_count(tmp_path, count):
    assert len(read_text(tmp_path, HEADS + f"{count},1,A,甲,面,,,,@\n" + RING).frame) == 1


def test_a_count_beyond_all_numbers_is_refused_as_it_stands(tmp_path):
    table = read_text(tmp_path, HEADS + f"{'9' * 30},1,A,甲,面,,,,@\n{RING}4,1,B,乙,面,,,,@\n{RING}")
    assert table.refused["reason"].tolist() == [f"the head says {'9' * 30} points, 4 follow"]


def test_a_head_without_points_is_refused(tmp_path):
    table = read_text(tmp_path, HEADS + f"4,1,A,甲,面,,,,@\n4,1,B,乙,面,,,,@\n{RING}4,1,C,丙,面,,,,@")
    assert table.frame["地块编号"].tolist() == ["B"]
    assert table.refused["row"].tolist() == [1, 3]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "big5", "utf-8"])
def test_foreign_characters_may_come_late(tmp_path, encoding):
    plots = "".join(f"4,1,A{at},B,F,,,,@\n{RING}" for at in range(400))
    late = ("\ufeff" * 0 + "[A]\n" + plots + "4,1,Z,工業用地在區內,F,,,,@\n" + RING).encode(encoding)
    source = Source(tmp_path / "a.txt", by_name("txt"))
    text, found = decode(late, source)
    assert (text.decode(), found) == (late.decode(encoding), "gbk" if encoding == "gb18030" else encoding)


def test_an_at_sign_inside_a_gbk_character_is_no_head(tmp_path):
    assert "丂".encode("gbk")[1:] == b"@"
    table = read_text(tmp_path, HEADS + "4,1,A,丂丂,面,,,,@\n" + RING, "gbk")
    assert table.frame["地块名称"].tolist() == ["丂丂"]


def square(east: float, north: float, size: float) -> list[tuple[float, float]]:
    return [(east, north), (east, north + size), (east + size, north + size), (east + size, north), (east, north)]


def test_holes_islands_and_parts_in_any_number(tmp_path):
    outers = [square(38458000 + 300 * at, 3853000, 200) for at in range(3)]
    holes = [square(38458020 + 300 * at, 3853020, 100) for at in range(3)]
    islands = [square(38458030 + 300 * at, 3853030, 50) for at in range(3)]
    number, lines = itertools.count(1), []
    for ring, points in enumerate([*outers, *holes, *islands], start=1):
        begin = f"J{next(number)}"
        names = [begin, *(f"J{next(number)}" for _ in points[1:-1]), begin]
        lines += [f"{name},{ring},{n},{e}" for name, (e, n) in zip(names, points, strict=True)]
    table = read_text(tmp_path, HEADS + f"{len(lines)},1,A,甲,面,,,,@\n" + "\n".join(lines) + "\n")
    known = [[outer, hole] for outer, hole in zip(outers, holes, strict=True)] + [[island] for island in islands]
    assert rings_of(table.frame.geometry[0]) == known
    assert table.frame["圈号"][0] == "1 4 2 5 3 6 7 8 9"
    write(table.frame, tmp_path / "b.txt", profile=table.template, allow_loss=True)
    written = (tmp_path / "b.txt").read_text("utf-8").splitlines()[4:]
    assert sorted(written) == sorted(lines)  # each point keeps its number and ring, holes now follow their part


def test_a_ring_that_touches_its_start_in_passing_is_one_ring(tmp_path):
    first, second = square(38458000, 3853000, 100), square(38459000, 3853000, 100)
    bow = [*second[:4], second[0], (38458900, 3853000), (38458900, 3852900), second[0]]
    named = [*zip((1, 2, 3, 4, 1), first, strict=True), *zip((5, 6, 7, 8, 9, 10, 11, 5), bow, strict=True)]
    lines = [f"J{name},1,{n},{e}" for name, (e, n) in named]
    single = [f"J{name},1,{n},{e}" for name, (e, n) in named[:5]]
    text = (
        HEADS + f"{len(lines)},1,A,甲,面,,,,@\n" + "\n".join(lines) + "\n5,1,B,乙,面,,,,@\n" + "\n".join(single) + "\n"
    )
    assert [len(rings[0]) for rings in rings_of(read_text(tmp_path, text).frame.geometry[0])] == [5, 8]


def test_lines_and_points_among_many_plots(tmp_path):
    many = "".join(f"4,1,A{at},甲,{'线' if at % 2 else '点'},,,,@\n{RING}" for at in range(40))
    table = read_text(tmp_path, HEADS + many + "4,1,Z,甲,面,,,,@\n" + RING)
    kinds = [shape.geom_type for shape in table.frame.geometry]
    assert kinds == ["MultiPoint", "LineString"] * 20 + ["Polygon"]
    assert CELLS[4] == table.frame["图形属性"].iloc[-1]
