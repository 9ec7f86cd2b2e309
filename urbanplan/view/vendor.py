"""What a page may hold that is not our own, each file checked against the manifest's digest."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from urbanplan.errors import ViewError


class Asset(BaseModel):
    """One vendored file: where it stands, its version, licence and digest, and the addresses it replaces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    file: str
    version: str
    licence: str
    licence_file: str
    package: str
    sha256: str
    replaces: list[str] = []
    within: str | None = None  # how a style sheet names it


class UnusedAddress(BaseModel):
    """An address that folium always writes, and the words of a page that would need it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    needed_by: list[str]


class Manifest(BaseModel):
    """All of ``vendor/manifest.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asset: list[Asset]
    unused: list[UnusedAddress]


@cache
def manifest() -> Manifest:
    """The manifest of the vendored files."""
    text = (files("urbanplan.view") / "vendor" / "manifest.toml").read_text(encoding="utf-8")
    return Manifest.model_validate(tomllib.loads(text))


@cache
def asset_bytes(name: str) -> bytes:
    """The bytes of a vendored file.

    Raises:
        ViewError: no such asset, or its bytes are not those of the manifest.
    """
    found = next((asset for asset in manifest().asset if asset.name == name), None)
    if found is None:
        raise ViewError("page asset {name} is not in vendor/manifest.toml", fix="Add its row.", name=name)
    data = (files("urbanplan.view") / "vendor").joinpath(*found.file.split("/")).read_bytes()
    if hashlib.sha256(data).hexdigest() != found.sha256:
        raise ViewError(
            "page asset {name} is not the file that the manifest names", fix="Install urbanplan anew.", name=name
        )
    return data


@cache
def asset_path(name: str) -> Path:
    """Where a vendored file stands, for programs that read it themselves; its bytes are those of the manifest.

    Raises:
        ViewError: no such asset, or its bytes are not those of the manifest.
    """
    asset_bytes(name)
    found = next(asset for asset in manifest().asset if asset.name == name)
    return Path(str(files("urbanplan.view"))).joinpath("vendor", *found.file.split("/"))


@cache
def asset_text(name: str) -> str:
    """A vendored script or style sheet as it goes into a page: no source map, its pictures inside."""
    plain = asset_bytes(name).decode("utf-8")
    plain = re.sub(r"^//# sourceMappingURL=.*$", "", plain, flags=re.MULTILINE)
    if not name.endswith(".css"):
        return plain
    for asset in manifest().asset:
        if asset.within:
            picture = base64.b64encode(asset_bytes(asset.name)).decode("ascii")
            plain = plain.replace(f"url({asset.within})", f"url(data:image/png;base64,{picture})")
    return plain.replace("behavior: url(#default#VML);", "")


def replacement_text(address: str, page: str) -> str | None:
    """The text that stands for an address that folium wrote; None where the page needs nothing from it.

    Args:
        address: what a ``src`` or ``href`` of the rendered page says.
        page: the page's own scripts and markup, searched for words that would need a file we do not carry.

    Raises:
        ViewError: the address is unknown, or known and needed but not carried.
    """
    for asset in manifest().asset:
        if address in asset.replaces:
            return asset_text(asset.name)
    for unused in manifest().unused:
        if address == unused.address and not any(word in page for word in unused.needed_by):
            return None
    raise ViewError(
        "the page asks for {address}, which urbanplan does not carry",
        fix="Leave the folium element out that needs it, or add the file to vendor/manifest.toml.",
        address=address,
    )
