"""The rooms of the house, their order by the import contract, and what each of them really imports."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

PACKAGE = "urbanplan"


@dataclass(frozen=True)
class House:
    """Rows of rooms from the top floor down, the imports of each room, and its one line of text."""

    rows: list[list[str]]
    imports: dict[str, list[str]]
    texts: dict[str, str]

    @property
    def rooms(self) -> list[str]:
        """Every room, from the top floor down."""
        return [room for row in self.rows for room in row]


def read_house(root: Path) -> House:
    """The house as the contract in ``pyproject.toml`` orders it and as its modules import each other."""
    import grimp

    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    rooms = {name.split(".")[1] for name in graph.modules if "." in name}
    rows = [[room for room in row if room in rooms] for row in _contract_rows(root)]
    order = [room for row in rows for room in row]
    for room in order:
        if graph.find_children(f"{PACKAGE}.{room}"):
            graph.squash_module(f"{PACKAGE}.{room}")
    imports = {room: _imports(graph, room, order) for room in order}
    return House([row for row in rows if row], imports, {room: _text(room) for room in order})


def _contract_rows(root: Path) -> list[list[str]]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers" and c.get("containers") == [PACKAGE])
    return [[room.strip(" ()") for room in row.replace(":", "|").split("|")] for row in layers]


def _imports(graph, room: str, order: list[str]) -> list[str]:
    found = {name.split(".")[1] for name in graph.find_modules_directly_imported_by(f"{PACKAGE}.{room}") if "." in name}
    return [other for other in order if other in found and other != room]


def _text(room: str) -> str:
    """The first sentence of the room's docstring."""
    return (import_module(f"{PACKAGE}.{room}").__doc__ or "").strip().partition("\n")[0].rstrip(".")


def needed_arrows(imports: dict[str, list[str]]) -> list[tuple[str, str]]:
    """The imports that no chain of other imports implies (the transitive reduction; imports go one way)."""

    def reaches(start: str, goal: str) -> bool:
        return goal in imports[start] or any(reaches(step, goal) for step in imports[start])

    return [
        (room, other)
        for room, others in imports.items()
        for other in others
        if not any(reaches(step, other) for step in others if step != other)
    ]
