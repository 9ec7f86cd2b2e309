"""Objects of MapInfo of which GDAL says less than the file: texts without their words, curves as chords."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np

from urbanplan.model.translation import localize

_WORDS = {b"text": "texts", b"ellipse": "curves", b"roundrect": "curves", b"arc": "curves"}
_OBJECT = re.compile(rb"(?im)^[ \t]*(text|ellipse|roundrect|arc)\b")
_CODES = {0x10: "texts", 0x11: "texts", 0x0A: "curves", 0x0B: "curves", 0x16: "curves", 0x17: "curves",
          0x19: "curves", 0x1A: "curves"}  # the first byte of an object, its coordinates packed or not  # fmt: skip


def interchange_objects(mif: bytes) -> Counter[str]:
    """How many texts and curves the objects of an interchange text are."""
    return Counter(_WORDS[word.lower()] for word in _OBJECT.findall(mif))


def native_objects(shapes: Path, places: Path) -> Counter[str]:
    """The same of a native table: its file of objects (.map) and where each row's begins (.id)."""
    at = np.frombuffer(places.read_bytes()[: places.stat().st_size // 4 * 4], dtype="<u4").astype(np.int64)
    if not shapes.stat().st_size:
        return Counter()
    data = np.memmap(shapes, dtype=np.uint8, mode="r")
    codes, counts = np.unique(data[at[(at > 0) & (at < len(data))]], return_counts=True)
    found: Counter[str] = Counter()
    for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
        if code in _CODES:
            found[_CODES[code]] += count
    return found


def object_notes(found: Counter[str]) -> tuple[str, ...]:
    """What is told of curves: GDAL draws 180 chords inside an ellipse."""
    what = "{count} ellipses, arcs and rounded corners are drawn as chords: areas of ellipses are 0.02 % too small"
    return (localize(what, count=found["curves"]),) if found["curves"] else ()


def object_losses(found: Counter[str]) -> tuple[str, ...]:
    """What is lost of texts: they are points."""
    return (localize("the words of {count} text objects", count=found["texts"]),) if found["texts"] else ()
