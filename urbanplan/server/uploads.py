"""Files that were dropped on the desk: each lot in a folder of its own until it is brought in, and gone at the end."""

from __future__ import annotations

import shutil
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from urbanplan.analysis.draft import DOCUMENTS
from urbanplan.analysis.intake_choices import readable_files, unpack
from urbanplan.errors import UrbanplanError, UsageError

MAX_FILES = 500
_MAX_NAME = 120  # characters


@dataclass(frozen=True)
class Upload:
    """One lot of files: ``files`` are those that can be read, as layers or as documents.

    What was dropped to become a plan of its own is of plan 0.
    """

    number: int
    plan: int
    files: list[Path]

    @property
    def path(self) -> str:
        """Where its page is."""
        return self.draft_path if self.plan == 0 else f"/plans/{self.plan}/add/{self.number}"

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
        """Put files into a folder of their own; what is packed is unpacked where it is no layer itself.

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
                found = _write_files(home, files)
            except UrbanplanError:
                shutil.rmtree(home, ignore_errors=True)
                raise
            lot = Upload(number, plan, found)
            self.lots.append(lot)
            return lot

    def find(self, plan: int, number: str) -> Upload | None:
        """The lot of an address."""
        return next((one for one in self.lots if one.plan == plan and str(one.number) == number), None)

    def find_document(self, number: str) -> Path | None:
        """The document of an address, which may have been dropped on a plan."""
        lot = next((one for one in self.lots if str(one.number) == number), None)
        return next((path for path in lot.files if is_document(path)), None) if lot is not None else None


def _write_files(home: Path, files: Iterable[tuple[str, BinaryIO]]) -> list[Path]:
    written: list[Path] = []
    for given, content in files:
        name = plain_name(given)
        if not name:
            continue
        path = home / name
        if path.exists():
            raise UsageError("two files are named {name}", fix="Drop them one by one.", name=name)
        with path.open("xb") as stream:
            shutil.copyfileobj(content, stream)
        written.append(path)
    if not written:
        raise UsageError("no file was dropped", fix="Drop one, or choose it.")
    readable = readable_files(home) or [path for path in written if is_document(path)]
    if len(written) == 1 and written[0].suffix.lower() == ".zip":
        inside = home / "unpacked"
        inside.mkdir()
        readable = unpack(written[0], inside)
    if not readable:
        raise UsageError("none of the files is of a format that is read", fix="Drop another file, or save it anew.")
    return readable


def is_document(path: Path) -> bool:
    """Whether a file may be a document of which a plan is drafted."""
    return path.suffix.lower() in DOCUMENTS


def plain_name(given: str) -> str:
    """The last part of a name that a browser gave, without signs that a file system or a terminal takes otherwise."""
    last = given.replace("\\", "/").rpartition("/")[2]
    text = "".join("_" if _is_unsafe(sign) else sign for sign in unicodedata.normalize("NFC", last)).strip(" .")
    stem, dot, ending = text.rpartition(".")
    return f"{stem[: _MAX_NAME - len(ending) - 1]}{dot}{ending}" if len(ending) < 12 else text[:_MAX_NAME]


def _is_unsafe(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn") or sign in '<>:"|?*/\\'
