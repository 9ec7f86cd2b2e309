"""Rows of JSON from columns: the text that a row by row writer gives."""

from __future__ import annotations

import json

import numpy as np

from urbanplan.view.document.json_rows import line_rows


def test_two_rows_are_written_as_by_hand() -> None:
    columns = {
        "length_m": np.array([1.5, 1e16]),
        "residents": np.array([np.nan, 2.0]),
        "street": np.array([7, -1]),
        "nearest": np.array(['a, "b"]],[[', None], dtype=object),
    }
    coords = np.array([[0.0, 1.0], [2.0, 3.5], [2.0, 3.5], [4.0, 5.0], [6.0, 7.0]])
    first = (
        b'{"length_m":1.5,"residents":null,"street":7,"nearest":"a, \\"b\\"]],[[",'
        b'"geometry":{"type":"LineString","coordinates":[[0.0,1.0],[2.0,3.5]]}}'
    )
    second = (
        b'{"length_m":1e+16,"residents":2.0,"street":-1,"nearest":null,'
        b'"geometry":{"type":"LineString","coordinates":[[2.0,3.5],[4.0,5.0],[6.0,7.0]]}}'
    )
    assert line_rows(columns, coords, np.array([0, 2, 5])) == first + b",\n" + second
    alone = {name: values[:1] for name, values in columns.items()}
    assert line_rows(alone, coords[:2], np.array([0, 2])) == first


def test_many_rows_are_what_they_were_made_of() -> None:
    random = np.random.default_rng(3)
    count = 500
    counts = random.integers(2, 9, count)
    offsets = np.append(0, np.cumsum(counts))
    coords = random.normal(0, 10.0 ** random.integers(-9, 9, (offsets[-1], 1)), (offsets[-1], 2))
    names = np.array([f"路 {at}" for at in random.integers(0, 40, count)], dtype=object)
    columns = {"metres": random.normal(0, 1e6, count), "name": names, "row": np.arange(count)}
    rows = json.loads(b"[" + line_rows(columns, coords, offsets) + b"]")
    for name, values in columns.items():
        assert [row[name] for row in rows] == values.tolist()
    drawn = [coords[offsets[at] : offsets[at + 1]].tolist() for at in range(count)]
    assert [row["geometry"]["coordinates"] for row in rows] == drawn
