"""Which of a command's words name files that it reads, and which that it writes: one table for all commands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from urbanplan.errors import UsageError
from urbanplan.model.run_files import add_inputs, add_output

# (command, parameter) -> format of the file that is written, "" where its ending or --format says, or a folder
OUTPUTS: dict[tuple[str, str], str] = {
    ("check", "write_waivers"): "toml",
    ("map", "out"): "html",
    ("map", "tiles"): "folder",
    ("report", "out"): "html",
    ("report", "pdf"): "pdf",
    ("report", "xlsx"): "xlsx",
    ("coverage", "out"): "html",
    ("network", "out"): "",
    ("network", "map_file"): "html",
    ("rain", "out"): "",
    ("rain", "grid"): "tif",
    ("rain", "map_file"): "html",
    ("rain", "sheets"): "folder",
    ("convert", "target"): "",
    ("overlay", "out"): "",
    ("overlay", "pieces"): "",
    ("reconcile", "out"): "",
    ("export", "out"): "",
    ("schema", "out"): "json",
    ("site", "out"): "",
    ("site", "map_file"): "html",
    ("sheets", "out"): "folder",
    ("demo", "out"): "folder",
    ("new", "folder"): "folder",
    ("draft", "folder"): "folder",
    ("intake", "out"): "folder",
    ("waive", "waivers"): "toml",
}
BESIDE = {("network", "out"): ".log.csv"}  # ending, in place of the output's own, of a table that is written beside it
OUTPUT_WORDS = "output"  # FORMAT:FILE, in every command that has it
_ADDED_TO = {("check", "write_waivers"): "waivers"}  # the file may be the one that is read: rows are only added


def add_run_files(command: str, values: dict[str, Any]) -> None:
    """Say which files a command reads and writes, before any work is done.

    Args:
        command: its name. values: its parameters as they were read from the line.

    Raises:
        UsageError: an output is an input, two outputs are one file, or one would replace a file of another format.
    """
    kept = {values.get(other) for key, other in _ADDED_TO.items() if key[0] == command and values.get(key[1])}
    for name, value in values.items():
        if (command, name) not in OUTPUTS:
            add_inputs(path for path in _paths(value) if path not in kept)
    for path, format in _outputs(command, values):
        _check_links(path if format == "folder" else path.parent)
        if format == "folder":
            _check_folder(path)
        else:
            _add_file(path, format)


def _paths(value: Any) -> Iterator[Path]:
    if isinstance(value, Path):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _paths(item)


def _outputs(command: str, values: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for name, value in values.items():
        if (command, name) in OUTPUTS and value is not None:
            yield Path(value), OUTPUTS[command, name] or str(values.get("format") or "")
        if (command, name) in BESIDE and value is not None:
            yield Path(value).parent / f"{Path(value).stem}{BESIDE[command, name]}", "csv"
    words = values.get(OUTPUT_WORDS) or []
    for word in [words] if isinstance(words, str) else words:
        format, _, file = word.partition(":")
        if file and file != "-":
            yield Path(file), format


def _add_file(path: Path, format: str) -> None:
    add_output(path)
    if os.path.isfile(path) and path.stat().st_size:  # False, where Path asks, for a name that no file can have
        from urbanplan.analysis.files import check_replaceable

        check_replaceable(path, format)


def _check_links(folder: Path) -> None:
    """Refuse to write through a link in a plan's folder: who made the folder says where it leads, not who writes.

    Raises:
        UsageError: the folder is one, or lies behind one.
    """
    whole = Path(os.path.abspath(folder))
    for place in (whole, *whole.parents):
        if place.is_symlink() and any((around / "plan.toml").is_file() for around in place.parents):
            fix = "Name the folder itself that it leads to."
            raise UsageError("this is a link in a plan's folder: it leads to {place}", where=str(place), fix=fix,
                             place=os.path.realpath(place))  # fmt: skip


def _check_folder(path: Path) -> None:
    if os.path.exists(path) and not os.path.isdir(path):
        raise UsageError("this is a file, not a folder", where=str(path), fix="Name a folder.")
