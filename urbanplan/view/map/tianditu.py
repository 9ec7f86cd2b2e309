"""Tianditu as a base, only when a user asks and gives a key.

Tianditu's tiles are CGCS2000 in Web Mercator, so layers lie on them without a shift.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from urbanplan.errors import ViewError

_SUBDOMAINS = "01234567"
_ADDRESS = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)


def base_layers(key: str | None) -> list[dict[str, Any]]:
    """The base map and, above it, its labels; none without a key.

    Raises:
        ViewError: the key is none of Tianditu's (32 letters and figures).
    """
    if not key:
        return []
    if not (key.isascii() and key.isalnum()):
        raise ViewError("the Tianditu key holds other signs than letters and figures", fix="Give the key as issued.")
    return [
        {"address": _ADDRESS.format(layer=layer, key=quote(key)), "subdomains": _SUBDOMAINS} for layer in ("vec", "cva")
    ]


def origins() -> list[str]:
    """Where its pictures come from."""
    return [f"https://t{number}.tianditu.gov.cn" for number in _SUBDOMAINS]
