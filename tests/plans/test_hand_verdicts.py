"""Verdicts of some 120 targets on a town of round metres, each worked out by hand: status, and reading in its unit."""

from __future__ import annotations

import pytest
from plans import hand_town

import urbanplan

M, N, U = "met", "not_met", "undecidable"
INF = None
LOTS = 'of = "lots"'


def of(layer, **more):
    inner = ", ".join([f'layer = "{layer}"', *(f"{key} = {value}" for key, value in more.items())])
    return f"of = {{ {inner} }}"


HOME, ROADS = "where = \"kind = 'home'\"", 'of = "streets"'
# bound as "comparator number unit"; what is read: status, low, high in the unit of the bound (of a count where none is)
ROWS = [
    # counts
    ("c_all", f'kind = "count", {LOTS}', "= 6 宗", M, 6, 6),
    ("c_home", f'kind = "count", {LOTS}, {HOME}', ">= 3 个", M, 3, 4),
    ("c_home_4", f'kind = "count", {LOTS}, {HOME}', ">= 4 个", U, 3, 4),
    ("c_home_5", f'kind = "count", {LOTS}, {HOME}', ">= 5 个", N, 3, 4),
    ("c_not_home", f'kind = "count", {LOTS}, where = "kind <> \'home\'"', "<= 3 个", M, 2, 3),
    ("c_not", f'kind = "count", {LOTS}, where = "NOT (kind = \'home\')"', "< 3 个", U, 2, 3),
    ("c_null", f'kind = "count", {LOTS}, where = "kind IS NULL"', "= 1 个", M, 1, 1),
    ("c_open", f'kind = "count", {LOTS}, stage_at_least = "open"', "> 3 个", M, 4, 4),
    ("c_building", f'kind = "count", {LOTS}, stage_at_least = "building"', "> 5 个", N, 5, 5),
    ("c_names", f'kind = "count", {LOTS}, distinct = "name"', "= 4 个", U, 4, 5),
    ("c_year", f'kind = "count", {LOTS}, where = "opened >= DATE(\'2025-01-01\')"', ">= 4 个", M, 4, 5),
    ("c_june", f'kind = "count", {LOTS}, where = "opened BETWEEN DATE(\'2025-06-01\') AND DATE(\'2025-06-30\')"', ">= 1 个", M, 1, 3),
    ("c_half", f'kind = "count", {LOTS}, where = "opened <= DATE(\'2025-06-15\')"', ">= 3 个", U, 2, 5),
    ("c_noon", f'kind = "count", {LOTS}, where = "opened < TIMESTAMP(\'2025-03-01T12:00:00Z\')"', ">= 2 个", U, 1, 4),
    ("c_before", f'kind = "count", {LOTS}, where = "opened < TIMESTAMP(\'2025-03-02T00:00:00Z\')"', ">= 2 个", M, 2, 4),
    ("c_in", f'kind = "count", {LOTS}, where = "kind IN (\'home\', \'park\') AND spaces > 10"', ">= 3 个", M, 3, 4),
    ("c_or", f'kind = "count", {LOTS}, where = "kind = \'shop\' OR spaces >= 30"', ">= 4 个", M, 4, 4),
    ("c_within", f'kind = "count", {of("lots", within=chr(34) + "boundary" + chr(34))}', "= 5 个", M, 5, 5),
    ("c_outside", f'kind = "count", {of("lots", outside=chr(34) + "parts" + chr(34))}', "<= 0 个", M, 0, 0),
    ("c_touch", f'kind = "count", {of("lots", touching="{ layer = " + chr(34) + "parts" + chr(34) + ", where = " + chr(34) + "name = " + chr(39) + "west" + chr(39) + chr(34) + " }")}', "= 3 个", M, 3, 3),
    ("c_clip", f'kind = "count", {of("lots", clip="{ layer = " + chr(34) + "parts" + chr(34) + ", where = " + chr(34) + "name = " + chr(39) + "east" + chr(39) + chr(34) + " }")}', "= 4 个", M, 4, 4),
    ("c_flow", f'kind = "count", {LOTS}, baseline = {{ layer = "lots", where = "kind = \'home\'" }}', ">= 2 个", M, 2, 3),
    ("c_left", f'kind = "count", {LOTS}, {HOME}, unknown = {{ kind = "left out" }}', "= 3 个", M, 3, 3),
    ("c_taken", f'kind = "count", {LOTS}, {HOME}, unknown = {{ kind = "home" }}', "= 4 个", M, 4, 4),
    ("c_ghosts", 'kind = "count", of = "ghosts"', "= 2 个", M, 2, 2),
    ("c_ghosts_in", f'kind = "count", {of("ghosts", within=chr(34) + "boundary" + chr(34))}', "= 2 个", U, 1, 2),
    ("c_twins", 'kind = "count", of = "twins"', "= 3 个", U, 3, 4),
    ("c_twins_x", 'kind = "count", of = "twins", where = "kind = \'x\'"', ">= 2 个", M, 2, 3),
    # sums
    ("s_all", f'kind = "sum", {LOTS}, field = "spaces"', ">= 200 个", M, 200, 700),
    ("s_home", f'kind = "sum", {LOTS}, {HOME}, field = "spaces"', "<= 180 个", M, 150, 180),
    ("s_below", f'kind = "sum", {LOTS}, {HOME}, field = "spaces"', "< 150 个", N, 150, 180),
    ("s_zero", f'kind = "sum", {LOTS}, field = "spaces", unknown = {{ spaces = 0 }}', "= 200 个", M, 200, 200),
    ("s_clip", f'kind = "sum", {of("lots", clip=chr(34) + "boundary" + chr(34))}, field = "cap"', "= 140 个", M, 140, 140),
    ("s_clip_spaces", f'kind = "sum", {of("lots", clip=chr(34) + "boundary" + chr(34), where=chr(34) + "kind = " + chr(39) + "park" + chr(39) + chr(34))}, field = "spaces"', ">= 10 个", M, 10, 40),
    ("s_flow", f'kind = "sum", {LOTS}, field = "cap", baseline = {{ layer = "lots", where = "stage = \'planned\'" }}', "= 100 个", M, 100, 100),
    ("s_homes", 'kind = "sum", of = "homes", field = "residents"', ">= 35 人", M, 35, 85),
    ("s_homes_wan", 'kind = "sum", of = "homes", field = "residents"', "<= 0.0085 万人", M, 0.0035, 0.0085),
    ("s_twins", 'kind = "sum", of = "twins", field = "spaces"', ">= 23 个", M, 23, 32),
    # areas
    ("a_all", f'kind = "area", {LOTS}', "= 57500 m2", M, 57500, 57500),
    ("a_mu", f'kind = "area", {LOTS}', "= 86.25 亩", M, 86.25, 86.25),
    ("a_ha", f'kind = "area", {LOTS}', "<= 5.75 ha", M, 5.75, 5.75),
    ("a_wan", f'kind = "area", {LOTS}', "> 5.75 万平方米", N, 5.75, 5.75),
    ("a_home", f'kind = "area", {LOTS}, {HOME}', ">= 3 ha", M, 3, 3.75),
    ("a_home_4", f'kind = "area", {LOTS}, {HOME}', ">= 3.5 ha", U, 3, 3.75),
    ("a_clip", f'kind = "area", {of("lots", clip=chr(34) + "boundary" + chr(34))}', "= 52500 m2", M, 52500, 52500),
    ("a_minus", f'kind = "area", {of("lots", minus=chr(34) + "boundary" + chr(34))}', "= 5000 m2", M, 5000, 5000),
    ("a_minus_lots", f'kind = "area", {of("parts", minus=chr(34) + "lots" + chr(34))}', "= 947500 m2", M, 947500, 947500),
    ("a_minus_home", f'kind = "area", {of("lots", where=chr(34) + "id = " + chr(39) + "L4" + chr(39) + chr(34), minus="{ layer = " + chr(34) + "lots" + chr(34) + ", where = " + chr(34) + "kind = " + chr(39) + "home" + chr(39) + chr(34) + " }")}', ">= 1 m2", U, 0, 7500),
    ("a_ghosts", 'kind = "area", of = "ghosts"', ">= 10000 m2", M, 10000, INF),
    ("a_ghosts_most", 'kind = "area", of = "ghosts"', "<= 20000 m2", U, 10000, INF),
    ("a_twins", 'kind = "area", of = "twins"', ">= 25000 m2", M, 25000, 35000),
    ("a_flow", f'kind = "area", {LOTS}, baseline = {{ layer = "lots", where = "stage = \'open\'" }}', "= 17500 m2", M, 17500, 17500),
    # shares
    ("p_open", f'kind = "share", {LOTS}, that = "stage = \'open\'"', ">= 66.6 %", M, 400 / 6, 400 / 6),
    ("p_open_23", f'kind = "share", {LOTS}, that = "stage = \'open\'"', ">= 66.7 %", N, 400 / 6, 400 / 6),
    ("p_home", f'kind = "share", {LOTS}, that = "kind = \'home\'"', ">= 50 %", M, 50, 400 / 6),
    ("p_home_share", f'kind = "share", {LOTS}, that = "kind = \'home\'"', "> 0.5 share", U, 0.5, 4 / 6),
    ("p_spaces", f'kind = "share", {LOTS}, that = "kind = \'home\'", weight = "spaces"', ">= 20 %", M, 15000 / 700, 90),
    ("p_area", f'kind = "share", {LOTS}, that = "kind = \'home\'", weight = "area"', ">= 47 %", M, 27500 / 575, 37500 / 575),
    ("p_length", f'kind = "share", {ROADS}, that = "width >= 12", weight = "length"', ">= 76 %", M, 2000 / 26, 2300 / 26),
    ("p_walk", f'kind = "share", {ROADS}, that = "walk = true"', ">= 80 %", M, 80, 100),
    ("p_year", f'kind = "share", {LOTS}, that = "opened >= DATE(\'2025-01-01\')"', ">= 4/6 share", M, 4 / 6, 5 / 6),
    ("p_of_home", f'kind = "share", {LOTS}, {HOME}, that = "stage = \'planned\'"', ">= 25 %", M, 25, 100 / 3),
    ("p_empty", f'kind = "share", {LOTS}, where = "kind = \'lake\'", that = "spaces > 1"', ">= 1 %", U, "none", "none"),
    ("p_left", f'kind = "share", {LOTS}, that = "kind = \'home\'", unknown = {{ kind = "left out" }}', "= 60 %", M, 60, 60),
    ("p_ghosts", 'kind = "share", of = "ghosts", that = "kind = \'x\'", weight = "area"', ">= 100 %", M, 100, 100),
    ("p_ghost_y", 'kind = "share", of = "ghosts", that = "id = \'G1\'", weight = "area"', ">= 1 %", U, 0, 100),
    # ratios
    ("q_all", f'kind = "ratio", {LOTS}, part = "used", whole = "cap"', ">= 37 %", M, 5300 / 140, 9300 / 140),
    ("q_home", f'kind = "ratio", {LOTS}, {HOME}, part = "used", whole = "cap"', ">= 50 %", U, 3800 / 110, 7800 / 110),
    ("q_open", f'kind = "ratio", {LOTS}, where = "stage = \'building\'", part = "used", whole = "cap"', "= 100 %", M, 100, 100),
    ("q_zero", f'kind = "ratio", {LOTS}, where = "kind = \'park\'", part = "used", whole = "cap"', ">= 1 %", U, "none", "none"),
    # exists
    ("e_alpha", f'kind = "exists", {LOTS}, name = "Alpha"', "", M, 2, 3),
    ("e_two", f'kind = "exists", {LOTS}, name = ["Alpha", "Beta"]', "", M, 2, 2),
    ("e_absent", f'kind = "exists", {LOTS}, name = "Omega", where = "id <> \'L4\'"', "", N, 0, 0),
    ("e_unnamed", f'kind = "exists", {LOTS}, name = "Omega"', "", U, 0, 1),
    ("e_stage", f'kind = "exists", {LOTS}, name = "Delta", stage_at_least = "open"', "", U, 0, 1),
    ("e_stage_not", f'kind = "exists", {LOTS}, name = "Beta", stage_at_least = "open", where = "id <> \'L4\'"', "", N, 0, 0),
    ("e_inside", f'kind = "exists", {LOTS}, name = "Gamma", inside = "boundary"', "", M, 1, 2),
    ("e_alias", f'kind = "exists", {LOTS}, name = "Aleph", aliases = ["Alpha"]', "", M, 2, 3),
    # within
    ("w_all", f'kind = "within", {LOTS}, inside = "boundary"', "", N, 500 / 6 / 100, 500 / 6 / 100),
    ("w_five", f'kind = "within", {LOTS}, inside = "boundary"', ">= 83 %", M, 500 / 6, 500 / 6),
    ("w_home", f'kind = "within", {LOTS}, {HOME}, inside = "boundary"', "", M, 1, 1),
    ("w_part", f'kind = "within", {LOTS}, inside = {{ layer = "parts", where = "name = \'west\'" }}', "= 2/6 share", M, 2 / 6, 2 / 6),
    ("w_wide", f'kind = "within", {LOTS}, inside = "boundary", tolerance_m = 50', "", M, 1, 1),
    ("w_ghosts", 'kind = "within", of = "ghosts", inside = "boundary"', "", U, 0.5, 1),
    # near
    ("n_60", f'kind = "near", {LOTS}, to = "sites", metres = 60', ">= 66 %", M, 400 / 6, 400 / 6),
    ("n_100", f'kind = "near", {LOTS}, to = "sites", metres = 100', ">= 83 %", M, 500 / 6, 500 / 6),
    ("n_99", f'kind = "near", {LOTS}, to = "sites", metres = 99.9', ">= 83 %", N, 400 / 6, 400 / 6),
    ("n_181", f'kind = "near", {LOTS}, to = "sites", metres = 181', "", M, 1, 1),
    ("n_open", f'kind = "near", {LOTS}, to = {{ layer = "sites", where = "stage = \'open\'" }}, metres = 100', ">= 50 %", U, 200 / 6, 50),
    ("n_area", f'kind = "near", {LOTS}, to = "sites", metres = 60, weight = "area"', ">= 65 %", M, 37500 / 575, 37500 / 575),
    ("n_spaces", f'kind = "near", {LOTS}, to = "sites", metres = 60, weight = "spaces"', ">= 25 %", M, 18000 / 700, 90),
    ("n_homes", 'kind = "near", of = "homes", to = "sites", metres = 200, weight = "residents"', ">= 35 %", M, 3000 / 85, 3000 / 35),
    # disjoint
    ("d_self", f'kind = "disjoint", {LOTS}', "", N, 2, 2),
    ("d_home", f'kind = "disjoint", {LOTS}, {HOME}', "", U, 0, 2),
    ("d_west", f'kind = "disjoint", {LOTS}, from = {{ layer = "parts", where = "name = \'west\'" }}', "<= 3 个", M, 3, 3),
    ("d_ghosts", 'kind = "disjoint", of = "ghosts"', "", U, 0, 2),
    # length
    ("l_all", f'kind = "length", {ROADS}', "= 2.6 km", M, 2.6, 2.6),
    ("l_li", f'kind = "length", {ROADS}', ">= 2600 米", M, 2600, 2600),
    ("l_wide", f'kind = "length", {ROADS}, where = "width >= 12"', ">= 2 公里", M, 2, 2.3),
    ("l_wide_23", f'kind = "length", {ROADS}, where = "width >= 12"', "> 2 公里", U, 2, 2.3),
    ("l_flow", f'kind = "length", {ROADS}, baseline = {{ layer = "streets", where = "name = \'cross\'" }}', "= 1600 m", M, 1600, 1600),
    ("l_clip", f'kind = "length", {of("streets", clip="{ layer = " + chr(34) + "parts" + chr(34) + ", where = " + chr(34) + "name = " + chr(39) + "east" + chr(39) + chr(34) + " }")}', ">= 1500 m", M, 1500, 1500),
    # connection
    ("k_auto", f'kind = "connected", {ROADS}', "<= 2 个", U, 2, 3),
    ("k_cross", f'kind = "connected", {ROADS}, noding = "crossings"', "= 2 个", M, 2, 2),
    ("k_ends", f'kind = "connected", {ROADS}, noding = "endpoints"', "= 4 个", M, 4, 4),
    ("k_wide", 'kind = "connected", of = { layer = "streets", where = "name IN (\'main\', \'branch\')" }', "", M, 1, 1),
    ("k_with", 'kind = "connected", of = { layer = "streets", where = "name IN (\'branch\', \'cross\')" }, with = { layer = "streets", where = "name = \'main\'" }, noding = "crossings"', "", M, 1, 1),
    ("k_apart", 'kind = "connected", of = { layer = "streets", where = "name IN (\'branch\', \'lone\')" }', "", N, 2, 2),
    ("x_ends", f'kind = "dead_ends", {ROADS}, noding = "crossings"', "= 7 个", M, 7, 7),
    ("x_auto", f'kind = "dead_ends", {ROADS}', "= 7 个", M, 7, 7),
    ("x_branch", 'kind = "dead_ends", of = { layer = "streets", where = "name = \'branch\'" }, with = "streets"', "= 1 个", M, 1, 1),
    ("x_border", f'kind = "dead_ends", {ROADS}, beside = {{ layer = "parts", where = "name = \'east\'" }}', "<= 0 个", M, 0, 0),
    # walks
    ("v_300", 'kind = "coverage", streets = "streets", sites = { layer = "sites", where = "id = \'S3\'" }, residents = "homes", within = 300', ">= 85 %", M, 3000 / 35, 8000 / 85),
    ("v_250", 'kind = "coverage", streets = "streets", sites = { layer = "sites", where = "id = \'S3\'" }, residents = "homes", within = 250', ">= 36 %", U, 3000 / 85, 3000 / 35),
    ("v_band", 'kind = "coverage", streets = "streets", sites = { layer = "sites", where = "id = \'S3\'" }, residents = "homes", within = [100, 300]', ">= 10 %", M, 1000 / 85, 8000 / 85),
    ("v_walk", 'kind = "coverage", streets = { layer = "streets", where = "walk = true" }, sites = { layer = "sites", where = "id = \'S3\'" }, residents = "homes", within = 600', ">= 85 %", M, 3000 / 35, 100),
    ("v_metres", 'kind = "coverage", streets = "streets", sites = { layer = "sites", where = "id = \'S3\'" }, within = 100, reading = "streets"', ">= 15 %", M, 40000 / 2600, 40000 / 2600),
    # reported
    ("r_met", 'kind = "reported"', ">= 7 %", M, 7.5, 7.5),
    ("r_span", 'kind = "reported"', ">= 7 %", U, 6, 8),
    ("r_two", 'kind = "reported"', ">= 7 %", M, 9, 9),
    ("r_twice", 'kind = "reported"', ">= 7 %", U, 6, 8),
    ("r_later", 'kind = "reported"', ">= 7 %", U, "none", "none"),
    ("r_unit", 'kind = "reported"', "<= 0.012 亿元", M, 0.012, 0.012),
]  # fmt: skip
# the same with what else the target says
JUDGED = [
    ("t_due", f'kind = "count", {LOTS}', ">= 10 个", U, 6, 6, "due = 2026-12-31"),
    ("t_due_that_day", f'kind = "count", {LOTS}', ">= 10 个", N, 6, 6, "due = 2025-12-31"),
    ("t_due_past", f'kind = "count", {LOTS}', ">= 10 个", N, 6, 6, "due = 2025-06-30"),
    ("t_due_met", f'kind = "count", {LOTS}', ">= 6 个", M, 6, 6, "due = 2026-12-31"),
    ("t_due_open", f'kind = "count", {LOTS}, {HOME}', ">= 4 个", U, 3, 4, "due = 2026-12-31"),
    ("t_half_digit", f'kind = "share", {LOTS}, that = "stage = \'open\'"', "= 67 %", M, 400 / 6, 400 / 6, 'quote = "达到67%"'),
    ("t_half_digit_not", f'kind = "share", {LOTS}, that = "stage = \'open\'"', "= 66 %", N, 400 / 6, 400 / 6, 'quote = "达到66%"'),
    ("t_half_km", f'kind = "length", {ROADS}', "= 3 km", M, 2.6, 2.6, 'quote = "3公里道路"'),
    ("t_half_km_not", f'kind = "length", {ROADS}', "= 2.5 km", N, 2.6, 2.6, 'quote = "2.5公里道路"'),
    ("t_other_number", f'kind = "length", {ROADS}', "= 2600 m", M, 2600, 2600, 'quote = "5条道路、2.6公里"'),
    ("t_count", f'kind = "count", {LOTS}', "= 7 宗", N, 6, 6, 'quote = "7宗"'),
    ("t_about", f'kind = "count", {LOTS}', "about 6 个", U, 6, 6),
    ("t_about_near", f'kind = "area", {LOTS}', "about 60000 m2", M, 57500, 57500, "tolerance 3000"),
    ("t_about_far", f'kind = "area", {LOTS}', "about 60000 m2", N, 57500, 57500, "tolerance 2000"),
    ("t_edge", f'kind = "area", {LOTS}', "= 6 ha", M, 5.75, 5.75, "tolerance 0.25"),
    ("t_open_edge", f'kind = "area", {LOTS}, {HOME}', "= 6 ha", U, 3, 3.75, "tolerance 2.5"),
]  # fmt: skip
BY_PART = {  # of each sub-district by its name, low and high in the unit of the reading
    "b_count": (f'kind = "count", {LOTS}', {"west": (3, 3), "east": (3, 3)}),
    "b_area": (f'kind = "area", {LOTS}', {"west": (25_000, 25_000), "east": (27_500, 27_500), "—": (5_000, 5_000)}),
    "b_length": (f'kind = "length", {ROADS}', {"west": (2100, 2100), "east": (500, 500)}),
    "b_sum": (f'kind = "sum", {LOTS}, field = "cap"', {"west": (60, 60), "east": (80, 80)}),
    "b_home": (f'kind = "area", {LOTS}, {HOME}', {"west": (20_000, 20_000), "east": (10_000, 17_500)}),
    "b_share": (f'kind = "share", {LOTS}, that = "stage = \'open\'", weight = "area"',
                {"west": (0.6, 0.6), "east": (1 - 10_000 / 27_500, 1 - 7_500 / 27_500), "—": (1, 1)}),
    "b_walk": (f'kind = "length", {ROADS}, where = "walk = true"', {"west": (1800, 2100), "east": (500, 500)}),
}  # fmt: skip


