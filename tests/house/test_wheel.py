"""The demo runs from the built wheel, away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    words = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(words, check=True, capture_output=True, text=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    target = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(words, check=True, capture_output=True, text=True)
    return target


def _python(installed: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_wheel_carries_layers_and_maps(installed):
    assert (installed / "urbanplan" / "data" / "layers" / "zhengzhou-hitech" / "plan.toml").is_file()
    assert list((installed / "urbanplan" / "data" / "maps" / "styles").glob("*.toml"))
    assert list((installed / "urbanplan" / "data" / "layers" / "types").glob("*.toml"))


def test_the_wheel_carries_the_pages_modules(installed):
    sources, carried = ROOT / "urbanplan/view/assets", installed / "urbanplan/view/assets"
    modules = {path.relative_to(sources) for path in sources.rglob("*") if path.suffix in (".js", ".css", ".html")}
    assert {path.relative_to(carried) for path in carried.rglob("*") if path.is_file()} == modules


def test_demo_runs_from_the_wheel(installed, tmp_path):
    where = _python(installed, tmp_path, "-c", "import urbanplan; print(urbanplan.__file__)")
    assert where.stdout.startswith(str(installed)), "the installed package is used, not the checkout"
    done = _python(installed, tmp_path, "-m", "urbanplan", "demo", "-o", "demo")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "demo").iterdir()} >= {"map.html", "parcels.geojson", "report.json"}
    assert "SP-001" in done.stdout
