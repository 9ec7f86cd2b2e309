"""GeoJSON out, as RFC 7946 says: WGS 84, right-hand rule, 7 digits, no ``crs`` member, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import orjson
import pandas as pd

from urbanplan.exchange.crs.projection import build_transform
from urbanplan.exchange.fields.columns import column_kind, to_json_values
from urbanplan.exchange.frames import set_shapes
from urbanplan.exchange.geojson.text import geometry_texts
from urbanplan.exchange.geometry import antimeridian
from urbanplan.exchange.geometry.rounding import Rounding
from urbanplan.exchange.losses import rounding_losses
from urbanplan.exchange.table import WriteJob

if TYPE_CHECKING:
    from urbanplan.exchange.table import Draw

_METADATA_KEYS = ("title", "basis", "source", "date")  # members of the collection: an illustrative layer says so
ROWS_AT_ONCE = 50_000
"""Features whose texts are held at a time: bounds the memory, not the file."""
_BARE_TEMPLATE, _QUOTED_TEMPLATE = b"%b", b'"%b"'


def write(job: WriteJob) -> dict[str, Any]:
    """Write ``job.frame`` to ``job.path``; returns the CRS written."""
    said = {key: job.about[key] for key in _METADATA_KEYS if job.about.get(key)}
    rounding = Rounding(job.digits)
    with job.path.open("wb") as stream:
        stream.writelines(collection_pieces(job.frame, said, rounding, draw=job.draw))
    return {"crs": "OGC:CRS84", "losses": rounding_losses(rounding)}


def feature_collection(
    frame: gpd.GeoDataFrame | pd.DataFrame, said: dict[str, Any] | None = None, rounding: Rounding | None = None
) -> bytes:
    """A FeatureCollection, one feature a line; what is ``said`` of it (title, basis …) stands at its head."""
    return b"".join(collection_pieces(frame, said, rounding))


def collection_pieces(
    frame: gpd.GeoDataFrame | pd.DataFrame,
    said: dict[str, Any] | None = None,
    rounding: Rounding | None = None,
    *,
    draw: Draw | None = None,
) -> Iterator[bytes]:
    """The same piece by piece; ``draw`` draws the shapes of some rows, where the frame does not hold them."""
    head = orjson.dumps({"type": "FeatureCollection", **(said or {})}, default=str)[:-1]
    if not len(frame):
        yield head + b',"features":[]}\n'
        return
    yield head + b',"features":[\n'
    columns = {name: frame[name] for name in frame.columns if name != getattr(frame, "_geometry_column_name", None)}
    kinds = {name: column_kind(column) for name, column in columns.items()}  # of all rows, whatever some of them hold
    named = "id" in columns and _are_ids(columns["id"], kinds["id"])
    shape_texts = _shape_texts(frame, rounding, draw)
    for start in range(0, len(frame), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        texts = {str(name): column_texts(column.iloc[rows], kinds[name]) for name, column in columns.items()}
        yield (b",\n" if start else b"") + b",\n".join(_feature_texts(shape_texts(rows), texts, named=named))
    yield b"\n]}\n"


def _are_ids(column: pd.Series, what: str) -> bool:
    """Whether a column names each feature: whole numbers or texts, none missing, no two alike."""
    if what not in ("string", "integer"):
        return False
    hole, texts = column_texts(column, what)
    return len(set(texts)) == len(texts) and (hole == _QUOTED_TEMPLATE or b"null" not in texts)


def _feature_texts(shapes: list[bytes], texts: dict[str, tuple[bytes, list[bytes]]], *, named: bool) -> list[bytes]:
    """Each feature as JSON, of the texts of its shape and values; ``named``: its id stands beside them too."""
    form = b",".join(orjson.dumps(name).replace(b"%", b"%%") + b":" + hole for name, (hole, _) in texts.items())
    form = b'"geometry":%b,"properties":{' + form + b"}}"
    columns = [shapes, *(column for _, column in texts.values())]
    if named:
        hole, ids = texts["id"]
        form, columns = b'"id":' + hole + b"," + form, [ids, *columns]
    form = b'{"type":"Feature",' + form
    return [form % row for row in zip(*columns, strict=True)]


def column_texts(series: pd.Series, what: str) -> tuple[bytes, list[bytes]]:
    """A column's values as JSON, printed together, and the hole they fill: texts may stand without their quotes."""
    values = to_json_values(series, what)
    if what in ("json", "null"):
        return _BARE_TEMPLATE, [orjson.dumps(value, default=str) for value in values]
    if what != "string":
        return _BARE_TEMPLATE, orjson.dumps(values)[1:-1].split(b",") if values else []
    whole = orjson.dumps(values)
    if None in values or b'\\"' in whole:  # else a quote ends a text, and this mark stands between texts only
        return _BARE_TEMPLATE, [orjson.dumps(value) for value in values]
    return _QUOTED_TEMPLATE, whole[2:-2].split(b'","') if values else []


def _shape_texts(
    frame: gpd.GeoDataFrame | pd.DataFrame, rounding: Rounding | None, draw: Draw | None
) -> Callable[[slice], list[bytes]]:
    """What tells the shapes of some rows as JSON."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return lambda rows: [b"null"] * len(range(*rows.indices(len(frame))))
    if antimeridian.may_cross(frame):
        whole = frame if draw is None else set_shapes(frame, draw(slice(0, len(frame))))
        shapes = antimeridian.cut(whole)
        return lambda rows: geometry_texts(shapes[rows], None, rounding)
    take = frame.geometry.to_numpy().__getitem__ if draw is None else draw
    change = build_transform(frame.crs, "EPSG:4326", bounds=tuple(frame.total_bounds))
    return lambda rows: geometry_texts(take(rows), change, rounding)
