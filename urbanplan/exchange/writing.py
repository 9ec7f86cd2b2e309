"""The door for writing a frame to a file, whatever its format: losses listed first, then whole or not at all."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange.fields.adapt import adapt_frame
from urbanplan.exchange.files import sidecar
from urbanplan.exchange.files.atomic import move_folder, replace_files
from urbanplan.exchange.files.digest import file_digest
from urbanplan.exchange.formats import FORMATS, Format, by_name, by_suffix
from urbanplan.exchange.frames import is_spatial, set_shapes
from urbanplan.exchange.gate.admission import companions
from urbanplan.exchange.gate.folder import folder_files
from urbanplan.exchange.geometry.rounding import DIGITS, MAX_DIGITS
from urbanplan.exchange.losses import check_losses
from urbanplan.exchange.table import WriteJob, Written
from urbanplan.model.disclosure import RELEASE
from urbanplan.model.translation import localize, use_language

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from urbanplan.exchange.table import Draw


def write(  # noqa: PLR0913 — each is a choice of the caller's
    frame: gpd.GeoDataFrame | pd.DataFrame,
    path: Path | str,
    *,
    format: str | None = None,
    profile: Any = None,
    allow_loss: bool = False,
    metadata: dict[str, Any] | None = None,
    digits: int | None = None,
    draw: Draw | None = None,
) -> Written:
    """Write a frame; the file, its companions and its metadata file are replaced together.

    Args:
        frame: features, or plain rows for the formats that hold them.
        path: the file. format: its format by name, else by its ending.
        profile: a variant of the format: ``gbk`` (Shapefile), ``indexed`` (FlatGeobuf), a boundary-point template,
            styles (GeoPackage).
        allow_loss: write although something is lost that metadata cannot bring back.
        metadata: source, date, basis, lineage … for the metadata file; None writes what is known from the frame.
        digits: of degrees in GeoJSON and KML, 7 unless given.
        draw: draws the shapes of some rows, of one type and without heights; each row of the frame then bears another
            of that type, which has the extent of them all. GeoJSON and GeoPackage take them piece by piece.

    Raises:
        LossError: something would be lost and that was not allowed.
        ExchangeError: the file cannot be written; what was there before is untouched.
    """
    path = Path(path)
    row = by_name(format) if format else by_suffix(path)
    _check_writable(row, str(path))
    _check_profile(row, profile, str(path))
    digits = _choose_digits(row, digits, str(path))
    if draw is not None and not row.piecewise:
        frame, draw = set_shapes(frame, draw(slice(0, len(frame)))), None
    lost = check_losses(frame, row, profile=profile, allowed=allow_loss, where=str(path), digits=digits)
    if len(os.fsencode(sidecar.metadata_path(path).name)) > _MAX_NAME_BYTES:
        raise ExchangeError("the file name is too long", where=str(path), fix="Choose a shorter name.")
    _check_no_folder(path, row)
    about = {**_released(frame), **(metadata or {})}
    frame = adapt_frame(_select_writable(frame, row, path), row)
    main = path.name if row.companions else None
    with replace_files(path.parent, name=path.name, remove=_existing_companions(path, row), main=main) as folder:
        layer = str(about.pop("layer", path.stem))
        job = WriteJob(frame, folder / path.name, profile, layer, about, digits, draw)
        done = row.load().write(job)
        lost = (*lost, *done.get("losses", ()))
        _check_count(job, row)
        signed, files = file_digest(job.path, row), tuple(path.parent / file.name for file in _visible_files(folder))
        size = sum(file.stat().st_size for file in [*_visible_files(folder), *folder_files(job.path)] if file.is_file())
        with use_language("en"):  # the same bytes in every language
            losses = [loss.text() for loss in lost]
        said = {"losses": losses, "renamed": done.get("renamed") or None, **about}
        sidecar.write_metadata(
            sidecar.metadata_path(job.path),
            sidecar.build_metadata(frame, format=row.name, digest=signed, crs=done["crs"], **said),
        )
        if row.folder:
            move_folder(job.path, path)
    return Written(path, row.name, len(frame), signed, size, done["crs"], (*files, sidecar.metadata_path(path)), lost)


def _released(frame: Any) -> dict[str, Any]:
    """For whom a frame was made to leave, where a disclosure profile has gone over it."""
    said = frame.attrs.get(RELEASE)
    return {RELEASE: said} if isinstance(said, dict) else {}


def write_layers(
    frames: dict[str, gpd.GeoDataFrame], path: Path | str, *, styles: dict[str, Any] | None = None,
    metadata: dict[str, Any] | None = None, allow_loss: bool = False,
) -> Written:  # fmt: skip
    """Write several layers into one GeoPackage, replaced whole.

    Args:
        frames: layers by name. path: the GeoPackage. styles: a style for each layer, or none.
        metadata: for the metadata file. allow_loss: as for :func:`write`.

    Raises:
        LossError: something would be lost and that was not allowed.
        ExchangeError: it cannot be written, or rows did not arrive; what was there before is untouched.
    """
    from urbanplan.exchange.geopackage import database as geopackage

    path, row = Path(path), by_name("gpkg")
    lost = [loss for name, frame in frames.items() for loss in check_losses(frame, row, allowed=allow_loss, where=name)]
    lost = tuple(replace(loss, carried=False, ruled=loss.ruled or loss.carried) for loss in lost)  # no kinds of fields
    frames = {geopackage.table_name(name): adapt_frame(frame, row) for name, frame in frames.items()}
    styles = {geopackage.table_name(name): style for name, style in (styles or {}).items()}
    with replace_files(path.parent, name=path.name) as folder:
        made = folder / path.name
        for name, frame in frames.items():
            geopackage.write(WriteJob(frame, made, styles.get(name), name))
        counted = {name: rows for name, (rows, _) in geopackage.layer_counts(made).items()}
        wanted = {name: len(frame) for name, frame in frames.items()}
        if counted != wanted:
            raise ExchangeError(
                "{found} of {wanted} features arrived in the file", where=path.name, fix=_DISK_SPACE_HINT,
                found=sum(counted.values()), wanted=sum(wanted.values()),
            )  # fmt: skip
        signed, size = file_digest(made, row), made.stat().st_size
        sidecar.write_metadata(
            sidecar.metadata_path(made),
            {
                "schema_version": sidecar.SCHEMA_VERSION,
                "format": "gpkg",
                "digest": signed,
                "layers": wanted,
                **(metadata or {}),
            },
        )
    return Written(path, "gpkg", sum(wanted.values()), signed, size, None, (path, sidecar.metadata_path(path)), lost)


def _select_writable(frame: Any, row: Format, path: Path) -> Any:
    """The features that the format holds; those without a shape were listed as a loss, and that was allowed."""
    if not row.drawn_only or not is_spatial(frame):
        return frame
    drawn = ~(frame.geometry.isna() | frame.geometry.is_empty)
    if len(frame) and not drawn.any():
        fix = "Choose a format that holds rows without a shape, such as CSV or GeoPackage."
        raise ExchangeError("no feature has a shape to write", where=str(path), fix=fix)
    return frame if drawn.all() else frame[drawn].reset_index(drop=True)


def _check_no_folder(path: Path, row: Format) -> None:
    """Refuse to replace a folder: it cannot be replaced in one step.

    Raises:
        ExchangeError: one stands there.
    """
    if row.folder and os.path.lexists(path):
        what, fix = "it stands there already, and a folder is not replaced", "Name another, or take it away first."
        raise ExchangeError(what, where=str(path), fix=fix)
    if os.path.isdir(path):
        raise ExchangeError("this is a folder, not a file", where=str(path), fix="Name a file.")


def _check_writable(row: Format, where: str) -> None:
    """Refuse a format that is only read.

    Raises:
        ExchangeError: it is one.
    """
    if not row.writable:
        known = ", ".join(one.suffixes[0] for one in FORMATS if one.writable)
        what, fix = "{title} is read, not written", "Use one of {known}."
        raise ExchangeError(what, where=where, fix=fix, title=row.local_title, known=known)


def _choose_digits(row: Format, digits: int | None, where: str) -> int:
    """The digits of degrees; they are asked of a format that rounds degrees, and are as many as a number has.

    Raises:
        ExchangeError: they are not.
    """
    if digits is None:
        return DIGITS
    if row.crs != "wgs84":
        fix = "Leave --digits out, or write GeoJSON or KML."
        raise ExchangeError("{title} keeps coordinates as they are", where=where, fix=fix, title=row.local_title)
    if not 0 <= digits <= MAX_DIGITS:
        fix = "Give 0 to {most}."
        raise ExchangeError("there are no {digits} digits", where=where, fix=fix, digits=digits, most=MAX_DIGITS)
    return digits


def _check_profile(row: Format, profile: Any, where: str) -> None:
    """A profile by name is one that the format has; a TXT's is a template, which says so itself.

    Raises:
        ExchangeError: the format has none of that name.
    """
    if not isinstance(profile, str) or row.name == "txt":
        return
    names = getattr(row.load(), "PROFILES", ())
    if profile not in names:
        fix = "Choose one of {names}." if names else "Leave the profile out."
        what = "{title} has no profile {name}"
        raise ExchangeError(what, where=where, fix=fix, title=row.local_title, name=profile, names=", ".join(names))


_MAX_NAME_BYTES = 255  # bytes of a name on the usual disks; the metadata file has the longest
_DISK_SPACE_HINT = "Check the space on the disk and write again."


def _existing_companions(path: Path, row: Format) -> tuple[str, ...]:
    """Companions of the file that stands there now: those that the new one lacks go away with it."""
    return tuple(file.name for file in companions(path, row)) if os.path.exists(path) else ()


def _visible_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if not file.name.startswith("."))


def _check_count(job: WriteJob, row: Format) -> None:
    """Count what the file holds now: a full disk or a broken writer shows here, before anything is replaced."""
    count = getattr(row.load(), "count", None)
    if count is None:
        return
    try:
        found = count(job.path)
    except ExchangeError as error:  # its advice is for readers
        what = "what was written cannot be read back: {reason}"
        raise ExchangeError(what, where=job.path.name, fix=_DISK_SPACE_HINT, reason=_error_text(error)) from error
    if found != len(job.frame):
        raise ExchangeError(
            "{found} of {wanted} features arrived in the file",
            where=job.path.name,
            fix="Check the space on the disk and write again.",
            found=found,
            wanted=len(job.frame),
        )


def _error_text(error: ExchangeError) -> str:
    """What is wrong, without place and advice."""
    return localize(error.what, **error.values)
