"""A base map from the network, only when a user asks for it: ``maps/bases/*.toml``.

The key is asked for in the page and never kept, unless it is given when the page is drawn.
A base in GCJ-02 shifts the layers with it, so that both lie true to each other.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from urbanplan.errors import ViewError
from urbanplan.model.style import find_map_file
from urbanplan.model.toml_file import read_declared

Datum = Literal["cgcs2000", "gcj02"]


class BaseMap(BaseModel):
    """Tiles in Web Mercator: addresses with ``{s} {z} {x} {y} {key}``, the lowest first, and their datum."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: dict[str, str]
    addresses: list[str]
    subdomains: str = Field(default="a", pattern="^[A-Za-z0-9]*$")
    datum: Datum = "cgcs2000"
    key: str = Field(default="", pattern="^[A-Za-z0-9]*$")

    def payload(self, lang: str) -> dict[str, Any]:
        """What the page knows of it."""
        kept = self.model_dump(include={"addresses", "subdomains", "key"})
        return {**kept, "title": self.title[lang], "asks": any("{key}" in address for address in self.addresses)}

    def origins(self) -> list[str]:
        """Where its pictures come from."""
        hosts = [re.sub(r"^(https://[^/]+).*$", r"\1", address) for address in self.addresses]
        every = [
            host.replace("{s}", letter) for host in hosts for letter in (self.subdomains if "{s}" in host else "a")
        ]
        return list(dict.fromkeys(every))


def choose_base_map(online: str | None, *, beside: Path | None = None) -> BaseMap | None:
    """The base that a user asks for.

    Args:
        online: None for none; ``""`` or a key for Tianditu; ``NAME:`` or ``NAME:KEY`` for another of ``maps/bases``.
        beside: the plan's folder, looked in first.

    Raises:
        ViewError: no such base, an address that is not https, or a key with other signs than letters and figures.
    """
    if online is None:
        return None
    name, key = online.split(":", 1) if ":" in online else ("tianditu", online)
    if key and not (key.isascii() and key.isalnum()):
        raise ViewError("the base map's key holds other signs than letters and figures", fix="Give the key as issued.")
    path = find_map_file(("maps", "bases"), name, beside=beside)
    if path is None:
        raise ViewError("there is no base map {name}", fix="Add maps/bases/{name}.toml beside the plan.", name=name)
    base = read_declared(BaseMap, path, error_type=ViewError, more={"key": key} if key else None)
    for address in base.addresses:
        if not re.match(r"https://[A-Za-z0-9.{}-]+(:\d+)?/[^\s\"'<>;]*$", address):
            raise ViewError("the base map's address {address} is not one of https", fix="Mend it.", address=address)
    return base
