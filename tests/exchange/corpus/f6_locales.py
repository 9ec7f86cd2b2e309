"""F6: the same data give the same bytes in every time zone, locale and order of hashes, in every format."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from exchange.corpus.statistics_table import Figures

ZONES = ("UTC", "Asia/Shanghai", "America/St_Johns")
LOCALES = ("C", "zh_CN.UTF-8", "de_DE.UTF-8")
SEEDS = ("0", "1", "4242")
_CODE = """
import sys, pathlib
from exchange.corpus.writers import WRITERS
for writer in WRITERS[:: int(sys.argv[2])]:
    home = pathlib.Path(sys.argv[1]) / writer.name
    home.mkdir()
    for text in ("old", "new"):
        assert writer.write(home, text), writer.name
"""


def settings() -> list[tuple[str, str, str]]:
    """All combinations, the plainest first."""
    return list(itertools.product(ZONES, LOCALES, SEEDS))


def run(chosen: list[tuple[str, str, str]], *, step: int = 1) -> Figures:
    """Let one writer of ``step`` write under each setting, in a process of its own, and compare every file with the first's."""
    figures = Figures("F6", f"{len(chosen)} × zone, locale, hash seed")
    first: dict[str, str] = {}
    for zone, tongue, seed in chosen:
        with tempfile.TemporaryDirectory() as folder:
            env = {**os.environ, "TZ": zone, "LC_ALL": tongue, "LANG": tongue, "PYTHONHASHSEED": seed}
            env["PYTHONPATH"] = os.pathsep.join(map(str, Path(__file__).resolve().parents[2:4]))
            line = [sys.executable, "-W", "ignore", "-c", _CODE, folder, str(step)]
            done = subprocess.run(line, env=env, capture_output=True, text=True, errors="replace", check=False)
            found = _digests(Path(folder))
        first = first or found
        slips = [done.stderr[-300:]] if done.returncode else []
        slips += [f"{name} is another" for name in {*first, *found} if first.get(name) != found.get(name)]
        figures.take(f"{zone} {tongue} {seed}", "byte for byte the same" if not slips else "another", slips)
    figures.what += f", {len(first)} files"
    return figures


def _digests(home: Path) -> dict[str, str]:
    return {
        str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(home.rglob("*"))
        if file.is_file()
    }
