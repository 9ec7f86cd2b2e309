"""Hostile Shapefile (zipped too), FlatGeobuf and GeoParquet: lengths that lie, companions that lead elsewhere."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from typing import Any

from exchange.corpus.traps_table import read_members, remove_member, replace_members, zip_members

DEEP_WKB = struct.pack("<BII", 1, 7, 1) * 100_000 + struct.pack("<BIdd", 1, 1, 1.0, 1.0)
DEEP_WKT = b'PROJCS["a",' + b'GEOGCS["b",' * 200_000


def table(values: list[str], *, rows: int | None = None, record: int | None = None) -> bytes:
    """A dBASE table with the one field id."""
    body = b"".join(b" " + value.encode().ljust(40) for value in values) + b"\x1a"
    head = struct.pack(
        "<B3BIHH20x", 3, 100, 1, 1, len(values) if rows is None else rows, 65, 41 if record is None else record
    )
    return head + b"id".ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([40, 0]) + b"\0" * 14 + b"\r" + body


def shp(data: bytes, around: Any) -> dict[str, Any]:
    """Shapefile; a dictionary gives companions too: bytes, None for no file, a text for a link to the secret."""

    def put(at: int, pattern: str, value: float) -> bytes:
        out = bytearray(data)
        struct.pack_into(pattern, out, at, value)
        return bytes(out)

    beside = data[:24] + struct.pack(">I", 54) + data[28:100] + struct.pack(">II", 50, (len(data) - 108) // 2)
    return {
        "head": b"\0\0\x27\x0a" + b"\xff" * 200,
        "length": put(24, ">I", 2**31 - 1),
        "offset": {".shp": data, ".shx": beside[:100] + struct.pack(">I", 2**30) + beside[104:]},
        "parts": put(100 + 8 + 36, "<I", 2**31 - 1),
        "points": put(100 + 8 + 40, "<I", 2**31 - 1),
        "shape": put(108, "<I", 99),
        "nan": put(100 + 8 + 44 + 4, "<d", float("nan")),
        "no-index": {".shp": put(104, ">I", 0), ".shx": None},
        "index": {".shp": data, ".shx": beside[:100] + struct.pack(">II", 50, 2**30)},
        "rows": {".shp": data, ".dbf": table(["a"], rows=2**32 - 1)},
        "table-link": {".shp": data, ".dbf": ".dbf"},
        "crs-deep": {".shp": data, ".prj": DEEP_WKT},
    }  # fmt: skip


def shapezip(data: bytes, around: Any) -> dict[str, bytes | Callable[[], bytes]]:
    """Zipped Shapefile; what takes long to pack is packed when it is asked for."""
    inside = read_members(data)
    stem = next(name for name in inside if name.endswith(".shp"))[:-4]
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="s"><SrcDataSource>{around.secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    shapes = inside[f"{stem}.shp"]
    unnumbered = shapes[:100] + struct.pack(">I", 2**31) + shapes[104:]
    return {
        "bomb": lambda: zip_members({"a.shp": b"\0" * 200_000_000}),
        "lzma-bomb": lambda: zip_members({"a.shp": b"\0" * 30_000_000}, method=zipfile.ZIP_LZMA),
        "outside-member": replace_members(data, {"../../a.shp": b"x"}),
        "root-member": replace_members(data, {"/etc/a.shp": b"x"}),
        "link": _link_member(inside, f"{stem}.dbf", str(around.secret.with_suffix(".dbf"))),
        "crowd": zip_members({f"{at}.txt": b"" for at in range(5000)}),
        "encrypted": _set_encrypted_flag(data),
        "lies": data.replace(struct.pack("<I", len(inside[f"{stem}.shp"])), struct.pack("<I", 60)),
        "vrt-inside": replace_members(data, {f"{stem}.shp": vrt.encode()}),
        "no-index": replace_members(remove_member(data, f"{stem}.shx"), {f"{stem}.shp": unnumbered}),
        "nothing": zip_members({"readme.txt": b"hello"}),
        "method": _set_compression(data, 99),
    }


def _link_member(files: dict[str, bytes], name: str, to: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for key, content in files.items():
            entry = zipfile.ZipInfo(key)
            entry.external_attr = 0o120777 << 16 if key == name else 0o100644 << 16
            archive.writestr(entry, to if key == name else content)
    return stream.getvalue()


def _set_encrypted_flag(data: bytes) -> bytes:
    out = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin = out.find(mark)
        while begin >= 0:
            out[begin + at] |= 1
            begin = out.find(mark, begin + 4)
    return bytes(out)


def _set_compression(data: bytes, method: int) -> bytes:
    out = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        begin = out.find(mark)
        while begin >= 0:
            out[begin + at : begin + at + 2] = struct.pack("<H", method)
            begin = out.find(mark, begin + 4)
    return bytes(out)


def fgb(data: bytes, around: Any) -> dict[str, bytes]:
    """FlatGeobuf."""
    (size,) = struct.unpack_from("<I", data, 8)
    first = 12 + size  # no index: the first feature's size stands here

    def put(at: int, pattern: str, value: int) -> bytes:
        out = bytearray(data)
        struct.pack_into(pattern, out, at, value)
        return bytes(out)

    root = 12 + struct.unpack_from("<I", data, 12)[0]
    return {
        "head": b"fgb\3fgb\0" + b"\xff" * 200,
        "head-only": b"fgb\3fgb\0",
        "size": put(8, "<I", 2**31),
        "size-zero": put(8, "<I", 0),
        "root": put(12, "<I", 2**31 - 1),
        "root-back": put(12, "<I", 0),
        "vtable": put(root, "<i", 2**31 - 1),
        "feature-size": put(first, "<I", 2**31),
        "feature-zero": put(first, "<I", 0),
        "feature-root": put(first + 4, "<I", 2**31 - 1),
        "cut": data[: first + (len(data) - first) // 2],
        "version": b"fgb\x09fgb\0" + data[8:],
    }


def parquet(data: bytes, around: Any) -> dict[str, bytes]:
    """GeoParquet."""
    point = struct.pack("<BIdd", 1, 1, 1.0, 1.0)
    rings = struct.pack("<BII", 1, 3, 2**31 - 1) + b"\0" * 40
    return {
        "deep": parquet_file(DEEP_WKB),
        "nan": parquet_file(struct.pack("<BIdd", 1, 1, float("nan"), 1.0)),
        "rings": parquet_file(rings),
        "type": parquet_file(struct.pack("<BI", 1, 77) + b"\0" * 40),
        "footer": data[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1",
        "footer-zero": data[:-8] + struct.pack("<I", 0) + b"PAR1",
        "footer-noise": data[:-200] + b"\xff" * 192 + data[-8:],
        "geo-json": parquet_file(point, said="{"),
        "geo-list": parquet_file(point, said='{"primary_column":"g","columns":[]}'),
        "encoding": parquet_file(point, encoding="separated"),
        "crs-deep": parquet_file(point, said='{"primary_column":"g","columns":{"g":{"encoding":"WKB","crs":' + "[" * 200_000 + "]" * 200_000 + "}}}"),
        "bomb": _parquet_bomb(),
    }  # fmt: skip


def parquet_file(blob: bytes, *, said: str | None = None, encoding: str = "WKB") -> bytes:
    """A Parquet file with one geometry."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    plain = {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": encoding, "geometry_types": []}}}
    rows = pa.table({"g": pa.array([blob], type=pa.binary())})
    stream = io.BytesIO()
    pq.write_table(rows.replace_schema_metadata({"geo": said or json.dumps(plain)}), stream)
    return stream.getvalue()


def _parquet_bomb() -> bytes:
    """60 million equal numbers, packed into a few kilobytes."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    rows = pa.table({"a": pa.array(np.zeros(60_000_000))})
    pq.write_table(rows, stream, compression="zstd", use_dictionary=False, write_statistics=False)
    return stream.getvalue()


TRAPS = {".shp": shp, ".zip": shapezip, ".fgb": fgb, ".parquet": parquet}
