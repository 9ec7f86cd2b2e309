"""Mutated files of every format and mutated filters, read in child processes: none may end one by a signal.

    python tests/exchange/corpus/fuzz.py --minutes 10 --seed 1

Prints how many were tried and each that ended a child; exit 1 where there is one.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[3]), str(Path(__file__).parents[2])]

from exchange.corpus.traps_foreign import unzipped, zipped  # noqa: E402

FORMATS = ("geojson", "gpkg", "parquet", "fgb", "kml", "csv", "xlsx", "shp", "dxf", "txt")
PARTS = {".shp": (".shx", ".dbf", ".prj", ".cpg"), ".tab": (".dat", ".map", ".id")}  # files that are one with another
PACKED = (".gdb.zip", ".kmz", ".ods", ".xlsx")  # mutated inside half of the time, so that their sums are right
FILTERS = (
    "stage = '建成' AND spaces > 10",
    "NOT (a LIKE '%x_%' OR a IN (1, 2.5, 'b'))",
    "announced_mu BETWEEN -(1 + 2) * 3 AND 7 / 2",
    "CASEI(name) = CASEI('A') AND opened >= DATE('2025-12-31') OR b IS NOT NULL",
)
PIECES = (
    "(",
    ")",
    "NOT ",
    "-",
    "+",
    "1/0",
    "'",
    '"',
    "%",
    "NULL",
    " AND ",
    "[]",
    "{",
    "9" * 30,
    "\0",
    "EMPTY",
    "null",
    "[[]]",
)
BATCH, SECONDS = 40, 120


def mutate(data: bytes, dice: random.Random) -> bytes:
    """One to four places turned, cut, doubled, or with a telling piece put in."""
    made = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(made) + 1)
        width = dice.choice((1, 1, 2, 4, 16, 256))
        match dice.randrange(5):
            case 0 if at < len(made):
                made[at] ^= 1 << dice.randrange(8)
            case 1:
                del made[at : at + width]
            case 2:
                made[at:at] = made[at : at + width]
            case 3:
                made[at : at + 4] = dice.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x01\0\0\0", b"\0\0\0\x7f"))
            case _:
                made[at:at] = dice.choice(PIECES).encode()
    return bytes(made)


def mutate_file(path: Path, dice: random.Random) -> bytes:
    """A file mutated; a packed one half of the time in one of its members."""
    data = path.read_bytes()
    if not path.name.endswith(PACKED) or dice.random() < 0.5:
        return mutate(data, dice)
    inside = unzipped(data)
    name = dice.choice(sorted(name for name, content in inside.items() if content))
    return zipped({**inside, name: mutate(inside[name], dice)})


def make_seeds(folder: Path) -> list[Path]:
    """A good file of each format: those that are written here, of other programs, and pictures of the ground."""
    from exchange import foreign_files
    from exchange.corpus import h3_foreign, traps_ground
    from exchange.sample_frames import parcels

    from urbanplan.errors import UrbanplanError
    from urbanplan.exchange import write

    frame = parcels()
    for ending in FORMATS:
        with suppress(UrbanplanError):
            write(frame, folder / f"seed.{ending}", allow_loss=True)
    for ending, make in h3_foreign.FILES.items():
        (folder / f"foreign{ending}").write_bytes(make())
    for ending, draw in traps_ground.GOOD.items():
        draw(folder / f"ground{ending}")
    squares = foreign_files.SQUARES
    foreign_files.write_by_gdal(folder / "table.tab", "MapInfo File", columns={"a": [1, 2]}, wkt=squares, layer="table")
    foreign_files.write_by_gdal(folder / "base.gdb", "OpenFileGDB", columns={"a": [1, 2]}, wkt=squares)
    beside = {ending for endings in PARTS.values() for ending in endings}
    return sorted(path for path in folder.iterdir() if path.suffix not in (*beside, ".json"))


def read_all(cases: list[str]) -> None:
    """In a child: read each file or parse each filter; errors of ours and of slips are all the same here."""
    os.close(2)
    os.open(os.devnull, os.O_WRONLY)
    from urbanplan.exchange import inspect, read
    from urbanplan.model.cql2 import parse_filter
    from urbanplan.network.osm import read_walkable_ways

    for case in cases:
        with suppress(Exception):
            if case.startswith("filter:"):
                parse_filter(case.removeprefix("filter:"))
            elif case.endswith(".osm.pbf"):
                read_walkable_ways(case)
            elif Path(case).name.startswith("ground") or len(case) % 5 == 0:
                inspect(case)  # all layers, encodings and guesses
            else:
                read(case)


def ended_by(cases: list[str]) -> int:
    """The signal that ended a child with these cases, or 0."""
    child = multiprocessing.get_context("fork").Process(target=read_all, args=(cases,))
    child.start()
    child.join(SECONDS)
    if child.exitcode is None:
        child.kill()
        child.join()
        return 99  # no signal of its own: it did not come to an end
    return max(-child.exitcode, 0)


def make_cases(seeds: list[Path], folder: Path, dice: random.Random) -> list[str]:
    """Mutated files (with their companions beside) and filters."""
    cases = []
    for number in range(BATCH):
        if dice.random() < 0.2:
            text = mutate(dice.choice(FILTERS).encode(), dice).decode("utf-8", "replace")
            cases.append(f"filter:{text}")
            continue
        seed = dice.choice(seeds)
        place = folder / str(number)
        place.mkdir()
        if seed.is_dir():
            shutil.copytree(seed, place / seed.name)
        for beside in [] if seed.is_dir() else seed.parent.glob(f"{seed.stem}.*"):
            if beside == seed or beside.suffix in PARTS.get(seed.suffix, ()):
                (place / beside.name).write_bytes(beside.read_bytes())
        target = dice.choice(sorted(path for path in place.rglob("*") if path.is_file()))
        target.write_bytes(mutate_file(target, dice))
        cases.append(str(place / seed.name))
    return cases


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--minutes", type=float, default=30)
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    dice, tried, slips = random.Random(given.seed), 0, 0
    end = time.monotonic() + 60 * given.minutes
    with tempfile.TemporaryDirectory() as home:
        seeds = make_seeds(Path(home))
        read_all([str(seed) for seed in seeds[:1]])  # what is imported here is there in every child
        while time.monotonic() < end:
            with tempfile.TemporaryDirectory() as folder:
                cases = make_cases(seeds, Path(folder), dice)
                tried += len(cases)
                if ended_by(cases):
                    for case in cases:
                        number = ended_by([case])
                        if number:
                            slips += 1
                            data = case.encode() if case.startswith("filter:") else Path(case).read_bytes()
                            print(f"ended by {number}: {Path(case).name[:60]} {data[:2000]!r}", flush=True)
    print(f"seed {given.seed}: {tried} files and filters of {len(seeds)} formats, {slips} ended a process")
    return 1 if slips else 0


if __name__ == "__main__":
    sys.exit(main())
