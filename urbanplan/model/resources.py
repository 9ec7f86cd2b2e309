"""Where the shipped layers and maps stand: in the wheel as package data, in a checkout beside the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def resource_path(*parts: str) -> Path:
    """Path of a shipped file or folder, for example ``shipped("layers", "types")``; it need not exist."""
    package = Path(str(files("urbanplan")))
    installed = package / "data"
    root = installed if installed.is_dir() else package.parent
    return root.joinpath(*parts)
