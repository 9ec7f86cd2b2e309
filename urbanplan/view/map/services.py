"""Services of pictures as addresses of tiles: WMS and WMTS by what a user declares of them."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

MatrixSet = Literal["EPSG:3857", "EPSG:4490"]
_TEXT = r"^[^\s\"'<>;\\]*$"
_BRACES = "{}:/,"


class _Service(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str = Field(pattern=_TEXT)
    format: str = Field(default="image/png", pattern=r"^[a-z]+(/[a-z0-9.+-]+)?$")


class Wms(_Service):
    """A Web Map Service: what is asked for each tile."""

    layers: str = Field(pattern=_TEXT)
    styles: str = Field(default="", pattern=_TEXT)
    version: Literal["1.1.1", "1.3.0"] = "1.3.0"

    def tile_address(self, matrix_set: MatrixSet) -> str:
        """The address of a tile; ``{bbox}`` is its box in the order of :meth:`axes`."""
        name = "CRS" if self.version == "1.3.0" else "SRS"
        return _with_query(
            self.address,
            [
                ("SERVICE", "WMS"), ("REQUEST", "GetMap"), ("VERSION", self.version), ("LAYERS", self.layers),
                ("STYLES", self.styles), ("FORMAT", self.format), ("TRANSPARENT", "TRUE"), (name, matrix_set),
                ("WIDTH", "256"), ("HEIGHT", "256"), ("BBOX", "{bbox}"),
            ],
        )  # fmt: skip

    def axes(self, matrix_set: MatrixSet) -> str:
        """``yx`` where version 1.3.0 asks for latitude first, as EPSG:4490 declares it; ``xy`` else."""
        return "yx" if self.version == "1.3.0" and matrix_set == "EPSG:4490" else "xy"


class Wmts(_Service):
    """A Web Map Tile Service with parameters (KVP); one with paths (REST) is an address with ``{z} {y} {x}``."""

    layer: str = Field(pattern=_TEXT)
    style: str = Field(default="default", pattern=_TEXT)
    matrix_set: str = Field(pattern=_TEXT)  # as the service calls it
    matrix: str = Field(default="{z}", pattern=_TEXT)  # how it calls a level

    def tile_address(self) -> str:
        """The address of a tile."""
        return _with_query(
            self.address,
            [
                ("SERVICE", "WMTS"), ("REQUEST", "GetTile"), ("VERSION", "1.0.0"), ("LAYER", self.layer),
                ("STYLE", self.style), ("TILEMATRIXSET", self.matrix_set), ("FORMAT", self.format),
                ("TILEMATRIX", self.matrix), ("TILEROW", "{y}"), ("TILECOL", "{x}"),
            ],
        )  # fmt: skip


def fill_resource_names(address: str) -> str:
    """The names that WMTS gives the parts of a resource's address, as the page calls them."""
    for theirs, ours in (("{TileMatrix}", "{z}"), ("{TileRow}", "{y}"), ("{TileCol}", "{x}")):
        address = address.replace(theirs, ours)
    return address


def _with_query(address: str, asked: list[tuple[str, str]]) -> str:
    mark = "&" if "?" in address else "?"
    if address.endswith(("?", "&")):
        mark = ""
    return address + mark + "&".join(f"{name}={quote(value, safe=_BRACES)}" for name, value in asked)
