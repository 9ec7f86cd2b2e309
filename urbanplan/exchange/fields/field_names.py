"""Field names that fit a Shapefile: at most 10 bytes in the file's encoding, unique without regard to case."""

from __future__ import annotations

import json
from collections.abc import Container
from pathlib import Path
from typing import Any

MAX_NAME_BYTES = 10


def aliases(names: list[str], encoding: str) -> dict[str, str]:
    """The name in the file for each field; cut between characters, numbered where two would be the same."""
    taken: set[str] = set()
    chosen = {}
    for name in sorted(names, key=lambda name: not _fits(name, encoding)):  # names that fit keep themselves
        alias = (
            name if _fits(name, encoding) else _truncate(_drop_unencodable(name, encoding), MAX_NAME_BYTES, encoding)
        )
        number = 1
        while not alias or alias.lower() in taken:
            number += 1
            tail = f"_{number}"
            alias = _truncate(_drop_unencodable(name, encoding), MAX_NAME_BYTES - len(tail), encoding) + tail
        taken.add(alias.lower())
        chosen[name] = alias
    return {name: chosen[name] for name in names}


def case_aliases(frame: Any) -> dict[str, str]:
    """The aliases of fields whose names differ from an earlier one by case only, for files that take both for one."""
    active = getattr(frame, "_geometry_column_name", None)
    chosen = distinct_names([str(name) for name in frame.columns if name != active])
    return {name: alias for name, alias in chosen.items() if name != alias}


def number_name(name: str, taken: Container[str]) -> str:
    """The name, numbered where it is taken: ``name_2``, ``name_3`` and so on."""
    alias, number = name, 1
    while alias in taken:
        number += 1
        alias = f"{name}_{number}"
    return alias


def distinct_names(names: list[str]) -> dict[str, str]:
    """The name in the file for each field; of those that differ by case only, the later ones are numbered."""
    taken = {name.lower() for name in names}
    seen: set[str] = set()
    chosen = {}
    for name in names:
        alias, number = name, 1
        while name.lower() in seen and alias.lower() in taken:
            number += 1
            alias = f"{name}_{number}"
        seen.add(name.lower())
        taken.add(alias.lower())
        chosen[name] = alias
    return chosen


def _fits(name: str, encoding: str) -> bool:
    try:
        return 0 < len(name.encode(encoding)) <= MAX_NAME_BYTES and name == name.strip() and name.isprintable()
    except UnicodeEncodeError:
        return False


def _drop_unencodable(name: str, encoding: str) -> str:
    """The name without what the encoding cannot write."""
    return name.encode(encoding, "ignore").decode(encoding).strip() or "field"


def _truncate(name: str, width: int, encoding: str) -> str:
    while len(name.encode(encoding)) > width:
        name = name[:-1]
    return name


def write_names(path: Path, chosen: dict[str, str]) -> None:
    """Write the name map, field name in the file to field name, where any differs."""
    changed = {alias: name for name, alias in chosen.items() if alias != name}
    if changed:
        path.write_text(json.dumps(changed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
