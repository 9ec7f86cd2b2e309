"""``urbanplan explain``: what a finding's code means, why it matters and how to mend it."""

from __future__ import annotations

from typing import Annotated

import typer

from urbanplan.cli.terminal import print_line


def explain(
    code: Annotated[
        str, typer.Argument(help="Code of a finding, for example layer-overlap; a list of all without it")
    ] = "",
) -> None:
    """Explain a finding's code: level, message, why, fix, a failing and a passing sample."""
    from urbanplan.analysis.explain import find_rule, list_rules
    from urbanplan.view.terminal.rules import rule_lines, rule_list

    for line in rule_lines(find_rule(code)) if code else rule_list(list_rules()):
        print_line(line)
