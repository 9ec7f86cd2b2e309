"""A browser without a network, and a page that must stay clean."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

PATIENCE = 300  # seconds: ends a test that hangs; what a page must do has no time in it


def until(page: Any, truth: str | Callable[[], bool]) -> None:
    """Wait for something to be true; the page's policy refuses playwright's own waiting."""
    end = monotonic() + PATIENCE
    while not (page.evaluate(truth) if isinstance(truth, str) else truth()):
        assert monotonic() < end, truth
        page.wait_for_timeout(20)


def until_still(page: Any, value: str) -> None:
    """Wait until a value of the page is the same in three frames that follow each other."""
    until(
        page,
        f"""new Promise((done) => {{
          const seen = [];
          const look = () => {{
            seen.push(JSON.stringify({value}));
            if (seen.length === 3) done(new Set(seen).size === 1);
            else requestAnimationFrame(look);
          }};
          look();
        }})""",
    )


def find_chromium() -> str | None:
    """The distribution's Chromium: the one without windows, which does the same for 3/5 of the work, else the whole."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def launch_chromium() -> Iterator[Any]:
    """The distribution's Chromium; the test skips, with the reason, where it or playwright is absent."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = find_chromium()
    if program is None:
        pytest.skip("there is no chromium on this machine")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


class PageVisit:
    """A page opened from a file, and what went wrong on it."""

    def __init__(
        self,
        browser: Any,
        file: Path,
        *,
        size: tuple[int, int] = (1280, 800),
        address: str = "",
        ready: str = "body[data-ready]",
        **context: Any,
    ) -> None:
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **context)
        self.context.set_offline(True)
        self.context.set_default_timeout(PATIENCE * 1000)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", self._dialog)
        self.page.goto(file.as_uri() + address)
        self.page.wait_for_selector(ready, state="attached")

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def close(self) -> None:
        """Leave, and hold that the page was clean."""
        left = [url for url in self.requests if not url.startswith(("file:", "blob:", "data:"))]
        self.context.close()
        assert self.errors == []
        assert self.dialogs == []
        assert left == []
        assert sum(url.startswith("file:") for url in self.requests) == 1
