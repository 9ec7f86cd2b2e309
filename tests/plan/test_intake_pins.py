"""``intake.toml``: what is pinned comes back as it was, guesses stay comments, wrong types are refused by place."""

from __future__ import annotations

import pytest

from urbanplan.errors import PlanError
from urbanplan.plan.intake_pins import PIN_FILE, FilePin, Pins, pins_text, read_pins, toml_text

PINNED = FilePin(
    path="a.shp", type="pois", place=["lon", "lat"], swap_axes=True, columns={"名 称": 'a"b'}, sha256="old", layer="old"
)
GUESSES = [
    ("type", "parks", "pois"),
    ("crs", "EPSG:4547", "EPSG:4548"),
    ("place", ["x", "y"], ""),
    ("datum", "", "gcj02"),
    ("encoding", None, ""),
]


def row(path, *, table="", sha256="", applied="", layer=None, guesses=()):
    return {"path": path, "table": table, "sha256": sha256, "applied": applied, "layer": layer, "guesses": guesses}


def body(pins, *rows):
    """The lines below the two of the head."""
    head, second, *lines = pins_text(pins, rows).splitlines()
    assert head.startswith("# ")
    assert second.startswith("# ")
    return lines


def test_a_file_without_pins_has_its_guesses_as_comments_with_their_rivals():
    assert body(Pins(), row("a.shp", sha256="ab", layer="parks", guesses=GUESSES)) == [
        "", "[[file]]", 'path = "a.shp"', 'sha256 = "ab"', 'layer = "parks"',
        '# type = "parks"  # or pois', '# crs = "EPSG:4547"  # or EPSG:4548', '# place = ["x", "y"]',
    ]  # fmt: skip


def test_a_pin_is_written_and_its_guess_is_not():
    pins = Pins(crs="EPSG:4547", boundary="b", file=[PINNED])
    assert body(pins, row("a.shp", sha256="ab", layer="parks", guesses=GUESSES)) == [
        'crs = "EPSG:4547"', 'boundary = "b"', "", "[[file]]", 'path = "a.shp"', 'sha256 = "ab"', 'layer = "parks"',
        'type = "pois"', 'place = ["lon", "lat"]', "swap_axes = true", 'columns = { "名 称" = "a\\"b" }',
        '# crs = "EPSG:4547"  # or EPSG:4548',
    ]  # fmt: skip


def test_a_layer_of_a_file_without_a_name_and_one_that_is_left_out():
    rows = (row("b.gdb", table='t"1', applied="cd"), row("c.csv", layer=""))
    assert body(Pins(), *rows) == [
        "", "[[file]]", 'path = "b.gdb"', 'table = "t\\"1"', 'applied = "cd"', "", "[[file]]", 'path = "c.csv"',
        'layer = ""',
    ]  # fmt: skip


def test_what_is_written_is_read_again(tmp_path):
    pins = Pins(crs="EPSG:4547", boundary="b", file=[PINNED])
    text = pins_text(pins, [row("a.shp", sha256="ab", applied="cd", layer="parks", guesses=GUESSES), row("b.gdb")])
    (tmp_path / PIN_FILE).write_text(text, encoding="utf-8")
    written = PINNED.model_copy(update={"sha256": "ab", "applied": "cd", "layer": "parks"})
    assert read_pins(tmp_path) == Pins(crs="EPSG:4547", boundary="b", file=[written, FilePin(path="b.gdb")])


def test_a_folder_without_the_file_has_no_pins(tmp_path):
    assert read_pins(tmp_path) == Pins()


def test_a_pin_is_of_one_layer_of_one_file():
    first, second = FilePin(path="a.gdb", table="t"), FilePin(path="b.gdb", table="u")
    pins = Pins(file=[first, second])
    assert pins.find("b.gdb", "u") is second
    assert pins.find("a.gdb", "t") is first
    assert pins.find("a.gdb", "u") is pins.find("b.gdb", "") is None


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("crs = 5", 1, "crs: "),
        ("file = 3", 1, "file: "),
        ("other = 1", 1, "there is no key 'other' here"),
        ("crs = ", 1, "this is not TOML"),
        ("[[file]]\npath = 3", 2, "path: "),
        ("[[file]]\ntable = 'a'", 1, "path' is missing"),
        ("[[file]]\npath = 'a'\nplace = ['a', 'b', 'c']", 3, "place: "),
        ("[[file]]\npath = 'a'\ncolumns = {a = 1}", 3, "columns.a: "),
        ("[[file]]\npath = 'a'\nswap_axes = 'maybe'", 3, "swap_axes: "),
        ("[[file]]\npath = 'a'\nwidth = 3", 3, "there is no key"),
    ],
)
def test_a_pin_of_a_wrong_type_is_refused_by_file_and_line(tmp_path, text, line, said):
    (tmp_path / PIN_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as raised:
        read_pins(tmp_path)
    assert f"{PIN_FILE}:{line}:" in str(raised.value)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("text", "written"), [("公园", '"公园"'), ('a"b\\', '"a\\"b\\\\"'), ("a\nb\x7f", '"a\\nb\\u007f"')]
)
def test_a_text_is_one_line_of_toml(text, written):
    assert toml_text(text) == written
