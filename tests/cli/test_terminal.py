"""Nothing that data say acts at the terminal: no control character, no turned writing direction."""

from __future__ import annotations

import ast
import unicodedata
from pathlib import Path

import pytest
from plans import small_district

from urbanplan.cli.app import run

CLI = Path(__file__).resolve().parents[2] / "urbanplan" / "cli"
HOSTILE = ("\x1b]0;owned\x07", "\x9b31m", "\u202etxt.exe", "\x1b[2J", "\r\x08\x7f", "\u2028next")


def acting(text: str) -> set[str]:
    """Signs of a text that a terminal obeys, line ends aside."""
    return {sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") and sign != "\n"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("hostile")
    layers = small_district.frames()
    for number, frame in enumerate(layers.values()):
        frame["name"] = [f"n{row}{HOSTILE[(row + number) % len(HOSTILE)]}" for row in range(len(frame))]
    layers["parcels"]["id"] = [f"P{HOSTILE[0]}", f"Q{HOSTILE[2]}"]
    layers["parcels"].geometry = [layers["parcels"].geometry[0]] * 2  # an overlap, which names both
    plan = small_district.write(home, layers)
    text = plan.read_text(encoding="utf-8")
    named = 'title = "Small' + "".join(f"\\u{ord(sign):04x}" for sign in HOSTILE[0] + HOSTILE[2]) + '"'
    plan.write_text(text.replace('title = "Small"', named), encoding="utf-8")
    return home


@pytest.mark.parametrize("words", [
    ["check"], ["readiness"], ["targets"], ["layers"], ["types"], ["coverage", "--plan", "."], ["network", "--plan", "."],
    ["inspect", "parcels.gpkg"], ["convert", "parcels.gpkg", "out.geojson"], ["export", "parcels", "-o", "out.txt"],
    ["add", "parcels", "parcels.gpkg", "--dry-run"], ["check", "--select", "\x1b]0;x\x07"], ["inspect", "no\x1b[2J.gpkg"],
    ["site", "--streets", "streets.gpkg", "--candidates", "homes.gpkg", "--facilities", "sites.gpkg", "--best", "1"],
], ids=lambda words: " ".join(words[:2]).encode("unicode_escape").decode())  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_of_data_move_no_cursor(folder, capfd, monkeypatch, words, language):
    monkeypatch.chdir(folder)
    run([*words, "--lang", language])
    shown = capfd.readouterr()
    assert shown.out + shown.err
    assert acting(shown.out + shown.err) == set()


def test_commands_print_lines_by_the_one_door():
    """What goes past it is JSON, where such signs are escaped, and the version."""
    past = []
    for path in CLI.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("typer.echo", "print"):
                past.append((path.name, ast.unparse(node.args[0])))
    quoted = ast.unparse(ast.parse("f'urbanplan {version(\"urbanplan\")}'"))  # each Python has quotes of its own
    assert sorted(past) == [
        ("app.py", quoted),
        ("doctor.py", "diagnosis_json(found)"),
        ("schema.py", "text"),
        ("terminal.py", "terminal_text(text)"),
    ]
