"""The page of the architecture and its picture, from the import contract and the imports themselves."""

from __future__ import annotations

from pathlib import Path

from picture import draw_house
from rooms import read_house

_TOP = """# Architecture

Generated from the code by `make docs`: the order is the import contract's, the arrows are the imports themselves.

A room is a folder, a module one idea. Imports go down only, and rooms of one row do not import each other, which
`make test` checks. Everything hangs on one pair: a **measure** turns layers into a **reading** (an interval with a
unit), a target carries a **bound**, and the two give the **verdict**. [The glossary](glossary.md) has these words.

![The rooms and their imports](pictures/architecture.svg)

An arrow that a chain of other arrows implies is left out of the picture; the table has every import.

| room | what it holds | imports |
|---|---|---|
"""

_END = """
## The way of a check

The plan is read, each target with its file and line. Its measure is bound and the parameters are validated before any
data is read. The layers that are needed are read once, validated against their types and brought to the working CRS,
which gives findings. Each measure gives a reading, each reading with its bound a verdict, and all verdicts and findings
one report; the table, the map, the sheets and the page are views of it.

[Contributing](../CONTRIBUTING.md) says where a newcomer adds a measure, a format, a finding or a command.
"""


def write_page(root: Path) -> str:
    """docs/architecture.md."""
    house = read_house(root)
    rows = [
        f"| `{room}` | {house.texts[room]} | {', '.join(f'`{other}`' for other in house.imports[room]) or '–'} |"
        for room in house.rooms
    ]
    return _TOP + "\n".join(rows) + "\n" + _END


def write_picture(root: Path) -> str:
    """docs/pictures/architecture.svg."""
    return draw_house(read_house(root))
