"""Public names: no function bears the name of a module, whatever is imported first."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from importlib import import_module
from pathlib import Path

import pytest

import urbanplan

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(
    ".".join(path.parent.relative_to(ROOT).parts)
    for path in (ROOT / "urbanplan").rglob("__init__.py")
    if "lazy_loader" in path.read_text(encoding="utf-8")
)
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "urbanplan").rglob("*.py")
    if path.name not in ("__init__.py", "__main__.py") and "vendor" not in path.parts
)

PROBE = f"""
import sys, types
from importlib import import_module
packages, modules = {PACKAGES!r}, {MODULES!r}

def modules_first():
    for name in modules:
        import_module(name)

def names_first():
    for package in packages:
        room = import_module(package)
        for name in room.__all__:
            assert not isinstance(getattr(room, name), types.ModuleType), (package, name)

for step in sys.argv[1:]:
    globals()[step]()
for name in modules:
    above, _, last = name.rpartition(".")
    assert getattr(sys.modules[above], last) is sys.modules[name], name
"""


def test_one_lazy_mechanism():
    lazy = [path for path in (ROOT / "urbanplan").rglob("*.py") if "def __getattr__(name" in path.read_text("utf-8")]
    assert lazy == []
    assert PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
def test_no_public_name_is_that_of_a_module(package):
    inside = {name.removeprefix(f"{package}.").split(".")[0] for name in MODULES if name.startswith(f"{package}.")}
    assert not set(import_module(package).__all__) & inside


@pytest.mark.parametrize("steps", [("modules_first", "names_first"), ("names_first", "modules_first")])
def test_the_order_of_imports_does_not_matter(steps):
    done = subprocess.run([sys.executable, "-c", PROBE, *steps], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def page_code(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]


def test_every_public_name_has_a_line_on_the_page_for_python():
    for folder in ("", "zh/"):
        page = (ROOT / "docs" / f"{folder}howto-python.md").read_text(encoding="utf-8")
        functions = {name for name in urbanplan.__all__ if isinstance(getattr(urbanplan, name), types.FunctionType)}
        assert {name for name in functions if f"`{name}`" not in page} == {"audit"}  # check is its door


def test_the_page_for_python_runs(tmp_path):
    """Read, network, coverage, folium and GeoJSON in 30 lines."""
    code = page_code("howto-python.md")
    assert code == page_code("zh/howto-python.md")
    assert len(code.splitlines()) <= 30
    line = [sys.executable, "-c", code]
    done = subprocess.run(
        line, capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "<NetworkResult: 2.02 km, 3 nodes, 2 edges, 0 findings>",
        "<CoverageResult: sites within 600 m, 59.8% of 2.02 km>",
        "<Network: 3 nodes, 2 edges, 2.02 km, noding endpoints>",
    ]
    assert {path.name for path in tmp_path.iterdir()} >= {"streets.geojson", "coverage.html", "gaps.geojson"}
