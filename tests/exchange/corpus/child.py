"""Command lines in children of a parent that has loaded everything: as a process of its own, without the imports.

``forked`` runs a function in a fork with its own output, clock and memory; ``process`` starts the real program, under
strace where the machine has it, so that every connection is counted.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

_ROOT = str(Path(__file__).resolve().parents[3])
SECONDS, WAIT, MEMORY = 10.0, 600.0, 2**30
LOADED = 256 * 2**20  # bytes of a process that has imported every room
STRACE = shutil.which("strace")
_INTERNET = re.compile(r"sa_family=AF_INET6?\b")
_FAILURE_TEXT = re.compile(r"Traceback \(most recent|urbanplan itself failed|Segmentation|core dumped|terminate called")
_STARTER = """
import json, os, sys
child = os.fork()
if not child:
    os.execv(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(child, 0)
open(sys.argv[1], "w").write(json.dumps([status, used.ru_utime, used.ru_stime, used.ru_maxrss]))
"""


@dataclass(frozen=True)
class Outcome:
    """How a child ended: exit code or signal, what it said, seconds of work, peak memory in bytes, connections tried.

    The seconds are those that the machine worked for it, so that others' load is not counted; a child that only waits
    is ended after ten minutes.  ``codes``, ``most`` and ``room`` are the exit codes, seconds and bytes that no case
    may leave.
    """

    code: int | None
    signal: int | None
    out: str
    err: str
    seconds: float
    peak: int
    connections: int = 0
    codes: tuple[int, ...] = (0, 2)
    most: float = SECONDS
    room: int = MEMORY

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def slips(self) -> list[str]:
        """What no answer may ever have: a signal, a traceback, too long, too much, a connection."""
        found = []
        if self.signal is not None:
            found.append("hangs" if self.signal in (signal.SIGALRM, signal.SIGXCPU) else f"signal {self.signal}")
        if self.code is not None and self.code not in self.codes:
            found.append(f"exit {self.code}")
        if _FAILURE_TEXT.search(self.said):
            found.append("traceback or slip of the program")
        if self.seconds > self.most:
            found.append(f"{self.seconds:.1f} s")
        if self.peak > self.room:
            found.append(f"{self.peak >> 20} MiB")
        if self.connections:
            found.append(f"{self.connections} connections")
        return found


def preload() -> None:
    """Import all that a command may import; nothing is run, so no thread is started that a fork would lose."""
    import codecs

    import ezdxf
    import ezdxf.recover
    import openpyxl
    import pyarrow.csv
    import pyarrow.pandas_compat
    import pyarrow.parquet
    import pydantic.type_adapter
    import rich.progress
    import scipy.sparse.csgraph

    import urbanplan.analysis.check
    import urbanplan.analysis.convert
    import urbanplan.analysis.inspection
    import urbanplan.analysis.intake
    import urbanplan.cli.app
    import urbanplan.exchange.crs.georeference
    import urbanplan.exchange.crs.guess
    import urbanplan.exchange.diagnostics
    import urbanplan.exchange.geopackage.layer_styles
    import urbanplan.exchange.inspection
    import urbanplan.exchange.reading
    import urbanplan.exchange.writing
    import urbanplan.layer.conform
    import urbanplan.layer.repair
    import urbanplan.layer.validate
    import urbanplan.measure.count
    import urbanplan.plan
    import urbanplan.plan.quote
    import urbanplan.plan.reported
    import urbanplan.store.folder
    import urbanplan.verdict.run
    import urbanplan.view.terminal.inspection
    import urbanplan.view.terminal.report
    from urbanplan.exchange import FORMATS
    from urbanplan.exchange.gdal import drivers

    assert ezdxf
    assert openpyxl
    assert pyarrow
    assert pydantic
    assert rich
    assert scipy
    drivers.disable_drivers()
    drivers.load_pyogrio()
    for name in ("gbk", "gb18030", "big5", "cp1252", "cp437", "utf-16", "latin-1", "idna"):
        codecs.lookup(name)
    for row in FORMATS:
        row.load()
    assert urbanplan.cli.app.app


def preload_rooms() -> None:
    """Import every room too, so that maps, reports and sheets are made in forks as soon as files are read."""
    import importlib
    import pkgutil

    import numba
    import pypdf
    import typst
    from numba.core.registry import cpu_target

    import urbanplan
    from urbanplan.exchange.gdal import drivers

    preload()
    drivers.load_rasterio()
    for module in pkgutil.walk_packages(urbanplan.__path__, "urbanplan."):
        if not module.name.startswith("urbanplan.server") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    about: Any = cpu_target
    about.typing_context.refresh()  # what the first compiled function of each fork would do
    about.target_context.refresh()
    assert numba
    assert pypdf
    assert typst


def run_forked(work: Callable[[], Any], *, headroom: int = 4 * MEMORY, seconds: float = SECONDS) -> Outcome:
    """Run ``work`` in a fork; what it returns (an int) is the exit code.  It is ended soon after ``seconds`` of work.

    The memory it may map is what the parent has mapped and ``headroom``; what it used is measured, and judged by
    :attr:`Ended.slips`.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        sys.stderr.flush()
        held = _pages(1)
        child = os.fork()
        if child == 0:
            _be_child(work, out.fileno(), err.fileno(), headroom, int(seconds) + 2)
        _, status, used = os.wait4(child, 0)
        ended = _build_outcome(status, _text(out), _text(err), used)
        # what a long test run held before, beyond a program that has loaded everything, is none of the child's
        return replace(ended, peak=ended.peak - max(0, held - LOADED), most=seconds)


def prepare(work: Callable[[], Any]) -> None:
    """Run in a fork what makes the inputs of cases, so that this process stays as it is.

    Raises:
        AssertionError: it failed; every case after it would be judged on nothing.
    """
    ended = run_forked(lambda: (work(), 0)[1], seconds=60)
    assert ended.code == 0, ended.said[-2000:]


def _pages(field: int) -> int:
    """Bytes mapped (0) or held (1) by this process."""
    return int(Path("/proc/self/statm").read_text().split()[field]) * resource.getpagesize()


def _be_child(work: Callable[[], Any], out: int, err: int, headroom: int, seconds: int) -> None:
    """Never returns."""
    code = 99
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8", write_through=True)
        sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), encoding="utf-8", write_through=True)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, WAIT)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (_pages(0) + headroom, resource.RLIM_INFINITY))
        code = work() or 0
    except BaseException:  # noqa: BLE001 — a child never returns
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _text(stream: Any) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "backslashreplace")


