"""The default tolerance of ``=``: half of the last digit of the number of the quote that equals the bound."""

from __future__ import annotations

import pytest

from urbanplan.plan.precision import default_tolerance, quoted_numbers


@pytest.mark.parametrize(
    ("number", "unit", "quote", "tolerance"),
    [
        (1719, "亩", "22宗、1719亩", 0.5),
        (0.3, "share", "达到30%", 0.005),
        (30, "%", "达到30%", 0.5),
        (11000, "m", "新增通车里程11公里", 500),
        (11, "公里", "11条道路、11.0公里", 0.05),
        (11, "条", "11条道路、11.0公里", 0),
        (760000, "平方米", "安置房76万平方米", 5000),
        (76, "万平方米", "安置房76万平方米", 0.5),
        (316.2, "亿元", "总投资316.2亿元", 0.05),
        (50, "亿元", "力争获批资金50亿元", 0.5),
        (22, "宗", "22宗", 0),
        (1.2, "万人", "1.2万人", 0),
        (3, "km", "三公里", 0.5),
        (2, "公里", "两公里长", 0.5),
        (12, "km", "十二公里", 0.5),
        (1719, "mu", "1,719 亩", 0.5),
        (30, "%", "达到３０％", 0.5),
        (5, "km", "no number here", 0.5),
        (2.25, "km", "no number here", 0.005),
        (11, "km", "11 of the roads, 11.00 km", 0.005),
    ],
)
def test_half_of_the_last_digit_of_the_number_that_equals(number, unit, quote, tolerance):
    assert default_tolerance(number, unit, quote) == pytest.approx(tolerance, rel=1e-12)


def test_numbers_of_a_quote_bear_their_units():
    found = [
        (one.value, one.unit) for one in quoted_numbers("续建新开工垂柳路等32条道路，新增11公里、76万平方米、5,000个")
    ]
    assert found == [(32, "条"), (11, "公里"), (760000, "平方米"), (5000, "个")]


def test_chinese_numerals_of_a_quote_are_numbers():
    assert [(one.value, one.unit) for one in quoted_numbers("建成两个园区、三百二十公里")] == [(2, "个"), (320, "公里")]


@pytest.mark.parametrize("quote", ["9" * 5000, "一" * 5000, "1" + ",1" * 2000, "千" * 300])
def test_long_runs_of_digits_do_no_harm(quote):
    assert default_tolerance(5, "km", quote) == 0.5