def bound_of(text):
    comparator, number, unit = text.split()
    number = eval(number)  # noqa: S307 — a quotient written in this file
    return f'{{ comparator = "{comparator}", number = {number!r}, unit = "{unit}" }}'


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    rows = [(name, f"{{ {measure} }}", bound and bound_of(bound)) for name, measure, bound, *_ in ROWS]
    for name, measure, bound, _, _, _, *more in JUDGED:
        declared = bound_of(bound)
        if more and more[0].startswith("tolerance"):
            declared = f"{declared.removesuffix(' }')}, {more.pop(0).replace(' ', ' = ')} }}"
        rows.append((name, f"{{ {measure} }}", declared, *more))
    rows += [(name, f'{{ {measure}, by = "subdistrict" }}', "") for name, (measure, _) in BY_PART.items()]
    return urbanplan.check(hand_town.write(tmp_path_factory.mktemp("hand") / "town", rows)).report


def verdict_of(report, name):
    return next(one for one in report.verdicts if one.target == name)


@pytest.mark.parametrize(("name", "status", "low", "high"), [(row[0], *row[3:6]) for row in (*ROWS, *JUDGED)])
def test_a_verdict_by_hand(report, name, status, low, high):
    found = verdict_of(report, name)
    reading = ("none", "none") if found.reading is None else (found.reading.low, found.reading.high)
    assert reading == (
        (low, high) if low == "none" else (pytest.approx(low), high if high is None else pytest.approx(high))
    )
    assert found.status == status


@pytest.mark.parametrize("name", BY_PART)
def test_sub_districts_by_hand(report, name):
    rows = {row.keys["subdistrict"]: (row.reading.low, row.reading.high) for row in verdict_of(report, name).breakdown}
    assert rows == {part: pytest.approx(ends) for part, ends in BY_PART[name][1].items()}
