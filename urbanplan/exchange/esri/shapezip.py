"""A shapefile in a zip: unpacked into a folder of its own, packed with the same bytes each time."""

from __future__ import annotations

import dataclasses
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from urbanplan.exchange.esri import shapefile
from urbanplan.exchange.filegdb import packed
from urbanplan.exchange.files import reproducible_zip
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.gate import archive
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.ogr import shown_as
from urbanplan.exchange.table import Source, Table, WriteJob

losses = shapefile.losses
PROFILES = shapefile.PROFILES
_SUFFIXES = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".names.json")


def read(source: Source) -> Table:
    """Read the shapefile in a zip, or the one named by ``source.layer`` where there are several.

    Raises:
        ExchangeError: there is none, or it cannot be read.
    """
    if packed.databases(source.path):
        return packed.read(source)
    layer = select_layer(layer_names(source.path), source)
    with _unpack(source.path, layer) as path:
        inner = dataclasses.replace(source, path=path, format=by_name("shapefile"), layer=None)
        table = shapefile.read(inner)
    return dataclasses.replace(table, format="shapezip", layer=layer)


def layer_names(path: Path) -> list[str]:
    """Names of the shapefiles in the zip, or of the layers of the geodatabase there."""
    if packed.databases(path):
        return list(packed.layer_names(path))
    with archive.open_zip(path) as zipped:
        return sorted(stem for stem, ending in map(_split_suffix, zipped.infolist()) if ending == ".shp")


def raw_text(path: Path) -> bytes:
    """Field names and texts of the first shapefile as raw bytes."""
    if packed.databases(path):
        return b""
    with _unpack(path, layer_names(path)[0]) as inner:
        return shapefile.raw_text(inner)


def _split_suffix(member: zipfile.ZipInfo) -> tuple[str, str]:
    """A member's name without its ending, and the ending; none for what macOS packs beside."""
    name = PurePosixPath(archive.member_name(member))
    if "__MACOSX" in name.parts:
        return str(name), ""
    ending = next((ending for ending in _SUFFIXES if name.name.lower().endswith(ending)), "")
    return (str(name)[: -len(ending)] if ending else str(name)), ending


@contextmanager
def _unpack(path: Path, layer: str) -> Iterator[Path]:
    """The path of the unpacked .shp inside a temporary folder."""
    with tempfile.TemporaryDirectory() as folder, archive.open_zip(path) as zipped:
        stem = Path(folder) / (PurePosixPath(layer).name or "layer")
        for member in sorted(zipped.infolist(), key=lambda member: _split_suffix(member)[0] == layer):
            name, ending = _split_suffix(member)
            if ending and name.lower() == layer.lower():  # as on Windows; one that is the same to the letter wins
                data = archive.read_member(zipped, member, f"{path} {member.filename}")
                stem.with_name(f"{stem.name}{ending}").write_bytes(data)
        made = stem.with_name(f"{stem.name}.shp")
        with shown_as(made, f"{path} {layer}.shp"):
            yield made


def write(job: WriteJob) -> dict[str, Any]:
    """Write a shapefile and pack it."""
    with tempfile.TemporaryDirectory() as folder:
        inner = Path(folder) / f"{job.path.stem}.shp"
        done = shapefile.write(dataclasses.replace(job, path=inner))
        reproducible_zip.write_zip(
            job.path, [(file.name, file.read_bytes()) for file in sorted(Path(folder).iterdir())]
        )
    return done


def count(path: Path) -> int:
    """Number of features, after a test of the zip's checksums."""
    with zipfile.ZipFile(path) as zipped:
        zipped.testzip()
    with _unpack(path, layer_names(path)[0]) as inner:
        return shapefile.count(inner)
