"""Machine code is kept, made anew when what it calls changes, and a spoilt or closed folder costs time only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from network.compiled_room import (
    ask_on_a_full_disk,
    ask_twice,
    ask_what_fails,
    ask_while_another_compiles,
    is_twice_compiled,
    write_modules,
)
from warm import call_fresh

from urbanplan.layer.file_lock import Lock

pytest.importorskip("numba")

from numba import types

from urbanplan.network.walk.grid import cell_index
from urbanplan.raster.kernels.basins import sum_areas
from urbanplan.siting.kernels.local_cuts import count_bits


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return write_modules(tmp_path)


@pytest.fixture(scope="module")
def compiled_room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Modules whose machine code is kept; each test that spoils it leaves it whole again."""
    made = write_modules(tmp_path_factory.mktemp("compiled"))
    answer(made)
    return made


def answer(room: Path) -> tuple[float, int]:
    """What ``twice(0)`` is in a process of its own, and whether its machine code was found."""
    return call_fresh(ask_twice, str(room))


@pytest.mark.parametrize("kind", ["cached_njit", "inner_njit", "linked_njit"])
def test_machine_code_is_kept_until_what_it_calls_in_another_module_changes(room: Path, kind: str) -> None:
    write_modules(room, kind=kind)
    assert [answer(room), answer(room)] == [(2.0, 0), (2.0, 1)]
    assert call_fresh(is_twice_compiled, str(room))
    assert call_fresh(ask_what_fails, str(room)) == "division by zero"
    write_modules(room, step=21, kind=kind)
    assert not call_fresh(is_twice_compiled, str(room))
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


def test_processes_that_start_at_once_compile_once(room: Path) -> None:
    with ThreadPoolExecutor(3) as together:
        assert sorted(together.map(answer, [room] * 3)) == [(2.0, 0), (2.0, 1), (2.0, 1)]


def test_who_never_ends_compiling_is_not_waited_for(compiled_room: Path) -> None:
    locks = [Lock(path) for path in compiled_room.glob("kept/**/*.lock")]
    assert [lock.path.stem for lock in locks if lock.take(wait=False)] != []
    try:
        assert call_fresh(ask_while_another_compiles, str(compiled_room)) == (2.0, 1)
    finally:
        for lock in locks:
            lock.release()


def test_what_compiled_functions_alone_call_is_refused_from_python() -> None:
    """It has no way in: numba would jump to nowhere."""
    for _ in ("before it is compiled", "after"):
        with pytest.raises(TypeError, match="cell_index is called from compiled functions only"):
            cell_index(1.0, 2.0, 3)
        cell_index.compile((types.float64, types.float64, types.int64))
        with pytest.raises(TypeError, match="count_bits is called from compiled functions only"):
            count_bits(np.uint64(7))
        count_bits.compile((types.uint64,))


def test_narrow_numbers_are_not_compiled_for_anew() -> None:
    """A number of 32 bits, as arrays hold it, is one like any other."""
    label, area = np.array([[0, 1], [1, 1]], np.int32), np.array([10.0, 20.0])
    assert sum_areas(label, area, 2).tolist() == [10.0, 50.0]
    known = len(sum_areas.signatures)
    assert sum_areas(label, area, np.int32(2)).tolist() == sum_areas(label, area, np.int8(2)).tolist() == [10.0, 50.0]
    assert len(sum_areas.signatures) == known


def test_a_full_disk_is_done_without(room: Path) -> None:
    assert call_fresh(ask_on_a_full_disk, str(room)) == (2.0, 0)
    assert answer(room) == (2.0, 0)


def test_a_folder_that_cannot_be_made_is_done_without(room: Path) -> None:
    (room / "kept").write_text("a file where the folder should be")
    (room / "__pycache__").write_text("here too")
    assert [answer(room), answer(room)] == [(2.0, 0), (2.0, 0)]
