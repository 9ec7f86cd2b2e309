"""The cells of a notebook, run one after the other by what runs them in a kernel."""

from __future__ import annotations

import json
import os
from pathlib import Path


def code_cells(path: Path) -> list[str]:
    """The code of each cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run_cells(path: str, folder: str) -> int:
    """How many cells ran in ``folder``; the first that fails is raised."""
    from IPython.core.interactiveshell import InteractiveShell

    os.chdir(folder)
    shell = InteractiveShell(ipython_dir=folder)
    for cell in code_cells(Path(path)):
        shell.run_cell(cell, store_history=True).raise_error()
    return shell.execution_count - 1
