"""H10: mailed folders and layers, to inspect, convert, add and intake: refused or read, and nothing else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from door_checks import acting_signs
from exchange.corpus.child import Outcome, command, run_forked
from exchange.corpus.h1_files import PLAN, listen
from exchange.corpus.hostile_files import CANARY
from exchange.corpus.planted_inputs import ATTACKS, SECRET, Attack
from exchange.corpus.statistics_table import Figures, refusal_faults
from exchange.corpus.valid_files import file_digests


def _lines(path: Path, place: Path) -> dict[str, list[str]]:
    if path.is_dir():
        words = ["intake", str(path), "-o", str(place / "out" / "town"), "--crs", "EPSG:4547"]
        return {"intake": words, "again": [*words, "--update"]}
    pinned = [] if path.suffix in (".shp", ".gpkg") else ["--crs", "EPSG:4547"]
    return {
        "inspect": ["inspect", str(path)],
        "convert": ["convert", str(path), str(place / "out" / "made.parquet"), "--set-aside", "--allow-loss", *pinned],
        "add": ["add", "parcels", str(path), "--plan", str(place / "out"), "--allow-loss", *pinned],
    }


def run(*, attacks: Mapping[str, Attack] = ATTACKS, step: int = 1) -> Figures:
    """Each attack to each command that reads it."""
    figures = Figures("H10", "mailed folders and layers")
    for name, attack in [*attacks.items()][::step]:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, listen() as (_, called):
            place = Path(folder)
            for part in ("in", "out", "elsewhere"):
                (place / part).mkdir()
            (place / "elsewhere" / "secret.txt").write_text(CANARY, encoding="utf-8")
            (place / "elsewhere" / "secret.geojson").write_text(SECRET, encoding="utf-8")
            (place / "out" / "plan.toml").write_text(PLAN, encoding="utf-8")
            path = _made(attack, place)
            for line, words in _lines(path, place).items():
                before = file_digests(place / "elsewhere"), _listing(place / "in")
                ended = replace(run_forked(command([*words, "--lang", "en"])), codes=(0, 1, 2, 3))
                slips = [*ended.slips, *(refusal_faults(ended, "")[len(ended.slips) :] if ended.code == 2 else ())]
                slips += ["something outside changed"] * (file_digests(place / "elsewhere") != before[0])
                slips += ["an input changed"] * (_listing(place / "in") != before[1])
                slips += [f"the terminal gets {sign!r}" for sign in acting_signs(ended.said)]
                slips += _leaks(ended, place / "out")
                figures.take(f"{name}, {line}", "refused" if ended.code == 2 else "read", slips, ended)
            figures.slips += [f"{name}: a call from {place}" for place in called]
            shutil.rmtree(place / "in", ignore_errors=True)
    return figures


def _made(attack: Attack, place: Path) -> Path:
    """What the attack makes, in a fork, so that no library is used in this process."""
    said = place / "path"
    ended = run_forked(
        lambda: said.write_bytes(os.fsencode(attack(place / "in", place / "elsewhere"))) and 0, seconds=60
    )
    assert ended.code == 0, ended.said[-2000:]
    return Path(os.fsdecode(said.read_bytes()))


def _listing(folder: Path) -> list[tuple[str, int, int]]:
    found = []
    for base, folders, names in os.walk(folder):
        for name in (*folders, *names):
            said = os.lstat(os.path.join(base, name))
            found.append(
                (
                    os.path.join(base, name),
                    said.st_mtime_ns if not os.path.isdir(os.path.join(base, name)) else 0,
                    said.st_size,
                )
            )
    return sorted(found)


def _leaks(ended: Outcome, out: Path) -> list[str]:
    """The secret in what was said or written."""
    held = CANARY in ended.said
    for base, _, names in os.walk(out):
        for name in names:
            path = Path(base, name)
            held = held or (path.is_file() and path.stat().st_size < 2**24 and CANARY.encode() in path.read_bytes())
    return ["the canary shows"] * held
