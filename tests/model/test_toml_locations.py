"""Places of items in a TOML file: by the headers alone, and by a marker where that does not do."""

from __future__ import annotations

import tomllib
from itertools import islice
from pathlib import Path

import pytest

from urbanplan.model import toml_locations
from urbanplan.model.toml_locations import locate, table_spans

TEXT = '''# name = "in a comment"
top = 1
[a]
text = """
x = "in a string"
"""
  x = 3
many = [
  { x = 1 },
  { x = 2 },
]
one = [{ x = 1 }, { x = 2 }]
[[row]]
name = "first"
[row.part]
deep = { n = 1 }
[[row]]
name = "second"
[row.part]
deep = { n = 2 }
[[row.cell]]
v = 1
[[row.cell]]
v = 2
["quoted"]
x = 4
'''


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("top",), (2, 1)), (("a", "text"), (4, 1)), (("a", "x"), (7, 3)), (("a", "one", 1, "x"), (12, 1)),
        (("a", "many", 1, "x"), (10, 3)), (("row", 0, "name"), (14, 1)), (("row", 1, "name"), (18, 1)),
        (("row", 0, "part", "deep", "n"), (16, 1)), (("row", 1, "part", "deep", "n"), (20, 1)),
        (("row", 1, "cell", 0, "v"), (22, 1)), (("row", 1, "cell", 1, "v"), (24, 1)), (("quoted", "x"), (26, 1)),
        (("row", 1), (17, 1)),
    ],
)  # fmt: skip
def test_an_items_line_and_column(path, place):
    assert locate(TEXT, path) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("top",), (2, 1)), (("a", "x"), (7, 3)), (("a", "one", 1, "x"), (12, 1)), (("row", 0, "name"), (14, 1)),
        (("row", 1, "name"), (18, 1)), (("row", 0, "part", "deep", "n"), (16, 1)), (("row", 1, "part", "deep", "n"), (20, 1)),
        (("row", 1, "cell", 0, "v"), (22, 1)), (("row", 1, "cell", 1, "v"), (24, 1)), (("row", 2, "name"), None),
        (("a", "many", 1, "x"), None), (("row", 1), None), (("absent",), None),
    ],
)  # fmt: skip
def test_headers_alone_find_most_items(path, place):
    assert toml_locations._locate_key(TEXT, path) == place


def leaves(data, path=()):
    """The path of each value of a document."""
    if isinstance(data, dict | list) and data:
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*path, key))
    else:
        yield path


@pytest.mark.parametrize("file", ["plan.toml", "targets/08-city.toml"])
def test_headers_and_marker_agree(file, monkeypatch):
    home = Path(__file__).parents[2] / "layers" / "zhengzhou-hitech"
    text = (home / file).read_text(encoding="utf-8")
    paths = list(islice(leaves(tomllib.loads(text)), 0, None, 29))
    by_headers = [toml_locations._locate_key(text, path) for path in paths]
    monkeypatch.setattr(toml_locations, "_locate_key", lambda text, path: None)
    by_marker = [locate(text, path) for path in paths]
    assert [place for place in by_headers if place] == [
        place for place, quick in zip(by_marker, by_headers, strict=True) if quick
    ]
    assert sum(place is not None for place in by_headers) > len(paths) / 2


def test_rows_of_a_table_with_all_that_is_theirs():
    """Sub-tables and remarks within belong to a row; blanks and remarks behind it do not, nor what a text holds."""
    first = '[[ row ]] # one\nname = "a"\n# within\n[row.part]\nx = 1 # last'
    second = '[[row]]\ntext = """\n[[row]]\n# no remark\n"""'
    text = f"top = 1\n{first}\n\n# of the next\n[other]\nrow = 1\n{second}\n# the end\n[rows]\n[[row]]"
    assert [text[place] for place in table_spans(text, "row")] == [first, second, "[[row]]"]
    assert table_spans(text, "other") == table_spans("", "row") == []
