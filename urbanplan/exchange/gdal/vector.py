"""One layer of a vector file as an Arrow table, read by the one driver that its format needs.

pyogrio hands GDAL no list of allowed drivers.  A GeoPackage takes its driver's prefix, which no other driver answers;
a shapefile and a FlatGeobuf have none, so a host's process reads them in a worker process.  The drivers of
:data:`urbanplan.exchange.gdal.drivers.SEPARATE_DRIVERS` have a worker process each, in every process.
"""

from __future__ import annotations

import dataclasses
import os
import re
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange.gdal import drivers
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import pyarrow as pa

_AGAIN = "Get the file again from its source, or mend it where it was made."
_lock = threading.RLock()  # an option is GDAL's, not a call's


@dataclass(frozen=True)
class Query:
    """What to read.

    Attributes:
        path: a path that GDAL takes as it is. where: the file's name in messages.
        driver: GDAL's name of the format.
        layer, encoding, columns: as :func:`pyogrio.raw.read_arrow` takes them.
        geometry, fids: whether to read the shapes, the numbers of the features.
        texts: whether moments are read as texts, which keep their zones.
        options: options of GDAL while it reads. opening: options of the driver for this file.
    """

    path: str
    where: str
    driver: str
    layer: str | None = None
    encoding: str | None = None
    columns: Sequence[str] | None = None
    geometry: bool = True
    fids: bool = False
    texts: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    opening: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Layer:
    """What was read: CRS, encoding and geometry column; the table; GDAL's warnings.

    A field with a domain of codes holds its codes; the codes' meanings are asked of the format.
    """

    meta: Mapping[str, str | None]
    table: pa.Table
    warnings: tuple[str, ...] = ()

    def aliases(self) -> dict[str, str]:
        """The aliases of fields by name."""
        return self._said(b"GDAL:OGR:alternative_name")

    def domains(self) -> dict[str, str]:
        """The names of the domains of fields by name."""
        return self._said(b"GDAL:OGR:domain_name")

    def _said(self, key: bytes) -> dict[str, str]:
        texts = {one.name: (one.metadata or {}).get(key, b"").decode("utf-8", "replace") for one in self.table.schema}
        return {name: text for name, text in texts.items() if text and text != name}


@dataclass(frozen=True)
class Writing:
    """What to write in a worker process.

    Attributes:
        path, where, driver, layer: as of a :class:`Query`. table: path of an Arrow file.
        keywords: of :func:`pyogrio.raw.write_arrow`.
    """

    path: str
    where: str
    driver: str
    layer: str
    table: str
    keywords: Mapping[str, Any] = field(default_factory=dict)


def read(query: Query) -> Layer:
    """Read a layer.

    Raises:
        ExchangeError: GDAL cannot read it.
    """
    if not _forced(query):
        from urbanplan.exchange.gdal import client

        meta, table, said = client.table("vector", dataclasses.asdict(query))
        return Layer(meta, _decode_domains(table), said)
    with heard() as texts, batches(query) as (meta, reader), translated(query.where):
        table = reader.read_all()
    return Layer(meta, _decode_domains(table), tuple(texts))


def _decode_domains(table: pa.Table) -> pa.Table:
    """The table with codes where GDAL makes a dictionary of a domain of whole numbers: its indices are the codes."""
    import pyarrow as pa

    for at, one in enumerate(table.schema):
        if pa.types.is_dictionary(one.type):
            chunks = [chunk.indices for chunk in table.column(at).chunks]
            codes = pa.chunked_array(chunks, type=one.type.index_type)
            table = table.set_column(at, pa.field(one.name, one.type.index_type, metadata=one.metadata), codes)
    return table


def field_types(query: Query) -> dict[str, str]:
    """The types of a layer's fields by name, as numpy writes them.

    Raises:
        ExchangeError: GDAL cannot read it.
    """
    if not _forced(query):
        from urbanplan.exchange.gdal import client

        return client.mapping("fields", dataclasses.asdict(query))
    with translated(query.where):
        info = drivers.load_pyogrio().read_info(_dataset(query), layer=query.layer, encoding=query.encoding)
        return dict(zip(info["fields"].tolist(), map(str, info["dtypes"]), strict=True))


def layers(query: Query) -> dict[str, str | None]:
    """Names of the layers with their geometry types, None for plain rows, in the file's order.

    Raises:
        ExchangeError: GDAL cannot read it.
    """
    if not _forced(query):
        from urbanplan.exchange.gdal import client

        return client.mapping("layers", dataclasses.asdict(query))
    with heard(), translated(query.where):
        rows = drivers.load_pyogrio().list_layers(_dataset(query))
    return {str(name): None if kind is None else str(kind) for name, kind in rows.tolist()}


