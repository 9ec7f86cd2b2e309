"""One small change at a time in the rooms that judge, with the nearest tests run on each: do they notice?

    python tests/mutants/run.py --count 200 --seed 1

Works on a copy of the tree.  First the tests of these rooms run once, counting which lines each of them runs; then,
for each of ``count`` changes that ``seed`` picks, the tests that run the changed line, the quickest first.  A change is
killed where one of them fails or where they no longer end.  Writes docs/mutants.md; survivors that are argued stand in
survivors.toml.  Exit 1 where fewer than nine in ten are killed.
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import multiprocessing.util
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

from mutants.mutations import Mutation, apply_mutation, find_mutations  # noqa: E402  (the path stands above)
from mutants.near_tests import MAP, MORE, NearTests, read_map, source_of  # noqa: E402
from mutants.page import write_page  # noqa: E402

ROOMS = ("measure", "verdict", "model", "plan")
MODULES = tuple(f"urbanplan/layer/{name}.py" for name in ("area", "filter", "filter_values", "length"))
TESTS = (
    "model",
    "plan",
    "draft",
    "layer",
    "measure",
    "verdict",
    "residents",
    "plans",
    "analysis",
    "cli/test_check.py",
    "cli/test_draft.py",
)
SLOW = ("*test_growth.py", "*test_language.py")  # how time grows, and every text in both languages
LEAST, FACTOR = 40.0, 6.0  # seconds and multiple of the undisturbed time after which tests no longer end
GOAL = 0.9
_WORKER: dict[str, Any] = {}


@dataclass(frozen=True)
class Outcome:
    """What became of one change: killed, timeout, or survived after so many tests."""

    mutation: Mutation
    result: str
    tests: int
    seconds: float


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


def run_pytest(root: Path, arguments: list[str], *, limit: float | None = None) -> int:
    """Exit status of pytest in a forked child, in which the libraries are loaded; -1 where it did not end in time."""
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
            for number in (1, 2):
                os.dup2(nowhere.fileno(), number)
            os._exit(_pytest(root, arguments))
    end = time.monotonic() + (limit or 1e9)
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


def _pytest(root: Path, arguments: list[str]) -> int:
    import pytest
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants", deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None,
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    os.chdir(root)
    os.environ.update(
        CI="1", PYTHONPATH=str(root), PYTHONDONTWRITEBYTECODE="1", URBANPLAN_SHARED=str(ROOT.parent / "shared")
    )
    sys.dont_write_bytecode = True
    sys.path[:] = [str(root), *(one for one in sys.path if Path(one or ".").resolve() not in (ROOT, HERE.parent))]
    try:
        common = [
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
            "-q",
            "-p",
            "no:xdist",
            "-p",
            "no:cacheprovider",
            "--hypothesis-profile=mutants",
        ]
        return int(pytest.main([*common, *arguments]))
    except (Exception, SystemExit, KeyboardInterrupt):  # noqa: BLE001 - the change broke the run itself: noticed
        return 1


def load_libraries() -> None:
    """What nearly every test imports, once for all children."""
    import geopandas  # noqa: F401
    import hypothesis  # noqa: F401
    import pandas  # noqa: F401
    import pydantic  # noqa: F401
    import pyogrio  # noqa: F401
    import pytest  # noqa: F401
    import scipy.sparse.csgraph  # noqa: F401
    import shapely  # noqa: F401


def count_lines(root: Path, tests: Sequence[str], count: Path = MAP) -> None:
    """Run tests once, counting the lines that each of them runs; the modules are kept beside the count."""
    count.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(source_of(count), ignore_errors=True)
    shutil.copytree(
        root / "urbanplan", source_of(count) / "urbanplan", ignore=shutil.ignore_patterns("*.pyc", "__pycache__")
    )
    os.environ["COVERAGE_FILE"] = str(count)
    counting = [
        "--cov=urbanplan",
        "--cov-context=test",
        "--cov-report=",
        f"--junitxml={count.with_suffix('.xml')}",
        "-o",
        "junit_family=xunit1",
    ]
    print("counting which tests run which lines ...", flush=True)
    run_pytest(root, [*counting, *(f"--ignore-glob={name}" for name in SLOW), *tests])


def new_tests(known: set[str], counted: NearTests) -> list[str]:
    """Tests that a count of before does not know, but those that are slow."""
    names = (one for one in known if "::" in one and one not in counted.seconds)
    return sorted(one for one in names if not any(fnmatch(one.split("::")[0], slow) for slow in SLOW))


def known_tests(root: Path) -> set[str]:
    """The names of all tests, as pytest takes them; one that is not known would end a run before it began."""
    listed = root / "tests.txt"
    with open(listed, "w", encoding="utf-8") as file:
        listing = ["--collect-only", "-p", "no:cacheprovider", *(f"tests/{name}" for name in TESTS)]
        subprocess.run([sys.executable, "-m", "pytest", *listing], cwd=root, stdout=file, env=os.environ, check=True)
    return set(listed.read_text(encoding="utf-8").splitlines())


def try_mutation(root: Path, mutation: Mutation, near: NearTests) -> Outcome:
    """Change the copy, run the nearest tests, change it back."""
    file = root / mutation.file
    source = file.read_bytes()
    tests, seconds = near.of(mutation)
    begun = time.monotonic()
    file.write_bytes(apply_mutation(source, mutation))
    try:
        code = run_pytest(root, ["-x", *tests], limit=LEAST + FACTOR * seconds) if tests else 0
    finally:
        file.write_bytes(source)
    result = {0: "survived", -1: "timeout"}.get(code, "killed")
    return Outcome(mutation, result, len(tests), time.monotonic() - begun)


def _settle(root: Path, near: NearTests) -> None:
    """A worker's own copy of the copy."""
    mine = root.with_name(f"{root.name}-{os.getpid()}")
    shutil.copytree(root, mine)
    multiprocessing.util.Finalize(None, shutil.rmtree, args=(mine, True), exitpriority=1)
    _WORKER.update(root=mine, near=near)


def _try(mutation: Mutation) -> Outcome:
    return try_mutation(_WORKER["root"], mutation, _WORKER["near"])


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
    load_libraries()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        root = Path(folder).resolve()
        copy_tree(root)
        known = known_tests(root)
        if not (given.keep_map and MAP.exists()):
            MORE.unlink(missing_ok=True)
            count_lines(root, [f"tests/{name}" for name in TESTS])
        elif more := new_tests(known, read_map(root)):
            count_lines(root, more, MORE)
        near = read_map(root).only(known)
        chosen = sample_mutations(root, count=given.count, seed=given.seed)[given.first :]
        tests, _ = near.of(chosen[0])
        if run_pytest(root, ["-x", *tests]):
            raise RuntimeError("the tests fail without a change: " + " ".join(tests))
        outcomes: list[Outcome] = []
        with multiprocessing.get_context("fork").Pool(given.jobs, _settle, (root, near)) as workers:
            for done in workers.imap(_try, chosen):
                outcomes.append(done)
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
        f"{number:4} {outcome.result:8} {outcome.seconds:5.1f} s {outcome.tests:4} tests {one.file}:{one.line} {change}"
    )


if __name__ == "__main__":
    sys.exit(main())
