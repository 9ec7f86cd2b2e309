"""Siting from layers: closed forms on a line, brute force over certified coverage, and the command."""

from __future__ import annotations

# pyright: reportOptionalMemberAccess=false, reportOptionalSubscript=false, reportOptionalOperand=false
# pyright: reportArgumentType=false
# (where an answer is missing the test fails)
import itertools
import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from towns import frame, grid, line, spot

from urbanplan.analysis.check import check
from urbanplan.analysis.coverage import coverage
from urbanplan.analysis.maps import map_page
from urbanplan.analysis.report import page_text
from urbanplan.analysis.siting import CandidateOptions, SitingQuestion, siting
from urbanplan.analysis.what_if import with_proposal
from urbanplan.cli.app import run
from urbanplan.errors import SitingError, UrbanplanError
from urbanplan.exchange import read
from urbanplan.model.translation import use_language
from urbanplan.network import compute_coverage, road_network

STREET = [line((0, 0), (3000, 0))]


def row(*places):
    return frame([spot(x, 0) for x in places])


def test_a_street_needs_one_site_for_every_two_walks():
    found = siting(frame(STREET), row(*range(0, 3001, 100)), within=500)
    assert found.proposal.solution.value == 3
    assert found.proposal.solution.proved
    assert found.run.covered_m == pytest.approx(3000)
    assert sorted(found.sites["id"]) == ["f15", "f25", "f5"]
    assert set(found.sites["status"]) == {"proposed"}
    assert set(found.sites["basis"]) == {"illustrative"}
    assert found.sites["gained_m"].sum() == pytest.approx(3000)


def test_existing_sites_are_kept_and_what_no_candidate_reaches_is_listed():
    found = siting(frame(STREET), row(600, 1000, 1500), facilities=row(0), within=500)
    assert len(found.sites) == 2
    assert found.run.covered_m == pytest.approx(2000)
    assert found.unreachable["length_m"].tolist() == pytest.approx([1000])
    assert found.unreachable["distance_m"].tolist() == pytest.approx([1500])
    assert found.proposal.reachable.certificate.ok
    layers = found.proposal.layers()
    assert {name: layer.length.sum() for name, layer in layers.items()} == pytest.approx(
        {"proposed_sites": 0, "streets": 3000, "gaps": 1000, "beyond_all_candidates": 1000}
    )


def test_best_places_share_and_budget():
    streets, candidates = frame(STREET), row(0, 700, 1500, 2900).assign(cost=[1.0, 2.0, 3.0, 4.0])
    best = siting(streets, candidates, question=SitingQuestion("most", count=2), within=300)
    assert best.proposal.solution.value == pytest.approx(1200)
    assert best.sites["id"].tolist() == ["f1", "f2"]
    priced = CandidateOptions(cost="cost")
    least = siting(streets, candidates, question=SitingQuestion("cheapest", share=0.3), within=300, options=priced)
    assert (least.proposal.solution.cost, sorted(least.sites["id"])) == (3.0, ["f0", "f1"])
    poor = siting(
        streets, candidates, question=SitingQuestion("cheapest", share=0.5, budget=4.0), within=300, options=priced
    )
    assert not poor.found
    assert poor.proposal.solution.shortage.constraint == "share"
    assert poor.proposal.solution.shortage.missing == pytest.approx(1500 - 900)


def test_points_say_all_while_the_street_has_a_gap():
    """Points at 0, 500 and 1000 m are within 260 m of sites at 250 and 760 m; the metres around 510 m are not."""
    streets, sites = frame([line((0, 0), (1000, 0))]), row(240, 775)
    points = np.array([0, 500, 1000])
    assert (np.abs(points[:, None] - np.array([240, 775])).min(axis=1) <= 260 + 15).all()
    found = siting(streets, sites, within=260)
    assert found.proposal.solution.value == 2
    assert found.run.covered_m == pytest.approx(500 + 485)
    assert found.unreachable["length_m"].tolist() == pytest.approx([15])


