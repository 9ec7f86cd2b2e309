"""Files that were dropped on the desk: each lot in a folder of its own until it is brought in, and gone at the end."""

from __future__ import annotations

import shutil
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from urbanplan.analysis.dropped_files import sort_files
from urbanplan.errors import UrbanplanError, UsageError

MAX_FILES = 500
_MAX_NAME = 120  # characters


@dataclass(frozen=True)
class Upload:
    """One lot of files: by their names those that may be layers, and those that may be documents.

    What was dropped to become a plan of its own is of plan 0.
    """

    number: int
    plan: int
    layers: dict[str, Path]
    documents: dict[str, Path]

    @property
    def files(self) -> dict[str, Path]:
        """All of them, layers first."""
        return {**self.layers, **self.documents}

    @property
    def path(self) -> str:
        """Where its page is."""
        return self.draft_path if self.plan == 0 or not self.layers else f"/plans/{self.plan}/add/{self.number}"

    @property
    def draft_path(self) -> str:
        """Where the page of the plan is that is drafted of it."""
        return f"/drafts/{self.number}"


@dataclass
class Uploads:
    """All lots of a run of the server, in a folder that the gate alone reads from."""

    folder: Path
    lots: list[Upload] = field(default_factory=list[Upload])
    count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, plan: int, files: Iterable[tuple[str, BinaryIO]]) -> Upload:
        """Put files into a folder of their own; what is packed is unpacked beside.

        Args:
            plan: number of the plan. files: names as the browser gave them, with their content.

        Raises:
            UsageError: nothing was dropped, two have one name, or none can be read. GateError: an archive is hostile.
        """
        with self.lock:
            self.count += 1
            number = self.count
            home = self.folder / str(number)
            home.mkdir(parents=True)
            try:
                _write_files(home, files)
                scratch = home / "unpacked"
                scratch.mkdir()
                found = sort_files(home, scratch)
            except UrbanplanError:
                shutil.rmtree(home, ignore_errors=True)
                raise
            lot = Upload(number, plan, found.layers, found.documents)
            self.lots.append(lot)
            return lot

    def find(self, plan: int, number: str) -> Upload | None:
        """The lot of an address."""
        return next((one for one in self.lots if one.plan == plan and str(one.number) == number), None)

    def find_document(self, number: str) -> Path | None:
        """The document of an address, which may have been dropped on a plan."""
        lot = next((one for one in self.lots if str(one.number) == number), None)
        return next(iter(lot.documents.values()), None) if lot is not None else None


def _write_files(home: Path, files: Iterable[tuple[str, BinaryIO]]) -> None:
    written = 0
    for given, content in files:
        name = plain_name(given)
        if not name:
            continue
        path = home / name
        if path.exists():
            raise UsageError("two files are named {name}", fix="Drop them one by one.", name=name)
        with path.open("xb") as stream:
            shutil.copyfileobj(content, stream)
        written += 1
    if not written:
        raise UsageError("no file was dropped", fix="Drop one, or choose it.")


def plain_name(given: str) -> str:
    """The last part of a name that a browser gave, without signs that a file system or a terminal takes otherwise."""
    last = given.replace("\\", "/").rpartition("/")[2]
    text = "".join("_" if _is_unsafe(sign) else sign for sign in unicodedata.normalize("NFC", last)).strip(" .")
    stem, dot, ending = text.rpartition(".")
    return f"{stem[: _MAX_NAME - len(ending) - 1]}{dot}{ending}" if len(ending) < 12 else text[:_MAX_NAME]


def _is_unsafe(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn") or sign in '<>:"|?*/\\'
