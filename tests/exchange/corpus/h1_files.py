"""H1: hostile files given on the command line, to every command that opens a file."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from exchange.corpus.child import Outcome, command, process, run_forked
from exchange.corpus.hostile_files import CANARY, hostile_files, make_setting
from exchange.corpus.statistics_table import Figures, refusal_faults
from exchange.corpus.valid_files import SUFFIXES, file_digests, plan_head

ROWS = {  # files with a feature or line at fault, which must be named
    ".geojson": {"nan", "infinite", "big-number", "open-ring", "unknown-shape", "half-character", "texts", "deep"},
    ".csv": {"deep", "deep-curves", "nan", "infinite", "no-numbers", "quote", "control", "no-wkt"},
    ".kml": {"nan", "infinite", "one-number", "open-ring", "include", "deep"},
    ".txt": {"texts", "nan", "infinite", "ring-text", "ring-huge", "two-points", "letters", "columns", "three-columns"},
    ".shp": {"shape", "parts", "points", "nan"},
    ".gpkg": {"nan", "deep"},
    ".parquet": {"nan", "deep"},
}
PLAN = f"""{plan_head()}[[layer]]
name = "parcels"
file = "parcels.geojson"
type = "parcels"
basis = "reported"
"""


def command_line(name: str, path: Path, home: Path) -> list[str]:
    """The command line of a command on a file."""
    match name:
        case "inspect":
            return ["inspect", str(path)]
        case "convert":
            return ["convert", str(path), str(home / "out" / "made.gpkg"), "--allow-loss", "--lang", "en"]
    # what only a .prj is bad for is good where the user says its CRS
    pinned = [] if path.suffix == ".geojson" or path.stem == "crs-deep" else ["--crs", "EPSG:4547"]
    return ["add", "parcels", str(path), "--plan", str(home / "plan"), "--allow-loss", *pinned]


COMMANDS = ("inspect", "convert", "add")


@contextmanager
def listen() -> Iterator[tuple[str, list[str]]]:
    """An address of this machine, and who called it: nobody should."""
    called: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.1)
        over = threading.Event()

        def wait() -> None:
            while not over.is_set():
                try:
                    guest, place = door.accept()
                except TimeoutError:
                    continue
                called.append(str(place))
                guest.close()

        porter = threading.Thread(target=wait, daemon=True)
        porter.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}/x", called
        finally:
            over.set()
            porter.join()


def run(
    *,
    suffixes: tuple[str, ...] = SUFFIXES,
    given: Callable[[int], tuple[str, ...]] = lambda at: COMMANDS,
    alone: Callable[[int, str], bool] = lambda at, name: False,
) -> Figures:
    """Give each file to the commands of ``given``, each in a fork, or as a process of its own where ``alone`` says so.

    Both get the file's number in its format; the process runs under strace, which counts connections.
    """
    figures = Figures("H1", "hostile files × inspect, convert, add")
    with tempfile.TemporaryDirectory() as folder, listen() as (address, called):
        home = Path(folder)
        around = make_setting(home / "elsewhere", address)
        for name in ("plan", "out", "tmp"):
            (home / name).mkdir()
        (home / "plan" / "plan.toml").write_text(PLAN, encoding="utf-8")
        for suffix in suffixes:
            chosen = [at for at in range(24) if given(at)]
            for at, path in zip(chosen, hostile_files(home / "files", suffix, around, chosen), strict=True):
                for name in given(at):
                    before = file_digests(home)
                    ended = _run_command(command_line(name, path, home), home, real=alone(at, name))
                    slips = refusal_faults(ended, str(path.with_suffix("")), row=path.stem in ROWS.get(suffix, ()))
                    slips += _find_leaks(ended, before, file_digests(home))
                    outcome = "refused" if ended.code == 2 else f"exit {ended.code}"
                    figures.take(f"{name} {path.name}", outcome, slips, ended)
            shutil.rmtree(home / "files")
        figures.slips += [f"a call from {place}" for place in called]
    return figures


def _run_command(line: list[str], home: Path, *, real: bool) -> Outcome:
    if real:
        return process(line, log=home.parent / f"{home.name}.strace", env={"TMPDIR": str(home / "tmp")})

    def work() -> int:
        os.environ["TMPDIR"] = str(home / "tmp")
        tempfile.tempdir = None
        return command(line)()

    return run_forked(work)


def _find_leaks(ended: Outcome, before: dict[str, str], after: dict[str, str]) -> list[str]:
    found = [f"{name} was written" for name in after if after[name] != before.get(name)]
    found += [f"{name} is gone" for name in before if name not in after]
    return found + ["the canary shows"] * (CANARY in ended.said)
