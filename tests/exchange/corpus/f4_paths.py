"""F4: names that are odd, and places where nothing can be written: it works, or the error is clear."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from exchange.corpus.child import Outcome, command, run_forked
from exchange.corpus.statistics_table import Figures, refusal_faults
from exchange.corpus.valid_files import SUFFIXES, file_digests, write_valid_file

NAMES = (
    "空 格", "a'b", 'a"b', "ü𠮷", "😀🏙", "x" * 180, "字" * 70, "a;b", "a#b", "a?b=c", "a%20b", "-x", "--help", "a!b", "&<>",
    "a:b", "a\\b", "a*b", "a\nb", "a\tb", " a", "a ", "..a", "a..b", ".hidden", "CON", "$(id)", "`id`", "{x}", "%s", "~", "@",
)  # fmt: skip
NOBODY = 65534


def run(
    *, names: tuple[str, ...] = NAMES, suffixes: tuple[str, ...] = SUFFIXES, places: tuple[str, ...] | None = None
) -> Figures:
    """Convert a good file into one of each name and back; then write to every place that cannot be written.

    Args:
        places: titles of :data:`PLACES`; all of them unless given.
    """
    figures = Figures("F4", "odd names, missing and closed places")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        home = Path(folder)
        for suffix in suffixes:
            (home / "from").mkdir()
            run_forked(lambda suffix=suffix: write_valid_file(home / "from", suffix, metadata=False) and 0)
            for name in names:
                (home / "to").mkdir()
                figures.take(f"{name!r}{suffix}", *_check_name(home, suffix, name))
                shutil.rmtree(home / "to")
            for title in PLACES if places is None else places:
                figures.take(f"{title} {suffix}", *_check_refusal(home, suffix, PLACES[title]))
            shutil.rmtree(home / "from")
    return figures


NAME_SUFFIXES = (".kml", ".xlsx", ".gpkg", ".zip", ".fgb")
"""Endings of formats that hold the name of the file, so that another name makes other bytes."""


def _same_data(one: Path, other: Path) -> bool:
    if one.suffix not in NAME_SUFFIXES:
        return one.read_bytes() == other.read_bytes()
    from exchange.frame_changes import changes

    from urbanplan.exchange import read

    return not changes(read(one).frame, read(other).frame)


def _check_name(home: Path, suffix: str, name: str) -> tuple[str, list[str]]:
    """Written under the name and read back the same, or refused clearly with nothing written."""
    source, target = home / "from" / f"good{suffix}", home / "to" / f"{name}{suffix}"
    words = ["convert", "--allow-loss", "--lang", "en", "--", str(source), target.name]
    there = run_forked(command(words, cwd=target.parent))
    if there.code == 2:
        return "told", refusal_faults(there, "") + [f"{left} is left" for left in file_digests(home / "to")]
    back = home / "to" / f"back{suffix}"
    again = run_forked(command(["convert", "--allow-loss", str(target), str(back)]))
    slips = [*there.slips, *again.slips]
    if again.code != 0 or not target.exists():
        slips.append(f"cannot be read back: {again.err[-200:]}")
    elif not _same_data(target, back):
        slips.append("another content came back")
    return "written and read back", slips


def _missing(place: Path) -> Path:
    return place / "no" / "such"


def _file(place: Path) -> Path:
    (place / "file").write_text("a file", encoding="utf-8")
    return place / "file"


def _closed(place: Path) -> Path:
    (place / "closed").mkdir(mode=0o555)
    return place / "closed"


def _loop(place: Path) -> Path:
    (place / "loop").symlink_to(place / "loop")
    return place / "loop"


def _dangling(place: Path) -> Path:
    (place / "link").symlink_to(place / "nowhere")
    return place / "link"


PLACES: dict[str, Callable[[Path], Path]] = {
    "a missing folder": _missing,
    "a file as folder": _file,
    "a read-only folder": _closed,
    "a loop of links": _loop,
    "a link to nothing": _dangling,
    "a folder of the system": lambda place: Path("/proc"),
    "a folder of that name": lambda place: place,
    "a name of 300 bytes": lambda place: place,
}


def _check_refusal(home: Path, suffix: str, make: Callable[[Path], Path]) -> tuple[str, list[str]]:
    """Exit 2, told clearly, and nothing is left."""
    (home / "to").mkdir(mode=0o777)
    os.chmod(home / "to", 0o777)
    folder = make(home / "to")
    target = folder / f"a{suffix}"
    if make is PLACES["a name of 300 bytes"]:
        target = folder / f"{'x' * 300}{suffix}"
    elif make is PLACES["a folder of that name"]:
        target.mkdir()
    before = file_digests(home / "to")
    ended = run_forked(
        _run_unprivileged(["convert", str(home / "from" / f"good{suffix}"), str(target), "--allow-loss"])
    )
    slips = _is_clear_error(ended) + [f"{name} is left" for name in set(file_digests(home / "to")) - set(before)]
    shutil.rmtree(home / "to")
    return "told", slips


def _is_clear_error(ended: Outcome) -> list[str]:
    return refusal_faults(ended, "")


def _run_unprivileged(words: list[str]) -> Callable[[], int]:
    """The command as an account that owns nothing: root may write everywhere."""

    def work() -> int:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
        return command([*words, "--lang", "en"])()

    return work
