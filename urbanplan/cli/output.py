"""``--output FORMAT:FILE``: where a command's answer goes besides the terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbanplan.errors import UsageError

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Output:
    """A format and the file it goes to; None is standard output."""

    format: str
    path: Path | None

    def put(self, text: str | bytes | Iterable[bytes]) -> None:
        """Write text whole to the file, piece by piece where it comes so, or to standard output, as UTF-8."""
        told = text.encode("utf-8") if isinstance(text, str) else text
        if self.path is None:
            told = told if isinstance(told, bytes) else b"".join(told)
            shown = told if self.format == "csv" else _escape_signs(told.decode("utf-8")).encode("utf-8")
            sys.stdout.buffer.write(shown)
            sys.stdout.buffer.flush()
            return
        from urbanplan.analysis.files import write_whole

        write_whole(self.path, told)


def _escape_signs(text: str) -> str:
    """JSON in which no sign acts on a terminal: controls and turned directions in its texts become escapes."""
    return "\n".join(
        line if line.isprintable() else "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in line)
        for line in text.split("\n")
    )


def parse_outputs(words: list[str] | None, known: tuple[str, ...]) -> list[Output]:
    """Read ``FORMAT:FILE`` words before any work is done.

    Raises:
        UsageError: no file, an unknown format, or two formats for standard output.
    """
    found = [_parse_output(word, known) for word in words or []]
    if sum(one.path is None for one in found) > 1:
        raise UsageError("two outputs ask for standard output", where="--output", fix="Give one of them a file")
    return found


def put_rows(words: list[str] | None, find: Callable[[], Rows], show: Callable[..., None]) -> None:
    """Find rows, write them where ``--output`` says and show them, on standard error where JSON goes to the other.

    Raises:
        UsageError: as :func:`parse_outputs`, before anything is looked for.
    """
    chosen = parse_outputs(words, ("json",))
    from urbanplan.analysis.listing import rows_json

    rows = find()
    for one in chosen:
        one.put(rows_json(rows))
    show(rows, err=uses_stdout(chosen))


def put_document(chosen: list[Output], document: Any) -> None:
    """Write a document as JSON wherever it is asked for."""
    from urbanplan.view.document.encoding import to_json

    for one in chosen:
        one.put(to_json(document))


def _parse_output(word: str, known: tuple[str, ...]) -> Output:
    name, colon, file = word.partition(":")
    if not colon or not file:
        raise UsageError(
            "{word!r} is not FORMAT:FILE",
            where="--output",
            fix="Write for example {known}:FILE",
            word=word,
            known=known[0],
        )
    if name not in known:
        raise UsageError(
            "there is no output format {name!r}",
            where="--output",
            fix="Give one of: {known}",
            name=name,
            known=", ".join(known),
        )
    if file == "-" and name == "gpkg":
        raise UsageError("a GeoPackage cannot go to standard output", where="--output", fix="Give it a file")
    return Output(name, None if file == "-" else check_writable(Path(file)))


def check_writable(path: Path) -> Path:
    """The path, told before any work is done where its folder is missing.

    Raises:
        UsageError: there is no such folder, or the path is one.
    """
    if not os.path.isdir(path.parent):
        raise UsageError("the folder does not exist", where=str(path), fix="Create the folder or name another.")
    if os.path.isdir(path):
        raise UsageError("this is a folder, not a file", where=str(path), fix="Name a file.")
    return path


def uses_stdout(chosen: list[Output]) -> bool:
    """Whether the text for people must leave standard output to an answer for programs."""
    return any(one.path is None for one in chosen)
