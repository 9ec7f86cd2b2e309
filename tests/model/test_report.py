"""The report's own sums: exit code, counts and rows."""

from __future__ import annotations

import pytest

from urbanplan.model.finding import Finding, WaiverReason
from urbanplan.model.reading import exact_reading
from urbanplan.model.report import LayerEntry, PlanEntry, Report, Verdict, summarise, weakest_basis


def verdict(status: str, **more: object) -> Verdict:
    return Verdict.model_validate({"target": "T", "status": status, **more})


def finding(level: str, *, waived: bool = False) -> Finding:
    reason = WaiverReason(reason="so", owner="we") if waived else None
    return Finding.model_validate({"code": "c", "level": level, "message": "m", "fix": "f", "waived": reason})


def report(verdicts: list[Verdict], findings: list[Finding], *bases: str) -> Report:
    layers = [LayerEntry.model_validate({"name": basis, "basis": basis}) for basis in bases]
    whole = summarise(verdicts, findings, chapters=["b", "a", "none"])
    return Report(plan=PlanEntry(id="p"), verdicts=verdicts, findings=findings, layers=layers, summary=whole)


MET, MISSED, OPEN = verdict("met"), verdict("not_met"), verdict("undecidable")
ASIDE = verdict("not_met", role="context")


@pytest.mark.parametrize(
    ("verdicts", "findings", "code"),
    [
        ([], [], 0),
        ([MET], [finding("warn"), finding("info")], 0),
        ([MET, OPEN], [], 3),
        ([MET, OPEN, MISSED], [], 1),
        ([MET], [finding("error")], 1),
        ([MET], [finding("error", waived=True)], 0),
        ([MET, OPEN], [finding("error", waived=True)], 3),
        ([MET, ASIDE], [], 0),
        ([verdict("undecidable", role="context")], [], 0),
    ],
)
def test_exit_code(verdicts: list[Verdict], findings: list[Finding], code: int) -> None:
    assert report(verdicts, findings).exit_code() == code


def test_counts_by_status_chapter_basis_and_level() -> None:
    rows = [
        verdict("met", chapter="a", basis="surveyed", reading=exact_reading(1, "m")),
        verdict("met", chapter="c"),
        verdict("undecidable", chapter="b", basis="illustrative"),
        verdict("not_met", chapter="a", role="context", reading=exact_reading(1, "m")),
    ]
    told = summarise(rows, [finding("error"), finding("error", waived=True), finding("info")], chapters=["b", "a", "x"])
    assert told.status == {"met": 2, "not_met": 0, "undecidable": 1}
    assert list(told.chapters.items()) == [("b", {"undecidable": 1}), ("a", {"met": 1}), ("c", {"met": 1})]
    assert told.bases == {"surveyed": {"met": 1}, "none": {"met": 1}, "illustrative": {"undecidable": 1}}
    assert (told.measured, told.findings) == (2, {"error": 1, "waived": 1, "info": 1})


def test_rows_texts_and_what_is_illustrative() -> None:
    made = report([verdict("met", quote="words", reading=exact_reading(2, "m")), OPEN], [finding("info")], "surveyed")
    assert [row["title"] for row in made.rows()] == ["words", ""]
    assert [(row["low"], row["high"], row["unit"]) for row in made.rows()] == [(2, 2, "m"), (None, None, None)]
    assert repr(made) == "<Report: p, 1 met, 0 not met, 1 undecidable, 1 findings>"
    assert not made.is_illustrative
    assert report([], [], "surveyed", "illustrative").is_illustrative
    assert (weakest_basis([]), weakest_basis(["surveyed", "reported"])) == (None, "reported")
    assert weakest_basis(["reported", "illustrative", "surveyed"]) == "illustrative"


def test_evidence_of_a_report_file_is_whole_up_to_a_hundred_thousand_ids() -> None:
    def proof(ids: int) -> Verdict:
        notes = {"area": "plane", "features_m": dict.fromkeys(map(str, range(ids)), 1.0), "few": [1]}
        layers = {"lots": [str(n) for n in range(ids)], "parts": ["a"]}
        return verdict("met", evidence={"layers": layers, "results": ["gaps"], "notes": notes})

    whole = report([proof(49_999), proof(49_999)], [])
    assert whole.bounded() is whole
    large = report([proof(49_999), proof(50_000), proof(9)], [])
    long, last, short = (one.evidence for one in large.bounded().verdicts)
    assert long.layers == {"lots": [str(n) for n in range(10)], "parts": ["a"]}
    assert (long.results, long.notes["area"], long.notes["few"]) == (["gaps"], "plane", [1])
    assert len(long.notes["features_m"]) == 10
    assert long.notes["counts"] == {"lots": 49_999, "features_m": 49_999}
    assert last.notes["counts"]["lots"] == 50_000
    assert short == large.verdicts[2].evidence
    assert len(large.verdicts[1].evidence.layers["lots"]) == 50_000, "the run itself holds all"
