"""Who may walk a way of OpenStreetMap, by a table of tags kept as data."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
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
    return access_of_values(tuple(tags.get(key) for key in access_keys()))


def access_keys() -> tuple[str, ...]:
    """The keys that decide, in their order; ``highway`` is the last."""
    return tuple(access_table()["keys"])


@lru_cache(maxsize=4096)
def access_of_values(values: tuple[str | None, ...]) -> tuple[bool, str]:
    """Whether people may walk along a way, and the tag that decides, by the values of :func:`access_keys`."""
    table, highway = access_table(), values[-1]
    if highway is None or highway in table["highway"]["never"]:
        return False, f"highway={highway}"
    for key, value in zip(table["keys"], values, strict=True):
        for answer in ("yes", "no"):
            if value is not None and value in table[key].get(answer, ()):
                return answer == "yes", f"{key}={value}"
    return False, f"highway={highway}"
