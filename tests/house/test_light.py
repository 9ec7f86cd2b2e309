"""A light start: neither the import nor --help loads a geometry library."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("geopandas", "shapely", "numpy", "pandas", "scipy", "numba", "folium", "rasterio", "pyogrio", "networkx")


def _loaded(code: str) -> list[str]:
    probe = f"import sys\n{code}\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return eval(done.stdout.strip().splitlines()[-1])  # noqa: S307 — our own list


def test_import_is_light():
    assert _loaded("import urbanplan") == []


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["coverage", "--help"], ["--version"]])
def test_help_is_light(words):
    assert _loaded(f"from urbanplan.cli.app import run\nassert run({words!r}) == 0") == []


def test_reading_a_plan_is_light(district):
    assert _loaded(f"from urbanplan.plan import read_plan\nassert read_plan({str(district)!r}).target") == []
