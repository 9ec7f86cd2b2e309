"""The .prj of a shapefile: its text in whatever encoding, and what GDAL cannot take of it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyproj
from pyproj.exceptions import CRSError

from urbanplan.errors import CrsError
from urbanplan.exchange.text.document import decode_text
from urbanplan.model.printable import to_printable

if TYPE_CHECKING:
    from urbanplan.exchange.table import Source

_WKT2 = re.compile(r"[\ufeff\s]*(PROJ|GEOG|GEOD|BOUND|COMPOUND)CRS\s*\[", re.IGNORECASE)
_PIN_HINT = "Pin the CRS, for example with --crs EPSG:4547, or get the .prj again from its source."


@dataclasses.dataclass(frozen=True)
class PrjText:
    """A .prj: its text, and the CRS that it names, or None."""

    text: str
    crs: Any

    @property
    def excerpt(self) -> str:
        """The beginning of the text on one line."""
        return " ".join(to_printable(self.text[:80]).split()) or "—"


def read_prj(page: Path) -> PrjText:
    """Read a .prj in whatever encoding it is."""
    text = decode_text(page.read_bytes()[:100_000], where=str(page)).text.strip("\x00 \r\n\t")
    try:
        return PrjText(text, pyproj.CRS.from_user_input(text) if text else None)
    except CRSError:
        return PrjText(text, None)


def is_damaged(page: Path) -> bool:
    """Whether GDAL cannot take the .prj: it is no UTF-8, its brackets do not close, or it is WKT of 2015 and later."""
    data = page.read_bytes()[:100_000]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    if _WKT2.match(text):
        return True
    opened = sum(map(text.count, "[(")) - sum(map(text.count, "])"))
    return bool(text.strip()) and opened != 0


def crs_of_damaged(source: Source, page: Path) -> Any:
    """The CRS of a .prj that GDAL cannot take, None where it names none and one is pinned.

    Raises:
        CrsError: it names none and none is pinned.
    """
    found = read_prj(page)
    if found.crs is None and source.crs is None:
        raise CrsError("the .prj is damaged: {text}", where=str(page), fix=_PIN_HINT, text=found.excerpt)
    return found.crs
