"""H2: byte mutations of good files, each given on the command line; an answer is compared with another reader's."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from exchange.corpus.child import command, run_forked
from exchange.corpus.mutate import mutate
from exchange.corpus.statistics_table import Figures, refusal_faults
from exchange.corpus.valid_files import SUFFIXES, shapefile_companions, write_valid_file


@contextmanager
def start_judge() -> Iterator[subprocess.Popen[str]]:
    """The judge as a process of its own."""
    env = {key: value for key, value in os.environ.items() if key != "GDAL_SKIP"}
    line = [sys.executable, "-W", "ignore", "-m", "exchange.corpus.judge"]
    env["PYTHONPATH"] = os.pathsep.join(map(str, Path(__file__).resolve().parents[2:4]))
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env
    ) as judge:
        yield judge
        judge.stdin.close()


def _ask(judge: subprocess.Popen[str], *paths: Path) -> str:
    judge.stdin.write("\t".join(map(str, paths)) + "\n")
    judge.stdin.flush()
    return judge.stdout.readline().strip()


def run(count: int, *, suffixes: tuple[str, ...] = SUFFIXES, seed: int = 0, judge: Any = None) -> Figures:
    """``count`` mutations, shared out among the formats; a shapefile's companions are mutated too.

    The judge is one of its own unless one is given.
    """
    figures = Figures("H2", "byte mutations of good files")
    with tempfile.TemporaryDirectory() as folder, nullcontext(judge) if judge else start_judge() as judge:
        for at, suffix in enumerate(suffixes):
            share = count // len(suffixes) + (at < count % len(suffixes))
            figures.join(_format(Path(folder) / suffix[1:], suffix, share, seed, judge))
    return figures


def _format(home: Path, suffix: str, count: int, seed: int, judge: subprocess.Popen[str]) -> Figures:
    figures = Figures("H2", "")
    home.mkdir()
    draw = random.Random(f"{suffix} {seed}")
    run_forked(lambda: write_valid_file(home, suffix, metadata=False) and 0)
    model = home / f"good{suffix}"
    data, beside, truth = model.read_bytes(), shapefile_companions(model), home / "truth.parquet"
    assert run_forked(command(_line(model, truth))).code == 0
    for at in range(count):
        files = {**beside, suffix: data}
        turned = draw.choice([suffix, *beside])
        files[turned] = mutate(files[turned], draw)
        path, made = home / f"m{at}{suffix}", home / "made.parquet"
        for ending, content in files.items():
            path.with_suffix(ending).write_bytes(content)
        ended = run_forked(command(_line(path, made)))
        if ended.code == 0 and not ended.slips:
            outcome, slips = _verdict(judge, path, made, truth)
        else:
            outcome, slips = "refused", refusal_faults(ended, str(path.with_suffix("")))
            slips += ["something was written"] * made.exists()
        figures.take(f"{path.name} ({turned})", outcome, slips, ended)
        keep = os.environ.get("URBANPLAN_KEEP") if slips else None
        for file in [*home.glob(f"m{at}.*"), *home.glob("made.*")]:
            if keep:
                (Path(keep) / file.name).write_bytes(file.read_bytes())
            file.unlink()
    return figures


def _line(path: Path, made: Path) -> list[str]:
    return ["convert", str(path), str(made), "--set-aside", "--allow-loss", "--lang", "en"]


def _verdict(judge: subprocess.Popen[str], path: Path, made: Path, truth: Path) -> tuple[str, list[str]]:
    said = _ask(judge, path, made, truth)
    return (said, []) if said.startswith("as ") else ("another answer", [said])
