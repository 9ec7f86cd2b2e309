"""Progress on standard error, for people at a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function (what, done, of) that moves a progress bar; silent where standard error is no terminal.

    Args:
        quiet: show nothing at all.
    """
    if quiet or not sys.stderr.isatty():  # most of what draws the bar need not be loaded
        yield lambda what, done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:24.24}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def tell(what: str, done: int, of: int) -> None:
            progress.update(task, description=what, completed=done, total=of or None)

        yield tell


def phase_progress(quiet: bool) -> Any:
    """A context that yields a function to show the name of each phase; a silent one if ``quiet``."""
    return nullcontext(lambda _: None) if quiet else _phases()


@contextmanager
def _phases() -> Iterator[Callable[[str], None]]:
    with progress_bar() as bar:
        done = iter(range(10**9))
        yield lambda name: bar(name, next(done), 0)
