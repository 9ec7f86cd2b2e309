"""Findings in groups, and reports that stay bounded."""

from __future__ import annotations

from urbanplan.model.finding import MAX_PER_CODE, WaiverReason, build_finding, limit_findings


def null(n, waived=None):
    hit = build_finding("layer-geometry-null", layer="homes", feature=n)
    return hit if waived is None else hit.model_copy(update={"waived": WaiverReason(reason=waived, owner="Li")})


def test_single_finding_is_on_its_feature():
    hit = null("H-1")
    assert (hit.feature, hit.features, hit.count) == ("H-1", ["H-1"], 1)


def test_group_names_its_first_features_and_counts_all():
    hit = build_finding("residents-area-unreached", features=range(140), people=12.0)
    assert (hit.feature, len(hit.features), hit.count) == (None, 140, 140)
    assert hit.message == "140 areas hold 12 people and no street serves them: 0, 1, 2, 3, 4 and 135 more"


def test_findings_of_a_code_beyond_the_thousand_are_one():
    few = build_finding("layer-count-differs", layer="homes", count=1, declared=2, difference=-1)
    kept = limit_findings([*map(null, range(MAX_PER_CODE + 30)), few])
    assert [hit.feature for hit in kept[:MAX_PER_CODE]] == [str(n) for n in range(MAX_PER_CODE)]
    assert kept[MAX_PER_CODE] == few
    rest = kept[-1]
    assert (rest.code, rest.level, rest.layer, rest.feature) == ("layer-geometry-null", null(0).level, "homes", None)
    assert (rest.count, rest.features[0], len(rest.features)) == (30, str(MAX_PER_CODE), 30)
    assert "30" in rest.message


def test_as_many_as_the_bound_stay():
    hits = [null(n) for n in range(MAX_PER_CODE)]
    assert limit_findings(hits) == hits


def test_waived_findings_give_way_to_open_ones():
    waived = [null(n, "shore") for n in range(MAX_PER_CODE)]
    kept = limit_findings([*waived, null("open")])
    assert kept[-2].feature == "open"
    assert kept[-1].waived is not None
