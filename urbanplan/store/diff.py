"""What turned between two runs, and why: which inputs of a target changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from urbanplan.model.formatting import shown
from urbanplan.model.reading import Reading
from urbanplan.model.translation import say
from urbanplan.store.runlog import Outcome, Run

Way = Literal["better", "worse", "moved", "new", "gone"]
_RANK = {"not_met": 0, "undecidable": 1, "met": 2}


@dataclass(frozen=True)
class Turn:
    """A target that two runs tell apart.

    Attributes:
        target, title: which. way: better, worse, moved (same verdict, other reading), new or gone.
        before, after: what each run said, None where it had no such target. why: what changed, in words.
    """

    target: str
    title: str
    way: Way
    before: Outcome | None
    after: Outcome | None
    why: tuple[str, ...]


def reading_text(outcome: Outcome | None) -> str:
    """A reading in words, a dash where there is none."""
    if outcome is None or (outcome.low is None and outcome.high is None):
        return "—"
    return shown(Reading(low=outcome.low, high=outcome.high, unit=outcome.unit))


def turns(old: Run, new: Run) -> list[Turn]:
    """Targets that two runs tell apart, those whose verdict turned first."""
    made = []
    for target in sorted(set(old.targets) | set(new.targets)):
        before, after = old.targets.get(target), new.targets.get(target)
        way = _way(before, after)
        if way is not None:
            title = (after or before or Outcome(status="")).title
            made.append(Turn(target, title, way, before, after, tuple(_why(old, new, before, after))))
    order: list[Way] = ["worse", "better", "new", "gone", "moved"]
    return sorted(made, key=lambda turn: (order.index(turn.way), turn.target))


def _way(before: Outcome | None, after: Outcome | None) -> Way | None:
    if before is None or after is None:
        return "new" if before is None else "gone"
    if before.status != after.status:
        return "better" if _RANK.get(after.status, 1) > _RANK.get(before.status, 1) else "worse"
    if (before.low, before.high, before.bound) != (after.low, after.high, after.bound):
        return "moved"
    return None


def _why(old: Run, new: Run, before: Outcome | None, after: Outcome | None) -> list[str]:
    """Reasons, the nearest first: the bound, the layers, the date, the plan, the program."""
    said = []
    if before and after and before.bound != after.bound:
        said.append(say("the bound was {old}", old=before.bound or "—"))
    for name in sorted(set((before.layers if before else []) + (after.layers if after else []))):
        if old.layers.get(name) != new.layers.get(name):
            said.append(_layer(name, old, new))
    if old.as_of != new.as_of:
        said.append(say("the date was {old}, is {new}", old=old.as_of, new=new.as_of))
    if not said and before and after and not (before.layers or after.layers) and before.low != after.low:
        said.append(say("another value was reported"))
    if not said and old.plan_digest != new.plan_digest:
        said.append(say("the plan's text changed"))
    if not said and old.urbanplan != new.urbanplan:
        said.append(say("urbanplan was {old}, is {new}", old=old.urbanplan, new=new.urbanplan))
    return said or [say("nothing that the log knows changed")]


def _layer(name: str, old: Run, new: Run) -> str:
    if name not in old.layers:
        return say("layer {name} was added", name=name)
    if name not in new.layers:
        return say("layer {name} is gone", name=name)
    return say("layer {name} changed", name=name)
