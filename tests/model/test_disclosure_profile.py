"""What a profile of disclosure holds back where it says nothing, and where it says something."""

from __future__ import annotations

from typing import Any

import pytest

from urbanplan.model.disclosure import DisclosureProfile


def profile(**more: Any) -> DisclosureProfile:
    return DisclosureProfile(name="p", **more)


def test_a_profile_that_says_nothing_holds_back_what_is_secret() -> None:
    silent = profile()
    assert {level: silent.refuses(level) for level in ("open", "internal", "secret")} == {
        "open": False, "internal": False, "secret": True,
    }  # fmt: skip
    assert not silent.lets_all_leave
    assert (silent.precision_m, silent.survey_precision_m, silent.max_area_km2) == (0.0, 1.0, None)
    assert (silent.findings, silent.review_number, silent.title) == (True, False, {})
    assert (silent.drop_layers, silent.drop_fields) == ([], [])


@pytest.mark.parametrize(
    ("more", "free"),
    [
        ({}, True), ({"precision_m": 0.5}, False), ({"secret": "refuse"}, False), ({"internal": "refuse"}, False),
        ({"findings": False}, False), ({"drop_layers": ["homes"]}, False), ({"drop_fields": ["name"]}, False),
        ({"review_number": True, "max_area_km2": 5}, True),
    ],
)  # fmt: skip
def test_all_leaves_only_where_nothing_is_held_back(more: dict[str, Any], free: bool) -> None:
    assert profile(**{"secret": "allow", **more}).lets_all_leave is free


@pytest.mark.parametrize("level", ["open", "internal", "secret"])
def test_a_level_is_refused_by_its_own_word(level: str) -> None:
    for secret in ("allow", "refuse"):
        for internal in ("allow", "refuse"):
            found = profile(secret=secret, internal=internal).refuses(level)
            assert found is ({"open": "allow", "internal": internal, "secret": secret}[level] == "refuse")


@pytest.mark.parametrize(
    ("key", "value", "fits"),
    [("precision_m", 10_000, True), ("precision_m", 10_001, False), ("precision_m", -1, False), ("max_area_km2", 0, False),
     ("max_area_km2", 0.1, True), ("survey_precision_m", 0, False), ("survey_precision_m", 0.1, True)],
)  # fmt: skip
def test_the_limits_of_its_numbers(key: str, value: float, fits: bool) -> None:
    if fits:
        assert getattr(profile(**{key: value}), key) == value
        return
    with pytest.raises(ValueError, match="Input should be"):
        profile(**{key: value})
