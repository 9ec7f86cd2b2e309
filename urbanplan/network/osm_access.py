"""Who may walk a way of OpenStreetMap, by a table of tags kept as data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def access_table() -> dict[str, Any]:
    """The table ``osm_access.toml``: keys in the order in which they decide, values that allow and forbid."""
    text = (files("urbanplan.network") / "osm_access.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def walking_access(tags: Any) -> tuple[bool, str]:
    """Whether people may walk along a way, and the tag that decides.

    Args:
        tags: anything with ``get``, such as a dictionary.
    """
    table = access_table()
    highway = tags.get("highway")
    if highway is None or highway in table["highway"]["never"]:
        return False, f"highway={highway}"
    for key in table["keys"]:
        value = tags.get(key)
        for answer in ("yes", "no"):
            if value is not None and value in table[key].get(answer, ()):
                return answer == "yes", f"{key}={value}"
    return False, f"highway={highway}"
