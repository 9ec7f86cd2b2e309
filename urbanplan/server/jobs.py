"""Long work beside the server: processes that can be watched, cancelled, and that end with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from urbanplan.errors import UsageError
from urbanplan.model.translation import current_language, localize, use_language
from urbanplan.server.opened import OpenPlan

State = Literal["waiting", "running", "done", "failed", "cancelled"]
MAX_RUNNING = 2
MAX_WAITING = 20
MAX_NOTES = 500
# tasks whose process does the next one, too
LIGHT = ("layers", "inspect", "preview", "add", "undo", "export", "draft", "write_draft", "site")


@dataclass
class Job:
    """One task, as its process told of it last.

    Attributes:
        number: of its address. name: of the task. plan: number of the plan. out: its folder.
        what, done, of: its progress. verdicts: rows of words, as they came. notes: (level, text).
        result: what the task gave; its ``files`` may be fetched. problem: why it failed.
        values: of the task's parameters. seen: state of the plan's files when it began. language: of its texts.
    """

    number: int
    name: str
    plan: int
    out: Path
    state: State = "waiting"
    what: str = ""
    done: int = 0
    of: int = 0
    verdicts: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    notes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    result: dict[str, Any] = field(default_factory=dict[str, Any])
    problem: str = ""
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    seen: str = ""
    language: str = "en"
    process: subprocess.Popen[bytes] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("waiting", "running")

    @property
    def question(self) -> tuple[Any, ...]:
        """What it was asked: two jobs with the same do the same."""
        return self.name, self.plan, dict(self.values), self.seen, self.language

    @property
    def files(self) -> list[str]:
        """Names of the files that may be fetched."""
        return list(self.result.get("files", ()))


class Jobs:
    """All jobs of a run of the server; a few run at a time, the others wait in their order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._jobs: list[Job] = []
        self._waiting: list[tuple[Job, bytes]] = []
        self._closed = False
        self._idle: subprocess.Popen[bytes] | None = None

    def start(self, name: str, plan: OpenPlan, values: Mapping[str, Any], *, seen: str = "") -> Job:
        """Begin a task, or give the one that does the same already.

        Args:
            name: of the task. plan: that it is of. values: of the task's parameters.
            seen: state of the plan's files; a task of another state is another one.

        Raises:
            UsageError: too much waits already.
        """
        with self._lock:
            same = (name, plan.number, dict(values), seen, current_language())
            for job in self._jobs:
                if job.is_open and job.question == same:
                    return job
            if len(self._waiting) >= MAX_WAITING:
                raise UsageError("too much waits to be done", fix="Wait, or cancel something.")
            number = len(self._jobs) + 1
            out = self._folder / str(number)
            out.mkdir(parents=True)
            language = current_language()
            task = {"name": name, "plan": str(plan.file), "out": str(out), "language": language, "values": values}
            job = Job(number, name, plan.number, out, values=dict(values), seen=seen, language=language)
            self._jobs.append(job)
            self._waiting.append((job, json.dumps(task).encode("utf-8") + b"\n"))
            self._start_waiting()
            return job

    def start_once(self, name: str, plan: OpenPlan, values: Mapping[str, Any], *, seen: str) -> Job:
        """The job that did or does the same of the same files, begun where there is none or it was cancelled."""
        same = (name, plan.number, dict(values), seen, current_language())
        for job in self.of_plan(plan.number, name):
            if job.question == same and job.state != "cancelled":
                return job
        return self.start(name, plan, values, seen=seen)

    def find(self, number: str) -> Job | None:
        """The job of an address."""
        with self._lock:
            return next((job for job in self._jobs if str(job.number) == number), None)

    def of_plan(self, plan: int, name: str = "") -> list[Job]:
        """The jobs of a plan, the latest first; those of a task where one is named."""
        with self._lock:
            return [job for job in reversed(self._jobs) if job.plan == plan and name in ("", job.name)]

    def cancel(self, job: Job) -> None:
        """End a job that waits or runs; what it had begun to make is not kept."""
        with self._lock:
            if not job.is_open:
                return
            job.state = "cancelled"
            self._waiting = [pair for pair in self._waiting if pair[0] is not job]
            _kill(job.process)

    def close(self) -> None:
        """End every job: the server ends."""
        with self._lock:
            self._closed = True
            for job in self._jobs:
                self.cancel(job)
            if self._idle is not None:
                _kill(self._idle)
                _release(self._idle)
                self._idle = None

    def _start_waiting(self) -> None:
        running = sum(job.state == "running" for job in self._jobs)
        while self._waiting and running < MAX_RUNNING and not self._closed:
            job, task = self._waiting.pop(0)
            job.process = self._take_process()
            job.state = "running"
            running += 1
            threading.Thread(target=self._follow, args=(job, job.process, task), daemon=True).start()

    def _take_process(self) -> subprocess.Popen[bytes]:
        """The process that waits for a task, else a new one."""
        idle, self._idle = self._idle, None
        if idle is not None and idle.poll() is None:
            return idle
        if idle is not None:
            _release(idle)
        return _start_process(self._folder)

    def _follow(self, job: Job, process: subprocess.Popen[bytes], task: bytes) -> None:
        """Give a process its task and keep what it says, until it ends."""
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(task)
            process.stdin.flush()
            for line in process.stdout:
                _hear(job, json.loads(line))
                if job.result or job.problem:
                    break
        except (OSError, ValueError):
            pass  # it was ended in the middle of a line
        self._end(job, process)

    def _end(self, job: Job, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            job.process = None
            answered = job.state == "running" and bool(job.result or job.problem)
            if answered and job.name in LIGHT and self._idle is None and not self._closed:
                self._idle = process
            else:
                _kill(process)
                _release(process)
            if job.state == "running":
                job.state = "done" if job.result and not job.problem else "failed"
                if job.state == "failed" and not job.problem:
                    with use_language(job.language):
                        job.problem = localize("The work ended without an answer; it may have run out of memory.")
            self._start_waiting()


def _hear(job: Job, message: dict[str, Any]) -> None:
    """Keep what a process says."""
    match message:
        case {"progress": [str(what), int(done), int(of)]}:
            job.what, job.done, job.of = what, done, of
        case {"verdict": dict(row)}:
            job.verdicts.append(row)
        case {"note": [str(level), str(text)]}:
            if len(job.notes) < MAX_NOTES:
                job.notes.append((level, text))
        case {"done": dict(result)}:
            job.result = {"files": [], **result}
        case {"problem": str(text)}:
            job.problem = text
        case _:
            pass


def _start_process(folder: Path) -> subprocess.Popen[bytes]:
    """A process that waits for its tasks; what it leaves half done lies in the desk's own folder."""
    temporary = folder / "temporary"
    temporary.mkdir(parents=True, exist_ok=True)
    line = [sys.executable, "-m", "urbanplan.server.worker"]
    return subprocess.Popen(
        line,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(temporary)},
        start_new_session=True,
    )


def _release(process: subprocess.Popen[bytes]) -> None:
    """Let go of a process that was ended."""
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):  # what was not yet written has no reader
                stream.close()


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    """End a process with those that it started."""
    if process is None or process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):  # it ended by itself
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
