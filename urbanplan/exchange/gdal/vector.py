"""One layer of a vector file as an Arrow table, read by the one driver that its format needs.

pyogrio hands GDAL no list of allowed drivers.  A GeoPackage takes its driver's prefix, which no other driver answers;
a shapefile and a FlatGeobuf have none, so a host's process reads them in a worker process.
"""

from __future__ import annotations

import dataclasses
import os
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange.gdal import drivers

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
        options: options of GDAL while it reads.
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


@dataclass(frozen=True)
class Layer:
    """What was read: CRS, encoding and geometry column; the table; GDAL's warnings."""

    meta: Mapping[str, str | None]
    table: pa.Table
    warnings: tuple[str, ...] = ()


def read(query: Query) -> Layer:
    """Read a layer.

    Raises:
        ExchangeError: GDAL cannot read it.
    """
    if not _forced(query):
        from urbanplan.exchange.gdal import client

        return Layer(*client.table("vector", dataclasses.asdict(query)))
    with heard() as texts, batches(query) as (meta, reader), translated(query.where):
        table = reader.read_all()
    return Layer(meta, table, tuple(texts))


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


def _forced(query: Query) -> bool:
    """Whether no other driver than the query's can open the file in this process."""
    return query.driver == "GPKG" or drivers.closed()


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
                datetime_as_string=query.texts,
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
            "GDAL cannot read the file: {reason}", where=where, fix=_AGAIN, reason=str(error)[:300]
        ) from error


def troubles() -> tuple[type[Exception], ...]:
    """What GDAL's door raises where it cannot read or write."""
    errors = drivers.load_pyogrio().errors
    return (
        errors.DataSourceError, errors.DataLayerError, errors.FieldError, errors.GeometryError, errors.CRSError,
        errors.FeatureError, IndexError, RuntimeError, ValueError, OSError,
    )  # fmt: skip
