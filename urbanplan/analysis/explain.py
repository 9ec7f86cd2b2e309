"""Explanations of finding codes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from urbanplan.errors import UsageError
from urbanplan.model.finding import FindingRule, finding_rules


def list_rules() -> list[FindingRule]:
    """Every rule that a finding may come from, in the order of the tables."""
    return list(finding_rules().values())


def find_rule(code: str) -> FindingRule:
    """The rule of a code: level, message, why it matters, how to mend it, a failing and a passing sample.

    Raises:
        UsageError: there is no such code; the nearest are said.
    """
    table = finding_rules()
    if code not in table:
        near = difflib.get_close_matches(code, table, n=3, cutoff=0.4)
        raise UsageError(
            "there is no finding {code!r}",
            fix="Did you mean {near}?" if near else "List all with `urbanplan explain`",
            code=code,
            near=", ".join(near),
        )
    return table[code]


def check_network_codes(codes: Iterable[str], *, where: str = "") -> tuple[str, ...]:
    """Codes of defects of a network without their prefix ``network-``.

    Args:
        codes: with or without the prefix. where: what the codes were given with, for the error.

    Raises:
        UsageError: there is no such code; those there are are said.
    """
    known = [code.removeprefix("network-") for code in finding_rules() if code.startswith("network-")]
    given = tuple(code.removeprefix("network-") for code in codes)
    for code in given:
        if code not in known:
            fix = "Give one of: {known}"
            raise UsageError("there is no finding {code!r}", where=where, fix=fix, code=code, known=", ".join(known))
    return given
