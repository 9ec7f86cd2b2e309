"""F7: pages and bits of a GeoPackage turned over: refused or right, never a wrong number."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from exchange.corpus.child import run_forked
from exchange.corpus.statistics_table import Figures

PAGE = 4096


def corrupt(data: bytes, draw: random.Random) -> bytes:
    """A database with one thing wrong: a bit, or a page zeroed, swapped, doubled, noisy, old, or missing."""
    out = bytearray(data)
    pages = len(out) // PAGE
    a, b = (draw.randrange(1, pages) * PAGE for _ in range(2))
    match draw.randrange(8):
        case 0 | 1:
            out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)
        case 2:
            out[a : a + PAGE] = b"\0" * PAGE
        case 3:
            out[a : a + PAGE], out[b : b + PAGE] = out[b : b + PAGE], out[a : a + PAGE]
        case 4:
            out[a : a + PAGE] = out[b : b + PAGE]
        case 5:
            out[a : a + PAGE] = draw.randbytes(PAGE)
        case 6:
            del out[a:]
        case _:
            at = a + draw.randrange(12)  # the head of a page: its kind, its cells
            out[at] = draw.randrange(256)
    return bytes(out) if bytes(out) != data else bytes(out[:-PAGE])


def frame() -> Any:
    """Enough rows for many pages."""
    import pandas as pd
    from exchange.sample_frames import parcels

    made = pd.concat([parcels()] * 60, ignore_index=True)
    made["id"] = [f"GX-{at:04}" for at in range(len(made))]
    return made


def run(count: int) -> Figures:
    """A third each: a file of urbanplan's with its metadata, a foreign file without, and the store."""
    figures = Figures("F7", "page and bit flips in a GeoPackage")
    with tempfile.TemporaryDirectory() as folder:
        for at, (kind, make, judge) in enumerate(KINDS):
            home = Path(folder) / kind
            home.mkdir()
            assert run_forked(lambda make=make, home=home: make(home)).code == 0
            path = next(home.rglob("*.gpkg"))
            data, draw = path.read_bytes(), random.Random(kind)
            share = count // len(KINDS) + (at < count % len(KINDS))
            for turn in range(share):
                path.write_bytes(corrupt(data, draw))
                ended = run_forked(lambda home=home, judge=judge: print(f"\nanswer {judge(home)}"))
                slips = [slip for slip in ended.slips if not slip.startswith("exit")]
                slips += [f"a wrong number: {ended.err[-800:]}"] if ended.code else []
                figures.take(f"{kind} {turn}", ended.out.rpartition("answer ")[2].strip() or "wrong", slips, ended)
    return figures


def _make_sealed(home: Path) -> int:
    from urbanplan.exchange import write

    write(frame(), home / "a.gpkg")
    return 0


def _make_foreign(home: Path) -> int:
    from urbanplan.exchange import read, write

    _make_sealed(home)
    (home / "a.gpkg.meta.json").unlink()
    with closing(sqlite3.connect(home / "a.gpkg")) as base, base:
        base.execute("UPDATE gpkg_contents SET last_change = '2024-05-05T08:00:00.000Z'")
    write(read(home / "a.gpkg").frame, home / "truth.parquet")
    return 0


def _make_store(home: Path) -> int:
    from urbanplan.exchange import write
    from urbanplan.store import cache

    cache.MIN_STORED_BYTES = 0
    write(frame(), home / "a.geojson")
    store = cache.open_store(home / ".urbanplan")
    store.read(home / "a.geojson")
    return not store.keep()


def _judge_sealed(home: Path) -> str:
    from exchange.sample_frames import differences

    from urbanplan.errors import UrbanplanError
    from urbanplan.exchange import read

    try:
        found = read(home / "a.gpkg")
    except UrbanplanError as error:
        return "refused" if error.fix else "refused without repair"
    told = differences(frame(), found.frame)
    assert told == [], told
    return "right"


def _judge_foreign(home: Path) -> str:
    """Nothing seals a foreign file: its rows must all be there and its shapes be what its own bytes say."""
    from exchange.corpus.judge import READERS, _compare_rows, rows_of
    from exchange.sample_frames import differences

    from urbanplan.errors import UrbanplanError
    from urbanplan.exchange import read

    try:
        found = read(home / "a.gpkg")
    except UrbanplanError as error:
        return "refused" if error.fix else "refused without repair"
    if differences(read(home / "truth.parquet").frame, found.frame) == []:
        return "right"
    said = _compare_rows(rows_of(found.frame), READERS[".gpkg"](home / "a.gpkg"))
    assert said == "as another reader", said[:600]
    assert len(found.frame) + len(found.refused) == 180, (len(found.frame), len(found.refused))
    return "what its bytes say"


def _judge_store(home: Path) -> str:
    from exchange.sample_frames import differences

    from urbanplan.store import cache

    cache.MIN_STORED_BYTES = 0
    store = cache.open_store(home / ".urbanplan")
    told = differences(frame(), store.read(home / "a.geojson").frame, metres=0.02)
    assert told == [], told
    return "right"


KINDS = (
    ("sealed", _make_sealed, _judge_sealed),
    ("foreign", _make_foreign, _judge_foreign),
    ("store", _make_store, _judge_store),
)
