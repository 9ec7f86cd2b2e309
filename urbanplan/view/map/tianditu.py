"""Tianditu as a base, only when a user asks, with a key of his own.

Tianditu's tiles are CGCS2000 in Web Mercator, so layers lie on them without a shift.  The
key is asked for in the page and never kept, unless it is given when the page is drawn.
"""

from __future__ import annotations

from typing import Any

from urbanplan.errors import ViewError

_SUBDOMAINS = "01234567"
_ADDRESS = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={{key}}"
)


def base_of(key: str | None) -> dict[str, Any] | None:
    """The base map and, above it, its labels; None when the page is to stay offline.

    Args:
        key: None for none, "" for a page that asks its user for the key, else the key to keep in the page.

    Raises:
        ViewError: the key holds other signs than letters and figures.
    """
    if key is None:
        return None
    if key and not (key.isascii() and key.isalnum()):
        raise ViewError("the Tianditu key holds other signs than letters and figures", fix="Give the key as issued.")
    addresses = [_ADDRESS.format(layer=layer) for layer in ("vec", "cva")]
    return {"addresses": addresses, "subdomains": _SUBDOMAINS, "key": key}


def origins() -> list[str]:
    """Where its pictures come from."""
    return [f"https://t{number}.tianditu.gov.cn" for number in _SUBDOMAINS]
