"""The line of times under an answer, in the reader's language."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

import urbanplan
from urbanplan.model.translation import use_language
from urbanplan.view.terminal.timings import phase_titles, print_timings

PACKAGE = Path(urbanplan.__file__).parent


def test_every_phase_has_a_title():
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    named = {name for source in sources for name in re.findall(r'with phases\("([a-z ]+)"\):', source)}
    assert {"build", "search", "solve"} <= named
    assert named - set(phase_titles()) == set()


def test_the_line_is_in_the_language_of_the_reader():
    with use_language("zh"):
        console = Console(file=io.StringIO(), width=80)
        print_timings(console, {"build": 0.333, "search": 1.0})
    assert console.file.getvalue().strip() == "建网 0.33 s、搜索 1.00 s"
