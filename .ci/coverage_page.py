"""Write docs/coverage.md from what `make coverage` measured: lines and branches that the tests run, by room."""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "coverage.md"
COUNTS = ("num_statements", "covered_lines", "num_branches", "covered_branches")
HEAD = """# Coverage

The share of statements and branches of `urbanplan` that the tests run, in their own process, in workers and in the
processes that they start. `make coverage` measures it and writes this page. Functions that numba compiles leave no
trace and are not counted: independent references in `tests/network` hold them.

| room | statements | run | branches | taken | share |
|---|---|---|---|---|---|
"""


def coverage_page(report: Mapping[str, Any]) -> str:
    """The page for a JSON report of coverage.py; files outside rooms stand under the package's name."""
    rooms: dict[str, list[int]] = {}
    for name, entry in report["files"].items():
        parts = Path(name).parts
        room = parts[1] if len(parts) > 2 else parts[0]
        counts = rooms.setdefault(room, [0] * len(COUNTS))
        for at, key in enumerate(COUNTS):
            counts[at] += entry["summary"][key]
    total = [sum(column) for column in zip(*rooms.values(), strict=True)]
    rows = [_row(room, counts) for room, counts in sorted(rooms.items())]
    return HEAD + "\n".join([*rows, _row("**all**", total)]) + f"\n\nPython {platform.python_version()}.\n"


def _row(name: str, counts: list[int]) -> str:
    """A row of the table; the share is of statements and branches together, as coverage.py has it."""
    statements, run, branches, taken = counts
    share = (run + taken) / max(statements + branches, 1)
    return f"| {name} | {statements:,} | {run:,} | {branches:,} | {taken:,} | {share:.1%} |"


def main() -> int:
    """Read the measured data, write the page, print its last row."""
    from coverage import Coverage

    measured = Coverage(config_file=str(ROOT / "pyproject.toml"))
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        measured.json_report(outfile=str(file))
        page = coverage_page(json.loads(file.read_text(encoding="utf-8")))
    PAGE.write_text(page, encoding="utf-8")
    print(next(line for line in page.splitlines() if line.startswith("| **all**")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
