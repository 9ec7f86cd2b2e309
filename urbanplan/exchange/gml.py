"""GML: the feature types of a document, read by its own text alone: no schema beside it, no link, no address."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from urbanplan.errors import GateError
from urbanplan.exchange import ogr
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.table import Source, Table
from urbanplan.model.translation import localize

_ENTITY_PATTERN = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_LINK_PATTERN = re.compile(rb"\bxlink:href\s*=\s*[\"'](?!#)", re.IGNORECASE)


def read(source: Source) -> Table:
    """Read one feature type.

    Raises:
        GateError: the document defines entities. ExchangeError: it is no GML, or the type must be named.
    """
    data = _read_document(source.path)
    linked = len(_LINK_PATTERN.findall(data))
    lost = (localize("not taken over: {listed}", listed=f"{linked} xlink:href"),) if linked else ()
    with _alone(data) as path:
        inner = dataclasses.replace(source, path=path)
        name = select_layer(ogr.layer_names(inner), source)
        table = ogr.read_counted(inner, layer=name, where=str(source.path))
    return dataclasses.replace(table, lost=(*table.lost, *lost))


def layer_names(path: Path) -> list[str]:
    """Names of the feature types."""
    from urbanplan.exchange.formats import by_name

    with _alone(_read_document(path)) as inner:
        return ogr.layer_names(Source(inner, by_name("gml")))


def _read_document(path: Path) -> bytes:
    """The bytes of a document.

    Raises:
        GateError: it defines entities.
    """
    data = path.read_bytes()
    if _ENTITY_PATTERN.search(data):
        raise GateError("the document defines entities", where=str(path), fix="Take its DOCTYPE out.")
    return data


@contextmanager
def _alone(data: bytes) -> Iterator[Path]:
    """A copy of the document in a folder where nothing else lies."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "data.gml"
        made.write_bytes(data)
        yield made
