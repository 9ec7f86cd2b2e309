"""The demo: a district from plan to map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.analysis.check import Check, check
from urbanplan.analysis.files import size_note, write_whole
from urbanplan.analysis.maps import map_page
from urbanplan.analysis.plans import example_district
from urbanplan.errors import MissingExtraError, ViewError
from urbanplan.model.note import Note, NoteLog, note
from urbanplan.model.translation import localize, use_language
from urbanplan.view.index_page import IndexEntry, index_page
from urbanplan.view.report.words import illustrative_note

if TYPE_CHECKING:
    from urbanplan.model.plan import Plan
    from urbanplan.verdict.run import Progress
    from urbanplan.view.sheets.batch import BatchResult


@dataclass(frozen=True)
class Demo:
    """The files that were written, and a note on each."""

    files: list[Path]
    notes: list[Note] = field(default_factory=list)


def check_demo(plan: Plan | Path | str | None = None, *, progress: Progress | None = None) -> Check:
    """Check a plan with every layer read; the shipped illustrative district unless one is given."""
    return check(example_district() if plan is None else plan, every_layer=True, targetless=True, progress=progress)


def write_demo(done: Check, out: Path | str = "urbanplan-demo") -> Demo:
    """Write what a plan gives into a folder, with a front page that says what each file is.

    Maps, report, director's page, sheets, and layers and indicators for other programs; sheets are left out, with a
    note, where what they need is not installed.

    Args:
        done: a check made with every layer. out: folder of the results, made where it is missing.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    with use_language(done.report.language):
        notes = NoteLog()
        entries = [*_pages(done, folder), *_sheets(done, folder, notes), *_exports(done, folder)]
        files = [folder / entry.file for entry in entries]
        facts = localize("{district}, as of {date}", district=done.plan.district.name, date=done.report.plan.as_of)
        warning = illustrative_note() if done.report.is_illustrative else ""
        index = index_page(done.plan.title, facts, entries, warning=warning, lang=done.report.language)
    files.insert(0, write_whole(folder / "index.html", index))
    return Demo(files, [*(size_note(path) for path in files), *notes.notes])


def _entry(folder: Path, path: Path, title: str, what: str) -> IndexEntry:
    return IndexEntry(path.relative_to(folder).as_posix(), title, what, path.stat().st_size)


def _pages(done: Check, folder: Path) -> Iterator[IndexEntry]:
    """Pages for people."""
    from urbanplan.analysis.report import brief_text, page_text

    page = write_whole(folder / "map.html", map_page(done))
    yield _entry(folder, page, localize("Map"), localize("Every layer and verdict; search, measure, compare, print"))
    if "coverage_streets" in done.results:
        page = write_whole(folder / "circle.html", map_page(done, kind="circle"))
        what = localize("Who reaches a site on foot; put a site and see who gains")
        yield _entry(folder, page, localize("Walking circle"), what)
    page = write_whole(folder / "report.html", page_text(done, []))
    what = localize("Every target with quote, reading, verdict, evidence and how the number came about")
    yield _entry(folder, page, localize("Report"), what)
    page = write_whole(folder / "brief.html", brief_text(done, [], logged=False))
    what = localize("One A4: what is met, what is red, what would settle most")
    yield _entry(folder, page, localize("Director's page"), what)


def _sheets(done: Check, folder: Path, notes: NoteLog) -> Iterator[IndexEntry]:
    """One PDF of all parcels' sheets, one of the circles of all sub-districts; a note where one cannot be made."""
    from urbanplan.view.sheets import circle_sheets, parcel_sheets

    plan, layers, results = done.plan, done.layers, done.results
    if "parcels" in layers:
        made = _make_book(lambda: parcel_sheets(plan, layers, out=folder / "sheets", combined=True), notes)
        if made is not None and made.combined is not None:
            what = localize("{n} parcels, a sheet each: outline, points, area, neighbours", n=len(made.files))
            yield _entry(folder, made.combined, localize("Parcel sheets"), what)
    if "coverage_streets" in results and plan.district.subdistricts in layers:
        made = _make_book(
            lambda: circle_sheets(plan, layers, results=results, out=folder / "circles", combined=True), notes
        )
        if made is not None and made.combined is not None:
            n = len(made.files)
            what = localize("{n} sub-districts, a sheet each: who reaches a site on foot, and the gaps", n=n)
            yield _entry(folder, made.combined, localize("Circle sheets"), what)


def _make_book(make: Callable[[], BatchResult], notes: NoteLog) -> BatchResult | None:
    """A book of sheets; a note where it cannot be made."""
    try:
        return make()
    except (MissingExtraError, ViewError) as error:
        notes.put(note("no sheets: {problem}", level="remark", problem=error))
        return None


def _exports(done: Check, folder: Path) -> Iterator[IndexEntry]:
    """What other programs read: layers, indicators, the run as JSON."""
    from urbanplan.exchange import write

    titles = {"parcels": localize("Parcels"), "road_projects": localize("Road projects")}
    for name, title in titles.items():
        if name in done.layers:
            path = write(done.layers[name].frame, folder / f"{name}.geojson").path
            yield _entry(folder, path, title, localize("GeoJSON, for any GIS"))
    path = write_whole(folder / "report.json", done.to_json())
    yield _entry(folder, path, localize("The run as data"), localize("Every verdict and finding, numbers unrounded"))
