"""Where in a file something stands: one home for the word of a place, in the language of the reader."""

from __future__ import annotations

from typing import Any

from urbanplan.model.translation import localize

_MAX_NAME = 60  # characters of a feature's name


def feature_place(where: str, row: int, name: Any = None) -> str:
    """A place with the feature that is meant: ``plots.geojson feature 12 A-7``.

    Args:
        where: the file, and line and column where they are known. row: of the feature, from 1. name: its id, or None.
    """
    named = "" if name is None or name != name or name == "" else f" {str(name)[:_MAX_NAME]}"
    return localize("{where} feature {row}{name}", where=where, row=row, name=named)
