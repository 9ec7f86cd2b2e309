"""What somebody leaves beside a plan: notes, memories, locks, journals, companions, logs, styles and waivers.

Each attack gets the plan's folder and a folder outside it that holds a secret; it plants what it wants.  Those of
``HARMLESS`` may change no verdict: what was planted is no answer.
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from exchange.corpus.hostile_files import CANARY

Attack = Callable[[Path, Path], object]
DEEP = b"[" * 1_000_000
WAIVER = '[[waiver]]\ncode = "layer-overlap"\nreason = "{0}"\nowner = "{0}"\nuntil = 2030-01-01\n'
STYLE = 'title = {{en = "x", zh = "x"}}\n{0}\n'


def write(path: Path, content: bytes | str) -> Path:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return path


def pipe(path: Path) -> None:
    """A pipe that nobody writes to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def link(path: Path, to: Path | str) -> None:
    """A link in place of what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(to)


def sparse(path: Path, size: int = 2**33, head: bytes = b"") -> None:
    """A file of that many bytes, nearly all of them holes."""
    write(path, head)
    with path.open("r+b") as stream:
        stream.truncate(size)


def journal(database: Path, outside: Path, *, master: bool) -> None:
    """A rollback journal that would bring back a page of zeros, and name a file elsewhere as its master."""
    data = database.read_bytes()
    size = struct.unpack(">H", data[16:18])[0]
    pages = len(data) // size
    page = b"\0" * size
    head = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + struct.pack(">IIIII", 1, 7, pages, 512, size)
    total = 7 + sum(page[at] for at in range(size - 200, 0, -200))
    out = head.ljust(512, b"\0") + struct.pack(">I", 2) + page + struct.pack(">I", total)
    if master:
        name = str(outside / "secret.txt").encode()
        out += struct.pack(">I", 0x40000000 // size + 1) + name
        out += struct.pack(">II", len(name), sum(name)) + b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
    database.with_name(database.name + "-journal").write_bytes(out)


def write_ahead(database: Path) -> None:
    """A write-ahead log that takes a parcel away, as a program that was killed leaves it."""
    spare = database.with_name("spare.gpkg")
    spare.write_bytes(database.read_bytes())
    with closing(sqlite3.connect(spare, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode = WAL")
        database.write_bytes(spare.read_bytes())
        triggers = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute("DELETE FROM parcels WHERE rowid = 1")
        log = spare.with_name("spare.gpkg-wal").read_bytes()
    for rest in database.parent.glob("spare.gpkg*"):
        rest.unlink()
    database.with_name(database.name + "-wal").write_bytes(log)


def run_line(**more: object) -> str:
    """A line of a run log."""
    return json.dumps({"run": 1, "when": "2025-12-31T00:00:00Z", "who": CANARY, **more}) + "\n"


HARMLESS: dict[str, Attack] = {
    "a note that moves": lambda home, out: write(
        home / ".urbanplan-tmp-x" / ".commit",
        json.dumps({"files": ["parcels.gpkg"], "remove": ["speech.txt"], "main": None}),
    ),
    "a note of nothing but depth": lambda home, out: write(home / ".urbanplan-tmp-x" / ".commit", DEEP),
    "a note that is a pipe": lambda home, out: pipe(home / ".urbanplan-tmp-x" / ".commit"),
    "a thousand notes": lambda home, out: [write(home / f".urbanplan-tmp-{at}" / ".commit", "{}") for at in range(1000)],
    "a note's folder that is a link": lambda home, out: link(home / ".urbanplan-tmp-x", out),
    "a memory": lambda home, out: write(home / ".urbanplan" / "memory.json", '{"verdicts": {"MU": {"low": 99}}}'),
    "a memory of 8 GB": lambda home, out: sparse(home / ".urbanplan" / "memory.json"),
    "a store that is a pipe": lambda home, out: pipe(home / ".urbanplan" / "store.gpkg"),
    "a network": lambda home, out: write(home / ".urbanplan" / "network-1.npz", b"PK\3\4"),
    "its own folder a link": lambda home, out: link(home / ".urbanplan", out),
    "its own folder a file": lambda home, out: write(home / ".urbanplan", "x"),
    "its own folder a pipe": lambda home, out: pipe(home / ".urbanplan"),
    "its own folder a loop": lambda home, out: link(home / ".urbanplan", ".urbanplan"),
    "a lock that is a pipe": lambda home, out: pipe(home / ".urbanplan.lock"),
    "a lock that is a link": lambda home, out: link(home / ".urbanplan.lock", out / "secret.txt"),
    "metadata that are a pipe": lambda home, out: pipe(home / "parcels.gpkg.meta.json"),
    "metadata that are a device": lambda home, out: link(home / "parcels.gpkg.meta.json", "/dev/zero"),
    "metadata of 8 GB": lambda home, out: sparse(home / "parcels.gpkg.meta.json"),
    "metadata of depth": lambda home, out: write(home / "parcels.gpkg.meta.json", DEEP),
    "metadata of another kind": lambda home, out: write(home / "parcels.gpkg.meta.json", '[{"digest": 7}]'),
    "metadata elsewhere": lambda home, out: link(home / "parcels.gpkg.meta.json", out / "secret.txt"),
    "metadata that are a folder": lambda home, out: (home / "parcels.gpkg.meta.json").mkdir(),
    "metadata of huge numbers": lambda home, out: write(home / "parcels.gpkg.meta.json", '{"digest": ' + "9" * 5000 + "}"),
    "metadata in half characters": lambda home, out: write(home / "parcels.gpkg.meta.json", '{"digest": "\ud800"}'),
    "a style of QGIS with entities": lambda home, out: write(
        home / "parcels.qml", f'<!DOCTYPE q [<!ENTITY x SYSTEM "file://{out}/secret.txt">]><qgis>&x;</qgis>'
    ),
    "indexes and projections of nothing": lambda home, out: [
        write(home / f"parcels{ending}", os.urandom(600)) for ending in (".qix", ".sbn", ".sbx", ".prj", ".cpg", ".shp.xml")
    ],
    "auxiliary files that are pipes": lambda home, out: [
        pipe(home / f"parcels.gpkg{ending}") for ending in (".aux.xml", ".msk", ".ovr")
    ],
    "a log of a run": lambda home, out: write(home / ".urbanplan" / "runs.jsonl", run_line(verdicts=[])),
    "a log of depth": lambda home, out: write(home / ".urbanplan" / "runs.jsonl", DEEP),
    "a schema for the editor": lambda home, out: pipe(home / "plan.schema.json"),
    "names that are twins": lambda home, out: [
        write(home / name, CANARY) for name in ("Parcels.GPKG", "PARCELS.gpkg", "cafe\u0301.csv", "caf\u00e9.csv")
    ],
    "names of 255 bytes, of bidi signs, reserved": lambda home, out: [
        write(home / name, CANARY) for name in ("x" * 255, "\u202egpj.exe", "CON", "nul.toml", "a\nb", "\x1b]0;x\x07", " ", "…" * 85)
    ],
    "names of no encoding": lambda home, out: write(Path(os.fsdecode(os.fsencode(home) + b"/\xff\xfe.toml")), CANARY),
    "folders in folders": lambda home, out: (home / "/".join("d" * 600)).mkdir(parents=True),
    "ten thousand files": lambda home, out: [write(home / "many" / f"{at}.toml", "") for at in range(10_000)],
}  # fmt: skip

# what is read as the plan's own word: told, refused or taken, never more
DECLARED: dict[str, Attack] = {
    "a journal": lambda home, out: journal(home / "parcels.gpkg", out, master=False),
    "a journal with a master elsewhere": lambda home, out: journal(home / "parcels.gpkg", out, master=True),
    "a journal that is a pipe": lambda home, out: pipe(home / "parcels.gpkg-journal"),
    "a journal that is a link": lambda home, out: link(home / "parcels.gpkg-journal", out / "secret.txt"),
    "a write-ahead log": lambda home, out: write_ahead(home / "parcels.gpkg"),
    "a write-ahead log that is a pipe": lambda home, out: pipe(home / "parcels.gpkg-wal"),
    "a write-ahead log elsewhere": lambda home, out: link(home / "parcels.gpkg-wal", out / "secret.txt"),
    "a write-ahead log of 8 GB": lambda home, out: sparse(home / "parcels.gpkg-wal"),
    "a write-ahead log and its index as pipes": lambda home, out: [
        pipe(home / f"parcels.gpkg{ending}") for ending in ("-wal", "-shm")
    ],
    "a type that is a pipe": lambda home, out: pipe(home / "types" / "parcels.toml"),
    "a type elsewhere": lambda home, out: link(home / "types" / "parcels.toml", out / "secret.txt"),
    "a type of depth": lambda home, out: write(home / "types" / "parcels.toml", b"a = " + DEEP),
    "a type of 8 GB": lambda home, out: sparse(home / "types" / "parcels.toml"),
    "a type of a huge number": lambda home, out: write(
        home / "types" / "parcels.toml", f'title = {{en = "x", zh = "x"}}\ngeometry = "polygon"\n[fields.a]\ntype = "integer"\nminimum = {"9" * 5000}\n'
    ),
    "a type of a hundred thousand fields": lambda home, out: write(
        home / "types" / "parcels.toml",
        'title = {en = "x", zh = "x"}\ngeometry = "polygon"\n' + "".join(f'[fields.a{at}]\ntype = "string"\n' for at in range(100_000)),
    ),
    "a type with a slow pattern": lambda home, out: write(
        home / "types" / "parcels.toml", 'title = {en = "x", zh = "x"}\ngeometry = "polygon"\n[fields.name]\ntype = "string"\npattern = "^(a+)+$"\n'
    ),
    "a plan in UTF-16": lambda home, out: write(
        home / "plan.toml", (home / "plan.toml").read_text().encode("utf-16")
    ),
    "a plan with a zero": lambda home, out: write(home / "plan.toml", (home / "plan.toml").read_bytes() + b"\n# \0"),
    "a plan of 8 GB": lambda home, out: sparse(home / "plan.toml", head=b'id = "x"\n'),
    "a plan of a hundred thousand keys": lambda home, out: write(
        home / "plan.toml", "".join(f"k{at} = {at}\n" for at in range(100_000)) + (home / "plan.toml").read_text()
    ),
    "a plan of huge numbers": lambda home, out: write(
        home / "plan.toml", (home / "plan.toml").read_text().replace("number = 2,", f"number = {'9' * 5000},")
    ),
    "a plan of infinite numbers": lambda home, out: write(
        home / "plan.toml", (home / "plan.toml").read_text().replace("number = 2,", "number = inf,")
    ),
    "a plan of the year 9999": lambda home, out: write(
        home / "plan.toml", (home / "plan.toml").read_text().replace("2025-12-31", "9999-12-31")
    ),
    "a plan of half characters": lambda home, out: write(
        home / "plan.toml", (home / "plan.toml").read_text().replace("two parcels", "\ud800")
    ),
    "a plan whose title acts": lambda home, out: write(
        home / "plan.toml", (home / "plan.toml").read_text().replace('"Small"', '"\\u202e\\u001b]0;x\\u0007<script>x</script>"')
    ),
    "a plan in a circle": lambda home, out: write(
        home / "plan.toml", 'include = ["plan.toml", "*.toml", "**/*.toml"]\n' + (home / "plan.toml").read_text()
    ),
    "a plan that is a pipe": lambda home, out: pipe(home / "plan.toml"),
    "a plan elsewhere": lambda home, out: link(home / "plan.toml", out / "secret.txt"),
    "reported values of one huge cell": lambda home, out: write(
        home / "reported.csv", "target,value,unit,source,date\nGROWTH,7," + "x" * 20_000_000 + ",s,2025-12-20\n"
    ),
    "reported values that are no numbers": lambda home, out: write(
        home / "reported.csv",
        "target,value,unit,source,date\n"
        + "".join(f"GROWTH,{text},%,s,2025-12-20\n" for text in ("nan", "inf", "1e999", "9" * 5000, "\u0661", "=1+1", "0x7")),
    ),
    "reported values that act": lambda home, out: write(
        home / "reported.csv", "target,value,unit,source,date\nGROWTH,7,%,\x1b]0;x\x07=HYPERLINK(1)\u202e,2025-12-20\n"
    ),
    "a million reported values": lambda home, out: write(
        home / "reported.csv", "target,value,unit,source,date\n" + "GROWTH,7,%,s,2025-12-20\n" * 1_000_000
    ),
    "reported values that are a pipe": lambda home, out: pipe(home / "reported.csv"),
    "a source that is a pipe": lambda home, out: pipe(home / "speech.txt"),
    "a source of 8 GB": lambda home, out: sparse(home / "speech.txt"),
    "a source that is a device": lambda home, out: link(home / "speech.txt", "/dev/zero"),
    "waivers that are a pipe": lambda home, out: pipe(home / "waivers.toml"),
    "waivers elsewhere": lambda home, out: link(home / "waivers.toml", out / "secret.txt"),
    "waivers that act": lambda home, out: write(home / "waivers.toml", WAIVER.format("\\u001b]0;x\\u0007<script>")),
    "a hundred thousand waivers": lambda home, out: write(home / "waivers.toml", WAIVER.format("x") * 100_000),
    "a style that is a pipe": lambda home, out: pipe(home / "maps" / "styles" / "parcels.toml"),
    "a style elsewhere": lambda home, out: link(home / "maps" / "styles" / "parcels.toml", out / "secret.txt"),
    "a style that asks elsewhere": lambda home, out: write(
        home / "maps" / "styles" / "parcels.toml", STYLE.format('fill = "url(https://example.invalid/x)"')
    ),
    "a style of depth": lambda home, out: write(home / "maps" / "styles" / "parcels.toml", b"a = " + DEEP),
    "a style that acts": lambda home, out: write(
        home / "maps" / "styles" / "parcels.toml", STYLE.format('label = "{{ cycler.__init__.__globals__ }}</script>"')
    ),
    "a map that is a pipe": lambda home, out: pipe(home / "maps" / "overview.toml"),
    "a map elsewhere": lambda home, out: link(home / "maps" / "overview.toml", out / "secret.txt"),
    "a map of depth": lambda home, out: write(home / "maps" / "overview.toml", b"a = " + DEEP),
    "a map whose title acts": lambda home, out: write(
        home / "maps" / "overview.toml", 'title = {en = "</script><script>window.pwned=1</script>", zh = "x"}\nlayers = ["parcels"]\n'
    ),
    "titles of columns elsewhere": lambda home, out: link(home / "maps" / "columns" / "results.toml", out / "secret.txt"),
    "words of its own as a pipe": lambda home, out: pipe(home / "maps" / "words.toml"),
    "intake pins that are a pipe": lambda home, out: pipe(home / "intake.toml"),
}  # fmt: skip
