"""One small change at a time in the rooms that judge, with the nearest tests run on each: do they notice?

    python tests/mutants/run.py --count 200 --seed 1

Works on a copy of the tree.  First the tests of these rooms run once, counting which lines each of them runs; then,
for each of ``count`` changes that ``seed`` picks, the tests near it, in a child of a process that has collected all
tests; a change of what runs as its module is read has a fresh start.  A change is killed where one of them fails or
where they no longer end.  Writes docs/mutants.md; survivors that are argued stand in survivors.toml.  Exit 1 where
fewer than nine in ten are killed; a run that is interrupted tells of the changes that it tried.
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import multiprocessing.util
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

from mutants.mutations import Mutation, apply_mutation, find_mutations  # noqa: E402  (the path stands above)
from mutants.near_tests import LEARNED, MAP, NearTests, keep_seconds, later_counts, read_map, source_of  # noqa: E402
from mutants.page import write_page  # noqa: E402
from mutants.statements import StatementCount, mark_modules  # noqa: E402
from mutants.trial import TESTS, Outcome, Trial, run_pytest  # noqa: E402
from mutants.warm import PipeEnd, WarmTests, Watch, run_child  # noqa: E402

ROOMS = ("measure", "verdict", "model", "plan")
MODULES = tuple(f"urbanplan/layer/{name}.py" for name in ("area", "filter", "filter_values", "length"))
SLOW = (  # how time grows, every text in both languages, and whole cities, of which no test fits into a try
    "*test_growth.py",
    "*test_language.py",
    "*plans/test_helsinki.py",
    "*plans/test_unseen_city.py",
    "*plans/test_first_district.py",
    "*analysis/test_map_water.py",
    "*analysis/test_workflows.py",
    "*analysis/test_rain.py",
)
GOAL = 0.9
COMPILING = ["tests/measure/test_whole_ponding.py", "tests/measure/test_whole_town.py"]
CONTROLS = 1  # changes whose tests run without them first: they pass, in the order and the process of a try
_WORKER: dict[str, Any] = {}


def copy_tree(folder: Path) -> None:
    """The files of the working tree that git knows or would add."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.split(b"\0")
    for name in sorted({os.fsdecode(name) for name in names if name}):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def mutated_files(root: Path) -> list[Path]:
    """The modules that are changed."""
    rooms = [file for room in ROOMS for file in sorted((root / "urbanplan" / room).rglob("*.py"))]
    return [*rooms, *(root / name for name in MODULES)]


def sample_mutations(root: Path, *, count: int, seed: int) -> list[Mutation]:
    """As many changes as asked for, each as likely as any other; those that are no Python are left out."""
    found = [one for file in mutated_files(root) for one in find_mutations(root, file)]
    random.Random(seed).shuffle(found)
    chosen: list[Mutation] = []
    for one in found:
        if len(chosen) == count:
            break
        try:
            ast.parse(apply_mutation((root / one.file).read_bytes(), one))
        except SyntaxError:
            continue
        chosen.append(one)
    return chosen


def count_lines(root: Path, tests: Sequence[str], count: Path = MAP) -> None:
    """Run tests once, counting the lines that each of them runs; the modules are kept beside the count."""
    count.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(source_of(count), ignore_errors=True)
    shutil.copytree(
        root / "urbanplan", source_of(count) / "urbanplan", ignore=shutil.ignore_patterns("*.pyc", "__pycache__")
    )
    print("counting which tests run which lines ...", flush=True)
    arguments = [*(f"--ignore-glob={name}" for name in SLOW), *tests]
    run_child(partial(_count, root, arguments, count))


def _count(root: Path, arguments: list[str], count: Path, _: PipeEnd) -> int:
    """In the child: count, and keep what was found and how long each test took on the processor."""
    watch, marks = Watch(), StatementCount(mark_modules(mutated_files(root), root))
    code = run_pytest(root, arguments, [watch, marks])
    marks.save(count, watch.seconds)
    return code


def new_tests(known: set[str], counted: NearTests) -> list[str]:
    """Tests that a count of before does not know, but those that are slow."""
    names = (one for one in known if "::" in one and one not in counted.seconds)
    return sorted(one for one in names if not any(fnmatch(one.split("::")[0], slow) for slow in SLOW))


def _settle(root: Path, near: NearTests) -> None:
    """A worker's own copy of the copy."""
    mine = root.with_name(f"{root.name}-{os.getpid()}")
    shutil.copytree(root, mine)
    multiprocessing.util.Finalize(None, shutil.rmtree, args=(mine, True), exitpriority=1)
    trial = Trial(mine, near)
    multiprocessing.util.Finalize(None, trial.warm.close, exitpriority=2)
    _WORKER.update(trial=trial)


def _try(mutation: Mutation) -> Outcome:
    return _WORKER["trial"].try_change(mutation)


def _check(mutation: Mutation) -> None:
    _WORKER["trial"].check_unchanged(mutation)


def count_near(root: Path, *, keep: bool) -> NearTests:
    """Which tests run which lines: of a count of before and of new tests, or counted anew."""
    trial = WarmTests(root, partial(run_pytest, root), [f"tests/{name}" for name in TESTS])
    known = set(trial.known)
    trial.close()
    if not (keep and MAP.exists()):
        for count in [*later_counts(), LEARNED]:
            count.unlink(missing_ok=True)
        count_lines(root, [f"tests/{name}" for name in TESTS])
    elif more := new_tests(known, read_map(root)):
        count_lines(root, more, MAP.with_name(f"more{len(later_counts()) + 1}.npz"))
    return read_map(root).only(known)


def main() -> int:
    """Parse, measure, change, write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="skip so many of the changes")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    parser.add_argument("--keep-map", action="store_true", help="use the lines counted before, count new tests")
    parser.add_argument("--no-page", action="store_true", help="print only")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        root = Path(folder).resolve() / "tree"
        copy_tree(root)
        near = count_near(root, keep=given.keep_map)
        run_child(
            lambda _: run_pytest(root, COMPILING)
        )  # kernels are compiled once, not in the first try that needs them
        chosen = sample_mutations(root, count=given.count, seed=given.seed)[given.first :]
        outcomes: list[Outcome] = []
        fork = multiprocessing.get_context("fork")
        with suppress(KeyboardInterrupt), fork.Pool(given.jobs, _settle, (root, near)) as workers:
            workers.map(_check, chosen[:CONTROLS])
            for done in workers.imap(_try, chosen):
                outcomes.append(done)
                keep_seconds(done.learned)
                print(_line(len(outcomes) + given.first, done), flush=True)
    killed = sum(one.result != "survived" for one in outcomes)
    print(f"{killed} of {len(outcomes)} killed ({killed / max(len(outcomes), 1):.1%})")
    if not given.no_page:
        write_page(ROOT, outcomes, seed=given.seed)
    return int(killed < GOAL * len(outcomes))


def _line(number: int, outcome: Outcome) -> str:
    one = outcome.mutation
    change = f"{' '.join(one.before.split())[:60]!r} -> {' '.join(one.after.split())[:60]!r}"
    return (
        f"{number:4} {outcome.result:8} {outcome.seconds:5.1f} s {outcome.tests:4} {'cold' if outcome.cold else 'warm'}"
        f" {one.file}:{one.line} {change} {outcome.failed}"
    )


if __name__ == "__main__":
    sys.exit(main())
