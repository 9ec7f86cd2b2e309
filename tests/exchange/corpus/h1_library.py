"""H1 in a host's process: hostile files given to ``urbanplan.read`` and ``urbanplan.inspect``.

Run as a program it is the host: ``h1_library.py FOLDER ADDRESS SUFFIXES FIRST STEP`` imports the modules FIRST, then
urbanplan, gives it one file of STEP of each of SUFFIXES (both separated by commas), and prints a line of JSON for each
answer.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[2]
FIRST = ("", "geopandas,pyogrio")
SECONDS = 120


def run(*, suffixes: tuple[str, ...], first: str, step: int = 1) -> Any:
    """Give one file of ``step`` of each ending to one host; ``first`` is what it imports before urbanplan."""
    from exchange.corpus.child import Outcome
    from exchange.corpus.h1_files import ROWS, listen
    from exchange.corpus.statistics_table import Figures, refusal_faults

    figures = Figures("H1", "hostile files × read, inspect in a host's process")
    with tempfile.TemporaryDirectory() as folder, listen() as (address, called):
        for said in _answers(folder, address, suffixes, first, step):
            name = f"{said['door']} {said['file']}"
            if "left" in said:  # the last line: what the host is afterwards
                figures.slips += [f"{', '.join(suffixes)} {slip}" for slip in said["left"]]
                continue
            code = 2 if said["outcome"] == "refused" else 0
            ended = Outcome(code, None, "", said["text"], said["seconds"], said["peak"])
            file = Path(said["path"])
            row = file.stem in ROWS.get(file.suffix, ())
            slips = refusal_faults(ended, str(file.with_suffix("")), row=row) if said["text"] else ended.slips
            figures.take(name, said["outcome"], slips + said["slips"], ended)
        figures.slips += [f"a call from {place}" for place in called]
    return figures


def _answers(folder: str, address: str, suffixes: tuple[str, ...], first: str, step: int) -> list[dict[str, Any]]:
    around = {name: value for name, value in os.environ.items() if name != "GDAL_SKIP"}
    around["PYTHONPATH"] = os.pathsep.join(map(str, (TESTS, TESTS.parent)))
    line = [sys.executable, "-m", "exchange.corpus.h1_library", folder, address, ",".join(suffixes)]
    line += [first, str(step)]
    limit = SECONDS * len(suffixes)
    done = subprocess.run(line, capture_output=True, text=True, env=around, check=False, timeout=limit)
    said = [json.loads(row) for row in done.stdout.splitlines()]
    if done.returncode or done.stderr or not said or "left" not in said[-1]:
        said.append({"door": "host", "file": "", "left": [f"exit {done.returncode}: {done.stderr[-500:]}"]})
    return said


def _host(folder: Path, address: str, suffixes: str, first: str, step: str) -> None:
    before = dict(os.environ)
    for name in filter(None, first.split(",")):
        import_module(name)
    held = dict(os.environ) if first else before
    from exchange.corpus.hostile_files import hostile_files, make_setting
    from exchange.corpus.valid_files import file_digests

    around = make_setting(folder / "elsewhere", address)
    chosen = range(0, 24, int(step))
    files_of = (hostile_files(folder / "files", suffix, around, chosen) for suffix in suffixes.split(","))
    for path in chain.from_iterable(files_of):
        for door in ("read", "inspect"):
            files, began = file_digests(folder), resource.getrusage(resource.RUSAGE_SELF)
            outcome, text, shown = _ask(door, path)
            used, peak = resource.getrusage(resource.RUSAGE_SELF), peak_memory()
            slips = ["a file was written, changed or taken away"] * (file_digests(folder) != files)
            slips += ["the canary shows"] * ("canary-8d1f0c" in text + shown)
            seconds = used.ru_utime + used.ru_stime - began.ru_utime - began.ru_stime
            print(json.dumps({
                "door": door, "file": path.name, "path": str(path), "outcome": outcome, "text": text, "slips": slips,
                "seconds": seconds, "peak": peak,
            }))  # fmt: skip
    print(json.dumps({"door": "host", "file": "", "left": _changes(held)}))


def peak_memory() -> int:
    """Bytes that this program held at most; the system's other figure counts what forked it too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _ask(door: str, path: Path) -> tuple[str, str, str]:
    """The outcome, the error's text, and all that is shown of the content."""
    import urbanplan
    from urbanplan.errors import UrbanplanError

    try:
        if door == "inspect":
            found: Any = urbanplan.inspect(path)
            refused = any(layer.refused for layer in found.layers)
            return "refused by row" if refused else "read", "", str(found)
        table = urbanplan.read(path)
        return "refused by row" if len(table.refused) else "read", "", f"{table.frame.to_csv()}{table.notes}"
    except UrbanplanError as error:
        return "refused", str(error), ""


def _changes(held: dict[str, str]) -> list[str]:
    slips = ["the environment has changed"] * (dict(os.environ) != held)
    import pyogrio

    from urbanplan.exchange.gdal import client

    slips += ["drivers of the host are gone"] * ("OGR_VRT" not in pyogrio.list_drivers())
    client.stop()
    worker = resource.getrusage(resource.RUSAGE_CHILDREN)
    slips += [f"the worker held {worker.ru_maxrss >> 10} MiB"] * (worker.ru_maxrss * 1024 > 2**30)
    return slips + [f"the worker took {worker.ru_utime:.0f} s"] * (worker.ru_utime > 60)


if __name__ == "__main__":
    _host(Path(sys.argv[1]), *sys.argv[2:])