def test_homes_count_where_they_are_given():
    homes = frame([spot(100, 20), spot(1500, 10), spot(2900, 0), spot(1500, 400)], residents=[5, 40, 20, 3])
    one = siting(frame(STREET), row(0, 1450, 3000), residents=homes, question=SitingQuestion("most", count=1))
    assert (one.proposal.by, one.sites["id"].tolist(), one.proposal.solution.value) == ("residents", ["f1"], 40)
    every = siting(frame(STREET), row(0, 1450, 3000), residents=homes)
    assert len(every.sites) == 3
    assert every.proposal.solution.total == 68
    assert every.run.residents.covered == 65


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 200)), min_size=1, max_size=5, unique=True),
    st.sampled_from([90.0, 150.0]),
    st.integers(1, 2),
)
def test_the_best_of_every_set_by_certified_coverage(places, within, count):
    streets, candidates = frame(grid(3, 2, 100.0)), frame([spot(x, y) for x, y in places])
    homes = frame([spot(50, 20), spot(170, 110), spot(290, 190)], residents=[3, 5, 7])
    network = road_network(streets)

    def covered(some):
        return compute_coverage(network, sites=candidates.iloc[list(some)], within=within).covered_m

    best = max(covered(some) for some in itertools.combinations(range(len(places)), min(count, len(places))))
    found = siting(
        streets, candidates, residents=homes, by="metres", question=SitingQuestion("most", count=count), within=within
    )
    assert found.run.covered_m == pytest.approx(best)
    reach = covered(range(len(places)))
    fewest = next(
        size
        for size in range(len(places) + 1)
        for some in itertools.combinations(range(len(places)), size)
        if (size and covered(some) >= reach - 1e-6) or not reach
    )
    assert siting(streets, candidates, within=within).proposal.solution.value == fewest
    by_people = siting(streets, candidates, residents=homes, within=within)
    assert by_people.run.residents.covered == by_people.proposal.reachable.residents.covered


def test_people_are_split_among_sites_with_capacity():
    """Forty people reach both sites, which hold 30 and 20; ten more reach the second only."""
    homes = frame([spot(1500, 10), spot(2200, 10)], residents=[40, 10])
    lots = row(1400, 1800).assign(room=[30, 20])
    found = siting(frame(STREET), lots, residents=homes, within=450, options=CandidateOptions(capacity="room"))
    assert found.proposal.solution.covered == 50
    assert dict(zip(found.sites["id"], found.sites["served"], strict=True)) == pytest.approx({"f0": 30, "f1": 20})
    small = lots.assign(room=[30, 15])
    short = siting(frame(STREET), small, residents=homes, within=450, options=CandidateOptions(capacity="room"))
    assert short.document()["shortage"] == {
        "constraint": "capacity", "asked": 50, "possible": pytest.approx(45), "missing": pytest.approx(5),
        "district": None, "proved": True,
    }  # fmt: skip


def test_sites_that_stand_serve_no_more_than_their_capacity_where_they_say_it():
    """Forty people; the present site reaches all and holds 25: one site more is needed, of 10 not, of 15."""
    homes, lots = frame([spot(1500, 10)], residents=[40]), row(1400, 1600).assign(room=[10, 15])
    ask = {"residents": homes, "within": 450, "options": CandidateOptions(capacity="room")}
    free = siting(frame(STREET), lots, facilities=row(1450), **ask)
    assert (free.proposal.solution.sites, free.proposal.solution.covered) == (0, 40)
    bound = siting(frame(STREET), lots, facilities=row(1450).assign(room=[25.0]), **ask)
    assert (bound.sites["id"].tolist(), bound.sites["served"].tolist()) == (["f1"], pytest.approx([15]))
    unknown = siting(frame(STREET), lots, facilities=row(1450, 1460).assign(room=[25.0, None]), **ask)
    assert unknown.sites["id"].tolist() == ["f1"], "a capacity that is not known serves nobody at the low reading"
    assert any("capacity" in text or "容量" in text for text in unknown.notes)
    short = siting(frame(STREET), lots, facilities=row(1450).assign(room=[5.0]), **ask).document()["shortage"]
    assert (short["constraint"], short["asked"], short["possible"], short["missing"]) == (
        "capacity", 40, pytest.approx(30), pytest.approx(10),
    )  # fmt: skip


