"""What somebody mails: folders for intake, layers whose companions or insides act, workbooks that reach elsewhere.

Each attack gets a folder to fill and one outside it with a secret, and returns the file that the commands are given.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from exchange.corpus.hostile_files import CANARY
from exchange.corpus.planted_state import DEEP, link, pipe, sparse, write
from exchange.corpus.traps_database import ENDLESS_QUERY
from exchange.corpus.traps_foreign import linked, unzipped, zipped
from exchange.corpus.valid_files import write_valid_file

Attack = Callable[[Path, Path], Path]


def shapefile(home: Path) -> Path:
    """A good shapefile."""
    return write_valid_file(home, ".shp", metadata=False)


def _beside(change: Callable[[Path, Path], object]) -> Attack:
    def attack(home: Path, out: Path) -> Path:
        path = shapefile(home)
        change(path, out)
        return path

    return attack


def database(*statements: str) -> Attack:
    """A GeoPackage after these statements, run with its schema writable."""

    def attack(home: Path, out: Path) -> Path:
        path = write_valid_file(home, ".gpkg", metadata=False)
        with closing(sqlite3.connect(path, isolation_level=None)) as base:
            base.execute("PRAGMA writable_schema = ON")
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                base.execute(f'DROP TRIGGER "{name}"')
            for statement in statements:
                base.execute(statement.replace("{out}", str(out)))
        return path

    return attack


def workbook(change: Callable[[dict[str, bytes], Path], dict[str, bytes]]) -> Attack:
    """An XLSX whose parts are changed."""

    def attack(home: Path, out: Path) -> Path:
        path = write_valid_file(home, ".xlsx", metadata=False)
        path.write_bytes(zipped(change(unzipped(path.read_bytes()), out)))  # pyright: ignore[reportArgumentType]
        return path

    return attack


def _sheet(parts: dict[str, bytes]) -> str:
    return next(name for name in parts if name.startswith("xl/worksheets/sheet"))


def _put(parts: dict[str, bytes], old: bytes, new: bytes) -> dict[str, bytes]:
    name = _sheet(parts)
    assert old in parts[name], (old, parts[name][:500])
    return {**parts, name: parts[name].replace(old, new, 1)}


def _folder(fill: Callable[[Path, Path], object]) -> Attack:
    """A folder to take in: a good layer, and what the attack adds."""

    def attack(home: Path, out: Path) -> Path:
        folder = home / "raw"
        folder.mkdir()
        write_valid_file(folder, ".geojson", stem="parcels", metadata=False)
        fill(folder, out)
        return folder

    return attack


def _nest_zips(folder: Path, out: Path) -> None:
    data = (folder / "parcels.geojson").read_bytes()
    for _ in range(30):
        data = zipped({"inner.zip": data})
    write(folder / "nested.zip", data)


def _twin_layers(folder: Path, out: Path) -> None:
    for name in ("Parcels.geojson", "PARCELS.geojson", "parcels .geojson", "parcels..geojson", "ｐarcels.geojson"):
        write(folder / name, (folder / "parcels.geojson").read_bytes())


_GOOD_SHAPE = (".shx", ".dbf", ".prj", ".cpg")
COMPANIONS: dict[str, Attack] = {
    **{f"a {ending} that is a pipe": _beside(lambda path, out, ending=ending: pipe(path.with_suffix(ending))) for ending in (*_GOOD_SHAPE, ".qix", ".sbn", ".shp.xml")},
    **{f"a {ending} that is a link elsewhere": _beside(lambda path, out, ending=ending: link(path.with_suffix(ending), out / "secret.txt")) for ending in (*_GOOD_SHAPE, ".qix")},
    **{f"a {ending} that leads to nothing": _beside(lambda path, out, ending=ending: link(path.with_suffix(ending), "gone")) for ending in _GOOD_SHAPE},
    **{f"a {ending} of 8 GB": _beside(lambda path, out, ending=ending: sparse(path.with_suffix(ending), head=path.with_suffix(ending).read_bytes())) for ending in (".prj", ".cpg", ".shx")},
    "a .cpg that names no codec of texts": _beside(lambda path, out: write(path.with_suffix(".cpg"), "zlib_codec")),
    "a .cpg that names a module": _beside(lambda path, out: write(path.with_suffix(".cpg"), "../../os\0rot13")),
    "a .prj of depth": _beside(lambda path, out: write(path.with_suffix(".prj"), b"PROJCS[" * 14_000)),
    "a .prj that asks for a file": _beside(lambda path, out: write(path.with_suffix(".prj"), f"+proj=longlat +nadgrids={out}/secret.txt +init=file:{out}/secret.txt")),
    "a .prj that is an address": _beside(lambda path, out: write(path.with_suffix(".prj"), "http://127.0.0.1:9/x.prj")),
    "names of depth": _beside(lambda path, out: write(path.with_suffix(".names.json"), DEEP)),
    "names of 8 GB": _beside(lambda path, out: sparse(path.with_suffix(".names.json"))),
    "names that act": _beside(lambda path, out: write(path.with_suffix(".names.json"), '{"id": "=1+1\\u001b]0;x\\u0007", "name": "id"}')),
    "names that are pipes": _beside(lambda path, out: pipe(path.with_suffix(".names.json"))),
    "companions in two cases": _beside(lambda path, out: [write(path.with_suffix(ending.upper()), b"\0" * 99) for ending in _GOOD_SHAPE]),
}  # fmt: skip

DATABASES: dict[str, Attack] = {
    "a trigger": database("CREATE TRIGGER t AFTER INSERT ON gpkg_contents BEGIN SELECT load_extension('x'); END"),
    "a view with a function": database("CREATE VIEW v AS SELECT load_extension('x'), writefile('{out}/made', 'x')"),
    "an endless view in the catalogue": database("DROP TABLE gpkg_extensions", f"CREATE VIEW gpkg_extensions AS {ENDLESS_QUERY}"),
    "an endless list of columns": database("DROP TABLE IF EXISTS gpkg_data_columns", f"CREATE VIEW gpkg_data_columns AS {ENDLESS_QUERY}"),
    "an endless list of systems": database("DROP TABLE gpkg_spatial_ref_sys", f"CREATE VIEW gpkg_spatial_ref_sys AS {ENDLESS_QUERY}"),
    "an endless list of geometry columns": database("DROP TABLE gpkg_geometry_columns", f"CREATE VIEW gpkg_geometry_columns AS {ENDLESS_QUERY}"),
    "an endless generated column": database("ALTER TABLE good ADD COLUMN g AS (printf('%.*c', 500000000, 'x'))"),
    "a check that works long": database("CREATE TABLE c (a CHECK (length(randomblob(900000000)) > 1))"),
    "texts of 20 MB": database("ALTER TABLE good ADD COLUMN d TEXT", "UPDATE good SET d = printf('%.*c', 20000000, 'x')"),
    "a hundred thousand texts in a row": database(*(f"ALTER TABLE good ADD COLUMN a{at} TEXT" for at in range(1500))),
    "three thousand layers": database(
        "CREATE TABLE other (fid INTEGER PRIMARY KEY, a)",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000) "
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) SELECT 'other' || x, 'attributes', 'o' || x FROM n",
    ),
    "names that act": database("ALTER TABLE good RENAME TO \"a'; DROP TABLE x; --\x1b]0;x\x07\"", "UPDATE gpkg_contents SET table_name = 'a''; DROP TABLE x; --' || char(27) || ']0;x' || char(7)", "UPDATE gpkg_geometry_columns SET table_name = (SELECT table_name FROM gpkg_contents)"),
    "a style of QGIS that reaches elsewhere": database("CREATE TABLE layer_styles (f_table_name TEXT, styleQML TEXT)", "INSERT INTO layer_styles VALUES ('good', '<!DOCTYPE q [<!ENTITY x SYSTEM \"file://{out}/secret.txt\">]><qgis>&x;</qgis>')"),
    "a system of depth": database("UPDATE gpkg_spatial_ref_sys SET definition = replace(printf('%.*c', 200000, 'x'), 'x', 'PROJCS[')"),
    "a system that asks for a file": database("UPDATE gpkg_spatial_ref_sys SET organization = 'file', definition = '+proj=longlat +nadgrids={out}/secret.txt'"),
    "a catalogue in a circle": database("UPDATE sqlite_master SET rootpage = 1 WHERE name = 'good'"),
    "a page size of nothing": database("PRAGMA user_version = -1", "PRAGMA application_id = 0"),
}  # fmt: skip

EXTERNAL = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="http://127.0.0.1:9/x.xlsx" TargetMode="External"/></Relationships>'  # fmt: skip
WORKBOOKS: dict[str, Attack] = {
    "entities": workbook(lambda parts, out: {**parts, _sheet(parts): f'<!DOCTYPE x [<!ENTITY x SYSTEM "file://{out}/secret.txt">]><worksheet>&x;</worksheet>'.encode()}),
    "texts without an end": workbook(lambda parts, out: {**parts, "xl/sharedStrings.xml": b" " * 300_000_000}),
    "a link to another book": workbook(lambda parts, out: {**parts, "xl/externalLinks/_rels/externalLink1.xml.rels": EXTERNAL.encode()}),
    "a size that lies": workbook(lambda parts, out: _put(parts, b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')),
    "a row a million below": workbook(lambda parts, out: _put(parts, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')),
    "rows beyond the last": workbook(lambda parts, out: _put(parts, b"</sheetData>", b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>')),
    "merged cells without an end": workbook(lambda parts, out: _put(parts, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
    "a hundred thousand merged cells": workbook(lambda parts, out: _put(parts, b"</sheetData>", b"</sheetData><mergeCells>" + b"".join(b'<mergeCell ref="A%d:B%d"/>' % (at, at) for at in range(1, 100_000)) + b"</mergeCells>")),
    "a formula that reaches elsewhere": workbook(lambda parts, out: _put(parts, b"<sheetData>", f"<sheetData><row r=\"900\"><c r=\"A900\"><f>WEBSERVICE('file://{out}/secret.txt')</f></c></row>".encode())),
    "depth": workbook(lambda parts, out: _put(parts, b"<sheetData>", b"<sheetData>" + b"<row>" * 100_000)),
    "a number of many digits": workbook(lambda parts, out: _put(parts, b"<sheetData>", b'<sheetData><row r="900"><c r="A900"><v>' + b"9" * 100_000 + b"</v></c></row>")),
    "a sheet that is a link": lambda home, out: write(home / "a.xlsx", linked("xl/workbook.xml", out / "secret.txt")),
    "two parts of one name": workbook(lambda parts, out: {**parts, "XL/WORKBOOK.XML": b"<a/>", "xl//workbook.xml": b"<a/>"}),
}  # fmt: skip

FOLDERS: dict[str, Attack] = {
    "a link out": _folder(lambda raw, out: link(raw / "secret.geojson", out / "secret.geojson")),
    "a folder's link out": _folder(lambda raw, out: link(raw / "more", out)),
    "a link to itself": _folder(lambda raw, out: link(raw / "more", raw)),
    "a link to the root": _folder(lambda raw, out: link(raw / "more", "/")),
    "a pipe": _folder(lambda raw, out: pipe(raw / "roads.geojson")),
    "a pipe among documents": _folder(lambda raw, out: pipe(raw / "report.docx")),
    "a device": _folder(lambda raw, out: link(raw / "roads.geojson", "/dev/zero")),
    "a file of 8 GB": _folder(lambda raw, out: sparse(raw / "roads.csv", head=b"id,x,y\n")),
    "zips in zips": _folder(_nest_zips),
    "a zip that unpacks without an end": _folder(lambda raw, out: write(raw / "a.zip", zipped({f"{at}.geojson": b" " * 100_000_000 for at in range(8)}))),
    "a zip of a link": _folder(lambda raw, out: write(raw / "a.zip", linked("roads.geojson", out / "secret.geojson"))),
    "a zip that leads out": _folder(lambda raw, out: write(raw / "a.zip", zipped({"../../elsewhere/made.geojson": (raw / "parcels.geojson").read_bytes(), "..\\..\\made.geojson": b"{}", "/tmp/made.geojson": b"{}"}))),
    "a zip of ten thousand files": _folder(lambda raw, out: write(raw / "a.zip", zipped({f"{at}.geojson": b"{}" for at in range(10_000)}))),
    "names that are twins": _folder(_twin_layers),
    "names of 255 bytes": _folder(lambda raw, out: write(raw / ("x" * 247 + ".geojson"), (raw / "parcels.geojson").read_bytes())),
    "names that act": _folder(lambda raw, out: [write(raw / name, (raw / "parcels.geojson").read_bytes()) for name in ("\x1b]0;x\x07.geojson", "\u202enosjoeg.geojson", "CON.geojson", "a\nb.geojson", '"]\n[[layer]].geojson', "-o.geojson", "$(id).geojson", "{{7*7}}.geojson")]),
    "names of no encoding": _folder(lambda raw, out: write(Path(os.fsdecode(os.fsencode(raw) + b"/\xff\xfe.geojson")), (raw / "parcels.geojson").read_bytes())),
    "a thousand empty layers": _folder(lambda raw, out: [write(raw / f"{at}.geojson", "{}") for at in range(1_000)]),
    "folders in folders": _folder(lambda raw, out: (raw / "/".join("d" * 600)).mkdir(parents=True)),
    "a plan of its own": _folder(lambda raw, out: [write(raw / "plan.toml", 'include = ["../../elsewhere/*.toml"]\n'), write(raw / "intake.toml", DEEP)]),
    "a folder that may not be read": _folder(lambda raw, out: (raw / "shut").mkdir(mode=0)),
}  # fmt: skip

ATTACKS: dict[str, Attack] = {**COMPANIONS, **DATABASES, **{f"a workbook: {name}": attack for name, attack in WORKBOOKS.items()},
                              **{f"intake: {name}": attack for name, attack in FOLDERS.items()}}  # fmt: skip
SECRET = f'{{"type": "Feature", "properties": {{"id": "{CANARY}"}}, "geometry": {{"type": "Point", "coordinates": [113, 34]}}}}'
