"""What the house promises of itself: public names load, tables load, modules stay small, docs are current."""

from __future__ import annotations

import ast
import re
import tempfile
from importlib import import_module
from pathlib import Path

import pytest

import urbanplan
from urbanplan.cli.app import COMMANDS
from urbanplan.measure.catalog import MEASURES, measure_function, parameter_model

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "urbanplan").rglob("*.py"))


@pytest.mark.parametrize("name", urbanplan.__all__)
def test_public_names_load(name):
    assert getattr(urbanplan, name) is not None


@pytest.mark.parametrize("kind", MEASURES)
def test_every_measure_of_the_catalog_loads(kind):
    assert callable(measure_function(kind))
    assert parameter_model(kind).__doc__, "the first line of the parameter model is its documentation"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command):
    assert f"## urbanplan {command}" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert import_module(COMMANDS[command]).__doc__


def test_no_drawer_for_odds_and_ends():
    names = {path.stem for path in MODULES}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc", "tools"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_small(path):
    assert path.read_text(encoding="utf-8").count("\n") <= 360, "split it by idea"


def test_nothing_catches_everything():
    guilty = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "Exception":
                guilty.append(path.name)
    assert guilty == ["app.py"], "only the rim of the command line may"


def test_no_machine_path_is_committed():
    import subprocess

    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    if not any(files):
        pytest.skip("this is no git checkout")
    # a checkout right under the root or the folder for temporary files says nothing of a machine: others name these too
    common = {Path("/"), Path("/tmp"), Path(tempfile.gettempdir())}
    home = f"{ROOT if ROOT.parent in common else ROOT.parent}/"
    texts = [ROOT / f for f in files if f.endswith((".py", ".md", ".toml", ".txt", ".yaml", ".sh", "Makefile", "run"))]
    assert [str(path) for path in texts if path.is_file() and home in path.read_text(encoding="utf-8")] == []


def test_every_function_of_many_arguments_says_why():
    bare = re.compile(r"# noqa: PLR0913(?!\s*[-–—:]\s*\w)")
    assert [str(path.relative_to(ROOT)) for path in MODULES if bare.search(path.read_text(encoding="utf-8"))] == []


CLI = sorted((ROOT / "urbanplan" / "cli").glob("*.py"))
ROOMS_OF_A_COMMAND = (
    "urbanplan.analysis",
    "urbanplan.cli",
    "urbanplan.errors",
    "urbanplan.model.library_messages",
    "urbanplan.model.note",
    "urbanplan.model.run_files",
    "urbanplan.model.translation",
    "urbanplan.server",
    "urbanplan.view",
)
BEFORE_ANY_COMMAND = {"app.py": {"urbanplan.exchange.gdal"}}  # the drivers of the command's own process


def imported(path):
    """The modules of the package that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("urbanplan"):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("urbanplan"))


@pytest.mark.parametrize("path", CLI, ids=lambda path: path.name)
def test_a_command_parses_calls_and_prints(path):
    rooms = (*ROOMS_OF_A_COMMAND, *BEFORE_ANY_COMMAND.get(path.name, ()))
    assert [name for name in imported(path) if not f"{name}.".startswith(tuple(f"{room}." for room in rooms))] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_is_short(name):
    path = ROOT / "urbanplan" / "cli" / f"{name}.py"
    assert path.read_text(encoding="utf-8").count("\n") <= 130, "what works belongs into the analysis room"


def test_no_public_function_bears_the_name_of_a_module():
    """After ``import urbanplan.network.build`` the name ``build`` of that package is the module."""
    doubled = []
    for path in [ROOT / "urbanplan" / "__init__.py", *(path for path in MODULES if path.name == "__init__.py")]:
        package = ".".join(path.parent.relative_to(ROOT).parts)
        modules = {
            child.stem for child in path.parent.iterdir() if child.suffix == ".py" or (child / "__init__.py").is_file()
        }
        names = set(getattr(import_module(package), "__all__", ()))
        doubled += [f"{package}.{name}" for name in names & modules]
    assert doubled == []
