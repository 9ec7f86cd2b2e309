"""Digests under which answers are kept: of texts, and of the code and libraries that the answers rest on."""

from __future__ import annotations

import hashlib
import importlib.metadata
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_EXCLUDED_ROOMS = ("view", "cli", "server", "data", "__pycache__")  # rooms on which no finding and no reading rests
_LIBRARIES = ("urbanplan", "numpy", "scipy", "shapely", "geopandas", "pandas", "pyproj")


def text_digest(*parts: str) -> str:
    """sha256 of some texts, hexadecimal."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def code_digest() -> str:
    """Digest of the code that reads, validates and measures, and of the libraries that it calls."""
    whole = hashlib.sha256(" ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES).encode())
    for entry in _source_files(files("urbanplan")):
        whole.update(entry.name.encode() + entry.read_bytes())
    return whole.hexdigest()


def _source_files(room: Traversable) -> list[Traversable]:
    entries = sorted(room.iterdir(), key=lambda entry: entry.name)
    inner = [
        one for entry in entries if entry.is_dir() and entry.name not in _EXCLUDED_ROOMS for one in _source_files(entry)
    ]
    return [entry for entry in entries if entry.name.endswith(".py")] + inner
