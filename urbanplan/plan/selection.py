"""Selecting targets of a plan by id, chapter, kind or pattern."""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase

from urbanplan.errors import UsageError
from urbanplan.model.plan import Plan, Target


def select_targets(plan: Plan, patterns: list[str] | None = None) -> list[Target]:
    """Targets that match one of the patterns, in the plan's order; all of them without patterns.

    A pattern is an id or shell pattern of ids (``SP-00?``), ``chapter:TEXT``, ``kind:spatial`` or ``measure:count``.

    Raises:
        UsageError: the plan has no target, or a pattern selects none: that is never a pass.
    """
    if not plan.target:
        raise UsageError("the plan has no target", where=plan.file, fix="Add a [[target]]")
    if not patterns:
        return list(plan.target)
    chosen: set[str] = set()
    for pattern in patterns:
        hits = [target.id for target in plan.target if _matches(target, pattern)]
        if not hits:
            near = difflib.get_close_matches(pattern, [t.id for t in plan.target], n=1, cutoff=0.3)
            raise UsageError(
                "no target is selected by {pattern!r}",
                where=plan.file,
                fix="Did you mean {near}?" if near else "List them with `urbanplan targets`",
                pattern=pattern,
                near="".join(near),
            )
        chosen.update(hits)
    return [target for target in plan.target if target.id in chosen]


def _matches(target: Target, pattern: str) -> bool:
    head, colon, tail = pattern.partition(":")
    match head if colon else "id":
        case "chapter":
            return tail in target.chapter
        case "kind":
            return target.kind == tail
        case "role":
            return target.role == tail
        case "measure":
            return bool(target.measure) and target.measure.get("kind") == tail
        case _:
            return fnmatchcase(target.id, pattern)
