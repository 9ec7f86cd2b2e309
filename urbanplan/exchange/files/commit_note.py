"""The note of a set of files that is moved into place, so that a set whose writer was killed is moved on.

A note stands in the folder of the files, which may come from anybody.  It is believed only where this account sealed it
for this very folder, and where every file that it names, new and old, is still the one that it was sealed for.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from urbanplan.exchange.files.regular import fingerprint, has_fingerprint, read_regular
from urbanplan.exchange.files.user_folder import is_sealed, seal

COMMIT_FILE, DRAFT_FILE, OWNER_FILE, SEAL_FILE = ".commit", ".commit.draft", ".owner", ".seal"
_OWN_FILES = {COMMIT_FILE, DRAFT_FILE, OWNER_FILE, SEAL_FILE}
_MAX_BYTES = 16_000_000  # a batch of 100,000 sheets


@dataclass(frozen=True)
class CommitNote:
    """What a writer is about to do in the folder of its targets.

    Attributes:
        files: names of the new files, with their fingerprints.
        before: names of the files that are replaced or removed, with their fingerprints.
        main: the file that is taken away first and put last.
    """

    files: dict[str, str]
    before: dict[str, str]
    main: str | None = None


def build_note(folder: Path, parent: Path, *, remove: tuple[str, ...] = (), main: str | None = None) -> CommitNote:
    """The note of the files of a folder that are to replace their namesakes in its parent."""
    files = {file.name: fingerprint(file) for file in new_files(folder)}
    there = {name: fingerprint(parent / name) for name in (*files, *remove)}
    return CommitNote(files, {name: value for name, value in there.items() if value}, main)


def new_files(folder: Path) -> list[Path]:
    """Files of a writer's folder that are meant for its parent."""
    return sorted(file for file in folder.iterdir() if file.is_file() and file.name not in _OWN_FILES)


def seal_folder(folder: Path) -> None:
    """Mark a writer's folder as this account's."""
    (folder / SEAL_FILE).write_text(seal("folder", _address(folder)), encoding="ascii")


def is_own_folder(folder: Path) -> bool:
    """Whether this account marked a writer's folder, in this very place."""
    try:
        given = read_regular(folder / SEAL_FILE, limit=64).decode("ascii")
    except (OSError, ValueError):
        return False
    return is_sealed(given, "folder", _address(folder))


def note_text(note: CommitNote, folder: Path) -> str:
    """A sealed note as the file's text."""
    body = json.dumps(asdict(note))
    return json.dumps({"seal": seal("note", _address(folder), body), "body": body})


def read_note(folder: Path) -> CommitNote | None:
    """The note of a folder, None where it is not one that this account sealed for it."""
    try:
        whole = json.loads(read_regular(folder / COMMIT_FILE, limit=_MAX_BYTES))
        if not is_sealed(whole["seal"], "note", _address(folder), whole["body"]):
            return None
        return CommitNote(**json.loads(whole["body"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def fits(note: CommitNote, folder: Path, parent: Path) -> bool:
    """Whether each file of a note is what it was: new ones not yet moved, and old ones not yet replaced or removed."""
    for name, new in note.files.items():
        waits = os.path.lexists(folder / name)
        if waits and not has_fingerprint(folder / name, new):
            return False
        if waits and not _is_any_of(parent / name, note.before.get(name, ""), new):
            return False
    gone = [name for name in note.before if name not in note.files]
    return all(_is_any_of(parent / name, note.before[name]) for name in gone)


def _is_any_of(path: Path, *prints: str) -> bool:
    """Whether a file is missing or has one of some fingerprints."""
    return not os.path.lexists(path) or fingerprint(path) in prints


def _address(folder: Path) -> str:
    return str(folder.resolve())
