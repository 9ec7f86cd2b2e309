"""Copies of a plan's layer files: what an intake replaces is kept beside it, and can be brought back."""

from __future__ import annotations

import itertools
import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from urbanplan.analysis.plans import find_layer, open_plan, plan_folder
from urbanplan.errors import ExchangeError, GateError, UsageError
from urbanplan.model.note import Note, NoteLog, Notify, note

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from urbanplan.model.plan import Plan

REPLACED = "replaced"  # the key of the metadata file that names the copy


@contextmanager
def keep_replaced(path: Path) -> Generator[dict[str, Any] | None]:
    """Keep a copy of a layer's file, its companions and its metadata file while it is replaced, and from then on.

    Their names end in ``.bak``, or in the next free number (``.bak2``) where ``.bak`` holds another version.  Where
    what is done meanwhile fails, a copy that was made for it goes again.

    Yields:
        Name of the copy, digest and count of features of what is to be replaced; None where nothing is.
    """
    from urbanplan.exchange.files.atomic import gone_on_failure

    kept, made = _keep_copies(path)
    with gone_on_failure(made):
        yield kept


def _keep_copies(path: Path) -> tuple[dict[str, Any] | None, dict[Path, Path]]:
    """What is said of a version that is kept, and the copies that were made for it."""
    from urbanplan.exchange.files.digest import file_digest
    from urbanplan.exchange.files.regular import fingerprint
    from urbanplan.exchange.formats import by_suffix

    if not path.is_file():
        return None, {}
    row = by_suffix(path)
    files = _file_set(path)
    prints = [fingerprint(file) for file in files]
    for number in itertools.count(1):
        ending = ".bak" if number == 1 else f".bak{number}"
        copies = [file.with_name(file.name + ending) for file in files]
        found = [fingerprint(copy) for copy in copies]
        new = found != prints and not any(copy.exists() for copy in copies)
        if new:
            _copy_files(files, copies)
        if new or found == prints:
            said = {"copy": path.name + ending, "digest": file_digest(path, row), "features": _count_features(path)}
            return said, dict(zip(files, copies, strict=True)) if new else {}
    return None, {}


def undo_add(plan: Plan | Path | str, layer: str, *, notify: Notify | None = None) -> list[Note]:
    """Bring back the version of a layer that the last ``add`` replaced; the present one is kept as a copy.

    Args:
        plan: the plan, its file or its folder. layer: the layer's name. notify: called with each note as it comes.

    Raises:
        UsageError: the layer replaced nothing, or its copy is gone or was changed.
    """
    from urbanplan.model.run_files import allow_replacing
    from urbanplan.model.safe_path import resolve_inside
    from urbanplan.store.raster_layer import is_raster

    declared = open_plan(plan)
    spec = find_layer(declared, layer)
    path = Path(resolve_inside(spec.file, plan_folder(declared), where=declared.file))
    if is_raster(spec.file):
        from urbanplan.analysis.raster_intake import undo_raster

        return undo_raster(path, spec.file, notify=notify)
    said = _replaced_version(path)
    allow_replacing(path)
    with keep_replaced(path) as kept:
        _restore(path, said)
    log = NoteLog(notify)
    log.put(note("{file} is again what it was before the last add", level="result", file=spec.file))
    if kept:
        log.put(note("the version until now is kept as {copy}", copy=kept["copy"]))
    return log.notes


def has_replaced(plan: Plan | Path | str, layer: str) -> bool:
    """Whether a copy of an earlier version of a layer stands beside its file."""
    declared = open_plan(plan)
    path = plan_folder(declared) / find_layer(declared, layer).file
    return path.with_name(f"{path.name}.bak").is_file()


def replaced_note(kept: Mapping[str, Any], features: int, name: str) -> Note:
    """How many features replace how many, and where the old ones are."""
    if kept["features"] is None:
        text = "{layer}: replaced a file that cannot be read by {new} features; it is kept as {copy}"
        return note(text, layer=name, new=features, copy=kept["copy"])
    return note(
        "{layer}: replaced {old} features by {new}; the old ones are kept as {copy}, --undo brings them back",
        layer=name,
        old=kept["features"],
        new=features,
        copy=kept["copy"],
    )


def _file_set(path: Path) -> list[Path]:
    """A file with the companions and the metadata file that stand beside it; no link to what lies elsewhere."""
    from urbanplan.exchange.files.sidecar import metadata_path
    from urbanplan.exchange.formats import by_suffix
    from urbanplan.exchange.gate.admission import companions

    beside = [*companions(path, by_suffix(path)), metadata_path(path)]
    return [path, *(file for file in beside if file.is_file() and not file.is_symlink())]


def _copy_files(files: list[Path], copies: list[Path]) -> None:
    from urbanplan.exchange.files.atomic import replace_files

    with replace_files(files[0].parent, name=copies[0].name) as folder:
        for file, copy in zip(files, copies, strict=True):
            shutil.copyfile(file, folder / copy.name)


def _count_features(path: Path) -> int | None:
    """How many features a file holds; None where it cannot be read."""
    from urbanplan.exchange import read

    try:
        return len(read(path).frame)
    except (ExchangeError, GateError):
        return None


def _replaced_version(path: Path) -> dict[str, str]:
    """What the metadata file says of the version that was replaced.

    Raises:
        UsageError: it says nothing of one, or the copy is not there.
    """
    from urbanplan.exchange.files.digest import file_digest
    from urbanplan.exchange.files.sidecar import read_metadata
    from urbanplan.exchange.formats import by_suffix

    found: Any = read_metadata(path, file_digest(path, by_suffix(path))).get(REPLACED) if path.is_file() else None
    said = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    name, digest = str(said.get("copy")), said.get("digest")
    if not re.fullmatch(re.escape(path.name) + r"\.bak\d*", name) or not isinstance(digest, str):
        copies = ", ".join(sorted(file.name for file in path.parent.glob(f"{path.name}.bak*"))) or "—"
        fix = "Copies that stand there: {copies}."
        raise UsageError("nothing says which version the last add replaced", where=str(path), fix=fix, copies=copies)
    if not (path.parent / name).is_file() or (path.parent / name).is_symlink():
        fix = "Bring it in again with urbanplan add."
        raise UsageError("the copy {copy} is not there", where=str(path), fix=fix, copy=name)
    return {"copy": name, "digest": digest}


def _restore(path: Path, said: Mapping[str, str]) -> None:
    """Put the copies in the place of the set, whole or not at all.

    Raises:
        UsageError: they are no longer what was replaced.
    """
    from urbanplan.exchange.files.atomic import replace_files
    from urbanplan.exchange.files.digest import file_digest
    from urbanplan.exchange.files.sidecar import metadata_path
    from urbanplan.exchange.formats import by_suffix

    row, ending = by_suffix(path), said["copy"].removeprefix(path.name)
    names = {path.name, metadata_path(path).name, *(f"{path.stem}{one}" for one in row.companions)}
    copies = {name: path.with_name(name + ending) for name in sorted(names)}
    gone = tuple(file.name for file in _file_set(path)[1:])
    with replace_files(path.parent, name=path.name, remove=gone, main=path.name if row.companions else None) as folder:
        for name, copy in copies.items():
            if copy.is_file() and not copy.is_symlink():
                shutil.copyfile(copy, folder / name)
        if file_digest(folder / path.name, row) != said["digest"]:
            fix = "Bring the layer in again with urbanplan add."
            raise UsageError("the copy {copy} was changed since", where=str(path), fix=fix, copy=said["copy"])
