"""Which tests run which lines, from one counted run: the nearest tests of a change are those that run its line."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from mutants.mutations import Mutation

MAP = Path(__file__).resolve().parents[2] / "build" / "mutants" / "lines.coverage"
MORE = MAP.with_name("more.coverage")
"""The same of tests that a count of before does not know."""
BUDGET = 12.0  # seconds of undisturbed tests for one change


@dataclass(frozen=True)
class NearTests:
    """Seconds of each test that passed, and the tests of each line of each file."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, set[str]]]

    def only(self, known: set[str]) -> NearTests:
        """The same without tests that are not known."""
        return NearTests({test: spent for test, spent in self.seconds.items() if test in known}, self.lines)

    def of(self, mutation: Mutation) -> tuple[list[str], float]:
        """The tests that run a changed line, the quickest first, and their time; of a line that runs on import, all
        that run something of the module."""
        lines = self.lines.get(mutation.file, {})
        found = {test for line in range(mutation.line, mutation.last_line + 1) for test in lines.get(line, ())}
        if mutation.outer or not found:
            found = {test for tests in lines.values() for test in tests}
        chosen, total = [], 0.0
        for test in sorted(found & self.seconds.keys(), key=lambda test: (self.seconds[test], test)):
            if chosen and total + self.seconds[test] > BUDGET:
                break
            chosen.append(test)
            total += self.seconds[test]
        return chosen, total


def source_of(count: Path) -> Path:
    """The modules as they were when lines were counted: a count of before finds its lines in those of now."""
    return count.with_name(count.stem + "-source")


def read_map(root: Path) -> NearTests:
    """The counted runs of a copy of the tree, each line where it stands now."""
    from coverage import CoverageData

    seconds: dict[str, float] = {}
    lines: dict[str, dict[int, set[str]]] = {}
    for count in (MAP, MORE):
        if not count.exists():
            continue
        seconds |= dict(_passed_tests(count.with_suffix(".xml")))
        data = CoverageData(str(count))
        data.read()
        for file in data.measured_files():
            name = "urbanplan/" + file.split("/urbanplan/")[-1]
            moved, held = _moved_lines(source_of(count) / name, root / name), lines.setdefault(name, {})
            for line, contexts in data.contexts_by_lineno(file).items():
                tests = {one.rsplit("|", 1)[0] for one in contexts if one}
                if tests:
                    held.setdefault(moved.get(line, line), set()).update(tests)
    return NearTests(seconds, lines)


def _moved_lines(then: Path, now: Path) -> dict[int, int]:
    """Where each line of a module stands now; of a changed block, by its place in it."""
    if not (then.exists() and now.exists()):
        return {}
    old, new = (path.read_text(encoding="utf-8").splitlines() for path in (then, now))
    found: dict[int, int] = {}
    for _, a, a_end, b, b_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        found |= {line + 1: min(b + line - a, max(b_end - 1, b)) + 1 for line in range(a, a_end)}
    return found


def _passed_tests(results: Path) -> list[tuple[str, float]]:
    """Name and seconds of each test that passed."""
    cases = ElementTree.parse(results).getroot().iter("testcase")
    return [
        (f"{case.get('file')}::{_inner_name(case)}", float(case.get("time", 0)))
        for case in cases
        if not len([child for child in case if child.tag in ("failure", "error", "skipped")])
    ]


def _inner_name(case: ElementTree.Element) -> str:
    """The name inside the file, with its class where it has one."""
    module = (case.get("file") or "").removesuffix(".py").replace("/", ".")
    inner = (case.get("classname") or "").removeprefix(module).strip(".")
    return "::".join([*(part for part in inner.split(".") if part), case.get("name") or ""])
