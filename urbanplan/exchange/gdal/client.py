"""The host's side of the worker processes: started at the first need, one for each set of drivers, ended with it."""

from __future__ import annotations

import atexit
import io
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing import spawn
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan import errors
from urbanplan.errors import ExchangeError, UrbanplanError
from urbanplan.exchange.gdal.drivers import SEPARATE_DRIVERS

if TYPE_CHECKING:
    import pyarrow as pa

_PIPE = 2**20  # bytes that wait in a pipe
_OWN_READERS = frozenset({"Access"})  # which need no GDAL
_START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from urbanplan.exchange.gdal.worker import main; "


def table(task: str, query: dict[str, Any]) -> tuple[dict[str, Any], pa.Table, tuple[str, ...]]:
    """Let the worker read a table: its description, itself, and the warnings that were heard.

    Raises:
        UrbanplanError: as the reader raises it in the worker.
        ExchangeError: the worker cannot be started, or it ended over the file.
    """
    head, found, tail = _pool(query).ask({"task": task, "query": query}, table=True)
    assert found is not None
    return head["meta"], found, tuple(tail["warnings"])


def mapping(task: str, query: dict[str, Any]) -> dict[str, Any]:
    """Let the worker answer with names and values; raises as :func:`table` does."""
    return _pool(query).ask({"task": task, "query": query}, table=False)[0]["meta"]


def stop() -> None:
    """End the workers, where there are any; a later question starts another."""
    for pool in list(_pools.values()):
        pool.stop()


def _pool(query: dict[str, Any]) -> _Pool:
    """The pool of a query's driver: one that is read apart has a worker of its own, and so has a reader of ours."""
    driver = query.get("driver", "")
    name = driver if driver in SEPARATE_DRIVERS | _OWN_READERS else ""
    return _pools.get(name) or _pools.setdefault(name, _Pool(name))  # a new one only where there is none


class _EndedError(Exception):
    """The worker has closed its end of the pipe."""


class _Worker:
    """One worker process and the pipes to it."""

    def __init__(self, driver: str) -> None:
        posix = os.name == "posix"
        theirs, self._lifeline = os.pipe() if posix else (None, None)
        line = [
            spawn.get_executable(),
            "-I",
            "-S",
            "-c",
            f"{_START}main({theirs}, {driver!r})",
            json.dumps(_search_path()),
        ]
        try:
            self.process = subprocess.Popen(
                line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=_environment(),
                pass_fds=(theirs,) if theirs is not None else (), start_new_session=posix,
            )  # fmt: skip
        finally:
            if theirs is not None:
                os.close(theirs)
        assert self.process.stdin is not None
        assert isinstance(self.process.stdout, io.RawIOBase)
        _widen(self.process.stdout)
        self._requests, self._answers = self.process.stdin, io.BufferedReader(self.process.stdout)

    def ask(self, request: dict[str, Any], *, table: bool) -> tuple[dict[str, Any], pa.Table | None, dict[str, Any]]:
        """The first line, the table and the last line of an answer."""
        try:
            self._requests.write(json.dumps(request).encode() + b"\n")
        except BrokenPipeError as error:
            raise _EndedError from error
        head = self._line()
        if not table or "meta" not in head:
            return head, None, {}
        import pyarrow as pa

        try:
            found = pa.ipc.open_stream(self._answers).read_all()
        except (pa.ArrowInvalid, OSError) as error:  # the stream is cut
            raise _EndedError from error
        return head, found, self._line()

    def _line(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line.endswith(b"\n"):
            raise _EndedError
        return json.loads(line)

    def leave(self) -> None:
        """Close this process's ends of the pipes; the worker ends when nobody holds them."""
        for stream in (self._requests, self._answers):
            stream.close()
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None

    def stop(self) -> int:
        """End the process and give its exit code."""
        self.process.kill()
        self.leave()
        return self.process.wait()


class _Pool:
    """The one worker of a process; a fork has none of its own until it needs one."""

    def __init__(self, driver: str = "") -> None:
        self._driver = driver
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
        atexit.register(self.stop)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    def ask(self, request: dict[str, Any], *, table: bool) -> tuple[dict[str, Any], pa.Table | None, dict[str, Any]]:
        """An answer of the worker; what it could not do is raised."""
        with self._lock:
            worker = self._running(request["query"]["where"])
            whole = False
            try:
                answer = worker.ask(request, table=table)
                whole = True
            except _EndedError as error:
                code = _exit_code(worker)
                raise ExchangeError(
                    "the process that reads the file has ended ({reason})", where=request["query"]["where"],
                    fix="Get the file again from its source, or mend it where it was made.", reason=f"exit {code}",
                ) from error  # fmt: skip
            finally:
                if not whole:  # what is left in the pipe belongs to no question
                    worker.stop()
                    self._worker = None
        for part in (answer[0], answer[2]):
            _raise(part)
        return answer

    def _running(self, where: str) -> _Worker:
        if self._worker is not None and self._worker.process.poll() is not None:
            self._worker.leave()
            self._worker = None
        if self._worker is None:
            try:
                self._worker = _Worker(self._driver)
            except OSError as error:
                fix = "Give multiprocessing.set_executable the path of this Python."
                raise ExchangeError(
                    "the process that reads the file cannot be started: {reason}",
                    where=where, fix=fix, reason=str(error),
                ) from error  # fmt: skip
        return self._worker

    def stop(self) -> None:
        """End the worker; a later question starts another."""
        with self._lock:
            if self._worker is not None:
                self._worker.stop()
                self._worker = None

    def _forget(self) -> None:
        """In a fork: let go of the worker, which is the parent's."""
        self._lock = threading.Lock()
        if self._worker is not None:
            self._worker.process.returncode = 0  # nobody here waits for it
            self._worker.leave()
            self._worker = None


def _exit_code(worker: _Worker) -> int | str:
    try:
        return worker.process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "?"


def _raise(answer: dict[str, Any]) -> None:
    """Raise what an answer says that the worker could not do."""
    if answer.get("memory"):
        raise MemoryError
    if said := answer.get("error"):
        kind = getattr(errors, said["kind"], ExchangeError)
        assert issubclass(kind, UrbanplanError)
        raise kind(said["what"], where=said["where"], fix=said["fix"], **said["values"])


def _search_path() -> list[str]:
    """Where this process finds modules, without its working folder, where anybody's file may lie."""
    home = str(Path(errors.__file__).resolve().parents[1])
    return list(dict.fromkeys([*filter(None, sys.path), home]))


def _environment() -> dict[str, str]:
    """This process's environment, without plug-ins of GDAL."""
    return {**os.environ, "GDAL_DRIVER_PATH": "disable"}


def _widen(stream: Any) -> None:
    """Let more bytes wait in a pipe where the system can."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):  # an account may have all that it is granted
            fcntl.fcntl(stream.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


_pools: dict[str, _Pool] = {"": _Pool()}
