"""Modules that wait: what a library only names is not run, and what is asked of it is there."""

from __future__ import annotations

import subprocess
import sys

ASKS = """
from urbanplan.cli.late_modules import load_late
import sys
load_late(); load_late()
import scipy.sparse.csgraph
assert "numpy.f2py" in sys.modules and "numpy.f2py.crackfortran" not in sys.modules
import numpy
assert callable(numpy.f2py.run_main) and "numpy.f2py.crackfortran" in sys.modules
"""


def test_the_compiler_of_fortran_waits_until_it_is_asked_for() -> None:
    subprocess.run([sys.executable, "-c", ASKS], check=True)