def test_the_median_by_hand_and_as_certified():
    """Homes of 10, 20 and 5 people at 500, 1,500 and 2,500 m of the street; lots at 400, 1,500 and 2,600 m."""
    homes = frame([spot(x, 0) for x in (500, 1500, 2500)], residents=[10, 20, 5])
    streets, lots = frame(STREET), row(400, 1500, 2600)
    one = siting(streets, lots, residents=homes, question=SitingQuestion("median", count=1))
    assert (one.sites["id"].tolist(), one.proposal.solution.value) == (["f1"], pytest.approx(15_000))
    two = siting(streets, lots, residents=homes, question=SitingQuestion("median", count=2))
    told = two.document()
    assert (two.sites["id"].tolist(), two.sites["served"].tolist()) == (["f1", "f0"], [25, 10])
    assert (told["objective"], told["gap"], told["status"]) == (pytest.approx(6000), 0, "optimal")
    assert (told["mean_walk_m"], told["within_m"]) == (pytest.approx(6000 / 35), pytest.approx(1000))
    present = siting(streets, lots, residents=homes, facilities=row(2500), question=SitingQuestion("median", count=1))
    assert (present.sites["id"].tolist(), present.proposal.solution.value) == (["f1"], pytest.approx(10_000))
    near = siting(streets, lots, residents=homes, within=900, question=SitingQuestion("median", count=1)).document()
    assert (near["status"], near["shortage"]["constraint"]) == ("infeasible", "share")
    assert (near["shortage"]["asked"], near["shortage"]["possible"]) == (35, 20)
    with pytest.raises(SitingError, match="needs homes"):
        siting(streets, lots, residents=homes.buffer(80).to_frame("geometry").assign(residents=[1, 2, 3]),
               question=SitingQuestion("median", count=1))  # fmt: skip
    with pytest.raises(SitingError, match="no residents"):
        siting(streets, lots, question=SitingQuestion("median", count=1))


def halves(border=1000):
    return frame([line((-100, 0), (border, 0)).buffer(50, cap_style="flat"), line((border, 0), (3100, 0)).buffer(50)])


def test_the_fairest_site_stands_in_the_worst_off_sub_district():
    """Most metres lie in the long east; the fairest two sites give the short west its share first."""
    streets, lots = frame(STREET), row(300, 1500, 2000, 2700)
    ask = {"districts": halves(), "within": 250}
    most = siting(streets, lots, question=SitingQuestion("most", count=2), **ask)
    assert most.proposal.solution.covered == pytest.approx(1000)
    fair = siting(streets, lots, question=SitingQuestion("fairest", count=2), **ask)
    assert "f0" in set(fair.sites["id"])
    assert fair.proposal.solution.shares.tolist() == pytest.approx([0.5, 0.25])
    assert fair.proposal.solution.value == pytest.approx(0.25)
    told = fair.document()
    assert [row["share_after"] for row in told["sub_districts"]] == pytest.approx([0.5, 0.25])
    assert (told["status"], told["share_before"], told["share_after"]) == ("optimal", 0.0, pytest.approx(1 / 3))


