"""Books of sheets: made in one thread, set in another, written in batches; memory does not grow with their number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from urbanplan.errors import MissingExtraError, UsageError, ViewError
from urbanplan.exchange.files.atomic import atomic_write, replace_files
from urbanplan.layer.layer import Layer
from urbanplan.model.plan import Plan
from urbanplan.model.printable import to_printable
from urbanplan.model.translation import localize, page_language, use_language
from urbanplan.view.sheets.backdrop import Backdrop, stand_on
from urbanplan.view.sheets.fonts import cjk_font
from urbanplan.view.sheets.typesetting import Typesetter

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.view.map.ground import Ground
    from urbanplan.view.sheets.circles import CircleFigures

Progress = Callable[[int, int], None]
_PREFETCH = 4  # sheets prepared ahead of the typesetter
_BATCH_SIZE = 40  # sheets written, and flushed to the disk, at a time
_UNSAFE_CHARACTERS = re.compile(r'[\\/:*?"<>|\s\x00-\x1f\x7f]+')
_RESERVED_NAMES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True)
class BatchResult:
    """What was written: one file for each sheet, in order, the combined file if asked for, and what has no sheet."""

    files: tuple[Path, ...]
    combined: Path | None
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet to be made: its file's stem and the function that makes its data."""

    stem: str
    data: Callable[[], dict[str, Any]]


class Imprint(Protocol):
    """What the files of a book say of it: a plan, or what has a title and a maker as one."""

    @property
    def title(self) -> str:
        """Of all sheets."""
        ...

    @property
    def maker(self) -> str | None:
        """Who made them."""
        ...


@dataclass(frozen=True)
class Batch:
    """Sheets to be made, and where.

    Attributes:
        imprint: whose title and maker stand in the files. out: folder.
        combined: stem of a file with all of them, or None. progress: called with (done, of all).
        backdrop: the ground that they stand on; it is held open while they are made.
    """

    imprint: Imprint
    out: Path
    sheets: tuple[Sheet, ...]
    combined: str | None = None
    progress: Progress | None = None
    backdrop: Backdrop | None = None


def file_stem(name: str) -> str:
    """A file name's stem for an id: characters that a file system minds become ``-``; never empty or a device."""
    stem = _UNSAFE_CHARACTERS.sub("-", name).strip("-. ")[:80]
    return f"_{stem}" if not stem or stem.lower() in _RESERVED_NAMES else stem


def unique_stems(names: Iterable[str]) -> list[str]:
    """Stable stems: each id's own, told apart by number where two ids would share one file."""
    made: list[str] = []
    taken: set[str] = set()
    for name in names:
        stem, n = file_stem(name), 1
        while stem.casefold() in taken:
            n += 1
            stem = f"{file_stem(name)}_{n}"
        taken.add(stem.casefold())
        made.append(stem)
    return made


def parcel_sheets(  # noqa: PLR0913 - what the sheets are of, and how they are made
    plan: Plan,
    layers: Mapping[str, Layer],
    *,
    out: Path,
    parcels: list[str] | None = None,
    combined: bool = False,
    progress: Progress | None = None,
    ground: Ground | None = None,
    measured: Mapping[str, Any] | None = None,
) -> BatchResult:
    """Write the parcel sheets (宗地图): an A4 PDF for each parcel, named after its id.

    Args:
        plan: its date, maker and definition of area stand on the sheets. layers: of the plan, in the working CRS.
        out: folder, made where it is missing. parcels: ids or names, all if None. combined: also one file of all.
        progress: called with (sheets done, sheets in all). ground: a file of pictures under the drawings.
        measured: areas of the outlines as they are, where ``layers`` have coarser ones.

    Raises:
        ViewError: no layer of parcels, no Chinese font, or nothing could be drawn.
        UsageError: a parcel is asked for that the layer does not have.
    """
    from urbanplan.view.sheets.parcel import parcel_data
    from urbanplan.view.sheets.parcels import parcel_atlas

    with use_language(page_language(plan.language)):
        book = parcel_atlas(plan, layers, cjk_font(), measured=measured)
        book = stand_on(book, ground, book.layer.frame.crs)
        ids = [row.text("id") or str(i + 1) for i, row in enumerate(book.rows)]
        names = [row.text("name") for row in book.rows]
        chosen = _select_indices(parcels, ids, names)
        made = [
            Sheet(stem, lambda i=i: parcel_data(book, i)) for i, stem in enumerate(unique_stems(ids)) if i in chosen
        ]
        return write_batch(
            Batch(plan, Path(out), tuple(made), "parcels" if combined else None, progress, book.backdrop)
        )


def road_sheets(  # noqa: PLR0913 - what the sheets are of, and how they are made
    plan: Plan,
    layers: Mapping[str, Layer],
    *,
    out: Path,
    roads: list[str] | None = None,
    combined: bool = False,
    progress: Progress | None = None,
    ground: Ground | None = None,
    measured: Any = None,
) -> BatchResult:
    """Write a sheet for each road project: plan strips with stations, stages and mileage.

    Args and errors are those of :func:`sheets`; ``roads`` are road ids or names, ``measured`` the lengths
    of the segments as they are, where ``layers`` have coarser lines.
    """
    from urbanplan.view.sheets.road import road_data
    from urbanplan.view.sheets.roads import road_atlas

    with use_language(page_language(plan.language)):
        book = road_atlas(plan, layers, cjk_font(), measured=measured)
        book = stand_on(book, ground, book.layer.frame.crs)
        chosen = _select_indices(roads, [each.id for each in book.roads], [each.name for each in book.roads])
        named = unique_stems(each.id for each in book.roads)
        made = [Sheet(stem, lambda i=i: road_data(book, i)) for i, stem in enumerate(named) if i in chosen]
        return write_batch(Batch(plan, Path(out), tuple(made), "roads" if combined else None, progress, book.backdrop))


