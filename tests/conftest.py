"""Fixtures that every room's tests use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data; tests that need it skip, with the reason, where it is absent."""
    folder = Path(os.environ.get("URBANPLAN_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the real data are absent: set URBANPLAN_SHARED to their folder")
    return folder


@pytest.fixture(scope="session")
def district() -> Path:
    """The folder of the first, illustrative district."""
    return ROOT / "layers" / "zhengzhou-hitech"
