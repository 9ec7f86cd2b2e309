"""The whole corpus at its full size: ``python tests/exchange/corpus/run.py [--write] [--jobs 2] [--only F1,H2]``.

Prints a row for each hazard and every slip by name; ``--write`` puts the rows into ``docs/safety.md``.  It ends with 1
where there is a slip.
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
from collections.abc import Callable, Iterator
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
    for name, attack in attacks.items():
        yield "H8", lambda name=name, attack=attack: h8_planted.run(attacks={name: attack})
    for line in h9_outputs.LINES:
        yield "H9", lambda line=line: h9_outputs.run(lines=(line,))
    for name, attack in planted_inputs.ATTACKS.items():
        yield "H10", lambda name=name, attack=attack: h10_inputs.run(attacks={name: attack})
    for name in h11_growth.SHAPES:
        yield "H11", lambda name=name: h11_growth.run(shapes=(name,))
    for text in acting_texts("canary"):
        yield "H12", lambda text=text: h12_texts.run([text])
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


def run_parts(chosen: list[Part], jobs: int) -> dict[str, Figures]:
    """Run parts, ``jobs`` at a time, each in a fork of its own; their figures by hazard."""
    whole = {name: Figures(name, title) for name, title in TITLES.items() if any(part == name for part, _ in chosen)}
    running: dict[int, tuple[int, str]] = {}
    with tempfile.TemporaryDirectory() as folder:

        def finish() -> None:
            number, name = running.pop(os.wait()[0])
            result = Path(folder) / str(number)
            said = json.loads(result.read_text(encoding="utf-8") if result.exists() else _FAILED)
            found = Figures(**{**said, "outcomes": Counter(said.get("outcomes", {}))})
            whole[name].join(found)
            print(f"  part {number + 1} of {len(chosen)}: {found.row()}", *found.slips, sep="\n    ", flush=True)

        for number, (name, work) in enumerate(chosen):
            while len(running) >= jobs:
                finish()
            running[_start_part(Path(folder) / str(number), work)] = number, name
        while running:
            finish()
    return whole


def _start_part(result: Path, work: Callable[[], Figures]) -> int:
    made = os.fork()
    if made:
        return made
    code = 1
    try:
        result.write_text(json.dumps(vars(work())), encoding="utf-8")
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
    given = reader.parse_args()
    child.preload_rooms()
    begin = time.monotonic()
    chosen = [part for part in parts() if part[0] in given.only.split(",")]
    whole = run_parts(chosen[:: given.share], given.jobs)
    rows = {name: f"{figures.row()} {datetime.datetime.now(datetime.UTC).date()} |" for name, figures in whole.items()}
    print(f"\n{HEAD}" + "\n".join(rows.values()) + f"\n\n{time.monotonic() - begin:.0f} s")
    if given.write:
        _write(rows, _run_description())
    return int(any(figures.slips for figures in whole.values()))


if __name__ == "__main__":
    sys.exit(main())
