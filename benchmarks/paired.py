"""Fair timing: candidates take turns in one process, the ratio is the median over the turns."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from compileall import compile_dir
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any


def is_installed(package: str) -> bool:
    """Whether a peer is there; `make peers` gets them all, and one that is not there leaves its column empty."""
    return find_spec(package) is not None


@dataclass(frozen=True)
class Timed:
    """Seconds of each turn by name."""

    turns: dict[str, list[float]]

    def ms(self, name: str) -> float:
        return 1e3 * median(self.turns[name])

    def best(self, name: str) -> float:
        return 1e3 * min(self.turns[name])

    def ratio(self, slower: str, faster: str) -> float:
        """Median over the turns of slower / faster."""
        pairs = zip(self.turns[slower], self.turns[faster], strict=True)
        return median(a / b for a, b in pairs)


def take_turns(work: dict[str, Callable[[], Any]], *, rounds: int = 7, inner: int = 5) -> Timed:
    """Each piece of work once to warm up, then in turn, ``rounds`` times.

    A turn asks ``inner`` times in a row and keeps the median: the first answer after another candidate's turn pays
    for memory that the other has pushed out of the processor's caches, for all of them.
    """
    for one in work.values():
        one()
    turns: dict[str, list[float]] = {name: [] for name in work}
    gc.collect()
    gc.disable()
    for turn in range(rounds):
        names = list(work) if turn % 2 == 0 else list(work)[::-1]
        for name in names:
            turns[name].append(median(once(work[name])[0] for _ in range(inner)))
    gc.enable()
    return Timed(turns)


def once(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result."""
    began = perf_counter()
    result = work()
    return perf_counter() - began, result


def once_cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, all threads, and result: what neighbours on the machine change least."""
    began = process_time()
    result = work()
    return process_time() - began, result


class Peak:
    """Peak resident memory of this process since the block began, megabytes."""

    mb: float = 0.0
    before: float = 0.0

    def __enter__(self) -> Peak:
        gc.collect()
        with suppress(OSError, AttributeError):  # what was freed goes back first, else the block grows into it unseen
            ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
        self.before = _status("VmRSS")
        return self

    def __exit__(self, *error: object) -> None:
        self.mb = _status("VmHWM")

    @property
    def grown(self) -> float:
        return self.mb - self.before


def _status(key: str) -> float:
    found = re.search(rf"{key}:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found.group(1)) / 1024 if found else float("nan")


@dataclass(frozen=True)
class Spent:
    """What a process of its own has spent: seconds of the processor, user and system, of the clock, and peak megabytes."""

    cpu: float
    clock: float
    mb: float


def installed(**variables: str) -> dict[str, str]:
    """The environment of programs as they are installed: their modules stand compiled.

    Peers come compiled from the package index; a checkout would compile its modules anew in every process where the
    machine asks Python to write no bytecode.
    """
    compile_dir(Path(__file__).parents[1] / "urbanplan", quiet=2)
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | variables


def run_apart(line: list[str], env: dict[str, str], *, codes: tuple[int, ...] = (0,), cwd: Path | None = None) -> Spent:
    """Run a command, imports and all, which must end with one of some exit codes.

    A small process starts it: Linux counts what a process held before it became the command into the command's peak.
    """
    done = subprocess.run([sys.executable, "-ISc", _STARTER, *line], capture_output=True, env=env, cwd=cwd, check=True)
    code, *spent = json.loads(done.stdout)
    assert code in codes, (line[:6], code, done.stderr.decode(errors="replace")[-2000:])
    return Spent(*spent)


_STARTER = """
import json, os, subprocess, sys, time
began = time.perf_counter()
running = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(running.pid, 0)
seconds = time.perf_counter() - began
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, seconds, used.ru_maxrss / 1024]))
"""


def table(head: list[str], rows: list[list[Any]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(_word(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def _word(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)
