"""F1: every writer killed at 200 points: at each of its calls to the file system, and at moments in between."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from exchange.corpus.child import Outcome, run_forked
from exchange.corpus.statistics_table import Figures
from exchange.corpus.valid_files import SUFFIXES
from exchange.corpus.writers import WRITERS, Writer

CALLS = {
    "open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.scandir", "os.listdir", "fcntl.flock", "os.chmod",
    "shutil.rmtree", "tempfile.mkdtemp", "sqlite3.connect",
}  # fmt: skip


def run(points: int, *, writers: tuple[Writer, ...] = WRITERS) -> Figures:
    """Kill each writer ``points`` times while it puts a new version over an old one."""
    figures = Figures("F1", f"kill -9 × {len(writers)} writers")
    for writer in writers:
        with tempfile.TemporaryDirectory() as folder:
            figures.join(_kill_writer(Path(folder), writer, points))
    return figures


def _kill_writer(home: Path, writer: Writer, points: int) -> Figures:
    figures = Figures("F1", "")
    before = home / "before"
    before.mkdir()
    assert run_forked(lambda: not writer.write(before, "old")).code == 0
    calls, seconds = _measure_writer(home, before, writer)
    draw = random.Random(writer.name)
    for at in range(points):
        place = home / "place"
        shutil.copytree(before, place)
        by_call = at % 2 == 0 and at // 2 < calls  # the last calls first: there the old gives way to the new
        ended = _run_killed(place, writer, calls - at // 2 if by_call else draw.uniform(0, seconds * 1.05))
        told = f"{writer.name} at {f'call {calls - at // 2}' if by_call else 'a moment'}"
        outcome, slips = _check_result(place, writer)
        if ended not in (0, -signal.SIGKILL):
            slips.append(f"ended by {ended}")
        figures.take(told, outcome, slips)
        shutil.rmtree(place)
    return figures


def _stop_after(limit: int) -> list[int]:
    """Count the calls to the file system; die before number ``limit``."""
    count = [0]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in CALLS:
            count[0] += 1
            if count[0] == limit:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return count


def _measure_writer(home: Path, before: Path, writer: Writer) -> tuple[int, float]:
    """How many calls the writing of a new version makes, and how long it takes."""
    place = home / "place"
    shutil.copytree(before, place)

    def work() -> int:
        count = _stop_after(-1)
        begin = time.monotonic()
        writer.write(place, "new")
        print(f"\ncounted {count[0]} {time.monotonic() - begin}")
        return 0

    ended = run_forked(work)
    shutil.rmtree(place)
    assert ended.code == 0, ended.err
    said = ended.out.rpartition("counted ")[2].split()
    return int(said[0]), float(said[1])


def _run_killed(place: Path, writer: Writer, when: float) -> int:
    """Kill the writer before a call (an int) or after a time (a float); how it ended."""
    reader, ready = os.pipe()
    child = os.fork()
    if child == 0:
        code = 9
        try:
            os.close(reader)
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            if isinstance(when, int):
                _stop_after(when)
            os.write(ready, b"x")
            code = 0 if writer.write(place, "new") else 8
        finally:
            os._exit(code)
    os.close(ready)
    os.read(reader, 1)
    os.close(reader)
    if isinstance(when, float):
        time.sleep(when)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _check_result(place: Path, writer: Writer) -> tuple[str, list[str]]:
    """What a stranger sees, then what urbanplan reads, and whether anything is left over."""
    seen = run_forked(lambda: _read_with_pyogrio(place)) if writer.name == "shp" else None

    def work() -> int:
        from urbanplan.exchange.files.atomic import recover

        if f".{writer.name}" not in SUFFIXES:  # reading a file finishes what was left beside it
            recover(place)
            recover(place / ".urbanplan")
        print(f"\nversion {writer.read(place)}")
        left = [str(file) for file in place.rglob(".urbanplan-tmp-*")]
        assert not left, left
        return 0

    ended = run_forked(work)
    slips = _is_whole(ended) + (
        [] if seen is None or seen.code == 0 else [f"a stranger sees a mixture: {seen.err[-200:]}"]
    )
    return ended.out.rpartition("version ")[2].strip() or "neither", slips


def _is_whole(ended: Outcome) -> list[str]:
    found = [f"neither old nor new: {ended.err.strip()[-300:]}"] if ended.code else []
    return found + [slip for slip in ended.slips if not slip.startswith("exit")]


def _read_with_pyogrio(place: Path) -> int:
    """Another program's view of a shapefile right after the kill: whole, or not there."""
    import pyogrio

    if not (place / "a.shp").exists():
        return 0
    frame = pyogrio.read_dataframe(place / "a.shp")
    versions = {value.rpartition("-")[0] for value in frame["id"]}
    assert len(versions) == 1, versions
    assert len(frame) == {"old": 3, "new": 6}[versions.pop()], len(frame)
    assert frame.geometry.notna().all()
    return 0
