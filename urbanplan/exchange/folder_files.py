"""The raw files in a folder: sub-folders, zips and the parts of one file, no link followed, nothing hidden opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from urbanplan.errors import ExchangeError, GateError, UsageError
from urbanplan.exchange.formats import FORMATS
from urbanplan.exchange.gate import archive
from urbanplan.exchange.gate.folder import SUFFIXES as FOLDER_SUFFIXES
from urbanplan.model.translation import localize

MAX_FILES, MAX_DEPTH, MAX_ZIP_DEPTH = 5000, 24, 2
DOCUMENT_SUFFIXES = (".docx", ".pdf", ".html", ".htm", ".ofd", ".md", ".doc", ".wps", ".rtf", ".odt")
RASTER_SUFFIXES = (".tif", ".tiff", ".img", ".asc", ".jp2", ".png", ".jpg", ".jpeg")
_PART_SUFFIXES = {ending for row in FORMATS for ending in row.companions if ending != ".dat"} | {
    ".sbn", ".sbx", ".qix", ".qpj", ".fix", ".cst", ".qmd", ".qml", ".xml", ".ovr",
}  # fmt: skip
_MAIN_SUFFIXES = (".shp", ".tab", ".mif", *RASTER_SUFFIXES)
_METADATA_SUFFIX = ".meta.json"


@dataclass(frozen=True)
class RawFile:
    """A file of the folder.

    Attributes:
        name: its path in the folder, with ``/``; a zip's members stand behind the zip's name.
        path: where it can be read now. origin: the file of the folder that it is or lies in.
        refused: why it is not looked at; empty where it is.
    """

    name: str
    path: Path
    origin: Path
    refused: str = ""


def raw_files(folder: Path, scratch: Path, *, without: Path | None = None) -> list[RawFile]:
    """The files of a folder in order of their names.

    Args:
        folder: is looked through. scratch: an empty folder that zips are unpacked into.
        without: a folder in it that is left out, the plan's own.

    Raises:
        UsageError: there is no such folder, or it holds too many files or folders in folders.
    """
    if not folder.is_dir():
        raise UsageError("there is no such folder", where=str(folder), fix="Name the folder of the raw files.")
    found = list[RawFile]()
    for one in _walk(folder, "", without=without):
        found.append(one)
        if len(found) > MAX_FILES:
            fix = "Look through one of its sub-folders."
            raise UsageError("the folder holds more than {count} files", where=str(folder), fix=fix, count=MAX_FILES)
    return [one for raw in _without_parts(found) for one in _unpacked(raw, scratch, MAX_ZIP_DEPTH)]


def _walk(folder: Path, prefix: str, *, without: Path | None) -> Iterator[RawFile]:
    if prefix.count("/") > MAX_DEPTH:
        fix = "Look through one of its sub-folders."
        raise UsageError("there are more than {count} folders in folders", where=str(folder), fix=fix, count=MAX_DEPTH)
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path, name = Path(entry.path), f"{prefix}{entry.name}"
        if entry.name.startswith((".", "~$")) or entry.name in ("__MACOSX", "Thumbs.db", "desktop.ini"):
            continue
        if entry.is_symlink():
            yield RawFile(name, path, path, localize("a link to another place: it is not followed"))
        elif entry.is_dir() and path.suffix.lower() not in FOLDER_SUFFIXES:
            if without is None or path.resolve() != without.resolve():
                yield from _walk(path, f"{name}/", without=without)
        elif entry.is_file() or entry.is_dir():
            yield RawFile(name, path, path)
        else:
            yield RawFile(name, path, path, localize("a device or pipe: it is not opened"))


def _without_parts(files: list[RawFile]) -> list[RawFile]:
    """The files less those that are parts of another one beside, and metadata files."""
    names = {one.name.lower() for one in files}
    return [one for one in files if not _is_part(one.name.lower(), names)]


def is_set_part(name: str) -> bool:
    """Whether a file of this name is one of several that say something together only, as those of a Shapefile."""
    return os.path.splitext(name.lower())[1] in {".shp", ".tab", ".mif", ".dat", *_PART_SUFFIXES} - {".xml", ".ovr"}


def _is_part(name: str, names: set[str]) -> bool:
    if name.endswith(_METADATA_SUFFIX) and name.removesuffix(_METADATA_SUFFIX) in names:
        return True
    stem, ending = os.path.splitext(name)
    mains = {f"{stem}{main}" for main in _MAIN_SUFFIXES} | ({stem} if ending in (".xml", ".ovr") else set())
    if name.endswith(".names.json"):
        return f"{name.removesuffix('.names.json')}.shp" in names
    if ending == ".dat":
        return f"{stem}.tab" in names
    return ending in _PART_SUFFIXES and bool(mains & names)


def _unpacked(raw: RawFile, scratch: Path, depth: int) -> Iterator[RawFile]:
    """The file itself, or what a zip holds; a FileGDB in a zip stays packed."""
    lower = raw.name.lower()
    if raw.refused or not lower.endswith(".zip") or lower.endswith(".gdb.zip"):
        yield raw
        return
    if depth == 0:
        yield RawFile(raw.name, raw.path, raw.origin, localize("a zip in a zip in a zip: unpack it first"))
        return
    place = scratch / str(len(list(scratch.iterdir())))
    place.mkdir()
    try:
        archive.unpack(raw.path, place)
    except (GateError, ExchangeError) as error:
        yield RawFile(raw.name, raw.path, raw.origin, str(error))
        return
    inner = [RawFile(f"{raw.name}/{one.name}", one.path, raw.origin, one.refused) for one in _walk_unpacked(place)]
    for one in _without_parts(inner):
        yield from _unpacked(one, scratch, depth - 1)


def _walk_unpacked(place: Path) -> list[RawFile]:
    try:
        return list(_walk(place, "", without=None))
    except UsageError as error:
        return [RawFile("", place, place, str(error))]
