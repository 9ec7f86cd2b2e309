"""FileGDB in a zip, as it travels: unpacked into a folder of its own, packed with the same bytes each time."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange.filegdb import folder, writing
from urbanplan.exchange.files import reproducible_zip
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.gate import archive
from urbanplan.exchange.gate.folder import FIRST_FILE
from urbanplan.exchange.ogr import shown_as
from urbanplan.exchange.table import Source, Table, WriteJob

losses = writing.losses


def read(source: Source) -> Table:
    """Read one layer of the geodatabase in a zip; see :func:`urbanplan.exchange.filegdb.folder.read`.

    Raises:
        ExchangeError: there is none, there are several, or it cannot be read.
    """
    with _unpack(source.path) as path:
        inner = dataclasses.replace(source, path=path, format=by_name("filegdb"))
        table = folder.read(inner)
    return dataclasses.replace(table, format="gdbzip")


def layer_names(path: Path) -> list[str]:
    """Names of the layers and tables."""
    with _unpack(path) as inner:
        return folder.layer_names(inner)


def databases(path: Path) -> list[PurePosixPath]:
    """The folders in a zip that are geodatabases."""
    with archive.open_zip(path) as packed:
        names = [PurePosixPath(member.filename.replace("\\", "/")) for member in packed.infolist()]
    return sorted({name.parent for name in names if name.name.lower() == FIRST_FILE and "__MACOSX" not in name.parts})


@contextmanager
def _unpack(path: Path) -> Iterator[Path]:
    """The folder of the one geodatabase of a zip, in a temporary folder.

    Raises:
        ExchangeError: there is none, or there are several.
    """
    found = databases(path)
    if len(found) != 1:
        what, fix = "the zip holds {count} FileGDB", "Pack one folder that ends in .gdb."
        raise ExchangeError(what, where=str(path), fix=fix, count=len(found))
    with tempfile.TemporaryDirectory() as home, archive.open_zip(path) as packed:
        target = Path(home) / "data.gdb"
        target.mkdir()
        for member in packed.infolist():
            name = PurePosixPath(member.filename.replace("\\", "/"))
            if name.parent == found[0] and name.name and not member.is_dir():
                (target / name.name).write_bytes(archive.read_member(packed, member, f"{path} {member.filename}"))
        with shown_as(target, f"{path} {found[0].name}"):
            yield target


def write(job: WriteJob) -> dict[str, Any]:
    """Write a geodatabase and pack it."""
    with tempfile.TemporaryDirectory() as home:
        stem = job.path.name[: -len(".gdb.zip")] or "layer"
        inner = Path(home) / "data.gdb"
        done = writing.write(dataclasses.replace(job, path=inner))
        files = [(f"{stem}.gdb/{file.name}", file.read_bytes()) for file in sorted(inner.iterdir())]
        reproducible_zip.write_zip(job.path, files)
    return done


def count(path: Path) -> int:
    """Number of rows of the only layer, after a test of the zip's checksums."""
    with _unpack(path) as inner:
        return folder.count(inner)