@pytest.mark.parametrize("by", ["residents", "metres"])
def test_the_fairest_of_every_set_by_certified_coverage(by):
    streets, lots = frame(grid(3, 2, 100.0)), frame([spot(x, 0) for x in (0, 110, 240)])
    homes = frame([spot(50, 20), spot(170, 110), spot(290, 190)], residents=[3, 5, 7])
    cut = frame([line((-9, 100), (160, 100)).buffer(120), line((160, 100), (310, 100)).buffer(120)])
    ask = {"districts": cut, "residents": homes, "within": 160.0, "by": by}

    def least(one):
        run = siting(streets, lots.iloc[[one]], question=SitingQuestion("most", count=1), **ask).proposal.reachable
        rows = [row if by == "metres" else row["residents"] for row in run.breakdown]
        return min(row["share"] for row in rows if row["share"] is not None)

    found = siting(streets, lots, question=SitingQuestion("fairest", count=1), **ask)
    assert found.proposal.solution.value == pytest.approx(max(least(one) for one in range(3)))


def test_people_of_areas_count_in_the_sub_districts_by_their_land():
    areas = frame([spot(x, 0).buffer(40) for x in (500, 1000, 2000)], residents=[30, 50, 70])
    ask = {"districts": halves(), "residents": areas, "within": 700}
    found = siting(frame(STREET), row(600, 2000), question=SitingQuestion("fairest", count=1), **ask).proposal
    totals = found.demand.people_zones.total
    assert totals == pytest.approx([55, 95], rel=1e-3)
    assert found.solution.shares @ totals == pytest.approx(found.solution.covered)


@pytest.mark.parametrize(
    ("question", "options", "asked", "possible", "constraint"),
    [
        # f1 and f2 reach 600 m each; one of them costs 2 or 3, and a third of the street is 1,000 m
        (SitingQuestion("cheapest", share=1 / 3, budget=5.0), {"cost": "cost"}, None, ["f1", "f2"], None),
        (SitingQuestion("cheapest", share=1 / 3, budget=4.0), {"cost": "cost"}, 1000, 900, "share"),
        (SitingQuestion("cheapest", budget=4.0), {"cost": "cost", "required": ["f1", "f2"]}, 4, 5, "budget"),
        (SitingQuestion("fewest", share=0.2), {"where": "tier = 2"}, None, ["f1"], None),
        (SitingQuestion("fewest", share=0.5), {"where": "tier = 2"}, 1500, 1000, "share"),
    ],
)
def test_budget_and_tier_by_hand_with_how_much_is_missing(question, options, asked, possible, constraint):
    lots = row(0, 700, 1500, 2900).assign(cost=[1.0, 2.0, 3.0, 4.0], tier=[1, 2, 1, 2])
    found = siting(frame(STREET), lots, within=300, question=question, options=CandidateOptions(**options))
    if constraint is None:
        assert sorted(found.sites["id"]) == possible
        return
    shortage = found.document()["shortage"]
    assert (shortage["constraint"], shortage["asked"], shortage["possible"]) == (
        constraint, pytest.approx(asked), pytest.approx(possible),
    )  # fmt: skip
    assert shortage["missing"] == pytest.approx(abs(asked - possible))
    assert not found.found


def test_forbidden_places_and_small_plots_are_no_sites():
    lots = frame([spot(x, 20).buffer(size, cap_style="square") for x, size in ((500, 5), (1500, 20), (2500, 20))])
    ponds = frame([spot(1500, 30).buffer(15)])
    beside = frame([spot(2500, 70).buffer(30, cap_style="square")])  # shares a border only
    options = CandidateOptions(places=pd.concat([ponds, beside]), least_area=500)
    found = siting(frame(STREET), lots, within=600, question=SitingQuestion("most", count=3), options=options)
    assert found.sites["id"].tolist() == ["f2"]
    with pytest.raises(SitingError, match="lies in a forbidden place"):
        siting(frame(STREET), lots, options=CandidateOptions(places=ponds, required=["f1"]))


