"""Which tests run which lines, from one counted run: the nearest tests of a change are those that run its line."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from mutants.mutations import Mutation

MAP = Path(__file__).resolve().parents[2] / "build" / "mutants" / "lines.coverage"
BUDGET = 30.0  # seconds of undisturbed tests for one change


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


def read_map(root: Path) -> NearTests:
    """The counted run of a copy of the tree."""
    from coverage import CoverageData

    seconds = dict(_passed_tests(MAP.with_suffix(".xml")))
    data = CoverageData(str(MAP))
    data.read()
    lines: dict[str, dict[int, set[str]]] = {}
    for file in data.measured_files():
        contexts = {
            line: {name.rsplit("|", 1)[0] for name in names if name}
            for line, names in data.contexts_by_lineno(file).items()
        }
        lines["urbanplan/" + file.split("/urbanplan/")[-1]] = {line: names for line, names in contexts.items() if names}
    return NearTests(seconds, lines)


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
