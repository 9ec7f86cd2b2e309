"""Hostile files, made from good ones; the full size by ``python tests/exchange/hostile.py [mutations]``.

H1: 24 hostile files for each of 10 formats are refused, with file, reason and repair, in bounded time and memory,
and the canary of another file never shows.  H2: byte mutations of good files are refused or answered, never a crash.
"""

from __future__ import annotations

import json
import random
import resource
import struct
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

CANARY = "canary-8d1f0c"
SECONDS, MEMORY = 10.0, 2**30
SUFFIXES = (".geojson", ".gpkg", ".shp", ".zip", ".fgb", ".parquet", ".csv", ".xlsx", ".txt", ".dxf", ".kml")


def good(folder: Path, suffix: str) -> Path:
    """A good file of a format."""
    from exchange.frames_made import parcels

    from urbanplan.exchange import write

    frame = parcels()[["id", "geometry"]] if suffix == ".txt" else parcels()
    return write(frame, folder / f"good{suffix}", allow_loss=True).path


def hostile(folder: Path, suffix: str) -> Iterator[Path]:
    """24 files of one ending that must all be refused."""
    secret = folder / "secret.csv"
    secret.write_text(f"id,lon,lat\n{CANARY},113.5,34.8\n", encoding="utf-8")
    made = _contents(good(folder, suffix).read_bytes(), secret)
    for name, data in {**made, **dict(_own(suffix))}.items():
        path = folder / f"{name}{suffix}"
        path.write_bytes(data)
        if name == "sparse":
            with path.open("r+b") as stream:
                stream.truncate(2**35)
        if suffix == ".shp":
            for ending in (".shx", ".dbf"):
                path.with_suffix(ending).write_bytes((folder / f"good{ending}").read_bytes())
        yield path


