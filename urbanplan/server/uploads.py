"""Files that were dropped on the desk: each lot in a folder of its own until it is brought in, and gone at the end."""

from __future__ import annotations

import re
import shutil
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from urbanplan.analysis.dropped_files import sort_files
from urbanplan.errors import UrbanplanError, UsageError
from urbanplan.server.upload_names import own_names

MAX_FILES = 500
_MAX_ENDING = 12  # bytes
_MAX_SIGNS, _MAX_NAME = 120, 200  # characters, and bytes: room for a number and the endings of companions
_UNPACKED = ".unpacked"  # no file that was dropped has a name that begins so
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # of Windows


@dataclass(frozen=True)
class Upload:
    """One lot of files: by their names those that may be layers, documents or heights, and why others are none.

    What was dropped to become a plan of its own is of plan 0.
    """

    number: int
    plan: int
    layers: dict[str, Path]
    documents: dict[str, Path]
    refused: tuple[str, ...] = ()
    rasters: dict[str, Path] = field(default_factory=dict[str, Path])

    @property
    def addable(self) -> dict[str, Path]:
        """Those that a plan can take, layers first."""
        return {**self.layers, **self.rasters}

    @property
    def files(self) -> dict[str, Path]:
        """All of them, layers first."""
        return {**self.addable, **self.documents}

    @property
    def path(self) -> str:
        """Where its page is."""
        return self.draft_path if self.plan == 0 or not self.addable else f"/plans/{self.plan}/add/{self.number}"

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
            UsageError: nothing was dropped, parts of sets of one name cannot be told apart, or none can be read.
            GateError: an archive is hostile.
        """
        with self.lock:
            self.count += 1
            number = self.count
            home = self.folder / str(number)
            scratch = home / _UNPACKED
            home.mkdir(parents=True)
            try:
                _write_files(home, files)
                scratch.mkdir()
                found = sort_files(home, scratch, rasters=plan != 0)
            except UrbanplanError:
                shutil.rmtree(home, ignore_errors=True)
                raise
            lot = Upload(number, plan, found.layers, found.documents, tuple(found.refused), found.rasters)
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
    named = [(name, content) for given, content in files if (name := plain_name(given))]
    if not named:
        raise UsageError("no file was dropped", fix="Drop one, or choose it.")
    for name, (_, content) in zip(own_names([name for name, _ in named]), named, strict=True):
        with (home / name).open("xb") as stream:
            shutil.copyfileobj(content, stream)


def plain_name(given: str) -> str:
    """The last part of a name that a browser gave, without signs that a file system or a terminal takes otherwise."""
    last = given.replace("\\", "/").rpartition("/")[2]
    text = "".join("_" if _is_unsafe(sign) else sign for sign in unicodedata.normalize("NFC", last)).strip(" .")
    text = f"_{text}" if _RESERVED.match(text) else text
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending.encode()) > _MAX_ENDING:
        return _cut(text, "")
    return _cut(stem, f".{ending}")


def _cut(stem: str, ending: str) -> str:
    """A name whose stem is cut to what a name may have."""
    signs = stem[: _MAX_SIGNS - len(ending)].encode()[: _MAX_NAME - len(ending.encode())]
    return signs.decode("utf-8", "ignore").rstrip(" .") + ending


def _is_unsafe(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn") or sign in '<>:"|?*/\\'
