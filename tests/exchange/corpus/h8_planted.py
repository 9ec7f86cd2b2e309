"""H8: what somebody leaves in a plan's folder, with what is declared there, to check, map, report and log."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from exchange.corpus.child import Outcome, command, prepare, run_forked
from exchange.corpus.hostile_files import CANARY
from exchange.corpus.planted_state import DECLARED, HARMLESS, Attack
from exchange.corpus.statistics_table import Figures
from exchange.corpus.valid_files import file_digests

LINES = {
    "check": "check {home} --quiet --output json:{out}/a.json",
    "map": "map {home} -o {out}/a.html",
    "report": "report {home} -o {out}/a.html",
    "export": "export parcels --plan {home} -o {out}/a.gpkg",
    "diff": "diff --plan {home} last last",
    "layers": "layers {home}",
}
OWN = (".urbanplan", "runs.jsonl")  # where the log of runs is written, unless something stands there
SMALL = 2**20


def run(
    *, attacks: Mapping[str, Attack] | None = None, lines: tuple[str, ...] = tuple(LINES), step: int = 1
) -> Figures:
    """Each attack on each command; what is no answer changes no verdict, and nothing outside is read or written."""
    from plans import small_district

    figures = Figures("H8", "planted folders")
    chosen = {**HARMLESS, **DECLARED} if attacks is None else attacks
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        prepare(lambda: small_district.write(place / "clean"))
        clean = _verdicts(_give("check", place / "clean", _empty(place / "first")), place / "first")
        for name, attack in [*chosen.items()][::step]:
            for line in lines:
                home = _plant(place, attack)
                before = file_digests(home.parent / "elsewhere"), _small_files(home)
                ended = _give(line, home, _empty(home.parent / "out"))
                slips = [*ended.slips, *(["the canary shows"] * (CANARY in ended.said))]
                slips += ["something outside changed"] * (file_digests(home.parent / "elsewhere") != before[0])
                slips += _changes(before[1], _small_files(home))
                if name in HARMLESS:
                    slips += [f"exit {ended.code}"] * (ended.code == 2 and line not in ("report", "diff"))
                    said = _verdicts(ended, home.parent / "out") if line == "check" else clean
                    slips += ["another verdict"] * (said != clean)
                slips += _forgotten(ended, home) if line == "check" else []
                figures.take(f"{name}, {line}", "refused" if ended.code == 2 else "answered", slips, ended)
    return figures


def _empty(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _plant(place: Path, attack: Attack) -> Path:
    """A copy of the clean folder with what the attack leaves there, and a secret beside it."""
    work = place / "work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(place / "clean", work / "plan")
    (work / "elsewhere").mkdir()
    (work / "elsewhere" / "secret.txt").write_text(f'id = "{CANARY}"\n', encoding="utf-8")
    attack(work / "plan", work / "elsewhere")
    return work / "plan"


def _give(name: str, home: Path, out: Path) -> Outcome:
    words = [word.format(home=home, out=out) for word in LINES[name].split()]
    return replace(run_forked(command([*words, "--lang", "en"])), codes=(0, 1, 2, 3))


def _forgotten(ended: Outcome, home: Path) -> list[str]:
    """What a check says that the next one, which answers from the cache, does not, or the other way round."""
    out = home.parent / "out"
    said = [_told(_give("check", home, out) if again else ended, out) for again in (False, True)]
    return [f"told otherwise the second time: {line[:200]}" for line in sorted(said[0] ^ said[1])[:3]]


def _told(ended: Outcome, out: Path) -> set[str]:
    """Findings and verdicts of a check, and what it wrote on the terminal."""
    path = out / "a.json"
    said = json.loads(path.read_text(encoding="utf-8")) if path.is_file() and ended.code in (0, 1, 3) else {}
    rows = [json.dumps(row, sort_keys=True) for part in ("findings", "verdicts") for row in said.get(part, ())]
    return {*rows, *ended.said.splitlines(), f"exit {ended.code}"}


def _verdicts(ended: Outcome, out: Path) -> object:
    """What a check says, without where and when."""
    if ended.code not in (0, 1, 3):
        return None
    said = json.loads((out / "a.json").read_text(encoding="utf-8"))
    return [(verdict["target"], verdict["status"], verdict.get("reading")) for verdict in said["verdicts"]]


def _small_files(home: Path) -> dict[str, bytes | str]:
    """Files of a folder with their bytes, what is no plain file by what it is; large ones by their size."""
    seen: dict[str, bytes | str] = {}
    for base, _, names in os.walk(home):
        for name in names:
            path = Path(base, name)
            if path.is_symlink() or not path.is_file():
                seen[str(path)] = "no file"
            else:
                size = path.stat().st_size
                seen[str(path)] = path.read_bytes() if size < SMALL else str(size)
    return seen


def _changes(before: dict[str, bytes | str], after: dict[str, bytes | str]) -> list[str]:
    changed = [name for name in before if after.get(name) != before[name] and Path(name).name not in OWN]
    made = [name for name in after if name not in before and Path(name).name not in OWN and not name.endswith(".lock")]
    return [f"{name} changed" for name in changed] + [f"{name} was made" for name in made]