def count(query: Query) -> int:
    """Number of features of a layer as its driver counts them.

    Raises:
        ExchangeError: GDAL cannot read it.
    """
    if not _forced(query):
        from urbanplan.exchange.gdal import client

        return int(client.mapping("count", dataclasses.asdict(query))["features"])
    with heard(), translated(query.where):
        door = drivers.load_pyogrio()
        return int(door.read_info(_dataset(query), layer=query.layer, force_feature_count=True)["features"])


def write(writing: Writing) -> None:
    """Write an Arrow file's table by the one driver.

    Raises:
        ExchangeError: GDAL cannot write it.
    """
    if not drivers.is_forced(writing.driver):
        from urbanplan.exchange.gdal import client

        client.mapping("write", dataclasses.asdict(writing))
        return
    import pyarrow as pa

    with pa.memory_map(writing.table) as stream, heard(), translated_writing(writing.where):
        drivers.load_pyogrio().raw.write_arrow(
            pa.ipc.open_file(stream).read_all(), writing.path, layer=writing.layer, driver=writing.driver,
            **writing.keywords,
        )  # fmt: skip


def _forced(query: Query) -> bool:
    """Whether no other driver than the query's can open the file in this process."""
    return query.driver == "GPKG" or drivers.is_forced(query.driver)


def _dataset(query: Query) -> str:
    return f'GPKG:"{query.path}"' if query.driver == "GPKG" else query.path


@contextmanager
def batches(query: Query) -> Iterator[tuple[dict[str, Any], pa.RecordBatchReader]]:
    """The layer's description and its rows, read batch by batch.

    Raises:
        ExchangeError: GDAL cannot open it.
    """
    with config(query.options):
        with translated(query.where):
            opened = drivers.load_pyogrio().raw.open_arrow(
                _dataset(query), layer=query.layer, encoding=query.encoding, columns=query.columns,
                read_geometry=query.geometry, return_fids=query.fids, use_pyarrow=True,
                datetime_as_string=query.texts, **query.opening,
            )  # fmt: skip
            meta, reader = opened.__enter__()
        try:
            yield {name: meta[name] for name in ("crs", "encoding", "geometry_name")}, reader
        finally:
            opened.__exit__(None, None, None)


@contextmanager
def heard() -> Iterator[list[str]]:
    """The texts of the warnings in a block, filled in when it ends."""
    texts: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield texts
    texts += [str(one.message) for one in caught]


@contextmanager
def config(options: Mapping[str, str]) -> Iterator[None]:
    """GDAL's options in a block; afterwards they are what they were."""
    if not options:
        yield
        return
    door = drivers.load_pyogrio()
    with _lock:
        before = {name: door.get_gdal_config_option(name) for name in options}
        before = {name: None if value == os.environ.get(name) else value for name, value in before.items()}
        door.set_gdal_config_options(dict(options))
        try:
            yield
        finally:
            door.set_gdal_config_options(before)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """What GDAL's door raises, as urbanplan's error.

    Raises:
        ExchangeError: GDAL cannot read the file.
    """
    try:
        yield
    except UnboundLocalError as error:  # pyogrio 0.13 where a CRS cannot be told
        raise ExchangeError("the CRS of the file is damaged", where=where, fix=_AGAIN) from error
    except troubles() as error:
        raise ExchangeError(
            "GDAL cannot read the file: {reason}", where=where, fix=_AGAIN, reason=_reason(error)
        ) from error


_BUILD_PLACE = re.compile(r"Error occurred in \S+ at line \d+\.?")  # of GDAL's own source, where it was built


def _reason(error: Exception) -> str:
    """What GDAL's door says, without its advice to programmers and the paths that it was given."""
    if "not recognized as being in a supported file format" in str(error):
        return localize("it is not of the format that its ending says")
    return _BUILD_PLACE.sub("", str(error).split("; It might help")[0]).strip()[:300] or localize(
        "a part of the file is damaged"
    )


@contextmanager
def translated_writing(where: str) -> Iterator[None]:
    """What GDAL's door raises while it writes, as urbanplan's error.

    Raises:
        ExchangeError: GDAL cannot write the file.
    """
    try:
        yield
    except troubles() as error:
        raise ExchangeError(
            "GDAL cannot write the file: {reason}",
            where=where,
            fix="Check the space on the disk and the names of the fields.",
            reason=str(error)[:300],
        ) from error


def troubles() -> tuple[type[Exception], ...]:
    """What GDAL's door raises where it cannot read or write."""
    errors = drivers.load_pyogrio().errors
    return (
        errors.DataSourceError, errors.DataLayerError, errors.FieldError, errors.GeometryError, errors.CRSError,
        errors.FeatureError, IndexError, RuntimeError, ValueError, OSError,
    )  # fmt: skip
