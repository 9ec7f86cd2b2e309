"""Tables of the terminal whose cells are data: no cell is read as markup, none moves the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


def titled_table(title: str, *heads: str) -> Table:
    """A table with a title; the first column is text, the others are figures."""
    from rich.table import Table

    from urbanplan.view.terminal.console import plain_text

    table = Table(title=plain_text(title), title_justify="left")
    for i, head in enumerate(heads):
        table.add_column(plain_text(head), justify="left" if i == 0 else "right")
    return table


def add_row(table: Table, *cells: object) -> None:
    """Add a row of cells as they are."""
    from urbanplan.view.terminal.console import plain_text

    table.add_row(*map(plain_text, cells))
