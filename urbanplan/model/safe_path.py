"""Paths that a plan names: relative to its folder, and inside it.  Nothing is opened here."""

from __future__ import annotations

import os
import re
from pathlib import Path

from urbanplan.errors import ExchangeError, GateError
from urbanplan.model.printable import to_printable

_REMOTE_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+:|/vsi|\\\\|//", re.IGNORECASE)
_REPAIR_HINT = "Put the file into the plan's folder and write its path from there."


def resolve_inside(text: str, root: Path, *, where: str = "") -> Path:
    """Where a plan's path leads, links followed; the file itself need not be there yet.

    Args:
        text: the path as the plan has it. root: the plan's folder. where: place of the path in the plan, for errors;
            the folder unless said.

    Raises:
        GateError: it is no path, an address, absolute, or leads out of the plan's folder.
        ExchangeError: no file can be there.
    """
    check_path(text, where=where)
    place, shown = where or str(root), shorten_path(text)
    if Path(text).is_absolute() or re.match(r"[A-Za-z]:|[\\/~]", text):
        raise GateError("{path} is not relative to the plan", where=place, fix=_REPAIR_HINT, path=shown)
    if "\\" in text and os.sep != "\\":
        raise GateError("{path} holds a backslash", where=place, fix="Write folders with / in a plan.", path=shown)
    home = root.resolve()
    out = GateError("{path} leads out of the plan's folder", where=place, fix=_REPAIR_HINT, path=shown)
    if not Path(os.path.normpath(home / text)).is_relative_to(home):  # hostile whether or not anything is there
        raise out
    try:
        found = (home / text).resolve()
    except (OSError, RuntimeError, RecursionError) as error:  # RuntimeError: a loop of links
        raise ExchangeError("the file does not exist", where=where or shown, fix="Check its name.") from error
    if not found.is_relative_to(home):
        raise out
    return found


def check_path(text: str, *, where: str = "") -> None:
    """Refuse what names no file of this machine, wherever it would lie.

    Raises:
        GateError: it is no path, or an address.
    """
    if "\x00" in text or not text.strip():
        raise GateError("this is no path: {path}", where=where, fix="Name a file.", path=repr(text))
    if _REMOTE_PREFIX.match(text):
        fix = "Name a file on this machine."
        raise GateError("{path} is an address, not a file", where=where, fix=fix, path=shorten_path(text))


def shorten_path(text: str) -> str:
    """A path as a message can show it: printable, its middle left out where it is very long."""
    shown = text.encode("utf-8", "replace").decode("utf-8")
    shown = to_printable(shown, by="?")
    return shown if len(shown) <= 200 else f"{shown[:120]}…{shown[-60:]}"
