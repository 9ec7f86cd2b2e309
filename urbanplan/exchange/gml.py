"""GML: the feature types of a document, read by its own text alone: no schema beside it, no link, no address."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import shapely

from urbanplan.errors import GateError
from urbanplan.exchange import ogr
from urbanplan.exchange.frames import is_spatial
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.gml_numbers import count_numbers, mark_faults
from urbanplan.exchange.table import Source, Table
from urbanplan.exchange.text.code_pages import parse_code_page
from urbanplan.exchange.text.document import decode_sound
from urbanplan.model.translation import localize, translate

_ENTITY_PATTERN = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_LINK_PATTERN = re.compile(rb"\bxlink:href\s*=\s*[\"'](?!#)", re.IGNORECASE)
_REFERENCE_PATTERN = re.compile(rb"\bsrsName\s*=\s*[\"']([^\"']+)")
_PAGE_PATTERN = re.compile(r"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[^>]*\?>")
_BOUNDS = ["lowerCorner", "upperCorner"]  # what GDAL makes of a feature's bounds: they are no attributes


def read(source: Source) -> Table:
    """Read one feature type.

    Raises:
        GateError: the document defines entities. ExchangeError: it is no GML, or the type must be named.
    """
    data, encoding, notes = _read_document(source.path, source.encoding)
    marked, faults = mark_faults(data)
    with _alone(marked) as path, ogr.shown_as(path, source.path):
        inner = dataclasses.replace(source, path=path)
        names = ogr.layer_names(inner, where=str(source.path))
        table = ogr.read_counted(inner, layer=select_layer(names, source), where=str(source.path))
    lost = tuple(_losses(data, table, alone=len(names) == 1))
    if faults:
        table = _name_faults(table)
    frame = table.frame.drop(columns=_BOUNDS) if set(_BOUNDS) <= set(table.frame) else table.frame
    return dataclasses.replace(
        table, frame=frame, encoding=encoding, notes=(*notes, *table.notes), lost=(*table.lost, *lost)
    )


def _losses(data: bytes, table: Table, *, alone: bool) -> Iterator[str]:
    """What the document holds and the table does not; ``alone``: the table holds all of its features."""
    linked = len(_LINK_PATTERN.findall(data))
    if linked:
        yield localize("not taken over: {listed}", listed=f"{linked} xlink:href")
    codes = sorted({name.decode("utf-8", "replace")[-60:] for name in _REFERENCE_PATTERN.findall(data)})
    if is_spatial(table.frame) and table.frame.crs is None and len({re.sub(r".*\D", "", code) for code in codes}) > 1:
        yield localize("which of its CRSs a geometry is in: {listed}", listed=", ".join(codes[:5]))
    numbers = count_numbers(data) if alone and is_spatial(table.frame) and not len(table.refused) else None
    if numbers is not None:
        shapes = table.frame.geometry.to_numpy()
        found = int((shapely.get_num_coordinates(shapes) * shapely.get_coordinate_dimension(shapes).clip(0)).sum())
        if found < numbers:
            yield localize("{count} numbers of positions: features with several geometries?", count=numbers - found)


def _name_faults(table: Table) -> Table:
    """The table whose refused rows say that a number is none."""
    endless = translate("a coordinate that is not finite (NaN or infinite)")
    said = table.refused.assign(
        reason=table.refused["reason"].replace({endless: translate("a coordinate that is no number")})
    )
    return dataclasses.replace(table, refused=said)


def layer_names(path: Path) -> list[str]:
    """Names of the feature types."""
    from urbanplan.exchange.formats import by_name

    with _alone(_read_document(path)[0]) as inner:
        return ogr.layer_names(Source(inner, by_name("gml")), where=str(path))


def _read_document(path: Path, pinned: str | None = None) -> tuple[bytes, str, tuple[str, ...]]:
    """A document in UTF-8, the encoding that it came in, and what is to be told.

    Raises:
        GateError: it defines entities. ExchangeError: it is in no encoding.
    """
    data, encoding, notes = path.read_bytes(), "utf-8", ()
    said = _PAGE_PATTERN.match(data[:200].decode("latin-1").lstrip("ï»¿"))
    declared = parse_code_page(said[1]) if said else None
    if pinned is not None or (declared or "utf-8") != "utf-8" or not _is_utf8(data):
        made = decode_sound(data, where=str(path), pinned=pinned, declared=declared)
        data, encoding, notes = _PAGE_PATTERN.sub("", made.text, count=1).encode(), made.encoding, made.notes
    if _ENTITY_PATTERN.search(data):
        raise GateError("the document defines entities", where=str(path), fix="Take its DOCTYPE out.")
    return data, encoding, notes


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def _alone(data: bytes) -> Iterator[Path]:
    """A copy of the document in a folder where nothing else lies."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "data.gml"
        made.write_bytes(data)
        yield made
