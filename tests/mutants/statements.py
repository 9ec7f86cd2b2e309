"""Which statements each test runs: every statement of some modules marks itself as it runs, at next to no cost."""

from __future__ import annotations

import ast
import builtins
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
import pytest

MARKS = "__statements__"
"""Name of the marks among the builtins."""
MOST = 1 << 16
"""Statements at most."""


@dataclass
class Statements:
    """The statements of modules that were read: file, first and last line of each; a mark of each that ran."""

    places: list[tuple[str, int, int]] = field(default_factory=list[tuple[str, int, int]])
    marks: bytearray = field(default_factory=lambda: bytearray(MOST))

    def compile(self, source: bytes, path: str, name: str) -> CodeType:
        """The code of a module whose statements mark themselves."""
        tree = ast.parse(source)
        tree.body = list(self._marked(tree.body, name))
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)

    def _marked(self, body: list[ast.stmt], name: str) -> Iterator[ast.stmt]:
        for at, statement in enumerate(body):
            last = statement.end_lineno or statement.lineno
            for part in _holders(statement):
                for key, held in ast.iter_fields(part):
                    if isinstance(held, list) and held and isinstance(held[0], ast.stmt):
                        last = min(last, held[0].lineno - 1)
                        setattr(part, key, list(self._marked(held, name)))
            if not _must_come_first(statement, at):
                yield self._mark(statement, (name, _first_line(statement), max(last, statement.lineno)))
            yield statement

    def _mark(self, statement: ast.stmt, place: tuple[str, int, int]) -> ast.stmt:
        number = len(self.places)
        self.places.append(place)
        mark: Any = ast.parse(f"{MARKS}[{number}] = 1").body[0]
        for node in ast.walk(mark):
            ast.copy_location(node, statement)
        return mark

    def take(self) -> bytes:
        """The marks since they were last taken, eight in a byte."""
        taken = np.packbits(np.frombuffer(bytes(self.marks), dtype=np.uint8))
        self.marks[:] = bytes(MOST)
        return taken.tobytes()


def _holders(statement: ast.stmt) -> list[ast.AST]:
    """What holds statements in a statement: itself, its handlers, its cases."""
    inner: list[ast.AST] = [*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]
    return [statement, *inner]


def _must_come_first(statement: ast.stmt, at: int) -> bool:
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return True
    return at == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _first_line(statement: ast.stmt) -> int:
    return min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", ()))])


def mark_modules(files: Collection[Path], root: Path) -> Statements:
    """From now on the modules of these files mark their statements where they are read."""
    found = Statements()
    setattr(builtins, MARKS, found.marks)
    names = {str(file): file.relative_to(root).as_posix() for file in files}
    get_code = SourceFileLoader.get_code

    def marked(self: SourceFileLoader, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        if path not in names:
            return get_code(self, fullname)
        return found.compile(Path(path).read_bytes(), path, names[path])  # not from its compiled file, nor into one

    SourceFileLoader.get_code = marked
    return found


@dataclass
class StatementCount:
    """A plugin that takes the marks of each test, those of its set-up apart; ``rows`` by ``test|run``, ``test|setup``."""

    statements: Statements
    rows: dict[str, bytes] = field(default_factory=dict[str, bytes])
    passed: set[str] = field(default_factory=set[str])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        self.rows[""] = self.statements.take()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        yield
        self.rows[f"{item.nodeid}|setup"] = self.statements.take()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        yield
        self.rows[f"{item.nodeid}|run"] = self.statements.take()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def save(self, path: Path, seconds: dict[str, float]) -> None:
        """Write what was counted."""
        rows = np.frombuffer(b"".join(self.rows.values()), dtype=np.uint8).reshape(len(self.rows), -1)
        np.savez_compressed(path, rows=rows)
        spent = {test: took for test, took in seconds.items() if test in self.passed or "::" not in test}
        told = {"contexts": list(self.rows), "places": self.statements.places, "seconds": spent}
        path.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


@dataclass(frozen=True)
class Counted:
    """What a count found: seconds of each test that passed, and who ran each statement."""

    seconds: dict[str, float]
    places: list[tuple[str, int, int]]
    contexts: list[str]
    rows: np.ndarray

    def by_statement(self) -> Iterator[tuple[tuple[str, int, int], list[str]]]:
        """Each statement's place with those that ran it."""
        ran = np.unpackbits(self.rows, axis=1)[:, : len(self.places)]
        for number, place in enumerate(self.places):
            yield place, [self.contexts[row] for row in np.flatnonzero(ran[:, number])]


def read_count(path: Path) -> Counted:
    """A count as it was saved."""
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    places = [(file, first, last) for file, first, last in told["places"]]
    return Counted(told["seconds"], places, told["contexts"], np.load(path)["rows"])
