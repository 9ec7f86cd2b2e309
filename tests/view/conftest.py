"""Pages for the tests of the room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import PageVisit
from map_scenario import map_inputs

from urbanplan.view.map.draw import draw_map


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Draws a kind of the town's map once."""
    folder = tmp_path_factory.mktemp("maps")

    def drawn(kind: str = "overview", lang: str = "zh") -> Path:
        file = folder / f"{kind}-{lang}.html"
        if not file.exists():
            file.write_text(draw_map(*map_inputs(kind), kind=kind, lang=lang), encoding="utf-8")
        return file

    return drawn


@pytest.fixture
def visit(browser: Any, town_file: Callable[..., Path]) -> Iterator[Callable[..., PageVisit]]:
    """Opens a kind of the town's map; after the test the page must have been clean."""
    open_: list[PageVisit] = []

    def opened(kind: str = "overview", lang: str = "zh", **how: Any) -> PageVisit:
        open_.append(PageVisit(browser, town_file(kind, lang), **how))
        return open_[-1]

    yield opened
    for one in open_:
        one.close()
