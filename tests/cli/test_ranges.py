"""Every number that a command takes has a range, and what is outside is refused before any file is read."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from urbanplan.cli.app import COMMANDS, run
from urbanplan.cli.ranges import RANGES

# words without which a command does not come to its numbers; no file of them is there
REST = {
    "add": ["parcels", "no.gpkg"],
    "convert": ["no.gpkg", "out.gpkg"],
    "inspect": ["no.gpkg"],
    "intake": ["raw", "-o", "town"],
    "draft": ["no.txt", "-o", "out"],
    "export": ["parcels", "-o", "no.gpkg"],
    "site": ["--streets", "no.gpkg", "--candidates", "none.gpkg"],
}


def numbers():
    """Parameters of all commands that are numbers."""
    for name, module in COMMANDS.items():
        function = getattr(import_module(module), name if name != "map" else "map_")
        for parameter in inspect.signature(function, eval_str=True).parameters.values():
            kind = str(parameter.annotation.__origin__)
            if "float" in kind or kind in ("<class 'int'>", "int | None"):
                yield name, parameter.name


def test_every_number_has_a_range():
    assert set(numbers()) == set(RANGES)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-5", "1e300"])
@pytest.mark.parametrize(("command", "name"), RANGES)
def test_what_is_out_of_range_is_refused(command, name, value, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    option = f"--{name.replace('_', '-')}"
    assert run([command, *REST.get(command, []), option, value]) == 2
    said = capfd.readouterr().err
    assert option in said
    assert "no.gpkg" not in said
    assert "itself failed" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("command", "name"), RANGES)
def test_the_ends_of_a_range_are_allowed(command, name):
    allowed = RANGES[command, name]
    assert allowed.holds(allowed.high)
    assert allowed.holds(allowed.low) is not allowed.positive
    assert not allowed.holds(allowed.high + 1)


def test_a_range_is_told_in_words(capfd):
    assert run(["network", "--roads", "no.gpkg", "--tolerance", "1000"]) == 2
    assert "--tolerance: 1000.0 is out of range. Give a number from 0 to 10." in capfd.readouterr().err


# options whose text holds a number beside a unit or several, with the rest of their line
TEXTS = {
    ("rain", "rain"): ("50,{}", ["--elevation", "no.tif"]),
    ("export", "datum_error"): ("{} m", ["parcels", "-o", "no.gpkg"]),
    ("convert", "datum_error"): ("{} m", ["no.gpkg", "out.gpkg"]),
    ("reconcile", "total"): ("{} mu", ["no.gpkg"]),
}


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-5", "1e300", "9" * 400, "", "1 2"])
@pytest.mark.parametrize(("command", "name"), TEXTS)
def test_a_text_with_a_number_out_of_range_is_refused(command, name, value, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.toml").write_text(
        'id = "p"\ntitle = "p"\nas_of = 2025-12-31\n[district]\nname = "p"\ncrs = "EPSG:4547"\n'
    )
    text, rest = TEXTS[command, name]
    assert run([command, *rest, f"--{name.replace('_', '-')}", text.format(value)]) == 2
    said = capfd.readouterr().err
    assert f"--{name.replace('_', '-')}" in said
    assert "itself failed" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]
