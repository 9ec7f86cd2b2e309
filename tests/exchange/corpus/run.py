"""The whole corpus at its full size: ``python tests/exchange/corpus/run.py [--write] [--jobs 2] [--only F1,H2]``.

Prints a row for each hazard and every slip by name; ``--write`` puts the rows into ``docs/safety.md``.  It ends with 1
where there is a slip.  ``--kept FOLDER`` keeps the figures of each part there and runs none twice, so that a row may run
in pieces, in several processes at once; a row says how many of its parts it holds where it does not hold all.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
os.environ["URBANPLAN_CACHE"] = tempfile.mkdtemp(prefix="urbanplan-corpus-")
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from exchange.corpus import (  # noqa: E402
    child,
    f1_kills,
    f2_full_disk,
    f3_two_writers,
    f4_paths,
    f6_locales,
    f7_pages,
    h1_files,
    h2_mutations,
    h3_foreign,
    h4_paths,
    h5_grounds,
    h8_planted,
    h9_outputs,
    h10_inputs,
    h11_growth,
    h12_texts,
    h13_kinds,
    planted_inputs,
    planted_state,
)
from exchange.corpus.statistics_table import Figures  # noqa: E402
from exchange.corpus.valid_files import SUFFIXES  # noqa: E402
from exchange.corpus.writers import WRITERS  # noqa: E402
from hostile_texts import acting_texts  # noqa: E402

PAGE = TESTS.parent / "docs" / "safety.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
HEAD = "| id | what | cases | outcomes | at most | slips | day |\n|---|---|---|---|---|---|---|\n"
TITLES = {
    "H1": f"24 hostile files of each of {len(SUFFIXES)} endings × `inspect`, `convert`, `add`",
    "H2": "byte mutations of good files, `convert`",
    "H4": f"60 hostile paths × {len(h4_paths.KEYS)} keys of a plan × `check`, `export`, `map`, and 18 that lead nowhere",
    "H3": f"hostile and mutated files of {len(h3_foreign.SUFFIXES)} endings of other programs and of documents × `inspect`, `convert`, `network`, `draft`",
    "H5": "hostile and mutated GeoTIFF, MBTiles, PMTiles, folders of tiles and heights × `inspect`, `map --base`, `rain`",
    "H8": f"{len(planted_state.HARMLESS)} things planted in a plan's folder and {len(planted_state.DECLARED)} hostile declarations × {len(h8_planted.LINES)} commands",
    "H9": f"{len(h9_outputs.LINES)} outputs over each of their inputs × {len(h9_outputs.WAYS)} ways, with `--overwrite`",
    "H10": f"{len(planted_inputs.ATTACKS)} mailed folders, companions, databases and workbooks × `intake`, `inspect`, `convert`, `add`",
    "H11": f"{len(h11_growth.SHAPES)} things that grow × 3 sizes",
    "H12": f"60 texts that act, as every name and value of a plan × {len(h12_texts.LINES)} commands",
    "H13": f"{len(h13_kinds.KINDS)} kinds in which drawings, texts and tables come × {h13_kinds.VARIANTS} generated files, each with what has to be read of it",
    "F1": f"`kill -9` at 200 points × {len(WRITERS)} writers",
    "F2": f"disk full at 40 sizes × {len(WRITERS)} writers, by a limit and on a small disk",
    "F3": "50 rounds of two writers and a reader × GeoPackage, Shapefile, store",
    "F4": f"{len(f4_paths.NAMES)} odd names and {len(f4_paths.PLACES)} impossible places × {len(SUFFIXES)} endings",
    "F6": "time zones × locales × hash seeds, all that the writers write",
    "F7": "bit and page flips in a GeoPackage: sealed, foreign, store",
}
_FAILED = '{"id": "", "what": "", "slips": ["the part itself failed"]}'
Part = tuple[str, Callable[[], Figures]]


def parts() -> Iterator[Part]:
    """The corpus in parts that can run beside each other."""
    yield "F6", lambda: f6_locales.run(f6_locales.settings())
    for suffix in SUFFIXES:
        yield "H1", lambda suffix=suffix: h1_files.run(suffixes=(suffix,), alone=lambda at, name: name == "inspect")
    for at, suffix in enumerate(SUFFIXES):
        share = 2000 // len(SUFFIXES) + (at < 2000 % len(SUFFIXES))
        yield "H2", lambda suffix=suffix, share=share: h2_mutations.run(share, suffixes=(suffix,))
    for suffix in h3_foreign.SUFFIXES:
        yield "H3", lambda suffix=suffix: h3_foreign.run(60, suffixes=(suffix,))
    for key in h4_paths.KEYS:
        yield "H4", lambda key=key: h4_paths.run(keys=(key,))
    for kind in h5_grounds.KINDS:
        yield "H5", lambda kind=kind: h5_grounds.run(60, kinds=(kind,))
    attacks = {**planted_state.HARMLESS, **planted_state.DECLARED}
    for names in _batches([*attacks], 6):  # each part makes the clean answer once
        yield "H8", lambda names=names: h8_planted.run(attacks={name: attacks[name] for name in names})
    for line in h9_outputs.LINES:
        yield "H9", lambda line=line: h9_outputs.run(lines=(line,))
    for name, attack in planted_inputs.ATTACKS.items():
        yield "H10", lambda name=name, attack=attack: h10_inputs.run(attacks={name: attack})
    for name in h11_growth.SHAPES:
        yield "H11", lambda name=name: h11_growth.run(shapes=(name,))
    for texts in _batches(acting_texts("canary"), 6):  # each part draws the harmless pages once
        yield "H12", lambda texts=texts: h12_texts.run(texts)
    for kind in h13_kinds.KINDS:
        yield "H13", lambda kind=kind: h13_kinds.run(h13_kinds.VARIANTS, kinds=(kind,))
    for writer in WRITERS:
        yield "F1", lambda writer=writer: f1_kills.run(200, writers=(writer,))
        yield "F2", lambda writer=writer: f2_full_disk.run(40, writers=(writer,))
        yield "F2", lambda writer=writer: f2_full_disk.run_small_disk(40, writers=(writer,))
    yield "F3", lambda: f3_two_writers.run(50)
    for suffix in SUFFIXES:
        yield "F4", lambda suffix=suffix: f4_paths.run(suffixes=(suffix,))
    yield "F7", lambda: f7_pages.run(500)


def _batches(names: list[str], size: int) -> list[list[str]]:
    return [names[at : at + size] for at in range(0, len(names), size)]


def numbered_parts(hazards: Collection[str]) -> dict[tuple[str, int], Callable[[], Figures]]:
    """The parts of these hazards, each by its hazard and its number in it."""
    counts: Counter[str] = Counter()
    found: dict[tuple[str, int], Callable[[], Figures]] = {}
    for name, work in parts():
        if name in hazards:
            found[name, counts[name]] = work
        counts[name] += 1
    return found


def run_parts(chosen: Mapping[tuple[str, int], Callable[[], Figures]], *, jobs: int, kept: Path) -> None:
    """Run parts, ``jobs`` at a time, each in a fork of its own; their figures lie in the folder ``kept`` afterwards.

    A part that has figures there, or that another process has begun, is not run.
    """
    running: dict[int, Path] = {}

    def finish() -> None:
        result = running.pop(os.wait()[0])
        if not result.exists():
            result.write_text(_FAILED, encoding="utf-8")
        found = _read_figures(result)
        print(f"  part {result.name}: {found.row()}", *found.slips, sep="\n    ", flush=True)

    for (name, number), work in chosen.items():
        result = kept / f"{name}-{number}"
        if result.exists() or not _claim(result):
            continue
        while len(running) >= jobs:
            finish()
        running[_start_part(result, work)] = result
    while running:
        finish()


def _claim(result: Path) -> bool:
    """Whether this process may run a part: no process that lives has begun it."""
    begun = result.with_suffix(".begun")
    if begun.exists() and Path("/proc", begun.read_text(encoding="utf-8") or "none").exists():
        return False
    begun.write_text(str(os.getpid()), encoding="utf-8")
    return True


def _read_figures(result: Path) -> Figures:
    said = json.loads(result.read_text(encoding="utf-8"))
    return Figures(**{**said, "outcomes": Counter(said.get("outcomes", {}))})


def join_parts(chosen: Collection[tuple[str, int]], kept: Path) -> dict[str, Figures]:
    """The figures of each hazard; one of whose parts only some ran says how many."""
    ran = {place: kept / f"{place[0]}-{place[1]}" for place in chosen if (kept / f"{place[0]}-{place[1]}").exists()}
    every = Counter(name for name, _ in parts())
    whole: dict[str, Figures] = {}
    for name, count in Counter(name for name, _ in ran).items():
        part = "" if count == every[name] else f"{count} of {every[name]} parts of: "
        whole[name] = Figures(name, part + TITLES[name])
    for (name, _), result in ran.items():
        whole[name].join(_read_figures(result))
    return whole


def _start_part(result: Path, work: Callable[[], Figures]) -> int:
    made = os.fork()
    if made:
        return made
    code = 1
    try:
        figures = json.dumps(vars(work()))
        result.with_suffix(".made").write_text(figures, encoding="utf-8")
        result.with_suffix(".made").rename(result)  # whole, or not there: another process may look
        code = 0
    except BaseException:  # noqa: BLE001 — a child never returns
        traceback.print_exc()
    finally:
        os._exit(code)


def _run_description() -> str:
    """When, and with what."""
    import geopandas
    import pyarrow
    import pyogrio
    import shapely

    import urbanplan

    gdal = ".".join(map(str, pyogrio.__gdal_version__))
    said = {
        "urbanplan": urbanplan.__version__, "Python": platform.python_version(), "GDAL": gdal,
        "pyogrio": pyogrio.__version__, "GEOS": shapely.geos_version_string, "shapely": shapely.__version__,
        "geopandas": geopandas.__version__, "pyarrow": pyarrow.__version__,
    }  # fmt: skip
    versions = ", ".join(f"{name} {version}" for name, version in said.items())
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    traced = "strace" if child.STRACE else "a listening port only"
    return f"Last run of a row {day} on {platform.system()} with {versions}; connections counted by {traced}."


def _write(rows: dict[str, str], about: str) -> None:
    """Put rows into the page; those of other hazards stay, each with the day of its run."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    old, _, after = rest.partition(END)
    kept = {line.split("|")[1].strip(): line for line in old.splitlines() if line.startswith(("| H", "| F"))}
    table = "\n".join(
        row for _, row in sorted({**kept, **rows}.items(), key=lambda item: ("HF".index(item[0][0]), int(item[0][1:])))
    )
    PAGE.write_text(f"{before}{BEGIN}\n{about}\n\n{HEAD}{table}\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Run what is asked for."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--write", action="store_true", help="put the figures into docs/safety.md")
    reader.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="parts that run at the same time")
    reader.add_argument("--only", default=",".join(TITLES), help="hazards, for example F1,H2")
    reader.add_argument("--share", type=int, default=1, help="one of so many parts of a hazard, evenly")
    reader.add_argument("--kept", type=Path, help="a folder that keeps the figures of parts; none is run twice")
    given = reader.parse_args()
    child.preload_rooms()
    begin = time.monotonic()
    chosen = dict([*numbered_parts(given.only.split(",")).items()][:: given.share])
    with tempfile.TemporaryDirectory() as folder:
        kept = given.kept or Path(folder)
        kept.mkdir(exist_ok=True)
        run_parts(chosen, jobs=given.jobs, kept=kept)
        whole = join_parts(chosen, kept)
    rows = {name: f"{figures.row()} {datetime.datetime.now(datetime.UTC).date()} |" for name, figures in whole.items()}
    print(f"\n{HEAD}" + "\n".join(rows.values()) + f"\n\n{time.monotonic() - begin:.0f} s")
    if given.write:
        _write(rows, _run_description())
    return int(any(figures.slips for figures in whole.values()))


if __name__ == "__main__":
    sys.exit(main())
