"""``urbanplan explain``: what a finding's code means, why it matters and how to mend it."""

from __future__ import annotations

import difflib
from typing import Annotated

import typer

from urbanplan.errors import UsageError
from urbanplan.model.translation import current_language, localize, translate


def explain(
    code: Annotated[
        str, typer.Argument(help="Code of a finding, for example layer-overlap; a list of all without it")
    ] = "",
) -> None:
    """Explain a finding's code: level, message, why, fix, a failing and a passing sample."""
    from urbanplan.model.finding import finding_rules

    tongue = current_language()
    table = finding_rules()
    if not code:
        for rule in table.values():
            typer.echo(f"{rule.code:32} {rule.title[tongue]}")
        return
    if code not in table:
        near = difflib.get_close_matches(code, table, n=3, cutoff=0.4)
        raise UsageError(
            "there is no finding {code!r}",
            fix="Did you mean {near}?" if near else "List all with `urbanplan explain`",
            code=code,
            near=", ".join(near),
        )
    rule = table[code]
    typer.echo(f"{rule.code} [{rule.level}]  {rule.title[tongue]}\n")
    for head, text in (
        (localize("message"), rule.message[tongue]),
        (localize("why"), rule.why[tongue]),
        (localize("fix"), rule.fix[tongue]),
        (localize("failing"), _translate_sample(rule.failing)),
        (localize("passing"), _translate_sample(rule.passing)),
    ):
        typer.echo(f"  {head}: {text}")


def _translate_sample(sample: str) -> str:
    """A sample in the current language; ``model/locale/zh/samples.toml`` has those that hold words."""
    return translate(sample)
