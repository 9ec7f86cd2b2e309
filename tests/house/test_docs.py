"""The generated references are what the code says now."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _pages():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PAGES


@pytest.mark.parametrize("name", ["plan-file.md", "findings.md", "commands.md"])
def test_reference_is_current(name):
    assert (DOCS / name).read_text(encoding="utf-8") == _pages()[name](), "run `make docs`"
