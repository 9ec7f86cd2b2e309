"""What a handful of files is: those that may be layers, those that may be documents, and why the others are neither."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from urbanplan.errors import ExchangeError, UsageError
from urbanplan.model.translation import localize

RASTER_SUFFIXES = (".tif", ".tiff")
_HEAD = 65_536  # bytes of a text that say whether it is a list of boundary points
_MAX_NAMED = 3  # files that a message names


@dataclass(frozen=True)
class DroppedFiles:
    """Files by what they may be, each by its name in the folder, with the names of the zips around it.

    Attributes:
        layers: that can be read as layers. rasters: that may be heights of the ground. documents: of which a plan can
        be drafted. refused: name and reason.
    """

    layers: dict[str, Path] = field(default_factory=dict[str, Path])
    documents: dict[str, Path] = field(default_factory=dict[str, Path])
    refused: list[str] = field(default_factory=list[str])
    rasters: dict[str, Path] = field(default_factory=dict[str, Path])


def sort_files(folder: Path, scratch: Path, *, rasters: bool = True) -> DroppedFiles:
    """The files of a folder, its sub-folders and zips by what they may be; what a system puts there is passed over.

    Args:
        folder: is looked through. scratch: an empty folder that zips are unpacked into; it may lie in the folder.
        rasters: whether a plan is open that one could be added to.

    Raises:
        UsageError: none is a layer or a document, or the folder holds too many files.
    """
    from urbanplan.exchange.folder_files import DOCUMENT_SUFFIXES, raw_files

    found = DroppedFiles()
    for one in raw_files(folder, scratch, without=scratch):
        if one.refused:
            found.refused.append(localize("{name}: {text}", name=one.name, text=one.refused))
        elif one.path.suffix.lower() in RASTER_SUFFIXES and rasters:
            found.rasters[one.name] = one.path
        elif _is_layer(one.path):
            found.layers[one.name] = one.path
        elif one.path.suffix.lower() in (*DOCUMENT_SUFFIXES, ".txt"):
            found.documents[one.name] = one.path
        else:
            text = _reason(one.path.suffix)
            found.refused.append(localize("{name}: {text}", name=one.name, text=text))
    if not found.layers and not found.documents and not found.rasters:
        raise _nothing(found.refused)
    return found


def _reason(ending: str) -> str:
    """Why a file is none of these, and what to do with it where it is of use elsewhere."""
    if ending.lower() in RASTER_SUFFIXES:
        what = (
            "a raster holds no features: one of heights becomes the layer elevation when it is added to a plan or "
            "urbanplan intake takes its folder in, a picture of the ground lies under a map with urbanplan map --base"
        )
        return localize(what)
    return localize("{ending} files are not read", ending=ending or "—")


def _is_layer(path: Path) -> bool:
    """Whether a file's ending is that of a format; a text is one where it begins like a list of boundary points."""
    from urbanplan.exchange.formats import by_suffix

    try:
        row = by_suffix(path)
    except ExchangeError:
        return False
    if row.name != "txt":
        return True
    with path.open("rb") as stream:
        return re.match(row.magic, stream.read(_HEAD)) is not None


def _nothing(refused: list[str]) -> UsageError:
    fix = ("Drop a layer, for example a Shapefile with its parts, GeoJSON, GeoPackage, DXF, KML or a table, "
           "or a document as .docx, .pdf, .txt or .html.")  # fmt: skip
    if any(".gdbtable" in text for text in refused):
        fix = "Pack the .gdb folder as a zip and drop that."
    named = "; ".join(refused[:_MAX_NAMED]) + (" …" if len(refused) > _MAX_NAMED else "")
    return UsageError("none of the files can be read ({names})", fix=fix, names=named or "—")
