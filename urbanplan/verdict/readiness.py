"""How much of a plan is measurable today, and which missing data would settle most targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from urbanplan.model.plan import Plan, Target
from urbanplan.model.readiness import Readiness, ReadinessCounts, Want
from urbanplan.model.report import Report, Verdict
from urbanplan.model.translation import localize


def assess_readiness(plan: Plan, report: Report) -> Readiness:
    """Count promises by whether they can be measured and decided, and gather what the others wait for.

    Args:
        plan: the plan. report: of a run over it, whole or of selected targets; context rows are left out.
    """
    promises = [verdict for verdict in report.verdicts if verdict.role == "promise"]
    targets = {target.id: target for target in plan.target}
    return Readiness(
        total=_count_group(localize("all"), promises),
        kinds=_group_counts(promises, lambda verdict: verdict.kind),
        chapters=_group_counts(promises, lambda verdict: verdict.chapter, plan.chapters),
        wants=_collect_wants([verdict for verdict in promises if verdict.status == "undecidable"], targets),
    )


def _group_counts(
    verdicts: list[Verdict], key: Callable[[Verdict], str], order: Sequence[str] = ()
) -> list[ReadinessCounts]:
    groups: dict[str, list[Verdict]] = {name: [] for name in order}
    for verdict in verdicts:
        groups.setdefault(key(verdict), []).append(verdict)
    return [_count_group(name, members) for name, members in groups.items() if members]


def _count_group(name: str, verdicts: list[Verdict]) -> ReadinessCounts:
    measured = sum(verdict.reading is not None for verdict in verdicts)
    decided = sum(verdict.status != "undecidable" for verdict in verdicts)
    still_open = sum(verdict.status == "undecidable" and verdict.reading is not None for verdict in verdicts)
    return ReadinessCounts(
        name=name,
        targets=len(verdicts),
        measured=measured,
        decided=decided,
        open=still_open,
        missing=len(verdicts) - measured,
    )


def _collect_wants(waiting: list[Verdict], targets: dict[str, Target]) -> list[Want]:
    """Wants of the undecidable, those that settle most first; of equals the one named first in the plan."""
    wants: dict[tuple[str, str, str], list[str]] = {}
    for verdict in waiting:
        wants.setdefault(_describe_want(verdict, targets.get(verdict.target)), []).append(verdict.target)
    ordered = sorted(wants.items(), key=lambda item: -len(item[1]))
    return [Want(what=what, owner=owner, kind=kind, targets=ids) for (what, owner, kind), ids in ordered]


def _describe_want(verdict: Verdict, target: Target | None) -> tuple[str, str, str]:
    missing = None if target is None else target.missing
    if missing is not None:
        return missing.what, missing.owner, missing.kind
    if verdict.reason_code == "not-yet":
        return verdict.reason, "", "time"
    kind = {"no-tolerance": "definition", "straddles": "attribute"}
    return verdict.settled_by or verdict.reason, "", kind.get(verdict.reason_code, "value")
