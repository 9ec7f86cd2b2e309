"""Kill -9 in the midst of every writer of the desk: the folder is whole, each layer old or new, and work goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RIG = Path(__file__).with_name("kill_rig.py")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="writers run in forks")
@pytest.mark.parametrize("moments", [6, pytest.param(200, marks=pytest.mark.corpus)])
def test_a_killed_writer_loses_nothing(tmp_path, moments):
    line = [sys.executable, "-W", "ignore", str(RIG), str(tmp_path), str(moments), "7"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == []
