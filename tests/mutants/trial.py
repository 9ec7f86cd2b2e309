"""Tries of one change: in a warm process where it can be put in afterwards, else with a fresh start of the tests."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from mutants.mutations import Mutation, apply_mutation
from mutants.near_tests import NearTests
from mutants.warm import BROKEN, COLD, PASSED, Answer, PipeEnd, WarmTests, Watch, run_child, write_source

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TESTS = (
    "model",
    "plan",
    "draft",
    "layer",
    "measure",
    "verdict",
    "residents",
)
LEAST, FACTOR = (
    40.0,
    2.0,
)  # seconds of the processor, and multiple of the undisturbed time, after which tests no longer end


@dataclass(frozen=True)
class Outcome:
    """What became of one change: killed by a test, timeout, or survived so many; ``cold`` after a fresh start."""

    mutation: Mutation
    result: str
    tests: int
    seconds: float
    failed: str = ""
    cold: bool = False
    learned: dict[str, float] = field(default_factory=dict[str, float])


def run_pytest(root: Path, arguments: list[str], plugins: Sequence[Any] = ()) -> int:
    """Exit status of pytest in this process, a child in which the libraries are loaded."""
    import pytest
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants", deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None,
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    os.chdir(root)
    os.environ.update(
        CI="1", PYTHONPATH=str(root), URBANPLAN_SHARED=os.environ.get("URBANPLAN_SHARED", str(ROOT.parent / "shared"))
    )
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
            f"--basetemp={root}-tests",
        ]
        return int(pytest.main([*common, *arguments], plugins=plugins))
    except (Exception, SystemExit, KeyboardInterrupt):  # noqa: BLE001 - the change broke the run itself: noticed
        return 1


def load_libraries(names: Sequence[str]) -> None:
    """Import what the tests import of others, once for all fresh starts; what does not load alone is left to them."""
    for name in names:
        with suppress(Exception):
            import_module(name)


class Trial:
    """One worker's own copy of the tree, in which it tries changes: warm where it can, else with a fresh start."""

    def __init__(self, root: Path, near: NearTests) -> None:
        self.root, self.near = root, near
        self.warm = WarmTests(root, partial(run_pytest, root), [f"tests/{name}" for name in TESTS])
        load_libraries(self.warm.libraries)
        self.known = dict(near.seconds)
        self.sound: dict[tuple[str, bool], bool] = {}

    def try_change(self, mutation: Mutation) -> Outcome:
        """Change the copy, run the nearest tests, and the wider round where none of them fails; change it back."""
        file = self.root / mutation.file
        source = file.read_bytes()
        begun, count, cold, answer = time.monotonic(), 0, self.near.on_import(mutation), Answer(0)
        write_source(file, apply_mutation(source, mutation))
        try:
            for tests in self.near.rounds(mutation):
                if answer.code == PASSED and tests:
                    count += len(tests)
                    answer, cold = self._ask(tests, mutation, source, cold)
        finally:
            write_source(file, source)
        result = {PASSED: "survived", -1: "timeout"}.get(answer.code, "killed")
        seconds = {test: spent for test, spent in self.near.seconds.items() if self.known.get(test) != spent}
        self.known.update(seconds)
        return Outcome(mutation, result, count, time.monotonic() - begun, answer.failed, cold, seconds)

    def check_unchanged(self, mutation: Mutation) -> None:
        """The tests of a change without it, warm and with a fresh start.

        Raises:
            RuntimeError: one of them fails.
        """
        tests = self.near.rounds(mutation)[0]
        for cold in (False, True):
            answer, _ = self._run(tests, None, b"", cold)
            if answer.code != PASSED:
                raise RuntimeError(f"tests fail without a change: {answer.code} {answer.failed} of {tests}")
            self.near.learn(answer.seconds)

    def _ask(self, tests: list[str], mutation: Mutation, source: bytes, cold: bool) -> tuple[Answer, bool]:
        """The answer of one round; a test that fails without the change too is left out, and the round run again."""
        while True:
            answer, cold = self._run(tests, mutation, source, cold)
            self.near.learn({test: spent for test, spent in answer.seconds.items() if test != answer.failed})
            if not answer.failed or self._is_sound(answer.failed, mutation, source, cold):
                return answer, cold
            tests = [test for test in tests if test != answer.failed]

    def _run(self, tests: list[str], mutation: Mutation | None, source: bytes, cold: bool) -> tuple[Answer, bool]:
        limit = LEAST + FACTOR * self.near.limit(tests)
        if not cold:
            answer = self.warm.run(tests, mutation, source, limit)
            if answer.code not in (COLD, BROKEN):
                return answer, False
        return run_child(lambda told: self._fresh(tests, told), limit=limit), True

    def _fresh(self, tests: list[str], told: PipeEnd) -> int:
        watch = Watch()
        code = run_pytest(self.root, ["-x", *tests], [watch])
        watch.tell(told)
        return code

    def _is_sound(self, test: str, mutation: Mutation, source: bytes, cold: bool) -> bool:
        """Whether the test that failed passes by itself where nothing is changed."""
        if (test, cold) not in self.sound:
            file = self.root / mutation.file
            write_source(file, source)
            self.sound[test, cold] = self._run([test], None, source, cold)[0].code == PASSED
            write_source(file, apply_mutation(source, mutation))
        return self.sound[test, cold]
