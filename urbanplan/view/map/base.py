"""The ground under a map, only where a user names it: ``maps/bases/*.toml``, a service or a file of this machine.

A service is asked by the page, and only with ``--online``; its key is asked for in the page and never kept, unless it
is given when the page is drawn.  A file is read when the page is drawn.  A base in GCJ-02 shifts the layers with it, so
that both lie true to each other.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from urbanplan.errors import ViewError
from urbanplan.exchange.tiles.tiling import TILINGS, Tiling
from urbanplan.model.style import find_map_file
from urbanplan.model.toml_file import read_declared
from urbanplan.view.map.services import MatrixSet, Wms, Wmts, fill_resource_names

Datum = Literal["cgcs2000", "gcj02"]
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.{}-]+(:\d+)?(/[^\s\"'<>;\\]*)?$")
_FIRST_LEVEL, _LAST_LEVEL = 0, 18


class BaseMap(BaseModel):
    """A ground: addresses of tiles, a WMS, a WMTS, or a file.

    Attributes:
        title: by language. credit: whose it is, by language; it stands on the map.
        addresses: with ``{s} {z} {x} {y} {key}``, the lowest first. wms, wmts: a service instead.
        file: a GeoTIFF, MBTiles, PMTiles or folder of tiles in the plan's folder instead.
        matrix_set: of the tiles. level_offset: what a service adds to the page's level, of which 0 is the whole width.
        from_south: whether rows count from the south (TMS). levels: lowest and highest that there are.
        subdomains: letters of ``{s}``. datum: of the pictures. key: the user's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: dict[str, str]
    credit: dict[str, str] = {}
    addresses: list[str] = []
    wms: Wms | None = None
    wmts: Wmts | None = None
    file: str | None = None
    matrix_set: MatrixSet = "EPSG:3857"
    level_offset: int = Field(default=0, ge=-30, le=30)
    from_south: bool = False
    levels: tuple[int, int] = Field(default=(_FIRST_LEVEL, _LAST_LEVEL), strict=False)  # TOML has lists
    subdomains: str = Field(default="a", pattern="^[A-Za-z0-9]*$")
    datum: Datum = "cgcs2000"
    key: str = Field(default="", pattern="^[A-Za-z0-9]*$")

    @model_validator(mode="after")
    def _check_one_source(self) -> BaseMap:
        given = [bool(self.addresses), self.wms is not None, self.wmts is not None, self.file is not None]
        if sum(given) != 1:
            raise ValueError("give one of addresses, wms, wmts and file")
        if not 0 <= self.levels[0] <= self.levels[1] <= 30:
            raise ValueError("levels are the lowest and the highest, from 0 to 30")
        return self

    @property
    def tiling(self) -> Tiling:
        """The tiling of its tiles."""
        return TILINGS[self.matrix_set]

    def tile_addresses(self) -> list[str]:
        """Addresses of its tiles, the lowest first; none where it is a file."""
        if self.wms is not None:
            return [self.wms.tile_address(self.matrix_set)]
        if self.wmts is not None:
            return [self.wmts.tile_address()]
        return [fill_resource_names(address) for address in self.addresses]

    def payload(self, lang: str) -> dict[str, Any]:
        """What the page knows of a service."""
        addresses = self.tile_addresses()
        return {
            "title": self.title.get(lang, ""),
            "credit": self.credit.get(lang, ""),
            "kind": "served",
            "addresses": addresses,
            "subdomains": self.subdomains,
            "key": self.key,
            "asks": any("{key}" in address for address in addresses),
            "levels": list(self.levels),
            "offset": self.level_offset,
            "fromSouth": self.from_south,
            "axes": "xy" if self.wms is None else self.wms.axes(self.matrix_set),
            "bounds": None,
        }

    def origins(self) -> list[str]:
        """Where its pictures come from."""
        hosts = [re.sub(r"^(https?://[^/?#]+).*$", r"\1", address) for address in self.tile_addresses()]
        every = [
            host.replace("{s}", letter) for host in hosts for letter in (self.subdomains if "{s}" in host else "a")
        ]
        return list(dict.fromkeys(every))


def read_base_map(name: str, *, beside: Path | None = None, key: str = "") -> BaseMap:
    """A declared ground by its name.

    Args:
        name: of a file of ``maps/bases``. beside: the plan's folder, looked in first. key: the user's.

    Raises:
        ViewError: there is none, it does not fit, an address is none of http, or a key is not letters and figures.
    """
    if key and not (key.isascii() and key.isalnum()):
        raise ViewError("the base map's key holds other signs than letters and figures", fix="Give the key as issued.")
    path = find_map_file(("maps", "bases"), name, beside=beside)
    if path is None:
        raise ViewError("there is no base map {name}", fix="Add maps/bases/{name}.toml beside the plan.", name=name)
    base = read_declared(BaseMap, path, error_type=ViewError, more={"key": key} if key else None)
    for address in base.tile_addresses():
        if not _ADDRESS.match(address):
            raise ViewError("the base map's address {address} is not one of http or https", fix="Mend it.",
                            address=address)  # fmt: skip
    return base


def choose_base_map(online: str | None, *, beside: Path | None = None) -> BaseMap | None:
    """The service that a user asks for.

    Args:
        online: None for none; ``""`` or a key for Tianditu; ``NAME:`` or ``NAME:KEY`` for another of ``maps/bases``.
        beside: the plan's folder, looked in first.

    Raises:
        ViewError: as :func:`read_base_map`.
    """
    if online is None:
        return None
    name, key = online.split(":", 1) if ":" in online else ("tianditu", online)
    return read_base_map(name, beside=beside, key=key)
