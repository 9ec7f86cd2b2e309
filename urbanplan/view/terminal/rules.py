"""The rules of findings in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from urbanplan.model.translation import current_language, localize, translate

if TYPE_CHECKING:
    from urbanplan.model.finding import FindingRule


def rule_list(rules: Iterable[FindingRule]) -> Iterator[str]:
    """A line for each rule: its code and title."""
    for rule in rules:
        yield f"{rule.code:32} {rule.title[current_language()]}"


def rule_lines(rule: FindingRule) -> Iterator[str]:
    """A rule whole: code, level, title, message, why, fix, a failing and a passing sample."""
    language = current_language()
    yield f"{rule.code} [{rule.level}]  {rule.title[language]}\n"
    rows = (
        (localize("message"), rule.message[language]),
        (localize("why"), rule.why[language]),
        (localize("fix"), rule.fix[language]),
        (localize("failing"), _translate_sample(rule.failing)),
        (localize("passing"), _translate_sample(rule.passing)),
    )
    for head, text in rows:
        yield "  " + localize("{name}: {text}", name=head, text=text)


def _translate_sample(sample: str) -> str:
    """A sample in the current language; ``model/locale/zh/samples.toml`` has those that hold words."""
    return translate(sample)