def test_sites_hold_at_the_low_reading_where_the_high_one_would_choose_another():
    """A crossing without a shared vertex may be a bridge: the site beside it reaches 390 m, or 870 m; another 600 m."""
    streets = frame([line((0, 0), (1000, 0)), line((150, -500), (150, 500)), line((3000, 0), (3900, 0))])
    found = siting(streets, row(90, 3450), within=300, question=SitingQuestion("most", count=1))
    assert (found.sites["id"].tolist(), found.proposal.solution.value) == (["f1"], pytest.approx(600))
    assert found.run.covered_high_m == pytest.approx(600)
    beside = siting(streets, row(90), within=300)
    assert (beside.run.covered_m, beside.run.covered_high_m) == (pytest.approx(390), pytest.approx(870))
    told = beside.document()
    assert (told["share_after"], told["share_after_high"]) == (pytest.approx(390 / 2900), pytest.approx(870 / 2900))
    assert told["certificate"]["ok"]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from([0, 100, 200])), min_size=2, max_size=4, unique=True),
    st.integers(40, 260),
    st.sampled_from([90.0, 150.0]),
)
def test_every_set_at_both_ends_where_crossings_are_unsure(places, x, within):
    """A street over the others, apart from them at the low reading and joined at the high one."""
    streets = frame([line((0, y), (300, y)) for y in (0, 100, 200)] + [line((x, -30), (x, 230))])
    candidates = frame([spot(*place) for place in places])
    apart, joined = (road_network(streets, noding=noding) for noding in ("endpoints", "crossings"))

    def covered(network, some):
        return compute_coverage(network, sites=candidates.iloc[list(some)], within=within).covered_m

    found = siting(streets, candidates, question=SitingQuestion("most", count=2), within=within)
    assert found.run.covered_m == pytest.approx(
        max(covered(apart, some) for some in itertools.combinations(range(len(places)), 2))
    )
    chosen = [int(name[1:]) for name in found.sites["id"]]
    assert found.run.covered_high_m == pytest.approx(covered(joined, chosen))
    assert found.run.certificate.ok


def test_candidates_without_ids_are_called_by_their_names():
    lots = row(500, 1500, 2500).drop(columns="id")
    named = lots.assign(name=["North", "Mid", "South"])
    ask = {"within": 300, "question": SitingQuestion("most", count=1)}
    found = siting(frame(STREET), named, options=CandidateOptions(required=["Mid"]), **ask)
    assert (found.sites["id"].tolist(), found.document()["sites"][0]["id"]) == (["Mid"], "Mid")
    twice = siting(frame(STREET), lots.assign(name=["A", "A", "B"]), options=CandidateOptions(required=["2"]), **ask)
    assert twice.sites["id"].tolist() == ["2"]


def test_what_cannot_count_is_told():
    """Candidates without a shape, far from streets, of one id; homes whose people nobody knows; overlapping parts."""
    lots = frame([spot(500, 0), None, spot(1500, 900), spot(2300, 0)]).assign(id=["a", "b", None, "a"])
    homes = frame([spot(500, 0), spot(1500, 0)], residents=[10, None])
    parts = frame([line((-100, 0), (1600, 0)).buffer(100), line((400, 0), (2400, 0)).buffer(100)]).assign(id=["A", "B"])
    with use_language("en"):
        found = siting(frame(STREET), lots, residents=homes, districts=parts, within=300, at_least={"A": 1})
    assert found.sites["id"].tolist() == ["a"]
    assert found.notes[-6:] == [
        "1 candidates have no shape: they are never chosen",
        "1 candidates see no street within 50 m and reach nothing, for example #3",
        "1 homes or areas do not tell how many live there: nobody of them counts here",
        "several candidates share an id, for example a",
        "1 candidates lie in no sub-district and count in none",
        "1 candidates lie in several sub-districts: each counts in the first of them",
    ]


