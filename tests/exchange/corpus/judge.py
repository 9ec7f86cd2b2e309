"""A judge of answers that shares no reader with urbanplan: it reads the same bytes and compares.

Run as a program: lines ``file<TAB>answer<TAB>original's answer`` come in, a verdict for each goes out.  GDAL has all
its drivers here, so this is a process of its own, with a fork for every file.
"""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import struct
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

Rows = tuple[list[Any], dict[str, list[str | None]]]  # shapes, and values by field as texts


def rows_of(frame: Any) -> Rows:
    """A frame as shapes and texts."""
    active = getattr(frame, "_geometry_column_name", None)
    shapes = list(frame.geometry) if active in frame else [None] * len(frame)
    return shapes, {str(name): [text(v) for v in frame[name].tolist()] for name in frame.columns if name != active}


def text(value: Any) -> str | None:
    """A value as it compares: numbers by value, times by their digits, what is empty as None."""
    if (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or value == ""
        or (isinstance(value, float) and value != value)
    ):
        return None
    if isinstance(value, (bool, np.bool_)) or str(value).lower() in ("true", "false"):
        return str(float(str(value).lower() == "true"))
    if isinstance(value, (int, float, np.number)):
        return repr(float(value)) if abs(value) < 2**53 else str(int(value))
    said = str(value)
    try:
        return repr(float(said if len(said) < 17 else "no number"))
    except ValueError:
        if not said[:4].isdigit():
            return said
        said = said.replace("T", " ").removesuffix("Z").removesuffix("+00:00").removesuffix(" 00:00:00")
        return said.rstrip("0").rstrip(".") if "." in said else said


BROKEN = object()  # a shape that the other reader refuses: ours must have set it aside


def parse_shape(read: Callable[[], Any]) -> Any:
    """A shape, or that it is none."""
    try:
        return read()
    except (ValueError, TypeError, KeyError, IndexError, shapely.errors.ShapelyError):
        return BROKEN


def _geojson(path: Path) -> Rows:
    document = json.loads(path.read_bytes().decode("utf-8-sig"))
    features = document.get("features", [document])
    frame = pd.DataFrame([{"id": f.get("id"), **(f.get("properties") or {})} for f in features])
    shapes = [
        parse_shape(lambda f=f: f.get("geometry") and shapely.geometry.shape(to_2d(f["geometry"]))) for f in features
    ]
    return shapes, rows_of(frame)[1]


def to_2d(geometry: Any) -> Any:
    """A GeoJSON geometry whose positions have two numbers."""
    if isinstance(geometry, dict):
        return {key: to_2d(value) for key, value in geometry.items()}
    if isinstance(geometry, list):
        return (
            geometry[:2] if geometry and isinstance(geometry[0], (int, float)) else [to_2d(part) for part in geometry]
        )
    return geometry