def _build_outcome(status: int, out: str, err: str, used: Any, connections: int = 0) -> Outcome:
    code = os.waitstatus_to_exitcode(status)
    seconds, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
    return Outcome(code if code >= 0 else None, -code if code < 0 else None, out, err, seconds, peak, connections)


def command(words: list[str], *, cwd: Path | None = None) -> Callable[[], int]:
    """The command line as work for :func:`forked`."""

    def work() -> int:
        from urbanplan.cli.app import run

        if cwd is not None:
            os.chdir(cwd)
        return run(words)

    return work


def process(words: list[str], *, log: Path, env: dict[str, str] | None = None) -> Outcome:
    """Start the program itself; connections are counted by strace where there is one.

    Linux counts the peak memory of who starts a program as the program's own (it outlives ``exec``), and a test run
    has held gigabytes: a small process in between starts it, and writes down what it took.
    """
    line = [sys.executable, "-m", "urbanplan", *words]
    if STRACE:
        line = [STRACE, "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(log), *line]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.NamedTemporaryFile() as took:
        starter = [sys.executable, "-I", "-S", "-c", _STARTER, took.name, *line]
        around = {**os.environ, "PYTHONPATH": _ROOT, **(env or {})}
        subprocess.run(starter, stdout=out, stderr=err, env=around, check=True)
        status, worked, idle, held = json.loads(took.read())
        used = resource.struct_rusage([worked, idle, held, *[0] * 13])
        tried = len(_INTERNET.findall(log.read_text(errors="replace"))) if log.exists() else 0
        return _build_outcome(status, _text(out), _text(err), used, tried)