def test_what_an_option_leaves_out_is_told(district_plan):
    """A least area where points stand among plots; a forbidden place, an addition and a plan's candidate undrawn."""
    plot = spot(1500, 20).buffer(20, cap_style="square")
    lots = frame([spot(500, 0), plot, None, line((0, 0), (9, 9))])
    ponds = frame([None, spot(2500, 30).buffer(15)])
    with use_language("en"):
        found = siting(frame(STREET), lots, options=CandidateOptions(least_area=100, places=ponds), within=300)
        free = siting(frame(STREET), lots, options=CandidateOptions(least_area=0), within=300)
        more = coverage(frame(STREET), frame([spot(0, 0)]), within=300, add=[frame([spot(900, 0), None])])
        named = read(district_plan.parent / "lots.gpkg").frame
        named.loc[1, "geometry"] = None
        of_plan = siting(plan=district_plan, candidates=named, target="CIRCLE")
    assert found.sites["id"].tolist() == ["f1"]
    assert found.notes == [
        "2 candidates are points or lines and have no area: the least area leaves them out",
        "forbidden: 1 features without a shape are left out",
        "1 candidates have no shape: they are never chosen",
    ]
    assert not any("area" in text for text in free.notes)
    assert "add: 1 features without a shape are left out" in more.notes
    assert "1 candidates have no shape: they are never chosen" in of_plan.notes


def test_what_is_unknown_of_a_candidate_counts_where_it_may_stand():
    """A forbidden candidate need not tell its cost; one that does not tell whether it fulfils the filter is left out."""
    lots = row(500, 1500, 2500).assign(c=[1.0, None, 3.0], free=[True, True, None])
    ask = {"within": 300, "question": SitingQuestion("most", count=2)}
    found = siting(frame(STREET), lots, options=CandidateOptions(cost="c", forbidden=["f1"]), **ask)
    assert found.sites["id"].tolist() == ["f0", "f2"]
    assert [one["cost"] for one in found.document()["sites"]] == [1.0, 3.0]
    with use_language("en"):
        sure = siting(frame(STREET), lots, options=CandidateOptions(where="free = TRUE"), **ask)
    assert sure.sites["id"].tolist() == ["f0", "f1"]
    text = "1 candidates do not tell whether they fulfil the filter: they are left out at the low reading"
    assert text in sure.notes


@pytest.mark.parametrize(
    ("slip", "text"),
    [
        (lambda: siting(frame(STREET), frame([None, None])), "no candidate is left"),
        (lambda: siting(frame(STREET), row(5).assign(c=[None]), options=CandidateOptions(cost="c")), "f0: c is null"),
        (lambda: siting(frame(STREET), row(5).assign(c=[-1]), options=CandidateOptions(capacity="c")), "f0: c is -1"),
        (lambda: siting(frame(STREET), row(5), options=CandidateOptions(least_area=float("nan"))), "the area nan"),
        (lambda: siting(frame(STREET), row(5), options=CandidateOptions(forbidden=["f0"])), "every candidate"),
        (lambda: siting(frame(STREET), row(5, 9).assign(id="a"), options=CandidateOptions(required=["a"])), "2 cand"),
        (lambda: siting(frame(STREET), row(5), residents=frame([spot(5, 0)], residents=[0])), "count nobody"),
        (lambda: siting(frame(STREET), row(5), alternatives=0), "0 ranked answers"),
        (lambda: siting(frame(STREET), row(5), time_limit=float("nan")), "no time in seconds"),
        (lambda: siting(frame(STREET), row(5).set_crs(None, allow_override=True)), "candidates: the layer declares"),
        (lambda: SitingQuestion("cheapest", budget=float("inf")), "the budget inf"),
        (lambda: SitingQuestion("most", count=2.5), "the count 2.5"),
        (lambda: SitingQuestion("most", count=float("nan")), "the count nan"),
        (lambda: SitingQuestion("most", share=float("nan")), "the share nan"),
    ],
)
def test_slips_are_told_with_their_place(slip, text):
    with use_language("en"), pytest.raises(UrbanplanError, match=text):
        slip()


@pytest.fixture
def files(tmp_path):
    layers = {"streets": frame(STREET), "candidates": row(0, 700, 1500, 2300, 3000), "existing": row(3000)}
    layers["districts"] = frame([spot(0, 0).buffer(1000), spot(3000, 0).buffer(1000)])
    for name, layer in layers.items():
        layer.to_file(tmp_path / f"{name}.gpkg")
    return tmp_path


