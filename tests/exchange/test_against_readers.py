"""Every real file and case against another reader: nothing differs and nothing is refused that is not argued by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.corpus
COMPARE = Path(__file__).parent / "corpus" / "compare.py"


def test_every_file_is_as_another_reader_says(shared):
    """In a process of its own: the other readers need the drivers that the tests switch off."""
    done = subprocess.run([sys.executable, str(COMPARE), str(shared)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "| all |" in done.stdout
