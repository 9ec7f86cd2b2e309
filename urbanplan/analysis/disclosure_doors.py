"""The doors by which a plan's content leaves: what each refuses, warns of or holds back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.disclosure import (
    DisclosureOptions,
    disclose_check,
    open_disclosure,
    require_disclosable,
    require_no_secret,
)
from urbanplan.analysis.plans import open_plan
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note

if TYPE_CHECKING:
    from urbanplan.analysis.check import Check
    from urbanplan.model.plan import Plan


def require_whole_answer(
    plan: Plan | Path | str, names: Iterable[str], options: DisclosureOptions | None, *, command: str
) -> None:
    """Refuse to write what is worked out from a plan's layers where a profile would hold some of it back.

    What ``coverage``, ``network``, ``site``, ``rain``, ``overlay`` and ``reconcile`` write rests on the layers as they
    are: on coarser coordinates or fewer fields it would be another answer.

    Args:
        plan: the plan, its file or folder. names: of the layers that the answer rests on. options: for whom it leaves.
        command: its name, for the message.

    Raises:
        UsageError: a layer may not leave, a secret one has nobody said for whom, or the profile holds something back.
    """
    declared = open_plan(plan)
    if options is None:
        return require_no_secret(declared, names)
    released = open_disclosure(declared, options)
    require_disclosable(declared, names, released)
    if not released.profile.lets_all_leave:
        raise UsageError("{command} cannot hold back what the profile {profile} does", where="--disclosure",
                         fix="Say --disclosure internal, or let export, map, report, sheets or check leave.",
                         command=command, profile=released.profile.name)  # fmt: skip
    return None


def require_no_proposal(options: DisclosureOptions | None, proposal: Any) -> None:
    """Refuse a proposal on what leaves for others: no profile has looked at it.

    Raises:
        UsageError: there are both.
    """
    if options is not None and proposal is not None:
        fix = "Leave one of them out."
        raise UsageError("--with shows proposed sites, which no profile has looked at", fix=fix)


def secret_notes(plan: Plan, names: Iterable[str]) -> Iterator[Note]:
    """A warning of secret layers in what is written with no word for whom."""
    secret = {spec.name for spec in plan.layer if spec.secrecy == "secret"} & set(names)
    if secret:
        text = "layers marked secret are in it: {names}. Say for whom it leaves with --disclosure"
        yield note(text, level="warning", names=", ".join(sorted(secret)))


def disclose_or_warn(done: Check, options: DisclosureOptions | None) -> tuple[Check, list[Note]]:
    """The check as it leaves; with no word for whom, as it is, and a warning of its secret layers.

    Raises:
        UsageError: there is no such profile.
    """
    return (done, list(secret_notes(done.plan, done.layers))) if options is None else disclose_check(done, options)
