"""Tables and layers as people and programs write them, by kind: workbooks, CSV, KML, GeoParquet, faces, ids, blobs."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import struct
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from exchange.corpus.kinds import EAST, NORTH, Kind, Variant, corners, words, workbook

PIN = {"crs": "EPSG:4547"}
_KML = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>{}</Document></kml>'
_POINT = "<Point><coordinates>{},34</coordinates></Point>"


def merged(draw: random.Random) -> Variant:
    """Merged cells of the body count in each of their rows."""
    count, name = draw.randint(2, 6), words(draw)
    rows = [[name if at == 0 else None, f"p{at}", at + 1] for at in range(count)]
    data = workbook(["区", "id", "n"], *rows, change=lambda sheet: sheet.merge_cells(f"A2:A{count + 1}"))
    return Variant({".xlsx": data}, count, values={"区": [name] * count, "n": list(range(1, count + 1))})


def totals(draw: random.Random) -> Variant:
    count, word = draw.randint(2, 8), draw.choice(("合计", "总计", "小计", "Total"))
    rows = [[f"p{at}", at] for at in range(count)]
    data = workbook(["id", "n"], *rows, [word, sum(range(count))])
    return Variant({".xlsx": data}, count, values={"n": list(range(count))}, told="rows of totals")


def units(draw: random.Random) -> Variant:
    """A row of units below the names, with dashes or nothing where a column has none."""
    none, count = draw.choice((None, "—", "/")), draw.randint(2, 6)
    row = [none, draw.choice(("公顷", "（亩）", "平方米")), draw.choice(("户", "—"))]
    row = row if sum(cell is not None for cell in row) > 1 else [None, "（公顷）", None]
    data = workbook(["id", "面积", "户数"], row, *([f"p{at}", at + 0.5, at] for at in range(count)))
    values = {"面积": [at + 0.5 for at in range(count)], "户数": list(range(count))}
    return Variant({".xlsx": data}, count, values=values, told="row 2 holds units")


def mixed(draw: random.Random) -> Variant:
    """Numbers and texts of one column are texts without quote marks."""
    values = [draw.randint(1, 99), f"B-{draw.randint(1, 9)}", draw.randint(100, 999)]
    data = workbook(["id"], *([value] for value in values))
    return Variant({".xlsx": data}, 3, values={"id": [str(value) for value in values]}, told="id")


def apostrophes(draw: random.Random) -> Variant:
    """What looks like a formula and is none keeps its value."""
    text = draw.choice(("=", "+", "-", "@")) + words(draw)

    def change(sheet: Any) -> None:
        sheet["A2"].data_type, sheet["A2"].quotePrefix = "s", True

    return Variant({".xlsx": workbook(["id", "n"], [text, 1], change=change)}, 1, values={"id": [text]})


def hidden_rows(draw: random.Random) -> Variant:
    count = draw.randint(3, 9)
    gone = draw.randint(2, count + 1)

    def change(sheet: Any) -> None:
        sheet.row_dimensions[gone].hidden = True

    data = workbook(["id", "n"], *([f"p{at}", at] for at in range(count)), change=change)
    return Variant({".xlsx": data}, count, told=f"1 rows are hidden in the sheet and are read all the same: {gone}")


def numbers(draw: random.Random) -> Variant:
    """Numbers with marks of thousands or in full width."""
    given = [draw.randint(1_000, 9_999_999) for _ in range(3)]
    full = str.maketrans("0123456789", "０１２３４５６７８９")
    cells = [f'"{value:,}"' if draw.random() < 0.5 else str(value).translate(full) for value in given]
    text = "id,n\n" + "\n".join(f"p{at},{cell}" for at, cell in enumerate(cells))
    return Variant({".csv": text.encode()}, 3, values={"n": given}, told="numbers as texts")


def days(draw: random.Random) -> Variant:
    """A day in the common spellings."""
    given = [(draw.randint(1990, 2030), draw.randint(1, 12), draw.randint(1, 28)) for _ in range(3)]
    form = draw.choice(("{}年{}月{}日", "{}/{}/{}", "{}.{}.{}"))
    text = "id,d\n" + "\n".join(f"p{at},{form.format(*day)}" for at, day in enumerate(given))
    wanted = [f"{year}-{month:02d}-{day:02d}" for year, month, day in given]
    return Variant({".csv": text.encode()}, 3, values={"d": wanted})


def wide_csv(draw: random.Random) -> Variant:
    """UTF-16, divided by tabs, commas or semicolons."""
    mark, texts = draw.choice("\t,;"), [words(draw) for _ in range(4)]
    text = mark.join(("id", "名称")) + "\r\n" + "".join(f"p{at}{mark}{one}\r\n" for at, one in enumerate(texts))
    return Variant({".csv": text.encode("utf-16")}, 4, values={"名称": texts})


def shape_column(draw: random.Random) -> Variant:
    """A text column Shape, as ArcGIS writes it, is no WKT."""
    word = draw.choice(("Polygon", "Point", "Polyline ZM", "多边形"))
    return Variant({".csv": f"OBJECTID,Shape,n\n1,{word},5\n2,{word},6\n".encode()}, 2, values={"Shape": [word] * 2})


def equal_names(draw: random.Random) -> Variant:
    count = draw.randint(2, 5)
    text = ",".join(["a"] * count) + "\n" + ",".join(map(str, range(count))) + "\n"
    values = {"a" if at == 0 else f"a_{at + 1}": [at] for at in range(count)}
    return Variant({".csv": text.encode()}, 1, values=values, told="several columns are called 'a'")


def head_alone(draw: random.Random) -> Variant:
    return Variant({".csv": draw.choice((b"id,name", b"id,name\n", "编号,名称".encode("gbk")))}, 0)


def folders(draw: random.Random) -> Variant:
    """Nested folders of a KML are a column."""
    one, two = words(draw), words(draw, 1)
    mark = f"<Placemark>{_POINT.format(114)}</Placemark>"
    body = f"<Folder><name>{one}</name>{mark}<Folder><name>{two}</name>{mark}</Folder></Folder>"
    code = draw.choice(("UTF-8", "GBK", "UTF-16"))
    text = _KML.format(body).replace('"1.0"', f'"1.0" encoding="{code}"', 1)
    return Variant({".kml": text.encode(code)}, 2, values={"folder": [one, f"{one}/{two}"]})


def passed_over(draw: random.Random) -> Variant:
    kind = draw.choice(("NetworkLink", "GroundOverlay", "ScreenOverlay"))
    body = f"<Placemark>{_POINT.format(114)}</Placemark><{kind}><name>x</name></{kind}>"
    return Variant({".kml": _KML.format(body).encode()}, 1, lost=kind)


def track(draw: random.Random) -> Variant:
    count = draw.randint(2, 9)
    moments = "".join(f"<when>2025-01-01T00:00:{at:02d}Z</when>" for at in range(count))
    places = "".join(f"<gx:coord>{114 + at / 100} 34 0</gx:coord>" for at in range(count))
    body = f"<Placemark><gx:Track>{moments}{places}</gx:Track></Placemark>"
    lost = f"{count - 2} moments of tracks" if count > 2 else ""
    return Variant({".kml": _KML.format(body).encode()}, 1, lost=lost)


def fourth_number(draw: random.Random) -> Variant:
    where = [113 + draw.random(), 34 + draw.random(), 5.0, 7.0]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": where}}
    return Variant({".geojson": json.dumps(feature).encode()}, 1, lost="a fourth number")


def mixed_ids(draw: random.Random) -> Variant:
    ids = [draw.randint(1, 99), f"B-{draw.randint(1, 9)}"]
    point = {"type": "Point", "coordinates": [113.5, 34.5]}
    features = [{"type": "Feature", "id": one, "properties": {"a": 1}, "geometry": point} for one in ids]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return Variant({".geojson": data}, 2, values={"id": [str(one) for one in ids]})


def covering(draw: random.Random) -> Variant:
    """The covering column of a GeoParquet is no attribute; the other encodings of shapes are read."""
    import geopandas as gpd
    import shapely

    points, area = corners(draw)
    count = draw.randint(1, 4)
    frame = gpd.GeoDataFrame(
        {"id": [f"p{at}" for at in range(count)]}, geometry=[shapely.Polygon(points)] * count, crs=4547
    )
    more: dict[str, Any] = draw.choice(({"write_covering_bbox": True}, {"geometry_encoding": "geoarrow"}, {}))
    with io.BytesIO() as held:
        frame.to_parquet(held, **more)
        return Variant(
            {".parquet": held.getvalue()}, count, area=area * count, values={"bbox": [], "id": list(frame["id"])}
        )


def faces(draw: random.Random) -> Variant:
    """A multipatch of triangles: polygons with heights."""
    x, y, high = EAST, NORTH, draw.uniform(0, 90)
    count = draw.randint(1, 5)
    points = [(x + 20 * at + a, y + b) for at in range(count) for a, b in ((0, 0), (10, 0), (0, 10))]
    record = struct.pack("<i4d2i", 31, x, y, x + 20 * count, y + 10, count, 3 * count)
    record += struct.pack(f"<{2 * count}i", *range(0, 3 * count, 3), *[0] * count)
    record += b"".join(struct.pack("<2d", *point) for point in points)
    record += struct.pack(f"<{2 + 3 * count}d", high, high, *[high] * (3 * count))
    size = len(record) // 2

    def whole(data: bytes) -> bytes:
        return (
            struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(data)) // 2)
            + struct.pack("<2i8d", 1000, 31, *[0] * 8)
            + data
        )

    files = {".shp": whole(struct.pack(">2i", 1, size) + record), ".shx": whole(struct.pack(">2i", 50, size))}
    return Variant(files, 1, PIN, area=50.0 * count, told="multipatch")


def bad_blob(draw: random.Random) -> Variant:
    """A shape of a GeoPackage that cannot be read takes its row alone."""
    from exchange.corpus.valid_files import write_valid_file

    with tempfile.TemporaryDirectory() as folder:
        path = write_valid_file(Path(folder), ".gpkg", metadata=False)
        with closing(sqlite3.connect(path, isolation_level=None)) as base:
            (table,) = base.execute("SELECT table_name FROM gpkg_geometry_columns").fetchone()
            base.execute("PRAGMA writable_schema = ON")
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                base.execute(f'DROP TRIGGER "{name}"')
            (column,) = base.execute("SELECT column_name FROM gpkg_geometry_columns").fetchone()
            blob = draw.choice((b"GP\0\1\0\0\0\0" + b"\1\3\0\0\0\xff\xff\xff\x7f", b"x", draw.randbytes(60)))
            base.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = 2', (blob,))
        return Variant({".gpkg": path.read_bytes()}, 2, refused=1)


TABLES: dict[str, Kind] = {
    "merged cells": merged, "rows of totals": totals, "a row of units": units, "numbers and texts in a column": mixed,
    "texts like formulas": apostrophes, "hidden rows": hidden_rows, "numbers in full width": numbers,
    "days": days, "UTF-16": wide_csv, "a column Shape": shape_column, "columns of one name": equal_names,
    "names without rows": head_alone, "folders of a KML": folders, "what a KML holds besides": passed_over,
    "a track": track, "a fourth number": fourth_number, "ids of two kinds": mixed_ids, "GeoParquet": covering,
    "faces": faces, "a blob that is no shape": bad_blob,
}  # fmt: skip