def circle_sheets(  # noqa: PLR0913 - what the sheets are of, and how they are made
    plan: Plan,
    layers: Mapping[str, Layer],
    *,
    results: Mapping[str, GeoDataFrame],
    out: Path,
    combined: bool = False,
    progress: Progress | None = None,
    ground: Ground | None = None,
    measured: Sequence[CircleFigures] | None = None,
) -> BatchResult:
    """Write a sheet of the walking circle for each sub-district: covered and uncovered streets, sites, gaps.

    Args:
        results: of an audit: ``coverage_streets``, ``coverage_sites`` and ``coverage_gaps`` where there are any.
        measured: figures of the sub-districts as they are, where ``layers`` and ``results`` have coarser lines.
            The other arguments and the errors are those of :func:`sheets`.
    """
    from urbanplan.view.sheets.circle import circle_data
    from urbanplan.view.sheets.circles import circle_atlas

    with use_language(page_language(plan.language)):
        book = circle_atlas(plan, layers, results, cjk_font(), measured=measured)
        book = stand_on(book, ground, book.crs)
        named = unique_stems(book.names)
        made = [Sheet(stem, lambda i=i: circle_data(book, i)) for i, stem in enumerate(named)]
        return write_batch(Batch(plan, Path(out), tuple(made), "circle" if combined else None, progress, book.backdrop))


def _select_indices(wanted: list[str] | None, ids: list[str], names: list[str]) -> set[int]:
    if not wanted:
        return set(range(len(ids)))
    found: set[int] = set()
    for each in wanted:
        hits = [i for i, (key, name) in enumerate(zip(ids, names, strict=True)) if each in (key, name)]
        if not hits:
            some = ", ".join(ids[:3])
            raise UsageError(
                "there is no {name} to draw",
                fix="Name one of these or another of the layer: {some}",
                name=each,
                some=some,
            )
        found.update(hits)
    return found


def write_batch(book: Batch) -> BatchResult:
    """Set and write a book of sheets."""
    book.out.mkdir(parents=True, exist_ok=True)
    typesetter = Typesetter(cjk_font())
    files: list[Path] = []
    left: list[str] = []
    with _open_combined(book) as gather, nullcontext() if book.backdrop is None else book.backdrop.framing.held():
        made = _typeset(book, typesetter, left)
        while batch := list(islice(made, _BATCH_SIZE)):
            with replace_files(book.out, name=str(book.out)) as folder:
                for stem, pdf in batch:
                    (folder / f"{stem}.pdf").write_bytes(pdf)
            for stem, _ in batch:
                files.append(book.out / f"{stem}.pdf")
                gather(files[-1])
    if not files:
        if left:
            raise ViewError("{problem}", problem=left[0])
        raise ViewError("there is nothing to draw a sheet of", fix="Check the layer's shapes.")
    return BatchResult(tuple(files), book.out / f"{book.combined}.pdf" if book.combined else None, tuple(left))


def _typeset(book: Batch, typesetter: Typesetter, left: list[str]) -> Iterator[tuple[str, bytes]]:
    """PDFs in order; the next sheets' data are made while typst, which holds no lock, sets the last."""
    waiting: list[tuple[str, Future[bytes]]] = []
    total, done = len(book.sheets), 0
    with ThreadPoolExecutor(1) as pool:
        todo = iter(book.sheets)
        while True:
            for sheet in islice(todo, _PREFETCH - len(waiting)):
                packed = _template_inputs(book, sheet, typesetter, left)
                if packed is not None:
                    waiting.append((sheet.stem, pool.submit(typesetter.pdf, packed)))
            if not waiting:
                return
            stem, future = waiting.pop(0)
            done += 1
            yield stem, future.result()
            if book.progress is not None:
                book.progress(done, total - len(left))


def _template_inputs(book: Batch, sheet: Sheet, typesetter: Typesetter, left: list[str]) -> dict[str, str] | None:
    """The sheet's data as the template reads it, None where there is nothing to draw; the reason is kept."""
    try:
        data = sheet.data()
    except ViewError as error:
        left.append(str(error))
        return None
    return typesetter.packed([data], title=f"{data['title']} {data['number']}", author=book.imprint.maker or "")


@contextmanager
def _open_combined(book: Batch) -> Iterator[Callable[[Path], None]]:
    """Gather sheets into the combined file, if one is asked for."""
    if book.combined is None:
        yield lambda _: None
        return
    try:
        from pypdf import PdfWriter
    except ImportError as error:
        fix = "Install it: pip install 'urbanplan[sheets]'."
        raise MissingExtraError("sheets need typst, fonttools and pypdf", fix=fix) from error
    writer = PdfWriter()
    yield lambda path: writer.append(path, import_outline=False)
    writer.metadata = {"/Title": to_printable(localize("Sheets of {plan}", plan=book.imprint.title))}
    if len(writer.pages):
        with atomic_write(book.out / f"{book.combined}.pdf") as path:
            writer.write(path)