def words(files, *more):
    base = ["site", "--streets", files / "streets.gpkg", "--candidates", files / "candidates.gpkg", "--within", 800]
    return [str(word) for word in (*base, *more)]


def test_the_command_writes_sites_and_proof(files, capsys):
    out, told = files / "out.geojson", files / "out.json"
    more = ["--facilities", files / "existing.gpkg", "--best", 1, "--alternatives", 3]
    assert run(words(files, *more, "-o", out, "--output", f"json:{told}")) == 0
    sites = read(out).frame
    assert sites["remark"].tolist() == ["proposed, illustrative until decided"]
    document = json.loads(told.read_text(encoding="utf-8"))
    assert document["answer"]["proved"] is True
    assert document["answer"]["sites"] == ["f2"] or document["answer"]["sites"] == ["f1"]
    assert document["coverage"]["certificate"]["ok"] is True
    assert document["certificate"]["ok"] is True
    assert document["certificate"]["checked"] > 0
    assert (document["status"], document["gap"], document["bound"]) == ("optimal", 0, document["objective"])
    assert {"id", "cost", "metres", "residents", "geometry"} <= set(document["sites"][0])
    assert document["sites"][0]["metres"] == pytest.approx(1500)
    assert (document["share_before"], document["share_after"]) == pytest.approx((800 / 3000, 2300 / 3000))
    assert document["share_after_high"] == pytest.approx(document["share_after"])
    assert document["unreachable"] == []
    assert [one["objective"] for one in document["alternatives"]] == sorted(
        (one["objective"] for one in document["alternatives"]), reverse=True
    )
    assert "proved, no answer is better" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "code", "text"),
    [
        (["--share", "100%", "--forbid", "f0", "--forbid", "f1"], 1, "lack"),
        (["--share", "much"], 2, "is no share"),
        (["--best", "1", "--fewest"], 2, "exclude each other"),
        (["--fairest", "1"], 2, "needs sub-districts"),
        (["--median", "1"], 2, "no residents to count"),
        (["--median", "1", "--best", "1"], 2, "exclude each other"),
        (["--within", "0"], 2, "0"),
        (["--best", "0"], 2, "--best"),
        (["--cheapest", "--cost", "price"], 2, "there is no column 'price'"),
        (["--districts", "DISTRICTS", "--best", "4", "--min-per", "3"], 1, "3 sites asked, 2 candidates are in it"),
        (["--districts", "DISTRICTS", "--require", "f0", "--max-per", "0"], 1, "at most 0 sites, 1 are needed"),
        (["--capacity", "room"], 2, "there is no column 'room'"),
        (["--least-area", "10"], 2, "no candidate is left"),
        (["--by", "residents"], 2, "no residents to count"),
        (["--where", "id = 'nobody'"], 2, "no candidate is left"),
        (["--require", "f9"], 2, "no candidate has the id f9"),
    ],
)
def test_what_cannot_hold_and_what_cannot_be_asked(files, capsys, more, code, text):
    more = [str(files / "districts.gpkg") if word == "DISTRICTS" else word for word in more]
    assert run(words(files, *more)) == code
    told = capsys.readouterr()
    assert text in told.out + told.err


def test_sub_districts_have_their_least(files, capsys):
    asked = ["--districts", files / "districts.gpkg", "--best", 2]
    assert run(words(files, *asked, "--at-least", "f1=2", "-o", files / "out.gpkg")) == 0
    assert set(read(files / "out.gpkg", layer="proposed_sites").frame["id"]) == {"f3", "f4"}
    assert run(["--lang", "zh", *words(files, *asked, "--at-least", "f0=3")]) == 1
    assert "缺 1 处" in capsys.readouterr().out
    assert pd.isna(read(files / "out.gpkg", layer="proposed_sites").frame["gained_residents"]).all()


