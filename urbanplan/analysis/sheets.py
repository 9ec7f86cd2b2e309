"""Sheets: A4 pages as PDF for parcels, road projects and the circle of each sub-district."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.check import Check, check
from urbanplan.analysis.disclosure import DisclosureOptions, disclose_check, disclose_plan, open_disclosure
from urbanplan.analysis.disclosure_doors import require_no_proposal, secret_notes
from urbanplan.analysis.plans import in_plan_language, open_plan
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import Plan
    from urbanplan.verdict.run import Progress
    from urbanplan.view.map.ground import Ground
    from urbanplan.view.sheets.batch import BatchResult
    from urbanplan.view.sheets.circles import CircleFigures


@dataclass(frozen=True)
class SheetFiles:
    """One PDF for each sheet in order, the file of all of them if asked for, what has no sheet, and notes."""

    files: tuple[Path, ...]
    combined: Path | None
    left_out: tuple[str, ...]
    notes: list[Note] = field(default_factory=list)


def sheets(  # noqa: PLR0913 - what the sheets are of, and how they are made
    plan: Plan | Path | str,
    out: Path | str = "sheets",
    *,
    of: str = "parcels",
    names: Sequence[str] | None = None,
    combined: bool = False,
    proposal: Path | str | Any = None,
    progress: Progress | None = None,
    base: str | None = None,
    disclosure: DisclosureOptions | None = None,
) -> SheetFiles:
    """Write one PDF for each parcel, road project or sub-district.

    Args:
        plan: the plan, its file or its folder. out: the folder to write into.
        of: ``parcels``, ``roads`` or ``circle``. names: ids or names of parcels or roads, all unless given.
        combined: also one file of all sheets. proposal: proposed sites for the circles, a file or frame.
        progress: called with (what, done, of) as work goes on.
        base: a file of pictures under the drawings (GeoTIFF, MBTiles, PMTiles, folder of tiles), or the name of one
            that ``maps/bases`` declares.
        disclosure: for whom the sheets leave; what the profile holds back is on none.

    Raises:
        UsageError: no such kind of sheet, parcel, road or profile, a base that is a service, or a proposal on sheets
            for others.
        ViewError: the plan has nothing to draw.
    """
    declared, out = open_plan(plan), Path(out)
    require_no_proposal(disclosure, proposal)
    ground = _open_ground(declared, base)
    match of:
        case "parcels" | "roads":
            layers, whole = _read_layers(declared, progress), None
            if disclosure is None:
                said = list(secret_notes(declared, layers))
            else:
                whole = _measured(declared, layers, disclosure, of=of)
                declared, layers, said = disclose_plan(declared, layers, disclosure)
            draw = partial(_draw_features, declared, layers, out, of=of, names=names, measured=whole)
        case "circle":
            done, said, figures = _check_circles(declared, proposal, disclosure, progress)
            draw = partial(_draw_circles, done, out, measured=figures)
        case _:
            raise UsageError("there are no sheets of {of}", fix="Say parcels, roads or circle.", of=of)
    made = draw(combined=combined, progress=progress, ground=ground)
    return sheet_files(made, said)


def sheet_files(made: BatchResult, said: Sequence[Note] = ()) -> SheetFiles:
    """What was written, with notes that say so after those that were ``said`` before."""
    return SheetFiles(made.files, made.combined, made.left_out, [*said, *_notes(made)])


def _open_ground(plan: Plan, base: str | None) -> Ground | None:
    """The ground of a file.

    Raises:
        UsageError: it is a service: a page asks it, sheets do not.
    """
    from urbanplan.analysis.ground import open_ground

    ground = open_ground(plan, base)
    if base is not None and ground is None:
        fix = "Give a GeoTIFF, MBTiles, PMTiles or folder of tiles."
        raise UsageError("{base} is a service: sheets ask nothing of the network", fix=fix, base=base)
    return ground


def _read_layers(plan: Plan, progress: Progress | None) -> dict[str, Layer]:
    from urbanplan.store.folder import read_plan_layers

    return read_plan_layers(plan, tell=None if progress is None else lambda name: progress(name, 0, 0))[0]


def _measured(plan: Plan, layers: dict[str, Layer], options: DisclosureOptions, *, of: str) -> Any:
    """Areas of parcels, or lengths of roads, before a profile puts their corners on a grid: what is stated is exact."""
    from urbanplan.view.sheets.parcels import parcel_areas
    from urbanplan.view.sheets.roads import road_lengths

    if open_disclosure(plan, options).profile.precision_m <= 0:
        return None
    return parcel_areas(plan, layers) if of == "parcels" else road_lengths(plan, layers)


def _draw_features(  # noqa: PLR0913 - as :func:`sheets`
    plan: Plan,
    layers: dict[str, Layer],
    out: Path,
    *,
    of: str,
    names: Sequence[str] | None,
    combined: bool,
    progress: Progress | None,
    ground: Ground | None,
    measured: Any,
) -> BatchResult:
    from urbanplan.view.sheets import parcel_sheets, road_sheets

    wanted = None if names is None else list(names)
    step = _sheet_progress(progress)
    if of == "parcels":
        return parcel_sheets(
            plan, layers, out=out, parcels=wanted, combined=combined, progress=step, ground=ground, measured=measured
        )
    return road_sheets(
        plan, layers, out=out, roads=wanted, combined=combined, progress=step, ground=ground, measured=measured
    )


def _check_circles(
    plan: Plan, proposal: Any, disclosure: DisclosureOptions | None, progress: Progress | None
) -> tuple[Check, list[Note], Sequence[CircleFigures] | None]:
    """The run that is drawn, what is to be said of it, and its figures where a profile puts lines on a grid."""
    from urbanplan.analysis.what_if import with_proposal

    with in_plan_language(plan):  # what the run tells is read on the sheets
        done = check(plan, every_layer=True, progress=progress)
    if disclosure is not None:
        shown, said = disclose_check(done, disclosure)
        return shown, said, _circle_figures(done, shown, disclosure)
    said = list(secret_notes(plan, done.layers))
    return (done if proposal is None else with_proposal(done, proposal, said)), said, None


def _circle_figures(done: Check, shown: Check, options: DisclosureOptions) -> Sequence[CircleFigures] | None:
    """Figures of what is shown before a profile puts its lines on a grid; None where it does not."""
    from urbanplan.view.sheets.circles import circle_figures

    if open_disclosure(done.plan, options).profile.precision_m <= 0:
        return None
    layers = {name: layer for name, layer in done.layers.items() if name in shown.layers}
    leaving = {target for target, _ in shown.run.made}
    run = replace(done.run, made=[one for one in done.run.made if one[0] in leaving])
    return circle_figures(done.plan, layers, run.results)


def _draw_circles(
    done: Check,
    out: Path,
    *,
    combined: bool,
    progress: Progress | None,
    ground: Ground | None,
    measured: Sequence[CircleFigures] | None,
) -> BatchResult:
    from urbanplan.view.sheets import circle_sheets

    step = _sheet_progress(progress)
    return circle_sheets(
        done.plan, done.layers, results=done.results, out=out, combined=combined, progress=step, ground=ground,
        measured=measured,
    )  # fmt: skip


def _sheet_progress(progress: Progress | None) -> Callable[[int, int], None] | None:
    """Progress by sheets, where any is wanted."""
    if progress is None:
        return None

    def tell(done: int, total: int) -> None:
        progress("sheets", done, total)

    return tell


def _notes(made: BatchResult) -> Iterator[Note]:
    yield note("{n} sheets in {folder}", level="result", n=len(made.files), folder=made.files[0].parent)
    if made.combined is not None:
        yield note("all in {file}", level="result", file=made.combined)
    for reason in made.left_out:
        yield note("left out: {reason}", level="remark", reason=reason)
