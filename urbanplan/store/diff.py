"""What turned between two runs, and why: which inputs of a target changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from urbanplan.model.formatting import format_reading
from urbanplan.model.reading import Reading
from urbanplan.model.translation import localize
from urbanplan.store.runlog import Outcome, RunRecord

ChangeKind = Literal["better", "worse", "moved", "new", "gone"]
_STATUS_RANK = {"not_met": 0, "undecidable": 1, "met": 2}


@dataclass(frozen=True)
class Change:
    """A target that two runs tell apart.

    Attributes:
        target, title: which. way: better, worse, moved (same verdict, other reading), new or gone.
        before, after: what each run said, None where it had no such target. why: what changed, in words.
    """

    target: str
    title: str
    way: ChangeKind
    before: Outcome | None
    after: Outcome | None
    why: tuple[str, ...]


def format_outcome(outcome: Outcome | None) -> str:
    """A reading in words, a dash where there is none."""
    if outcome is None or (outcome.low is None and outcome.high is None):
        return "—"
    return format_reading(Reading(low=outcome.low, high=outcome.high, unit=outcome.unit))


def diff_runs(old: RunRecord, new: RunRecord) -> list[Change]:
    """Targets that two runs tell apart, those whose verdict turned first."""
    made: list[Change] = []
    for target in sorted(set(old.targets) | set(new.targets)):
        before, after = old.targets.get(target), new.targets.get(target)
        way = _change_kind(before, after)
        if way is not None:
            title = (after or before or Outcome(status="")).title
            made.append(Change(target, title, way, before, after, tuple(_explain_change(old, new, before, after))))
    order: list[ChangeKind] = ["worse", "better", "new", "gone", "moved"]
    return sorted(made, key=lambda turn: (order.index(turn.way), turn.target))


def _change_kind(before: Outcome | None, after: Outcome | None) -> ChangeKind | None:
    if before is None or after is None:
        return "new" if before is None else "gone"
    if before.status != after.status:
        return "better" if _STATUS_RANK.get(after.status, 1) > _STATUS_RANK.get(before.status, 1) else "worse"
    if (before.low, before.high, before.bound) != (after.low, after.high, after.bound):
        return "moved"
    return None


def _explain_change(old: RunRecord, new: RunRecord, before: Outcome | None, after: Outcome | None) -> list[str]:
    """Reasons, the nearest first: the bound, the layers, the date, the plan, the program."""
    said: list[str] = []
    if before and after and before.bound != after.bound:
        said.append(localize("the bound was {old}", old=before.bound or "—"))
    for name in sorted(set((before.layers if before else []) + (after.layers if after else []))):
        if old.layers.get(name) != new.layers.get(name):
            said.append(_describe_layer_change(name, old, new))
    if old.as_of != new.as_of:
        said.append(localize("the date was {old}, is {new}", old=old.as_of, new=new.as_of))
    if not said and before and after and not (before.layers or after.layers) and before.low != after.low:
        said.append(localize("another value was reported"))
    if not said and old.plan_digest != new.plan_digest:
        said.append(localize("the plan's text changed"))
    if not said and old.urbanplan != new.urbanplan:
        said.append(localize("urbanplan was {old}, is {new}", old=old.urbanplan, new=new.urbanplan))
    return said or [localize("nothing that the log knows changed")]


def _describe_layer_change(name: str, old: RunRecord, new: RunRecord) -> str:
    if name not in old.layers:
        return localize("layer {name} was added", name=name)
    if name not in new.layers:
        return localize("layer {name} is gone", name=name)
    return localize("layer {name} changed", name=name)