def page_layers(page):
    """The layers of a map's page by name: their title, and the labels of each."""
    found = [json.loads(text) for text in re.findall(r'id="layer-\d+">(.*?)</script>', page, re.DOTALL)]
    return {layer["name"]: layer for layer in found}


@pytest.mark.parametrize(
    ("lang", "remark", "caption"),
    [
        ("en", "proposed, illustrative until decided", "1. f1 (proposed)"),
        ("zh", "拟建，未经决定，仅为示意", "1. f1（拟建）"),
    ],
)
def test_the_map_shows_the_best_places_in_their_own_sign(tmp_path, lang, remark, caption):
    homes = frame([spot(1500, 10), spot(200, 10)], residents=[40, 3])
    with use_language(lang):
        found = siting(frame(STREET), row(100, 1450, 2900), residents=homes, question=SitingQuestion("most", count=2))
        found.write_map(tmp_path / "best.html")
    shown = page_layers((tmp_path / "best.html").read_text("utf-8"))["proposed_sites"]
    assert shown["title"].lower() == remark
    assert shown["label"]["names"][0] == caption
    assert shown["label"]["figures"][0].startswith("40")


@pytest.fixture
def district_plan(tmp_path):
    """The small district with its one site in the far west, and lots along the street."""
    from plans import small_district
    from shapely.geometry import Point

    layers = small_district.frames()
    west = Point(small_district.X + 50, small_district.Y + 500)
    layers["sites"] = layers["sites"].set_geometry([west])
    plan = small_district.write(tmp_path, layers)
    lots = layers["sites"].iloc[[0] * 3].reset_index(drop=True).assign(id=["L1", "L2", "L3"])
    places = [Point(small_district.X + x, small_district.Y + 500) for x in (500, 900, 20)]
    lots.set_geometry(places).to_file(tmp_path / "lots.gpkg")
    return plan


def test_a_plan_gives_streets_people_present_sites_and_the_walk(district_plan, monkeypatch, capsys):
    found = siting(plan=district_plan, candidates=district_plan.parent / "lots.gpkg", target="CIRCLE")
    assert found.proposal.within == 500  # the target's own
    assert found.sites["id"].tolist() == ["L1"]  # on the crossing: all four homes within 450 m
    assert found.proposal.by == "residents"
    assert found.proposal.solution.covered == 40
    best = siting(plan=district_plan, candidates="sites", question=SitingQuestion("most", count=1))
    assert best.proposal.solution.covered == 10  # a layer of the plan: where one stands, another adds nothing
    monkeypatch.chdir(district_plan.parent)
    words = ["--lang", "en", "site", "--candidates", "lots.gpkg", "-o", "new.gpkg", "--quiet"]
    assert run([*words, "--output", "json:new.json"]) == 0  # ./plan.toml
    assert [one["id"] for one in json.loads((district_plan.parent / "new.json").read_text("utf-8"))["sites"]] == ["L1"]
    assert run(["--lang", "en", "check", ".", "--with", "new.gpkg", "--quiet", "--output", "json:would.json"]) == 1
    done = check(district_plan.parent, every_layer=True)
    drawn = with_proposal(done, district_plan.parent / "new.gpkg", [])
    assert drawn.report == done.report
    assert page_layers(map_page(drawn))["proposed_sites"]["label"]["names"] == ["1. L1 (proposed)"]
    report = page_text(drawn, [])
    assert '{"rank":"1","id":"L1","residents":"30",' in report
    assert "roposed, illustrative until decided" in report
    turned = json.loads((district_plan.parent / "would.json").read_text("utf-8"))["turned"]
    assert {row["target"]: row["after"]["status"] for row in turned}["CIRCLE"] == "met"
    assert run([*words, "--plan", ".", "--residents", "homes.gpkg"]) == 2
    assert "the plan says residents already" in capsys.readouterr().err
