"""Tables of the terminal whose cells are data: no cell is read as markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


def titled_table(title: str, *heads: str) -> Table:
    """A table with a title; the first column is text, the others are figures."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), title_justify="left")
    for i, head in enumerate(heads):
        table.add_column(escape(head), justify="left" if i == 0 else "right")
    return table


def add_row(table: Table, *cells: object) -> None:
    """Add a row of cells as they are."""
    from rich.markup import escape

    table.add_row(*(escape(str(cell)) for cell in cells))
