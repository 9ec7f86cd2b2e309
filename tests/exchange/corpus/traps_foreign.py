"""Hostile files of the formats that other programs write: to each what only it can carry, beside what any may meet."""

from __future__ import annotations

import io
import json
import random
import re
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from exchange.corpus.hostile_files import HostileSetting, common_traps
from exchange.corpus.mutate import mutate
from exchange.corpus.traps_database import ENDLESS_QUERY

DEEP = 100_000
Traps = Callable[[bytes, HostileSetting], dict[str, bytes]]


def zipped(members: dict[str, bytes | str]) -> bytes:
    """A zip of these members, packed."""
    with io.BytesIO() as held:
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in members.items():
                packed.writestr(name, content)
        return held.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def linked(name: str, to: Path) -> bytes:
    """A zip whose one member is a link."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    with io.BytesIO() as held:
        with zipfile.ZipFile(held, "w") as packed:
            packed.writestr(entry, str(to))
        return held.getvalue()


def _entity(around: HostileSetting, root: str) -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY x SYSTEM "file://{around.secret}">]><{root}>&x;</{root}>'.encode()


def _packed(data: bytes, around: HostileSetting, main: str) -> dict[str, bytes]:
    whole = unzipped(data)
    first = next((name for name in whole if name.endswith(main)), next(iter(whole)))
    return {
        "bomb": zipped({**whole, first: b"\0" * 200_000_000}),
        "outside": zipped({**whole, "../../x": b"x"}),
        "root": zipped({**whole, "/etc/x": b"x"}),
        "link": linked(first, around.secret),
        "crowd": zipped({**whole, **{f"{at}.x": b"" for at in range(5000)}}),
        "packed-in": zipped({first: data}),
        "nothing": zipped({"readme.txt": b"hello"}),
    }


def kmz(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    deep = b"<kml>" + b"<Folder>" * DEEP
    return {
        **_packed(data, around, ".kml"),
        "entities": zipped({"doc.kml": _entity(around, "kml")}),
        "deep": zipped({"doc.kml": deep}),
    }


def gml(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    far = data.replace(b"<gml:", f'<gml:x xlink:href="file://{around.secret}"/><gml:'.encode(), 1)
    head = (
        data[: data.index(b">", data.index(b"<ogr:FeatureCollection")) + 1] if b"<ogr:Feature" in data else data[:200]
    )
    return {
        "entities": _entity(around, "gml"),
        "far": far.replace(b"<ogr:id>a", f'<ogr:id xlink:href="{around.address}">a'.encode(), 1),
        "schema": data.replace(b'schemaLocation="', f'schemaLocation="{around.address} '.encode(), 1),
        "deep": head + b"<gml:featureMember>" * DEEP,
        "numbers": data.replace(b"438000", b"4" * 20_000),
        "nan": data.replace(b"438000", b"NaN"),
        "list": data.replace(b"438000", b"1 " * 2_000_001, 1),
        "dimension": data.replace(b"<gml:posList>", b'<gml:posList srsDimension="2147483647">'),
    }


def gpx(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    point = b'<trkpt lat="1" lon="1"/>'
    return {
        "entities": _entity(around, "gpx"),
        "deep": b'<gpx xmlns="http://www.topografix.com/GPX/1/1">' + b"<extensions>" * DEEP,
        "points": data.replace(b"<trkseg>", b"<trkseg>" + point * 400_000),
        "numbers": data.replace(b'lat="34.8"', b'lat="' + b"9" * 20_000 + b'"'),
        "attributes": data.replace(b"<wpt ", b"<wpt " + b" ".join(b'a%d="1"' % at for at in range(50_000)) + b" ", 1),
    }


def json_like(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    whole = json.loads(data)
    huge = data.replace(b"4547", b"9" * 5000) if b"4547" in data else data.replace(b"113", b"9" * 5000)
    if "arcs" in whole:
        endless = {
            **whole,
            "arcs": [[[0, 0], [1, 1]]] * 10,
            "objects": {"a": {"type": "Polygon", "arcs": [[0] * 1_000_000]}},
        }
        more = {"arcs": json.dumps(endless).encode(), "arc-far": data.replace(b"[[9]]", b"[[" + b"9" * 30 + b"]]")}
        more["objects"] = json.dumps(
            {**whole, "objects": {f"o{at}": {"type": "Point"} for at in range(50_000)}}
        ).encode()
    else:
        feature = whole["features"][0]
        far = {**feature, "geometry": {"rings": [[[0, 0], [1e308, 1e308], [-1e308, 1], [0, 0]]]}}
        more = {"far": json.dumps({**whole, "features": [far]}).encode()}
        more["fields"] = json.dumps({**whole, "fields": whole["fields"] * 20_000}).encode()
        more["text-rings"] = data.replace(b"[2, 2]", b'["a", "b"]')
    return {
        **more,
        "deep": data[:-1] + b', "x": ' + b"[" * DEEP,
        "huge": huge,
        "constant": data.replace(b"1", b"NaN", 1),
        "twice": data[:-1] + b', "features": 7, "features": []}',
        "halves": re.sub(r"地|名|\\u5730|\\u540d", r"\\ud800", data.decode()).encode(),
    }


def ods(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    inside = unzipped(data)
    text = inside["content.xml"]
    cell = b'<table:table-cell office:value-type="float" office:value="1"'

    def put(content: bytes) -> bytes:
        return zipped({**inside, "content.xml": content})

    return {
        **_packed(data, around, "content.xml"),
        "entities": put(_entity(around, "office")),
        "deep": put(text.replace(b"<table:table-row>", b"<table:table-row>" * DEEP, 1)),
        "rows": put(
            text.replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1000000000">', 1)
        ),
        "columns": put(
            text.replace(b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="1000000000" ', 1)
        ),
        "span": put(text.replace(b'rows-spanned="2"', b'rows-spanned="1000000000"')),
        "cells": put(text.replace(b"<table:table-row>", b"<table:table-row>" + (cell + b"/>") * 300_000, 1)),
    }


def xls(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    def put(at: int, value: int) -> bytes:
        out = bytearray(data)
        struct.pack_into("<I", out, at, value)
        return bytes(out)

    return {
        "sectors": put(44, 2**31 - 1),
        "directory": put(48, 2**31 - 1),
        "directory-loop": put(48, 0),
        "short": put(60, 2**30),
        "far": put(68, 2**30),
        "shift": data[:30] + b"\x1f\0" + data[32:],
        "cut": data[:1024],
        "looped": data[:76] + struct.pack("<I", 0) * 109 + data[512:],
    }


def vct(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    return {
        "points": data.replace(b"\n4\r", b"\n2147483647\r")
        .replace(b"\n4\n", b"\n2147483647\n")
        .replace(b"\n5\n", b"\n2147483647\n"),
        "lines": data + b"LineBegin\n" + b"1\n" * 1_000_000,
        "long": data[:200] + b"x" * 50_000_000,
        "numbers": data.replace(b"1", b"9" * 400),
        "begins": b"HeadBegin\n" * 200_000,
        "nul": data.replace(b"\n", b"\0", 5),
    }


def sqlite(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    def put(*statements: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.sqlite"
            path.write_bytes(data)
            with closing(sqlite3.connect(path, isolation_level=None)) as base:
                base.execute("PRAGMA writable_schema = ON")
                for statement in statements:
                    base.execute(statement)
            return path.read_bytes()

    return {
        "endless": put("DROP TABLE 地块", f"CREATE VIEW 地块 AS {ENDLESS_QUERY}"),
        "endless-catalogue": put("DROP TABLE geometry_columns", f"CREATE VIEW geometry_columns AS {ENDLESS_QUERY}"),
        "load": put("DROP VIEW 图", "CREATE VIEW 图 AS SELECT load_extension('x'), readfile('/etc/passwd')"),
        "virtual": put("CREATE VIRTUAL TABLE v USING fts4(a)"),
        "checked": put("CREATE TABLE c (a CHECK (zeroblob(1000000000) IS NOT NULL))"),
        "zeros": put("UPDATE 地块 SET geom = zeroblob(200000000)"),
        "schema": put("UPDATE sqlite_master SET sql = 'CREATE TABLE x(' WHERE name = '地块'"),
        "columns": put(f"CREATE TABLE w ({', '.join(f'a{at}' for at in range(1990))})"),
        "tables": put(*(f"CREATE TABLE t{at} (a)" for at in range(3000))),
    }


def wkt(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    return {
        "deep": b"GEOMETRYCOLLECTION (" * DEEP,
        "open": b"POLYGON ((" * 1000 + b"1 1\n" * 300_000,
        "curves": b"COMPOUNDCURVE (" * 5000,
        "numbers": b"POINT (" + b"9" * 1_000_000 + b" 1)",
        "hex": b"01" + b"07000000ffffff7f" * 20_000,
        "srid": b"SRID=" + b"9" * 5000 + b";POINT (1 1)",
        "empty": b"POLYGON EMPTY\n" * 300_000,
    }


def mif(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    return {
        "region": data.replace(b"Region 1", b"Region  2147483647").replace(b"REGION 1", b"REGION 2147483647"),
        "count": data.replace(b"\n  5\r", b"\n  2147483647\r").replace(b"\n  5\n", b"\n  2147483647\n"),
        "nan": data.replace(b"438000", b"nan"),
        "columns": data.replace(b"Columns 1", b"Columns 2147483647"),
        "coordsys": data.replace(b"CoordSys", b"CoordSys " + b"1," * 200_000),
        "long": data + b"x" * 20_000_000,
        "pline": data + b"Pline multiple 2147483647\n",
    }


def gdbzip(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    inside = unzipped(data)
    tables = [name for name in inside if name.endswith(".gdbtable")]
    draw = random.Random(7)
    turned = {f"table{at}": zipped({**inside, name: mutate(inside[name], draw)}) for at, name in enumerate(tables)}
    lies = {name: inside[name][:4] + b"\xff\xff\xff\x7f" + inside[name][8:] for name in tables}
    return {**_packed(data, around, ".gdbtable"), **turned, "rows": zipped({**inside, **lies}),
            "link": linked(tables[-1], around.secret)}  # fmt: skip


def pbf(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    def blob(kind: bytes, content: bytes, size: int | None = None) -> bytes:
        packed = zlib.compress(content)
        inner = b"\x10" + _varint(len(content) if size is None else size) + b"\x1a" + _varint(len(packed)) + packed
        head = b"\x0a" + _varint(len(kind)) + kind + b"\x18" + _varint(len(inner))
        return struct.pack(">I", len(head)) + head + inner

    begin = blob(b"OSMHeader", b"")
    return {
        "bomb": begin + blob(b"OSMData", b"\0" * 100_000_000),
        "lies": begin + blob(b"OSMData", b"\0" * 1000, size=2**31 - 1),
        "negative": begin + blob(b"OSMData", b"\0" * 1000, size=2**64 - 1),
        "groups": begin + blob(b"OSMData", b"\x12\xff\xff\xff\xff\x07"),
        "strings": begin + blob(b"OSMData", b"\x0a\x02\x0a\x00" * 200_000),
        "head": struct.pack(">I", 2**31 - 1) + data[4:],
        "head-alone": data[:14],
        "deep": begin + blob(b"OSMData", b"\x12\x7f" * 200_000),
    }


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


FOREIGN_TRAPS: dict[str, Traps] = {
    ".kmz": kmz, ".gml": gml, ".gpx": gpx, ".topojson": json_like, ".esrijson": json_like, ".ods": ods, ".xls": xls,
    ".vct": vct, ".sqlite": sqlite, ".wkt": wkt, ".mif": mif, ".gdb.zip": gdbzip, ".osm.pbf": pbf,
}  # fmt: skip


def foreign_traps(data: bytes, suffix: str, around: HostileSetting, mutations: int) -> dict[str, bytes]:
    """What any format may meet, what only this one can carry, files cut short, and mutations (inside what is packed)."""
    draw = random.Random(suffix)
    made = {name: content for name, content in common_traps(data, suffix, around).items() if name != "sparse"}
    made |= {f"cut{part}": data[: len(data) * part // 10] for part in (1, 5, 9)}
    made |= FOREIGN_TRAPS[suffix](data, around) if suffix in FOREIGN_TRAPS else {}
    for at in range(mutations):
        if data.startswith(b"PK"):
            inside = unzipped(data)
            name = draw.choice([key for key in inside if inside[key]])
            made[f"m{at}"] = zipped({**inside, name: mutate(inside[name], draw)})
        else:
            made[f"m{at}"] = mutate(data, draw)
    return made
