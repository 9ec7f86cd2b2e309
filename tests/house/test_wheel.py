"""The demo runs from the built wheel, away from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from house.docs_scripts import load_script

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
    _share_machine_code(target)
    return target


def _share_machine_code(installed: Path) -> None:
    """Give the installed modules the machine code of the checkout's, which are the same: nothing is compiled twice."""
    for made in ROOT.joinpath("urbanplan").rglob("__pycache__/*.nb[ci]"):
        name = f"{made.name.partition('.')[0]}.py"
        source = made.parents[1] / name
        place = installed / source.relative_to(ROOT)
        if not source.is_file():  # of a module that went
            continue
        assert place.read_bytes() == source.read_bytes()
        shutil.copystat(source, place)  # it is good for a source of this moment
        place.parent.joinpath("__pycache__").mkdir(exist_ok=True)
        shutil.copy2(made, place.parent / "__pycache__")


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


def test_the_wheel_has_a_command_and_one_without_a_console(installed):
    names = next(installed.glob("urbanplan-*.dist-info/entry_points.txt")).read_text(encoding="utf-8")
    assert "[gui_scripts]\nurbanplan-desk = urbanplan.cli.start:desk" in names
    assert "[console_scripts]\nurbanplan = urbanplan.cli.start:main" in names


def test_the_wheel_carries_layers_and_maps(installed):
    assert (installed / "urbanplan" / "data" / "layers" / "zhengzhou-hitech" / "plan.toml").is_file()
    assert list((installed / "urbanplan" / "data" / "maps" / "styles").glob("*.toml"))
    assert list((installed / "urbanplan" / "data" / "layers" / "types").glob("*.toml"))


def test_the_wheel_carries_the_pages_modules(installed):
    sources, carried = ROOT / "urbanplan/view/assets", installed / "urbanplan/view/assets"
    modules = {path.relative_to(sources) for path in sources.rglob("*") if path.suffix in (".js", ".css", ".html")}
    assert {path.relative_to(carried) for path in carried.rglob("*") if path.is_file()} == modules


@pytest.fixture(scope="module")
def demo(installed, tmp_path_factory):
    """The folder and the words of a demo that the installed package made, away from the checkout."""
    cwd = tmp_path_factory.mktemp("demo")
    where = _python(installed, cwd, "-c", "import urbanplan; print(urbanplan.__file__)")
    assert where.stdout.startswith(str(installed)), "the installed package is used, not the checkout"
    done = _python(installed, cwd, "-m", "urbanplan", "demo", "-o", "demo")
    assert done.returncode == 0, done.stderr
    return cwd / "demo", done.stdout


def test_demo_runs_from_the_wheel(demo):
    folder, said = demo
    assert {path.name for path in folder.iterdir()} >= {"map.html", "parcels.geojson", "report.json"}
    assert "SP-001" in said


def test_the_figures_in_the_pictures_are_those_of_the_demo(demo):
    pictures = load_script()
    stated = json.loads(pictures.FIGURES.read_text(encoding="utf-8"))
    fresh = pictures.figures(json.loads((demo[0] / "report.json").read_text(encoding="utf-8")))
    assert {key: stated[key] for key in fresh} == fresh, "run `make pictures`"
