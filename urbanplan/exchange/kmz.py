"""KMZ: a KML in a zip, packed with the same bytes each time."""

from __future__ import annotations

import dataclasses
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange import kml
from urbanplan.exchange.files import reproducible_zip
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.gate import archive
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.table import Source, Table, WriteJob
from urbanplan.model.translation import localize

losses = kml.losses
_MAIN = "doc.kml"


def read(source: Source) -> Table:
    """Read the KML of the zip; where there are several and none is named, ``doc.kml``.

    Raises:
        ExchangeError: there is none, or it cannot be read.
    """
    names = layer_names(source.path)
    name = _MAIN if source.layer is None and _MAIN in names else select_layer(names, source)
    with tempfile.TemporaryDirectory() as folder, archive.open_zip(source.path) as packed:
        path = Path(folder) / _MAIN
        path.write_bytes(archive.read_member(packed, packed.getinfo(name), f"{source.path} {name}"))
        try:
            table = kml.read(dataclasses.replace(source, path=path, format=by_name("kml"), layer=None))
        except ExchangeError as error:
            error.where = f"{source.path} {name}{error.where.removeprefix(str(path))}"
            raise
    others = [] if source.layer is not None else [one for one in names if one != name]
    listed = ", ".join(others[:10])
    lost = (localize("further documents, which are layers of their own: {listed}", listed=listed),) if others else ()
    return dataclasses.replace(table, format="kmz", lost=(*table.lost, *lost))


def layer_names(path: Path) -> list[str]:
    """Names of the KML documents in the zip, without a ``doc.kml`` that only leads to the others.

    Raises:
        ExchangeError: there is none.
    """
    with archive.open_zip(path) as packed:
        names = [one.filename for one in packed.infolist() if one.filename.lower().endswith((".kml", ".ovkml"))]
        if len(names) > 1 and _MAIN in names:
            main = archive.read_member(packed, packed.getinfo(_MAIN), str(path))
            names = [one for one in names if one != _MAIN or not _leads_on(main)]
    if not names:
        raise ExchangeError("the zip holds no KML", where=str(path), fix="Check what the file is.")
    return names


def _leads_on(document: bytes) -> bool:
    """Whether a document holds no placemark, but a link, as GDAL and QGIS write it."""
    return b"Placemark" not in document and b"NetworkLink" in document


def write(job: WriteJob) -> dict[str, Any]:
    """Write a KML and pack it."""
    with tempfile.TemporaryDirectory() as folder:
        inner = Path(folder) / _MAIN
        done = kml.write(dataclasses.replace(job, path=inner))
        reproducible_zip.write_zip(job.path, [(_MAIN, inner.read_bytes())])
    return done


def count(path: Path) -> int:
    """Number of placemarks, after a test of the zip's checksums."""
    with zipfile.ZipFile(path) as packed:
        return packed.read(_MAIN).count(b"<Placemark>")
