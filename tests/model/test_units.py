"""Units as people write them: one table for plans, reported values, types and the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbanplan.model.translation import use_language
from urbanplan.model.units import (
    CURRENCIES,
    check_unit,
    convert_unit,
    dimension,
    dimension_name,
    is_convertible,
    parse_unit,
    suggest_unit,
    unit_names,
    unit_table,
    units_of,
)

MU = 10000 / 15


@pytest.mark.parametrize(
    ("text", "kind", "factor"),
    [
        ("㎡", "area", 1),
        ("万㎡", "area", 1e4),
        ("平方米", "area", 1),
        ("万平方米", "area", 1e4),
        ("亩", "area", MU),
        ("万亩", "area", 1e4 * MU),
        ("公顷", "area", 1e4),
        ("hm2", "area", 1e4),
        ("hm²", "area", 1e4),
        ("km²", "area", 1e6),
        ("平方公里", "area", 1e6),
        ("㎢", "area", 1e6),
        ("公里", "length", 1e3),
        ("千米", "length", 1e3),
        ("米", "length", 1),
        *((word, "count", 1) for word in "个处座宗条所家套户"),
        ("万个", "count", 1e4),
        ("万", "count", 1e4),
        ("", "count", 1),
        ("人", "people", 1),
        ("万人", "people", 1e4),
        ("%", "share", 0.01),
        ("％", "share", 0.01),
        ("元", "money", 1),
        ("万元", "money", 1e4),
        ("亿元", "money", 1e8),
        ("万亿元", "money", 1e12),
        ("百万元", "money", 1e6),
        ("m", "length", 1),
        ("metres", "length", 1),
        ("KM", "length", 1e3),
        ("ft2", "area", 0.3048**2),
        ("mile", "length", 1609.344),
        ("ft", "length", 0.3048),
        ("mm", "length", 1e-3),
        ("‰", "share", 1e-3),
        ("小时", "time", 60),
        ("m2", "area", 1),
        ("m²", "area", 1),
        ("ha", "area", 1e4),
        ("mu", "area", MU),
        ("acre", "area", 4046.8564224),
        ("sq km", "area", 1e6),
        ("people", "people", 1),
        ("households", "count", 1),
        ("percent", "share", 0.01),
        ("share", "share", 1),
        ("minutes", "time", 1),
        ("100M CNY", "money", 1e8),
        ("10k CNY/mu", "money/area", 15),
        ("万元／亩", "money/area", 15),
        ("m3/d", "volume/time", 1 / 1440),
        ("千瓦", "power", 0.001),
        ("万千瓦时", "energy", 10),
        ("million m2", "area", 1e6),
    ],
)
def test_unit_is_read_as_people_write_it(text, kind, factor):
    found = parse_unit(text)
    assert found is not None
    assert found.dimension == kind
    assert found.factor == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "near"), [("公理", "公里"), ("metrs", "metres"), ("平方迷", "平方米"), ("sqkm2", "sq km")]
)
def test_unknown_unit_is_told_with_the_nearest(text, near):
    assert parse_unit(text) is None
    assert near in suggest_unit(text)
    with pytest.raises(ValueError, match="is not known"):
        check_unit(text)


@pytest.mark.parametrize("text", ["万" * 5000, "/" * 5000, "1" * 5000, "10k", "/", "m/", "\x00"])
def test_hostile_unit_is_unknown(text):
    assert parse_unit(text) is None


@given(st.text(max_size=60))
def test_any_text_is_a_unit_or_none(text):
    found = parse_unit(text)
    assert found is None or found.factor > 0


def test_every_name_of_the_table_is_read_and_no_name_stands_twice():
    names = unit_names()
    assert len(names) == len(set(names))
    assert [name for name in names if parse_unit(name) is None] == []


def test_every_name_means_what_stands_in_the_table_of_the_tests():
    rows = [line.split("\t") for line in Path(__file__).with_name("units.tsv").read_text("utf-8").splitlines()]
    known = {name: (kind, float(factor)) for kind, factor, names in rows for name in names.split(" | ")}
    found = {name: (unit.dimension, unit.factor) for name in unit_names() if (unit := parse_unit(name))}
    assert found == known


def test_values_keep_their_digits():
    assert convert_unit(0.29, "share", "%") == pytest.approx(29, rel=1e-15)
    assert convert_unit(840_000, "㎡", "万㎡") == 84
    assert convert_unit(55 * MU, "m2", "亩") == pytest.approx(55, rel=1e-15)
    assert convert_unit(12_000, "人", "万人") == 1.2
    assert convert_unit(3, "个", "宗") == 3


def test_dimensions_do_not_mix_but_heads_are_counted():
    assert is_convertible("个", "万人")
    assert not is_convertible("m", "m2")
    with pytest.raises(ValueError, match="no measure of"):
        convert_unit(1, "m", "m2")
    assert dimension("furlong") == "furlong", "an unknown unit is a dimension of its own"


def test_units_that_would_do_are_listed():
    assert {"m", "km", "米", "公里"} <= set(units_of("length").split(", "))
    assert all(
        dimension(unit) == kind
        for kind in ("area", *CURRENCIES, "share", "people")
        for unit in units_of(kind).split(", ")
    )


NAMES = {
    "count": ("a count", "个数"), "people": ("a number of people", "人数"), "length": ("length", "长度"), "area": ("area", "面积"),
    "share": ("a share", "占比"), "money": ("money", "金额"), "pounds": ("an amount in pounds", "英镑金额"), "time": ("time", "时间"), "of no table": ("of no table",) * 2,
}  # fmt: skip


@pytest.mark.parametrize(("name", "words"), NAMES.items())
def test_a_dimension_has_a_name_in_both_languages(name, words):
    told = []
    for language in ("en", "zh"):
        with use_language(language):
            told.append(dimension_name(name))
    assert tuple(told) == words


def test_the_table_shows_names_as_they_are_written():
    table = unit_table()
    names = [name for factors in table.values() for some in factors.values() for name in some]
    assert not [name for name in names if "_" in name or parse_unit(name) is None]
    assert table["area"][MU] == [name for name in names if parse_unit(name) == parse_unit("亩")]
    assert any(" " in name for name in names)


@pytest.mark.parametrize(
    ("text", "factor"), [("1000 m", 1000), ("100 people", 100), ("20人", 20), ("3k m", 3000), ("10万人", 1e5)]
)
def test_a_figure_before_a_unit_counts_so_many_of_it(text, factor):
    found = parse_unit(text)
    assert found is not None
    assert found.factor == factor
