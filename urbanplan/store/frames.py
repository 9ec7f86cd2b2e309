"""Frames kept between runs in a plan's folder of the user's cache, as Feather files named by their own digest.

A file is taken only where its content still has the digest that is its name, and is written only where it gives the
frame back as it was: to the bit, in the same types.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# (geopandas says that a path is all it reads)

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.exchange.files.regular import read_regular
from urbanplan.exchange.files.user_cache import mark_used

if TYPE_CHECKING:
    import geopandas as gpd

MAX_FRAME_BYTES = 100_000_000
_PATTERN = "frame-{}.arrow"


def keep_frame(folder: Path, frame: Any) -> str | None:
    """Write a GeoDataFrame and give the name it is read by; None where no file can hold it as it is."""
    data = _to_feather(frame)
    if data is None or len(data) > MAX_FRAME_BYTES:
        return None
    name = hashlib.sha256(data).hexdigest()
    path = folder / _PATTERN.format(name)
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


def read_frame(folder: Path, name: str) -> gpd.GeoDataFrame | None:
    """The frame of a name, None where its file is gone or is not what was written."""
    path = folder / _PATTERN.format(name)
    try:
        data = read_regular(path, limit=MAX_FRAME_BYTES)
        if hashlib.sha256(data).hexdigest() != name:
            return None
        mark_used(path)
        return _from_feather(data)
    except (OSError, ValueError):
        return None


def drop_frames(folder: Path, *, keep: Iterable[str]) -> None:
    """Remove the frames that nothing names any longer."""
    known = {_PATTERN.format(name) for name in keep}
    for path in folder.glob(_PATTERN.format("*")):
        if path.name not in known:
            with suppress(OSError):
                path.unlink()


def _to_feather(frame: Any) -> bytes | None:
    import geopandas as gpd
    from pandas.api.types import is_object_dtype

    if not isinstance(frame, gpd.GeoDataFrame):
        return None
    objects = [str(name) for name, kind in frame.dtypes.items() if is_object_dtype(kind)]
    stream = io.BytesIO(json.dumps(objects).encode() + b"\n")
    stream.seek(0, io.SEEK_END)
    try:
        frame.to_feather(stream, compression="lz4")
    except (TypeError, ValueError, NotImplementedError):  # of pyarrow, too: a value that no column holds
        return None
    return stream.getvalue() if _is_same(frame, _from_feather(stream.getvalue())) else None


def _from_feather(data: bytes) -> gpd.GeoDataFrame:
    import geopandas as gpd

    head, _, body = data.partition(b"\n")
    source: Any = io.BytesIO(body)
    frame = gpd.read_feather(source)
    for name in json.loads(head):  # texts with nulls come back as texts with NaN
        values: Any = frame[name].astype(object)
        frame[name] = values.where(values.notna(), None)
    return frame


def _is_same(frame: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> bool:
    import shapely
    from pandas.api.types import is_object_dtype

    plain = [name for name in frame.columns if name != frame.geometry.name]
    objects = [name for name in plain if is_object_dtype(frame[name].dtype)]
    shapes = (shapely.to_wkb(one.geometry.to_numpy()) for one in (frame, other))
    return (
        list(frame.columns) == list(other.columns)
        and frame.crs == other.crs
        and list(frame.dtypes) == list(other.dtypes)
        and type(frame.index) is type(other.index)
        and frame.index.equals(other.index)
        and frame.index.name == other.index.name
        and all(frame[name].equals(other[name]) for name in plain)
        and all(list(map(type, frame[name])) == list(map(type, other[name])) for name in objects)
        and all(one == two for one, two in zip(*shapes, strict=True))
    )
