"""Machine code is kept, made anew when what it calls changes, and a spoilt or closed folder costs time only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba")

HEAD = "from urbanplan.layer.compiled import cached_njit\n"
FIRST = HEAD + "@cached_njit\ndef step(x):\n    return x + {step}.0\n"
SECOND = HEAD + "from first import step\n@cached_njit\ndef twice(x):\n    return step(step(x))\n"
ASK = "from second import twice; print(twice(0.0), sum(twice.stats.cache_hits.values()))"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return write_modules(tmp_path)


@pytest.fixture(scope="module")
def compiled_room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Modules whose machine code is kept; each test that spoils it leaves it whole again."""
    made = write_modules(tmp_path_factory.mktemp("compiled"))
    answer(made)
    return made


def write_modules(folder: Path) -> Path:
    (folder / "first.py").write_text(FIRST.format(step=1))
    (folder / "second.py").write_text(SECOND)
    return folder


FULL = """from numba.core import caching
def full(*_): raise OSError(28, "No space left on device")
caching.IndexDataCacheFile._open_for_write = full
"""


def answer(room: Path, before: str = "") -> tuple[float, int]:
    """What ``twice(0)`` is in a process of its own, and whether its machine code was found."""
    repository = str(Path(__file__).parents[2])
    code = f"import sys; sys.path[:0] = [{str(room)!r}, {repository!r}]\n{before}{ASK}"
    environment = {"PATH": "", "NUMBA_CACHE_DIR": str(room / "kept"), "HOME": str(room / "kept")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    value, hits = done.stdout.split()
    return float(value), int(hits)


def test_machine_code_is_kept_until_what_it_calls_in_another_module_changes(room: Path) -> None:
    assert [answer(room), answer(room)] == [(2.0, 0), (2.0, 1)]
    (room / "first.py").write_text(FIRST.format(step=21))
    assert answer(room) == (42.0, 0)


@pytest.mark.parametrize(
    ("pattern", "left"), [("*.nbi", b""), ("*.nbi", b"\xfa\x00\x01"), ("*.nbc", b"\x80\x04"), ("*.nb*", b"")]
)
def test_a_spoilt_file_is_made_anew(compiled_room: Path, pattern: str, left: bytes) -> None:
    spoilt = list(compiled_room.glob("kept/**/" + pattern))
    assert spoilt
    for path in spoilt:
        path.write_bytes(left)
    assert [answer(compiled_room), answer(compiled_room)] == [(2.0, 0), (2.0, 1)]


def test_a_full_disk_is_done_without(room: Path) -> None:
    assert answer(room, FULL) == (2.0, 0)
    assert answer(room) == (2.0, 0)


def test_a_folder_that_cannot_be_made_is_done_without(room: Path) -> None:
    (room / "kept").write_text("a file where the folder should be")
    (room / "__pycache__").write_text("here too")
    assert [answer(room), answer(room)] == [(2.0, 0), (2.0, 0)]
