"""DWG: turned into a DXF by the ODA File Converter where the machine has one, and read as that.

The converter is looked for on the PATH alone: the options of ezdxf's own add-on for it may stand in the working folder,
where anybody's file could name a program to run.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from urbanplan.errors import ExchangeError
from urbanplan.exchange.cad import dxf
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.table import Source, Table
from urbanplan.model.translation import localize

SELECTS_LAYERS = True  # as in a DXF
CONVERTER = "ODAFileConverter"
_SECONDS = 300
_INSTALL_HINT = (
    "Install the ODA File Converter (free of charge, from the Open Design Alliance) so that {program} is on the PATH, "
    "and under Linux xvfb too; or open the drawing in a CAD program and save it as DXF (SAVEAS, AutoCAD 2018 DXF)."
)
_SAVE_HINT = "Open the drawing in a CAD program and save it as DXF (SAVEAS, AutoCAD 2018 DXF)."


def read(source: Source) -> Table:
    """Read the drawing as :func:`urbanplan.exchange.cad.dxf.read` reads a DXF.

    Raises:
        ExchangeError: the machine has no converter, the converter makes nothing of it, or its DXF cannot be read.
    """
    with _converted(source.path) as path:
        inner = dataclasses.replace(source, path=path, format=by_name("dxf"))
        try:
            table = dxf.read(inner)
        except ExchangeError as error:
            error.where = str(source.path)
            raise
    note = localize("the drawing was turned into a DXF by the ODA File Converter")
    return dataclasses.replace(table, format="dwg", notes=(note, *table.notes))


def find_converter() -> str | None:
    """The path of the converter, None where the machine has none; folders that are relative do not count."""
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(folder)]
    if sys.platform == "win32":
        programs = Path(os.environ.get("PROGRAMFILES", "C:\\Program Files")) / "ODA"
        folders += [str(folder) for folder in sorted(programs.glob("ODAFileConverter*"), reverse=True)]
    return shutil.which(CONVERTER, path=os.pathsep.join(folders)) if folders else None


@contextmanager
def _converted(path: Path) -> Iterator[Path]:
    """The path of the DXF that the converter makes of a drawing, in a temporary folder."""
    program = find_converter()
    if program is None:
        what = "DWG is read through the ODA File Converter, which this machine does not have"
        raise ExchangeError(what, where=str(path), fix=_INSTALL_HINT, program=CONVERTER)
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "in", Path(folder) / "out"
        given.mkdir()
        made.mkdir()
        shutil.copyfile(path, given / "drawing.dwg")
        said = _run([program, str(given), str(made), "ACAD2018", "DXF", "0", "1", "drawing.dwg"], path)
        if not (made / "drawing.dxf").is_file():
            raise ExchangeError("the ODA File Converter makes no DXF of it: {reason}", where=str(path), fix=_SAVE_HINT,
                                reason=said[-200:] or "—")  # fmt: skip
        yield made / "drawing.dxf"


def _run(line: list[str], path: Path) -> str:
    """Run the converter without a window; what it prints. Its exit code says nothing under Linux."""
    hidden = shutil.which("xvfb-run") if sys.platform == "linux" and "DISPLAY" not in os.environ else None
    line = [hidden, "-a", *line] if hidden else line
    try:
        done = subprocess.run(line, capture_output=True, stdin=subprocess.DEVNULL, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        what = "the ODA File Converter has not ended after {seconds} s"
        raise ExchangeError(what, where=str(path), fix=_SAVE_HINT, seconds=_SECONDS) from error
    except OSError as error:
        what = "the ODA File Converter cannot be started: {reason}"
        raise ExchangeError(what, where=str(path), fix=_SAVE_HINT, reason=str(error)[:200]) from error
    return " ".join((done.stdout + done.stderr).decode("utf-8", "replace").split())