def _contents(data: bytes, secret: Path) -> dict[str, bytes]:
    draw = random.Random(4)
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    laughs = '<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><kml>&b;</kml>'
    outside = f'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY x SYSTEM "file://{secret}">]><kml>&x;</kml>'
    gdalg = {"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {secret}"}
    return {
        "empty": b"",
        "byte": b"\x01",
        "zeros": b"\0" * len(data),
        "ones": b"\xff" * len(data),
        "noise": draw.randbytes(max(len(data), 512)),
        "reversed": data[::-1],
        "vrt": vrt.encode(),
        "gdalg": json.dumps(gdalg).encode(),
        "laughs": laughs.encode(),
        "outside": outside.encode(),
        "sqlite": b"SQLite format 3\0" + draw.randbytes(4096),
        "sqlite-vrt": b"SQLite format 3\0" + vrt.encode(),
        "zip": b"PK\x03\x04" + draw.randbytes(600),
        "html": b"<!DOCTYPE html><html><body>404</body></html>",
        "pdf": b"%PDF-1.7\n" + draw.randbytes(200),
        "script": b"#!/bin/sh\ncat /etc/passwd\n" + b"\0",
        "png": b"\x89PNG\r\n\x1a\n" + draw.randbytes(300),
        "sparse": data[:64],
        "spaces": b" \n" * 5000,
        "begin": data[: max(12, len(data) // 50)],
        "tar": b"secret.csv" + b"\0" * 502,
        "utf16": '{"type":"FeatureCollection"}'.encode("utf-16"),
    }


def _own(suffix: str) -> Iterator[tuple[str, bytes]]:
    """What is hostile to one format: nesting that ends a process, numbers that are none."""
    deep = "GEOMETRYCOLLECTION(" * 100_000 + "POINT(1 1)" + ")" * 100_000
    match suffix:
        case ".geojson":
            shape = '{"type":"GeometryCollection","geometries":[' * 100_000 + "]}" * 100_000
            yield "deep", f'{{"type":"Feature","properties":{{}},"geometry":{shape}}}'.encode()
            yield "nan", b'{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[NaN,1]}}'
        case ".csv":
            yield "deep", f'id,wkt\n1,"{deep}"\n'.encode()
            yield "nan", b"id,wkt\n1,POINT (nan nan)\n"
        case ".kml":
            yield (
                "deep",
                (
                    b"<kml><Placemark>"
                    + b"<MultiGeometry>" * 100_000
                    + b"</MultiGeometry>" * 100_000
                    + b"</Placemark></kml>"
                ),
            )
            yield "nan", b"<kml><Placemark><Point><coordinates>nan,1</coordinates></Point></Placemark></kml>"
        case ".parquet":
            yield "deep", _parquet(struct.pack("<BII", 1, 7, 1) * 100_000 + struct.pack("<BIdd", 1, 1, 1.0, 1.0))
            yield "nan", _parquet(struct.pack("<BIdd", 1, 1, float("nan"), 1.0))
        case ".gpkg":
            yield "half", b"SQLite format 3\0" + b"\x10\0\1\1\0\x40\x20\x20" + b"\0" * 5000
            yield "other", b"SQLite format 3\0"
        case ".zip" | ".xlsx":
            yield "bomb", _zip("a.shp" if suffix == ".zip" else "xl/workbook.xml", b"\0" * 200_000_000)
            yield "outside-member", _zip("../../a.shp", b"x")
        case ".txt":
            yield "nan", "[地块坐标]\n3,1,A,B,面,,,,@\nJ1,1,x,y\nJ2,1,x,y\nJ3,1,x,y\n".encode()
            yield "heads", "[地块坐标]\n".encode() + b"1,1,A,B,\xe9\x9d\xa2,,,,@\n" * 1000
        case _:
            yield (
                "head",
                {".shp": b"\0\0\x27\x0a" + b"\xff" * 200, ".fgb": b"fgb\3fgb\0" + b"\xff" * 200}.get(
                    suffix, b"  0\nSECTION\n" * 9
                ),
            )
            yield (
                "head-only",
                {".shp": b"\0\0\x27\x0a", ".fgb": b"fgb\3fgb\0"}.get(suffix, b"0\nSECTION\n2\nENTITIES\n0\n"),
            )


def _parquet(blob: bytes) -> bytes:
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    geo = {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB", "geometry_types": []}}}
    table = pa.table({"g": pa.array([blob], type=pa.binary())}).replace_schema_metadata({"geo": json.dumps(geo)})
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def _zip(name: str, data: bytes) -> bytes:
    import io

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def mutated(data: bytes, draw: random.Random) -> bytes:
    """A copy with a few bytes flipped, cut, doubled or put in."""
    out = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(out))
        match draw.randrange(4):
            case 0:
                out[at] ^= 1 << draw.randrange(8)
            case 1:
                del out[at : at + draw.randint(1, 64)]
            case 2:
                out[at:at] = out[at : at + draw.randint(1, 64)]
            case _:
                out[at:at] = draw.randbytes(draw.randint(1, 8))
    return bytes(out) or b"\0"


def attempt(path: Path) -> str:
    """``refused`` or ``read``; anything else raises."""
    from urbanplan.errors import UrbanplanError
    from urbanplan.exchange import read

    begin = time.monotonic()
    try:
        table = read(path)
    except UrbanplanError as error:
        said, fix, outcome = str(error), error.fix, "refused"
    else:
        said, fix, outcome = path.name + table.frame.astype(str).to_string(), "none needed", "read"
    assert fix, (path.name, said)
    assert path.stem in said, (path.name, said)
    assert CANARY not in said, path.name
    assert time.monotonic() - begin < SECONDS, path.name
    return outcome


def limited() -> None:
    """No more memory than the goal allows, beyond what the imports map."""
    from urbanplan.exchange import FORMATS

    for row in FORMATS:
        row.load()
    resource.setrlimit(resource.RLIMIT_AS, (6 * MEMORY, 6 * MEMORY))


def mutations(folder: Path, suffix: str, count: int) -> Counter[str]:
    """Outcomes of reading ``count`` mutated copies of a good file."""
    draw = random.Random(suffix)
    data = good(folder, suffix).read_bytes()
    outcomes: Counter[str] = Counter()
    for at in range(count):
        path = folder / f"m{at}{suffix}"
        path.write_bytes(mutated(data, draw))
        if suffix == ".shp":
            for ending in (".shx", ".dbf"):
                path.with_suffix(ending).write_bytes((folder / f"good{ending}").read_bytes())
        outcomes[attempt(path)] += 1
        path.unlink()
    return outcomes


def main() -> None:
    import tempfile

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    limited()
    for suffix in SUFFIXES:
        with tempfile.TemporaryDirectory() as folder:
            outcomes = Counter(attempt(path) for path in hostile(Path(folder), suffix))
            flips = mutations(Path(folder), suffix, count)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{suffix:9} hostile {dict(outcomes)}  mutations {dict(flips)}  peak {peak} MiB", flush=True)


if __name__ == "__main__":
    main()