def _gpkg(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as base:
        (name, column), *_ = base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall()
        frame = pd.read_sql(f'SELECT * FROM "{name}"', base)
    sizes = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
    shapes = [parse_shape(lambda b=b: b and shapely.from_wkb(b[8 + sizes[b[3] >> 1 & 7] :])) for b in frame[column]]
    return shapes, rows_of(frame.drop(columns=column))[1]


def _gdal(path: Path) -> Rows:
    name = f"/vsizip/{path}" if path.suffix == ".zip" else str(path)
    options = {"encoding": "utf-8"} if path.suffix in (".shp", ".zip") else {}
    try:
        meta, table = pyogrio.raw.read_arrow(name, **options)
    except UnboundLocalError:  # pyogrio's of a .prj that GDAL cannot read
        path.with_suffix(".prj").unlink()
        meta, table = pyogrio.raw.read_arrow(name, **options)
    except UnicodeDecodeError:  # of names of columns, which then cannot be compared
        path.with_suffix(".dbf").unlink()
        meta, table = pyogrio.raw.read_arrow(name)
    place = meta["geometry_name"] or "wkb_geometry"
    blobs = table[place].to_pylist()
    shapes = [parse_shape(lambda b=b: b and shapely.force_2d(shapely.from_wkb(b))) for b in blobs]
    if path.suffix == ".kml":
        return shapes, {}
    names = [name for name in table.column_names if name != place]
    values = {name: [text(v) for v in _decode_values(table[name])] for name in names}
    return shapes, {
        **values,
        **(_logicals(path) if path.suffix == ".shp" and path.with_suffix(".dbf").exists() else {}),
    }


def _logicals(path: Path) -> dict[str, list[str | None]]:
    """Columns of yes and no from a table's bytes: GDAL makes no of every byte that says neither."""
    data = path.with_suffix(".dbf").read_bytes()
    count, head, width = struct.unpack_from("<IHH", data, 4)
    rows = [data[at : at + width] for at in range(head, min(head + count * width, len(data)), width)]
    rows = [row for row in rows if len(row) == width and row[:1] != b"*"]
    found, start = {}, 1
    for at in range(32, head - 32, 32):
        field = data[at : at + 32]
        if field[:1] == b"\r":
            break
        if field[11:12] == b"L":
            said = [row[start : start + field[16]].strip().upper() for row in rows]
            name = field[:11].split(b"\0")[0].decode("utf-8", "replace")
            found[name] = [
                "1.0" if v in (b"T", b"Y", b"1") else "0.0" if v in (b"F", b"N", b"0") else None for v in said
            ]
        start += field[16]
    return found


def _decode_values(values: Any) -> list[Any]:
    """Values of a column; a text that is no UTF-8 shows so."""
    if not pa.types.is_string(values.type):
        return values.to_pylist()
    return [blob and blob.decode("utf-8", "replace") for blob in values.cast(pa.binary()).to_pylist()]


def _parquet(path: Path) -> Rows:
    return rows_of(gpd.read_parquet(path))


def _csv(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        rows = list(csv.DictReader(stream))
    whole = [row for row in rows if None not in row and None not in row.values()]  # others are set aside by number
    return _table_rows(pd.DataFrame(whole))


def _xlsx(path: Path) -> Rows:
    return _table_rows(pd.read_excel(path, dtype=object, keep_default_na=False, na_values=[""]))


def _table_rows(frame: pd.DataFrame) -> Rows:
    texts = frame.get("geometry", [])
    shapes = [parse_shape(lambda t=t: shapely.from_wkt(t) if isinstance(t, str) and t else None) for t in texts]
    values = rows_of(frame.drop(columns="geometry", errors="ignore"))[1]
    return shapes, {key: [v and v.removeprefix("'") for v in column] for key, column in values.items()}


def parse_number(said: str) -> float:
    try:
        return float(said)
    except ValueError:
        return float("nan")


def _txt(path: Path) -> Rows:
    """A loop over lines: heads end in @, a ring is what has one number."""
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    plots: list[list[tuple[str, float, float]]] = []
    for line in raw.decode("utf-8").splitlines():
        if "@" in line:
            plots.append([])
        elif plots and line.strip():
            cells = [*line.split(","), "", "", "", ""]
            plots[-1].append((cells[1], parse_number(cells[3]), parse_number(cells[2])))
    made = []
    for plot in plots:
        rings: dict[str, list[tuple[float, float]]] = {}
        for ring, east, north in plot:
            rings.setdefault(ring, []).append((east, north))
        made.append(shapely.MultiPoint([place for ring in rings.values() for place in ring]))
    return made, {}


def _dxf(path: Path) -> Rows:
    import ezdxf.recover

    try:
        drawing = ezdxf.readfile(path)
    except (ezdxf.DXFError, OSError, ValueError):
        drawing, _ = ezdxf.recover.readfile(path)
    places = [place[:2] for e in drawing.modelspace().query("LWPOLYLINE") for place in e.get_points("xy")]
    return [shapely.MultiPoint(places)] if places else [], {}


READERS: dict[str, Callable[[Path], Rows]] = {
    ".geojson": _geojson, ".gpkg": _gpkg, ".shp": _gdal, ".zip": _gdal, ".fgb": _gdal, ".parquet": _parquet,
    ".csv": _csv, ".xlsx": _xlsx, ".txt": _txt, ".dxf": _dxf, ".kml": _gdal,
}  # fmt: skip


def read_answer(path: Path) -> Rows:
    """What urbanplan made of a file: a GeoParquet, or a Parquet without shapes."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)  # pandas would make fractions of whole numbers beside nulls
    place = "geometry" if b"geo" in (table.schema.metadata or {}) else None
    shapes = list(shapely.from_wkb(table[place].to_pylist())) if place else [None] * len(table)
    return shapes, {name: [text(v) for v in table[name].to_pylist()] for name in table.column_names if name != place}


def rounded_corners(shapes: list[Any]) -> set[tuple[float, float]]:
    """All corners, rounded to millimetres or to the tenth digit of degrees."""
    held = shapely.get_coordinates(np.array(shapes, dtype=object))
    return {(round(float(x), 9), round(float(y), 9)) for x, y in held}


def _equal(ours: Any, theirs: Any) -> bool:
    if theirs is BROKEN:
        return False
    if ours is None or theirs is None:
        return (ours is None or ours.is_empty) and (theirs is None or theirs.is_empty)
    if theirs.geom_type == "MultiPoint" != ours.geom_type:
        return rounded_corners([ours]) == rounded_corners([theirs])
    ours, theirs = shapely.force_2d([ours, theirs])
    return ours.geom_type == theirs.geom_type and shapely.equals_exact(ours, theirs, 1e-9, normalize=True)


def verdict(path: Path, made: Path, original: Path) -> str:
    """``as the original``, ``as another reader``, or what differs."""
    ours, before = read_answer(made), read_answer(original)
    if ours[1] == before[1] and len(ours[0]) == len(before[0]) and all(map(_equal, ours[0], before[0])):
        return "as the original"
    try:
        shapes, values = READERS[path.suffix](path)
    except Exception as error:  # noqa: BLE001 — whatever the other reader says
        return f"differs: the other reader refuses ({type(error).__name__} {str(error)[:80]})"
    if path.suffix == ".dxf":
        return "as another reader" if rounded_corners(ours[0]) <= rounded_corners(shapes) else "differs: corners"
    return _compare_rows(ours, (shapes, values))


def _compare_rows(ours: Rows, theirs: Rows) -> str:
    """Every row of ours, in order, is a row of theirs; those that were set aside are missing."""
    names = [name for name in ours[1] if name in theirs[1]]
    at = 0
    for row, shape in enumerate(ours[0]):
        while at < len(theirs[0]) and not (
            _equal(shape, theirs[0][at]) and all(ours[1][name][row] == theirs[1][name][at] for name in names)
        ):
            at += 1
        if at == len(theirs[0]):
            said = {name: ours[1][name][row] for name in names}
            return (
                f"differs: row {row + 1} {said} {str(shape)[:200]} of "
                + str({k: v[row : row + 3] for k, v in theirs[1].items()})
                + str(theirs[0][row : row + 2])[:300]
            )
        at += 1
    return "as another reader"


def main() -> None:
    """Answer until the lines end."""
    for line in sys.stdin:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            said = "differs: the judge failed"
            try:
                said = verdict(*map(Path, line.rstrip("\n").split("\t")))
            except Exception as error:  # noqa: BLE001 — told as a difference
                said = f"differs: {type(error).__name__} {str(error)[:200]}"
            finally:
                os.write(writer, said.replace("\n", " ").encode()[:4000])
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            said = stream.read().decode()
        _, status = os.waitpid(child, 0)
        print(
            said or f"differs: the other reader ended by {struct.unpack('i', struct.pack('i', status))[0]}", flush=True
        )


if __name__ == "__main__":
    main()
