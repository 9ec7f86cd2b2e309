"""Which tests run which lines, from one counted run: the nearest tests of a change are those that run its line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from mutants.mutations import Mutation
from mutants.statements import read_count

MAP = Path(__file__).resolve().parents[2] / "build" / "mutants" / "lines.npz"
LEARNED = MAP.with_name("seconds.json")
"""Seconds of the processor that tests took when they ran last without a count of lines."""
BUDGETS = (3.0, 12.0)
"""Seconds of tests for one change, and those of the wider round for one that outlives the first."""
COUNTING = 1.2
"""How many times longer tests take while statements mark themselves."""


@dataclass(frozen=True)
class Lines:
    """Who runs the lines of one file: tests, the files of tests whose set-up does, and the import itself."""

    tests: dict[int, set[str]]
    setups: dict[int, set[str]]
    imports: set[int]

    def at(self, mutation: Mutation) -> range:
        return range(mutation.line, mutation.last_line + 1)

    def ran_by_tests(self, mutation: Mutation) -> set[str]:
        return {test for line in self.at(mutation) for test in self.tests.get(line, ())}

    def ran_by_setups(self, mutation: Mutation) -> set[str]:
        return {file for line in self.at(mutation) for file in self.setups.get(line, ())}

    def on_import(self, mutation: Mutation) -> bool:
        return mutation.outer or not self.imports.isdisjoint(self.at(mutation))


@dataclass(frozen=True)
class NearTests:
    """Seconds of each test that passed, and to set up each file of them; and who runs the lines of each module."""

    seconds: dict[str, float]
    lines: dict[str, Lines]

    def only(self, known: set[str]) -> NearTests:
        """The same without tests that are not known."""
        return NearTests(
            {test: spent for test, spent in self.seconds.items() if test in known or "::" not in test}, self.lines
        )

    @property
    def tests(self) -> Iterator[str]:
        """The names of the tests."""
        return (name for name in self.seconds if "::" in name)

    def rounds(self, mutation: Mutation) -> list[list[str]]:
        """The tests to ask, one list a round, the nearest first.

        First those that run a changed line: of the file named like the module, of the module's room, then of others;
        one case of each test function, then a second of each, and so on; the quick before the slow.  What a set-up
        runs, all tests of its file see.  A line that runs on import is seen by all that run something of the module and
        by all tests of its room, which may look at what is declared without running a line.
        """
        lines = self.lines.get(mutation.file, Lines({}, {}, set()))
        ran, files = lines.ran_by_tests(mutation), lines.ran_by_setups(mutation)
        module = {test for tests in lines.tests.values() for test in tests}
        seen = ran | {test for test in self.tests if test.split("::")[0] in files}
        if self.on_import(mutation) or not seen:
            seen |= module | {test for test in self.tests if _distance(test, mutation.file) < 2}
        files = {test.split("::")[0] for test in seen}
        beside = {test for test in self.tests if test.split("::")[0] in files}
        groups = (ran, seen - ran, beside - seen - ran)
        order = [test for group in groups for test in self._order(group, mutation)]
        found: list[list[str]] = []
        for budget in BUDGETS:
            asked = {test for tests in found for test in tests}
            found.append(_by_file(self._affordable([test for test in order if test not in asked], budget)))
        return found

    def learn(self, seconds: dict[str, float]) -> None:
        """Take what tests took now where it is less: the first in a process loads what all that follow it have.

        At most by half, since a change may end a test early.
        """
        for test, spent in seconds.items():
            known = self.seconds.get(test, spent)
            self.seconds[test] = min(known, max(spent, known / 2))

    def on_import(self, mutation: Mutation) -> bool:
        """Whether a changed line runs when its module, or a module of tests, is read."""
        lines = self.lines.get(mutation.file)
        return mutation.outer or lines is None or lines.on_import(mutation)

    def limit(self, tests: list[str]) -> float:
        """Seconds that the tests take undisturbed, with what their files set up once."""
        files = {test.split("::")[0] for test in tests}
        return sum(self.seconds.get(test, 0.0) for test in tests) + sum(self.seconds.get(file, 0.0) for file in files)

    def _order(self, tests: set[str], mutation: Mutation) -> list[str]:
        quick = sorted(tests & self.seconds.keys(), key=lambda test: (self.seconds[test], test))
        cases: Counter[str] = Counter()
        keys: dict[str, tuple[int, int]] = {}
        for test in quick:
            function = test.split("[")[0]
            keys[test] = (_distance(test, mutation.file), cases[function])
            cases[function] += 1
        return sorted(quick, key=lambda test: keys[test])

    def _affordable(self, order: list[str], budget: float) -> list[str]:
        """As many tests as the seconds allow; the first of a file pays for what its file sets up."""
        chosen, total, files = [], 0.0, set[str]()
        for test in order:
            file = test.split("::")[0]
            cost = self.seconds[test] + (0.0 if file in files else self.seconds.get(file, 0.0))
            if total + cost <= budget:
                chosen.append(test)
                files.add(file)
                total += cost
        return chosen or order[:1]


def _by_file(tests: list[str]) -> list[str]:
    """The same with the tests of each file side by side, so that what it sets up is set up once."""
    files = list(dict.fromkeys(test.split("::")[0] for test in tests))
    return sorted(tests, key=lambda test: files.index(test.split("::")[0]))


def _distance(test: str, module: str) -> int:
    """0 for the file of tests that is named like the module, 1 for its room, 2 for others."""
    *_, room, file = Path(test.split("::")[0]).parts
    parts = Path(module).parts
    stem = Path(module).stem
    if room not in parts:
        return 2
    return int(stem not in Path(file).stem and Path(file).stem.removeprefix("test_") not in stem)


def later_counts() -> list[Path]:
    """Counts of tests that the ones before did not know, in their order."""
    return sorted(MAP.parent.glob("more*.npz"), key=lambda path: (len(path.name), path.name))


def source_of(count: Path) -> Path:
    """The modules as they were when lines were counted: a count of before finds its lines in those of now."""
    return count.with_name(count.stem + "-source")


def read_map(root: Path) -> NearTests:
    """The counted runs of a copy of the tree, each line where it stands now."""
    seconds: dict[str, float] = {}
    lines: dict[str, Lines] = {}
    for count in (MAP, *later_counts()):
        counted = read_count(count)
        seconds |= counted.seconds
        moved: dict[str, dict[int, int]] = {}
        for (name, first, last), contexts in counted.by_statement():
            held = lines.setdefault(name, Lines({}, {}, set()))
            if name not in moved:
                moved[name] = _moved_lines(source_of(count) / name, root / name)
            for line in range(first, last + 1):
                _hold(held, moved[name].get(line, line), contexts)
    learned = json.loads(LEARNED.read_text(encoding="utf-8")) if LEARNED.exists() else {}
    return NearTests({name: learned.get(name, took / COUNTING) for name, took in seconds.items()}, lines)


def keep_seconds(learned: dict[str, float]) -> None:
    """Keep how long tests take for the next run."""
    held = json.loads(LEARNED.read_text(encoding="utf-8")) if LEARNED.exists() else {}
    LEARNED.write_text(json.dumps(held | learned, ensure_ascii=False, indent=0), encoding="utf-8")


def _hold(held: Lines, line: int, contexts: list[str]) -> None:
    """A line of a count, by who ran it: ``test|run``, ``test|setup``, or nobody where it ran on import."""
    for context in contexts:
        test, _, phase = context.rpartition("|")
        if not context:
            held.imports.add(line)
        else:
            held.tests.setdefault(line, set()).add(test)
        if phase == "setup":
            held.setups.setdefault(line, set()).add(test.split("::")[0])


def _moved_lines(then: Path, now: Path) -> dict[int, int]:
    """Where each line of a module stands now; of a changed block, by its place in it."""
    if not (then.exists() and now.exists()):
        return {}
    old, new = (path.read_text(encoding="utf-8").splitlines() for path in (then, now))
    found: dict[int, int] = {}
    for _, a, a_end, b, b_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        found |= {line + 1: min(b + line - a, max(b_end - 1, b)) + 1 for line in range(a, a_end)}
    return found
