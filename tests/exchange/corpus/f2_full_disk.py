"""F2: the disk is full after so many bytes, for every writer: what was there before is there still, and it is told."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from exchange.corpus.child import run_forked
from exchange.corpus.statistics_table import Figures
from exchange.corpus.valid_files import file_digests
from exchange.corpus.writers import WRITERS, Writer

_LOCKS = ("lock",)


def run(sizes: int, *, writers: tuple[Writer, ...] = WRITERS) -> Figures:
    """Let each writer run into a limit at ``sizes`` sizes, over nothing and over an old version in turn."""
    figures = Figures("F2", f"disk full × {len(writers)} writers")
    for writer in writers:
        with tempfile.TemporaryDirectory() as folder:
            figures.join(_run_limited(Path(folder), writer, sizes))
    return figures


def _run_limited(home: Path, writer: Writer, sizes: int) -> Figures:
    figures = Figures("F2", "")
    full = home / "full"
    full.mkdir()
    assert run_forked(lambda: not writer.write(full, "old")).code == 0
    largest = max(file.stat().st_size for file in full.rglob("*") if file.is_file())
    for at in range(sizes):
        place = home / "place"
        if at % 2:
            shutil.copytree(full, place)
        else:
            place.mkdir()
        limit = at * largest // sizes
        figures.take(
            f"{writer.name} at {limit} bytes",
            *_check_result(place, writer, _limit_file_size(limit), told=home / "told"),
        )
        shutil.rmtree(place)
    return figures


def _limit_file_size(limit: int) -> Callable[[], None]:
    """No file may grow beyond the limit: writing more fails, as on a full disk (Python ignores SIGXFSZ)."""

    def set_it() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return set_it


def _check_result(place: Path, writer: Writer, limited: Callable[[], None], *, told: Path) -> tuple[str, list[str]]:
    from urbanplan.errors import UrbanplanError

    before = _final_files(place)

    def work() -> int:
        with told.open("w") as stream:  # its own file: what is printed may not fit any more
            os.dup2(stream.fileno(), 1)
            os.dup2(stream.fileno(), 2)
        limited()
        try:
            return 0 if writer.write(place, "new") else 2
        except UrbanplanError as error:
            return 2 if error.fix else 3
        except OSError:  # a harness file beside the writer
            return 2 if writer.name in ("store", "add") else 4

    ended = run_forked(work)
    slips = list(ended.slips)
    if ended.code == 0:
        said = run_forked(lambda: writer.read(place) != "new")
        return "written", slips + [f"written, but not whole: {said.err[-200:]}"] * (said.code != 0)
    after = _final_files(place)
    changed = [name for name in {*before, *after} if before.get(name) != after.get(name)]
    return "told, nothing changed", slips + [f"{name} changed" for name in changed]


def _final_files(place: Path) -> dict[str, str]:
    """What is under final names; folders and lock files may stay, and the sources that a harness made."""
    return {
        name: digest
        for name, digest in file_digests(place).items()
        if digest != "folder" and Path(name).name not in _LOCKS and "sources" not in name and "plan.toml" not in name
    }


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """A disk of our own, where this machine lets us mount one, else None."""
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64m", "none", folder], capture_output=True, check=False
        )
        try:
            yield Path(folder) if made.returncode == 0 else None
        finally:
            if made.returncode == 0:
                subprocess.run(["umount", folder], check=True)


def run_small_disk(sizes: int, *, writers: tuple[Writer, ...] = WRITERS) -> Figures:
    """The same with a real full disk: all but a little of it is taken up by another file."""
    figures = Figures("F2", f"a small disk that is full × {len(writers)} writers")
    with small_disk() as disk:
        for writer in writers if disk else ():
            for at in range(sizes):
                place = disk / "place"
                place.mkdir()
                if at % 2:
                    assert run_forked(lambda place=place, writer=writer: not writer.write(place, "old")).code == 0
                with tempfile.TemporaryDirectory() as outside:
                    _fill(disk / "filler", leave=at * 4096)
                    figures.take(f"{writer.name} with {at * 4} KiB", *_run_on_full_disk(place, writer, Path(outside)))
                (disk / "filler").unlink()
                shutil.rmtree(place)
    return figures


def _run_on_full_disk(place: Path, writer: Writer, outside: Path) -> tuple[str, list[str]]:
    """Judge a writer on a full disk; temporary files of the system lie on another one."""

    def moved() -> None:
        os.environ["TMPDIR"] = str(outside)
        tempfile.tempdir = None

    return _check_result(place, writer, moved, told=outside / "told")


def _fill(filler: Path, *, leave: int) -> None:
    """Take up the disk but for some bytes."""
    free = os.statvfs(filler.parent)
    with filler.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, max(4096, free.f_bavail * free.f_frsize - leave))
