"""Writers of the desk killed with SIGKILL at chosen moments, and what stands in the folder afterwards.

``python kill_rig.py FOLDER MOMENTS SEED`` prints a JSON list of what was wrong, which should be empty.  A writer runs
in a fork of a process that has loaded everything, and is killed at the n-th change that it makes in the file system,
counted by the audit hook of Python, or after a part of the time that it takes undisturbed.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import geopandas as gpd
import shapely
from plans import small_district

from urbanplan.analysis.check import check
from urbanplan.analysis.diff import log_run
from urbanplan.analysis.plans import open_plan
from urbanplan.analysis.target_edit import draft_target, file_digest, write_target
from urbanplan.analysis.waive import waive
from urbanplan.exchange import read
from urbanplan.model.finding import Finding
from urbanplan.model.run_files import RunFiles, use_run_files
from urbanplan.server.intake_tasks import add_layer, undo_add, write_draft
from urbanplan.server.task_run import TaskRun
from urbanplan.store.runlog import log_file, read_runs
from urbanplan.verdict.waiver import read_waivers

CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "shutil.copyfile")
REPORT = "2026年工作报告\n新增停车位1200个，新建公园3个。\n"
NEW = {
    "id": "SITES",
    "bound": {"comparator": ">=", "number": 1, "unit": "处"},
    "measure": {"kind": "count", "of": "sites"},
}


class Town:
    """One plan folder with a file to bring in, and what may stand in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.plan = small_district.write(home / "plan")
        frame = small_district.frames()["parcels"]
        x, y = small_district.X + 600, small_district.Y + 600
        more = gpd.GeoDataFrame({"id": ["F3"]}, geometry=[shapely.box(x, y, x + 9, y + 9)], crs=frame.crs)
        gpd.pd.concat([frame, more], ignore_index=True).to_file(home / "three.gpkg", engine="pyogrio")
        (home / "report.txt").write_text(REPORT, encoding="utf-8")
        self.run = TaskRun(self.plan, home, io.StringIO())

    def add(self) -> None:
        add_layer(self.run, layer="parcels", file=str(self.home / "three.gpkg"), said={}, dry_run=False)

    def undo(self) -> None:
        undo_add(self.run, layer="parcels")

    def target(self) -> None:
        draft = draft_target(self.plan, None, NEW)
        write_target(self.plan, draft, seen=file_digest(self.plan))

    def waiver(self) -> None:
        hit = Finding(code="plan-quote-none", level="warn", message="x", fix="y")
        waive(self.plan.parent / "waivers.toml", hit, reason="known", owner="bureau", as_of="2025-12-31")

    def draft(self) -> None:
        write_draft(self.run, file=str(self.home / "report.txt"), folder=str(self.home / "made" / "town"), words={})

    def check(self) -> None:
        log_run(check(self.plan, select=["PARCELS"]))

    def faults(self) -> list[str]:
        """What is half done in the folder."""
        found: list[str] = []
        names = {one.id for one in open_plan(self.plan).target}
        if len(names) not in (8, 9):
            found.append(f"{len(names)} targets")
        for name, counts in {"parcels": (2, 3), "sites": (1,), "streets": (4,), "homes": (4,)}.items():
            count = len(read(self.plan.parent / f"{name}.gpkg").frame)
            if count not in counts:
                found.append(f"{name} has {count} features")
        waivers = self.plan.parent / "waivers.toml"
        if waivers.exists() and len(read_waivers(waivers)) != 1:
            found.append("a torn waiver")
        if (self.home / "made" / "town").exists():
            open_plan(self.home / "made" / "town")
        read_runs(log_file(self.plan))
        return found


WRITERS: dict[str, Callable[[Town], None]] = {
    "add": Town.add, "undo": Town.undo, "target": Town.target, "waiver": Town.waiver, "draft": Town.draft,
    "check": Town.check,
}  # fmt: skip


def main(folder: Path, moments: int, seed: int) -> list[str]:
    """Kill each writer at its share of the moments."""
    random.seed(seed)
    wrong: list[str] = []
    share = -(-moments // len(WRITERS))
    for name, write in WRITERS.items():
        before = folder / name
        town = Town(before)
        if name == "undo":
            _run(town, Town.add)
        changes, seconds = _undisturbed(folder, before, write)
        for number in range(share):
            late = number % 2 == 1
            at = random.random() * seconds if late else 1 + (number // 2 * changes) // max(share // 2, 1)
            home = _copy(before, folder / "now")
            _kill_at(home, write, at, late=late)
            wrong += [f"{name} at {at}: {fault}" for fault in _verify(home, write, name)]
    return wrong


def _copy(before: Path, home: Path) -> Town:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(before, home)
    town = Town.__new__(Town)
    town.home, town.plan = home, home / "plan" / "plan.toml"
    town.run = TaskRun(town.plan, home, io.StringIO())
    return town


def _run(town: Town, write: Callable[[Town], None]) -> None:
    with use_run_files(RunFiles(overwrite=True)):
        write(town)


def _undisturbed(folder: Path, before: Path, write: Callable[[Town], None]) -> tuple[int, float]:
    """How many changes a writer makes and how long it takes: of a second run, with everything loaded."""
    _run(_copy(before, folder / "now"), write)
    town = _copy(before, folder / "now")
    begin, count = time.monotonic(), folder / "count"
    pid = os.fork()
    if pid == 0:
        seen = [0]
        sys.addaudithook(lambda event, args: _count(seen, event, args))
        _run(town, write)
        count.write_text(str(seen[0]))
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0, "the writer fails undisturbed"
    return int(count.read_text()), time.monotonic() - begin


def _is_change(event: str, args: tuple[object, ...]) -> bool:
    if event == "open":
        flags = args[2]
        return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))
    return event in CHANGES


def _count(seen: list[int], event: str, args: tuple[object, ...]) -> None:
    seen[0] += _is_change(event, args)


def _kill_at(town: Town, write: Callable[[Town], None], at: float, *, late: bool) -> None:
    """Run a writer in a fork and kill it before its change ``at``, or after so many seconds."""
    pid = os.fork()
    if pid == 0:
        seen = [0]

        def hook(event: str, args: tuple[object, ...]) -> None:
            _count(seen, event, args)
            if seen[0] >= at:
                os.kill(os.getpid(), signal.SIGKILL)

        if not late:
            sys.addaudithook(hook)
        _run(town, write)
        os._exit(0)
    if late:
        time.sleep(at)
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _verify(town: Town, write: Callable[[Town], None], name: str) -> list[str]:
    """Faults of the folder as the kill left it, and that the same can be done after it."""
    try:
        found = town.faults()
        if not _is_done(town, name):
            _run(town, write)
            found += town.faults()
            found += [] if _is_done(town, name) else ["cannot be done again"]
    except (ValueError, OSError) as error:
        return [f"{type(error).__name__}: {error}"]
    left = [path.name for path in town.plan.parent.rglob("*tmp*")]
    return found + [f"left behind: {one}" for one in left]


def _is_done(town: Town, name: str) -> bool:
    match name:
        case "add" | "undo":
            return len(read(town.plan.parent / "parcels.gpkg").frame) == (3 if name == "add" else 2)
        case "target":
            return any(one.id == "SITES" for one in open_plan(town.plan).target)
        case "waiver":
            return (town.plan.parent / "waivers.toml").exists()
        case "draft":
            return (town.home / "made" / "town").exists()
        case _:
            return len(read_runs(log_file(town.plan))) > 0


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])), ensure_ascii=False))
