"""How much of a plan can be measured, and what would settle most."""

from __future__ import annotations

from typing import Any

from urbanplan.model.plan import Plan
from urbanplan.model.reading import exact_reading
from urbanplan.model.report import PlanEntry, Report, Verdict, summarise
from urbanplan.verdict.readiness import assess_readiness


def verdict(target: str, status: str, **more: Any) -> Verdict:
    return Verdict.model_validate({"target": target, "status": status, "chapter": "two", **more})


def test_counts_and_wants() -> None:
    read = exact_reading(1, "m")
    rows = [
        verdict("A", "met", reading=read, chapter="one"),
        verdict("B", "undecidable", reading=read, reason_code="straddles", settled_by="attributes"),
        verdict("C", "undecidable", reason_code="not-measured", settled_by="a layer"),
        verdict("D", "undecidable", reason_code="not-yet", reason="not yet: it is due", settled_by="later"),
        verdict("E", "undecidable", reason_code="missing", kind="named"),
        verdict("F", "undecidable", reason_code="no-threshold", settled_by="a layer"),
        verdict("G", "not_met", reading=read, role="context"),
        verdict("H", "undecidable", reason_code="no-tolerance", reason="no tolerance"),
    ]
    missing = {"what": "a survey", "owner": "the bureau", "kind": "layer"}
    targets = [{"id": "E", "missing": missing}, *({"id": name} for name in "ABCDFH")]
    plan = Plan.model_validate(
        {"id": "p", "title": "P", "as_of": "2025-12-31", "file": "plan.toml", "chapters": ["two", "three", "one"],
         "district": {"name": "d", "crs": "EPSG:4547"}, "target": targets}
    )  # fmt: skip
    report = Report(plan=PlanEntry(id="p"), verdicts=rows, summary=summarise(rows, []))
    ready = assess_readiness(plan, report)
    total = ready.total
    assert (total.targets, total.measured, total.decided, total.open, total.missing) == (7, 2, 1, 1, 5)
    assert [(one.name, one.targets) for one in ready.chapters] == [("two", 6), ("one", 1)]
    assert [(one.name, one.targets) for one in ready.kinds] == [("spatial", 6), ("named", 1)]
    assert [(want.what, want.owner, want.kind, want.targets) for want in ready.wants] == [
        ("a layer", "", "value", ["C", "F"]),
        ("attributes", "", "attribute", ["B"]),
        ("not yet: it is due", "", "time", ["D"]),
        ("a survey", "the bureau", "layer", ["E"]),
        ("no tolerance", "", "definition", ["H"]),
    ]
