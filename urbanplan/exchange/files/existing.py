"""Whether a file that stands there is of the format that is to be written: another is replaced only when asked."""

from __future__ import annotations

import re
from pathlib import Path

from urbanplan.errors import ExchangeError
from urbanplan.exchange.formats import FORMATS, by_suffix

_HEAD_BYTES = 4096
_DOCUMENTS: dict[str, tuple[tuple[str, ...], bytes]] = {  # what is written besides layers: endings, first bytes
    "html": ((".html", ".htm"), rb"(?i)(\xef\xbb\xbf)?\s*<(!doctype html|html)"),
    "pdf": ((".pdf",), rb"%PDF"),
    "tif": ((".tif", ".tiff"), rb"II[*+]\x00|MM\x00[*+]"),
    "json": ((".json",), rb"\s*[\[{]"),
    "sarif": ((".sarif", ".json"), rb"\s*\{"),
    "toml": ((".toml",), rb"[^\x00]*\Z"),
}
_FORMATS = {row.name: (row.suffixes, row.magic) for row in FORMATS} | _DOCUMENTS
_ENDINGS = {ending for endings, _ in _FORMATS.values() for ending in endings}
_VAGUE = ("csv", "txt", "toml", "xlsx", "shapezip")  # first bytes say little: the ending must say it too


def is_of_format(path: Path, format: str) -> bool:
    """Whether an existing file is one of a format, by its first bytes and its ending.

    Args:
        path: the file. format: a format of layers, ``html``, ``pdf``, ``json``, ``sarif`` or ``toml``; empty where the
            ending says it.
    """
    name = format or _format_of(path)
    if name is None or name not in _FORMATS:
        return True  # the writer refuses it
    endings, magic = _FORMATS[name]
    ending = path.suffix.lower()
    if ending not in endings and (ending in _ENDINGS or name in _VAGUE):
        return False
    with path.open("rb") as stream:
        return re.match(magic, stream.read(_HEAD_BYTES), re.DOTALL) is not None


def _format_of(path: Path) -> str | None:
    try:
        return by_suffix(path).name
    except ExchangeError:
        return None
