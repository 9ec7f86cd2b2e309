"""Tests in forked children of one process that has collected them all: a try costs the tests, not their start."""

from __future__ import annotations

import gc
import itertools
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from multiprocessing import Pipe
from pathlib import Path
from pkgutil import walk_packages
from types import FunctionType
from typing import Any

import pytest
from _pytest.main import pytest_runtestloop as run_loop
from mutants.code_swap import Place, changed_functions, index_functions, swap_functions
from mutants.mutations import Mutation, apply_mutation

PipeEnd = Any  # of what `Pipe` gives, whose class is another on each system
_LAZY = ("analysis", "exchange", "layer", "measure", "network", "plan", "raster", "residents", "store", "verdict")
PASSED, FAILED, BROKEN, COLD = 0, 1, 70, 77  # exit statuses: ..., the run itself broke, the change wants a fresh start
WALL = 10.0  # a run may take so many times its processor time before it is ended: the machine may be busy
_times = itertools.count(int(time.time()) + 1_000_000)


@dataclass(frozen=True)
class Answer:
    """How a run ended: its exit status, -1 where it did not end, the test that failed, and how long each one took."""

    code: int
    failed: str = ""
    seconds: dict[str, float] = field(default_factory=dict[str, float])


def write_source(file: Path, source: bytes) -> None:
    """Write a module with a time of its own, so that no compiled file of another text is taken for it."""
    file.write_bytes(source)
    moment = next(_times)
    os.utime(file, (moment, moment))


def run_child(work: Callable[[PipeEnd], int], *, limit: float | None = None) -> Answer:
    """Fork, silence the child, let it work for ``limit`` seconds of processor time; it sends what `Watch` saw."""
    ours, theirs = Pipe(duplex=False)
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        _silence()
        if limit:
            resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 2))
        code = BROKEN
        try:
            code = work(theirs)
        finally:
            os._exit(code)
    theirs.close()
    code, told = _wait(child, ours, time.monotonic() + (limit or 1e6) * WALL)
    ours.close()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)  # what it left behind
    return Answer(code, *told)


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)


def _wait(child: int, told: PipeEnd, end: float) -> tuple[int, tuple[str, dict[str, float]]]:
    pause, seen = 0.005, ("", dict[str, float]())
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        with suppress(EOFError, OSError):
            seen = told.recv() if told.poll() else seen  # also before it ends: a pipe holds little
        if done:
            code = os.waitstatus_to_exitcode(status)
            return -1 if code in (-signal.SIGXCPU, -signal.SIGKILL) else code, seen
        time.sleep(pause)
        pause = min(pause * 1.2, 0.1)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1, seen


@dataclass
class Watch:
    """A plugin that keeps the first test that fails, and seconds of the processor of each one before it.

    Under the name of a file of tests stands what the first of them took to set up.
    """

    first: str = ""
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.first:
            self.first = report.nodeid

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        begun = _processor_time()
        yield
        self.seconds.setdefault(item.nodeid.split("::")[0], round(_processor_time() - begun, 3))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Iterator[None]:
        begun = _processor_time()
        yield
        self.seconds[pyfuncitem.nodeid] = round(_processor_time() - begun, 3)

    def tell(self, told: PipeEnd) -> None:
        told.send((self.first, self.seconds))


def _processor_time() -> float:
    """Seconds of this process and its children."""
    return sum(os.times()[:4])


@dataclass
class _Loop:
    """A plugin: instead of running the collected tests once, it runs those that are asked for, in a child each time."""

    asked: PipeEnd
    root: str
    tests: dict[str, pytest.Item] = field(default_factory=dict)
    functions: dict[Place, list[FunctionType]] = field(default_factory=dict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.tests = {item.nodeid: item for item in session.items}
        self.functions = index_functions(self.root)
        _load_lazy_modules()
        gc.collect()
        gc.freeze()
        self.asked.send((sorted(self.tests), _loaded_libraries()))
        while (question := self.asked.recv()) is not None:
            *change, limit = question
            self.asked.send(run_child(partial(self.run, session, *change), limit=limit))
        return True

    def run(
        self, session: pytest.Session, names: list[str], mutation: Mutation | None, source: bytes, told: PipeEnd
    ) -> int:
        """In the child: put the change in, run the tests, tell which failed."""
        if mutation is not None and not self.change(mutation, source):
            return COLD
        watch = Watch()
        session.config.pluginmanager.register(watch)
        session.items = [self.tests[name] for name in names]
        session.testscollected = len(names)
        with suppress(session.Failed, session.Interrupted):
            run_loop(session)
        watch.tell(told)
        return FAILED if session.testsfailed else PASSED

    def change(self, mutation: Mutation, source: bytes) -> bool:
        pairs = changed_functions(source, apply_mutation(source, mutation), mutation.file)
        return pairs is not None and swap_functions(pairs, self.functions, file=mutation.file)


def _load_lazy_modules() -> None:
    """Load what is only loaded where it is asked for, once for all children."""
    import urbanplan

    names = [one.name for one in walk_packages(urbanplan.__path__, "urbanplan.") if one.name.split(".")[1] in _LAZY]
    for name in ["numba", "scipy.sparse.csgraph", "rasterio", *names]:
        with suppress(ImportError):
            import_module(name)


def _loaded_libraries() -> list[str]:
    """Names of the installed modules that are loaded now, but pytest's own."""
    files = {name: getattr(module, "__file__", None) or "" for name, module in list(sys.modules.items())}
    return [name for name, file in files.items() if "site-packages" in file and "pytest" not in name]


class WarmTests:
    """A process of its own with all tests of a tree collected; ``known`` names them, ``libraries`` what they import."""

    known: list[str]
    libraries: list[str]

    def __init__(self, root: Path, run: Callable[[list[str], list[Any]], int], tests: list[str]) -> None:
        self.pipe, theirs = Pipe()
        self.process = os.fork()
        if not self.process:
            self.pipe.close()  # where the asking process ends, this one does
            _silence()
            os._exit(run(["-x", *tests], [_Loop(theirs, str(root))]))
        theirs.close()
        self.known, self.libraries = self.pipe.recv()

    def run(self, tests: list[str], mutation: Mutation | None, source: bytes, limit: float) -> Answer:
        """Run tests with a change, or with none."""
        self.pipe.send((tests, mutation, source, limit))
        return self.pipe.recv()

    def close(self) -> None:
        """End the process."""
        with suppress(OSError):
            self.pipe.send(None)
        os.waitpid(self.process, 0)
