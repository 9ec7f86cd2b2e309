"""Names for files that were dropped together: the later of equal ones are numbered, sets of files as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from urbanplan.errors import UsageError
from urbanplan.exchange.folder_files import is_set_part


def own_names(given: Sequence[str]) -> list[str]:
    """A name of its own for each file, ``a.csv`` and ``a-2.csv``; the parts of a second Shapefile are numbered alike.

    Args:
        given: names in the order in which they came, folder by folder.

    Raises:
        UsageError: it cannot be told which parts belong together.
    """
    seen: Counter[str] = Counter()
    places: list[int] = []
    for name in given:
        seen[name.casefold()] += 1
        places.append(seen[name.casefold()])
    _check_sets(given, seen)
    mark = "-"
    while True:
        made = [
            name if place == 1 else _number(name, f"{mark}{place}") for name, place in zip(given, places, strict=True)
        ]
        if len({name.casefold() for name in made}) == len(made):
            return made
        mark += "-"


def _number(name: str, mark: str) -> str:
    stem, dot, endings = name.partition(".")
    return f"{stem}{mark}{dot}{endings}"


def _check_sets(given: Sequence[str], seen: Counter[str]) -> None:
    """Refuse sets of one name of which some have a part that others lack: it could belong to either."""
    sets: dict[str, set[int]] = {}
    for name in given:
        if is_set_part(name):
            sets.setdefault(name.casefold().partition(".")[0], set()).add(seen[name.casefold()])
    for stem, counts in sets.items():
        if len(counts) > 1:
            what = "several sets of files are named {name}, and not each has every part"
            raise UsageError(what, fix="Pack each set as a zip of its own, and drop those.", name=stem)
