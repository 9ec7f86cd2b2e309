"""Frames kept between runs in a plan's folder of the user's cache, as Arrow files named by their own digest.

A file is taken only where its content still has the digest that is its name, and is written only where it gives the
frame back as it was: to the bit, in the same types.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# (pandas and pyarrow say their types in part only)

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.exchange.files.regular import read_regular
from urbanplan.exchange.files.user_cache import mark_used

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

MAX_FRAME_BYTES = 100_000_000
_PATTERN, _SHAPES = "{}-{}.arrow", "\0shapes"


def keep_frame(folder: Path, frame: Any, *, kind: str = "frame") -> str | None:
    """Write a GeoDataFrame and give the name it is read by; None where no file can hold it as it is.

    Args:
        folder: of the plan in the user's cache. frame: what is kept. kind: first word of the file's name.
    """
    data = _to_arrow(frame)
    if data is None or len(data) > MAX_FRAME_BYTES:
        return None
    name = hashlib.sha256(data).hexdigest()
    path = folder / _PATTERN.format(kind, name)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        if not path.exists():
            draft.write_bytes(data)
            draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        return None
    return name


def read_frame(folder: Path, name: str, *, kind: str = "frame") -> gpd.GeoDataFrame | None:
    """The frame of a name, None where its file is gone or is not what was written."""
    path = folder / _PATTERN.format(kind, name)
    try:
        data = read_regular(path, limit=MAX_FRAME_BYTES)
        if hashlib.sha256(data).hexdigest() != name:
            return None
        mark_used(path)
        return _from_arrow(data)
    except (OSError, ValueError):
        return None


def drop_frames(folder: Path, *, keep: Iterable[str], kind: str = "frame") -> None:
    """Remove the frames of a kind that nothing names any longer."""
    known = {_PATTERN.format(kind, name) for name in keep}
    for path in folder.glob(_PATTERN.format(kind, "*")):
        if path.name not in known:
            with suppress(OSError):
                path.unlink()


def _to_arrow(frame: Any) -> bytes | None:
    """A line of JSON with what Arrow does not say of the columns, then the rows as an Arrow file, shapes as WKB."""
    import geopandas as gpd
    import pyarrow as pa  # pyright: ignore[reportMissingTypeStubs]
    import shapely
    from pandas.api.types import is_object_dtype

    if not isinstance(frame, gpd.GeoDataFrame):
        return None
    shapes = [str(name) for name, kind in frame.dtypes.items() if kind == "geometry"]
    if shapes != [frame.active_geometry_name]:
        return None
    head = {
        "geometry": [list(frame.columns).index(shapes[0]), shapes[0]],
        "crs": None if frame.crs is None else frame.crs.to_json(),
        "objects": [str(name) for name, kind in frame.dtypes.items() if is_object_dtype(kind)],
    }
    stream = io.BytesIO(json.dumps(head).encode() + b"\n")
    stream.seek(0, io.SEEK_END)
    try:
        table = pa.Table.from_pandas(_plain_rows(frame))
        table = table.append_column(_SHAPES, pa.array(shapely.to_wkb(frame.geometry.to_numpy()), pa.large_binary()))
        with pa.ipc.new_file(stream, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
            writer.write_table(table)
    except (TypeError, ValueError, NotImplementedError):  # of pyarrow, too: a value that no column holds
        return None
    same = _is_plain(frame) or _is_same(frame, _from_arrow(stream.getvalue()))
    return stream.getvalue() if same else None


def _from_arrow(data: bytes) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import pyarrow as pa  # pyright: ignore[reportMissingTypeStubs]

    line, _, body = data.partition(b"\n")
    head = json.loads(line)
    table = pa.ipc.open_file(pa.BufferReader(body)).read_all()
    shapes = gpd.array.from_wkb(table.column(_SHAPES).to_numpy(), crs=_parse_crs(head["crs"]))
    rows: Any = table.drop_columns([_SHAPES]).to_pandas()
    for name in head["objects"]:  # texts with nulls come back as texts with NaN
        values: Any = rows[name].astype(object)
        rows[name] = values.where(values.notna(), None)
    at, name = head["geometry"]
    rows.insert(at, name, shapes)
    return gpd.GeoDataFrame(rows, geometry=name)


@lru_cache(maxsize=16)
def _parse_crs(text: str | None) -> Any:
    from pyproj import CRS

    return None if text is None else CRS.from_json(text)


def _plain_rows(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """The columns that are no shapes, which a plain frame gives faster than one that watches its shapes."""
    import pandas as pd

    rows = pd.DataFrame(frame)
    del rows[frame.active_geometry_name]
    return rows


def _is_plain(frame: gpd.GeoDataFrame) -> bool:
    """Whether every column is of a type that Arrow is known to give back as it was, and the rows are numbered."""
    import numpy as np
    import pandas as pd

    index, names = frame.index, list[Any](frame.columns)
    if not (isinstance(index, pd.RangeIndex) and index.equals(pd.RangeIndex(len(frame))) and index.name is None):
        return False
    if not frame.columns.is_unique or frame.columns.name is not None or not all(isinstance(n, str) for n in names):
        return False
    rows = _plain_rows(frame)
    numbers = [name for name, kind in rows.dtypes.items() if isinstance(kind, pd.Float64Dtype)]
    return all(map(_is_known_type, rows.dtypes)) and not any(  # a NaN beside nulls would come back as a null
        np.isnan(rows[name].to_numpy(dtype=float, na_value=0.0)).any() for name in numbers
    )


def _is_known_type(kind: Any) -> bool:
    import pandas as pd

    if isinstance(kind, pd.StringDtype):
        return kind.storage == "pyarrow"
    known = (pd.Int64Dtype, pd.Float64Dtype, pd.BooleanDtype)
    return isinstance(kind, known) or str(kind) in ("int64", "float64", "bool", "datetime64[s]", "datetime64[us]")


def _is_same(frame: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> bool:
    import shapely
    from pandas.api.types import is_object_dtype

    rows, others = _plain_rows(frame), _plain_rows(other)
    objects = [name for name, kind in rows.dtypes.items() if is_object_dtype(kind)]
    shapes = (shapely.to_wkb(one.geometry.to_numpy()) for one in (frame, other))
    return (
        list(frame.columns) == list(other.columns)
        and frame.crs == other.crs
        and list(frame.dtypes) == list(other.dtypes)
        and type(frame.index) is type(other.index)
        and frame.index.equals(other.index)
        and frame.index.name == other.index.name
        and all(rows[name].equals(others[name]) for name in rows.columns)
        and all(list(map(type, rows[name])) == list(map(type, others[name])) for name in objects)
        and all(one == two for one, two in zip(*shapes, strict=True))
    )
