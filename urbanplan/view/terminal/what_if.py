"""What a proposal would turn, for people at a terminal."""

from __future__ import annotations

from typing import Any

from urbanplan.model.code_words import status_words
from urbanplan.model.formatting import format_reading
from urbanplan.model.reading import Reading
from urbanplan.model.translation import localize
from urbanplan.view.terminal.tables import add_row, titled_table


def show_turned(turned: list[dict[str, Any]], *, err: bool) -> None:
    """Print the targets that would read otherwise, those whose status changes first.

    Args:
        turned: of :class:`urbanplan.analysis.what_if.WhatIf`. err: print on standard error.
    """
    from urbanplan.view.terminal.console import open_console

    console = open_console(err=err)
    if not turned:
        console.print(localize("with the proposal no target would read otherwise"))
        return
    title = localize("with the proposal (proposed, illustrative until decided)")
    table = titled_table(title, localize("target"), localize("now"), localize("then"), localize("title"))
    for row in turned:
        add_row(table, row["target"], *(_outcome(row[when]) for when in ("before", "after")), row["title"])
    console.print(table)


def _outcome(one: dict[str, Any]) -> str:
    reading = "—" if one["reading"] is None else format_reading(Reading.model_validate(one["reading"]))
    return f"{status_words()[one['status']]} · {reading}"
