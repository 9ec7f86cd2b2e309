"""``urbanplan serve``: the desk, for planners who do not live in a terminal."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.terminal import print_line
from urbanplan.errors import MissingExtraError
from urbanplan.model.translation import current_language, localize

GARBAGE_AFTER = 100_000, 20, 50
"""Objects after which cyclic garbage is looked for: other commands end before it grows, the server goes on."""


def serve(
    plans: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PLAN…", help="Plan files or folders; ./plan.toml, else the example, unless given"),
    ] = None,
    port: Annotated[int | None, typer.Option(help="Listen on this port; 8765 or a free one unless given")] = None,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the plans made on the desk; urbanplan in your own unless given")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser; the address is printed")] = False,
) -> int:
    """Open the desk in the browser: a server for this machine alone, until Ctrl-C; exit 0."""
    try:
        from urbanplan.server.run import serve as run_server
    except ModuleNotFoundError as error:
        raise MissingExtraError("the desk needs a web framework", fix="Install the extra 'desk'.") from error

    gc.set_threshold(*GARBAGE_AFTER)
    language = current_language()
    run_server(plans or (), port=port, browser=not no_browser, language=language, home=home, announce=_announce)
    return 0


def _announce(address: str) -> None:
    print_line(address)
    print_line(localize("The desk is open on this machine only, at the address above. Ctrl-C ends it."), err=True)
