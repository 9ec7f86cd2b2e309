"""Every real file and case against another reader: nothing differs and nothing is refused that is not argued by name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.corpus
COMPARE = Path(__file__).parent / "corpus" / "compare.py"


def test_every_file_is_as_another_reader_says(shared):
    """In a process of its own: the other readers need the drivers that the tests switch off."""
    environment = {name: value for name, value in os.environ.items() if name != "GDAL_SKIP"}
    line = [sys.executable, str(COMPARE), str(shared)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout
    assert "| all |" in done.stdout
