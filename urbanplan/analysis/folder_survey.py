"""What the raw files of a folder are: format, CRS with rivals, the layer types they fit, and what is doubtful."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from urbanplan.errors import ExchangeError, GateError, UrbanplanError
from urbanplan.model.resources import resource_path
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.exchange.folder_files import RawFile
    from urbanplan.exchange.table import Table
    from urbanplan.layer.type_fit import Fit
    from urbanplan.model.layertype import LayerType
    from urbanplan.plan.intake_pins import FilePin, Pins

FileKind = Literal["layer", "table", "raster", "document", "refused"]
_MAX_CELLS = 20_000_000  # of a raster that is looked at
_BETTER = 0.1  # a best type that is better than its rival by less is doubtful


@dataclass
class Candidate:
    """One layer of a raw file, and what was made of it.

    Attributes:
        path: of the file in the folder. file: where it can be read now. origin: the file of the folder it lies in.
        kind: what it is. format, table, digest: of the file. features, refused: counts. geometry: counts by kind.
        inner: name of the layer in the file; ``table`` is empty where it is the only one.
        crs: declared, pinned or guessed; ``crs_guessed`` says which. crs_rivals: other CRSs.
        fits: types, the best first. frame: the rows, as long as proposals are made. pin: what a person has said.
        layer, type, columns: what is proposed; no layer: it is left out. own_type: a type of its own is written.
        doubts: in words. cells: columns and rows of a raster. joins: ways to join a table, the likeliest first.
    """

    path: str
    file: Path
    origin: Path
    kind: FileKind
    format: str = ""
    table: str = ""
    inner: str = ""
    digest: str = ""
    features: int = 0
    refused: int = 0
    geometry: dict[str, int] = field(default_factory=dict[str, int])
    crs: str | None = None
    crs_guessed: bool = False
    swap_axes: bool = False
    crs_rivals: tuple[str, ...] = ()
    fits: list[Fit] = field(default_factory=list["Fit"])
    frame: Any = None
    pin: FilePin | None = None
    layer: str | None = None
    type: str | None = None
    own_type: bool = False
    columns: dict[str, str] = field(default_factory=dict[str, str])
    doubts: list[str] = field(default_factory=list[str])
    cells: tuple[int, int] | None = None
    joins: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def rival(self) -> str:
        """The second best type with its score, empty where there is none."""
        return f"{self.fits[1].type} {self.fits[1].score:.2f}" if len(self.fits) > 1 else ""


def survey(files: Sequence[RawFile], kinds: Sequence[LayerType], pins: Pins, *, scratch: Path) -> Iterator[Candidate]:
    """The layers of raw files, in the order of the files.

    Args:
        files: of the folder. kinds: the types that layers may be of. pins: what a person has said.
        scratch: a folder that the parts of a map extract are written into.
    """
    for raw in files:
        for one in _survey_file(raw, pins, scratch):
            if one.frame is not None:
                _fit(one, kinds)
            yield one


def _survey_file(raw: RawFile, pins: Pins, scratch: Path) -> Iterator[Candidate]:
    from urbanplan.exchange.folder_files import DOCUMENT_SUFFIXES, RASTER_SUFFIXES

    ending = raw.path.suffix.lower()
    blank = Candidate(raw.name, raw.path, raw.origin, "refused")
    if raw.refused or not raw.name.isprintable():
        blank.doubts.append(raw.refused or localize("its name holds signs that cannot be shown"))
        yield blank
    elif ending in DOCUMENT_SUFFIXES:
        blank.kind, blank.format = "document", ending[1:]
        yield blank
    elif ending in RASTER_SUFFIXES:
        blank.kind, blank.format, blank.pin = "raster", ending[1:], pins.find(raw.name, "")
        _describe_raster(blank)
        yield blank
    else:
        yield from _survey_layers(raw, blank, pins, scratch)


def _describe_raster(one: Candidate) -> None:
    """CRS, size and digest of a raster; why it cannot be read is among its doubts."""
    from pyproj import CRS

    from urbanplan.exchange.gdal.raster import GridQuery, check_tiff, read_grid
    from urbanplan.layer.crs import crs_name

    try:
        path = check_tiff(one.file)
        facts = read_grid(GridQuery(str(path), one.path, 1, _MAX_CELLS)).facts
    except UrbanplanError as error:
        one.doubts.append(_reason(error))
        return
    with path.open("rb") as stream:
        one.digest = hashlib.file_digest(stream, "sha256").hexdigest()
    one.crs = crs_name(CRS.from_wkt(facts["crs"]))
    one.cells = (int(facts["width"]), int(facts["height"]))


def _survey_layers(raw: RawFile, blank: Candidate, pins: Pins, scratch: Path) -> Iterator[Candidate]:
    from urbanplan.exchange.files.consistent_read import admit_consistent
    from urbanplan.exchange.files.digest import file_digest
    from urbanplan.exchange.formats import by_suffix
    from urbanplan.exchange.inspection import layer_names

    try:
        row = by_suffix(raw.path)
        blank.format = row.name
        found = admit_consistent(raw.path)
        blank.digest = file_digest(found, row)
        if row.name == "osm":
            yield from _osm_candidates(raw, blank, pins, scratch)
            return
        names = layer_names(found, row)
    except UrbanplanError as error:
        if raw.path.suffix.lower() == ".txt" and _is_prose(raw.path):
            blank.kind, blank.format = "document", "txt"
        else:
            blank.doubts.append(_reason(error))
        yield blank
        return
    if not names:
        blank.doubts.append(localize("the file holds no layer"))
        yield blank
    for name in names:
        yield _survey_layer(raw, replace(blank, table="" if len(names) == 1 or name is None else name), name, pins)


def _survey_layer(raw: RawFile, blank: Candidate, name: str | None, pins: Pins) -> Candidate:
    from urbanplan.exchange import read

    one = replace(blank, inner=name or "", doubts=[])
    one.pin = pin = pins.find(raw.name, one.table)
    crs, encoding, place = (pin.crs, pin.encoding, pin.place) if pin else (None, None, [])
    try:
        held = read(raw.path, layer=name, crs=crs, encoding=encoding, place=tuple(place))
    except UrbanplanError as error:
        one.doubts.append(_reason(error))
        return one
    _describe(one, held)
    return one


def _osm_candidates(raw: RawFile, blank: Candidate, pins: Pins, scratch: Path) -> Iterator[Candidate]:
    """The layers of an extract, each in a file of its own."""
    from urbanplan.analysis.files import write_frame
    from urbanplan.analysis.folder_osm import read_osm_parts
    from urbanplan.exchange import read

    for number, (name, frame, left_out) in enumerate(read_osm_parts(raw.path)):
        file = scratch / f"{raw.path.name} {number} {name}.gpkg"
        write_frame(frame, file)
        one = replace(blank, file=file, table=name, pin=pins.find(raw.name, name), doubts=left_out)
        _describe(one, read(file))
        yield one


def _describe(one: Candidate, held: Table) -> None:
    """What a table says of itself."""
    from urbanplan.exchange.frames import is_spatial
    from urbanplan.layer.crs import crs_name

    frame = held.frame
    one.frame, one.features, one.refused = frame, len(frame), len(held.refused)
    one.kind = "layer" if is_spatial(frame) else "table"
    one.doubts += [*held.notes, *(localize("not taken over: {text}", text=text) for text in held.lost)]
    if len(held.refused):
        one.doubts.append(localize("{count} features are set aside", count=len(held.refused)))
    if is_spatial(frame):
        counted = frame.geom_type.fillna("null").value_counts()
        one.geometry = {str(name): int(count) for name, count in counted.items()}
        one.crs = crs_name(frame.crs)
        if len(one.geometry) > 1:
            one.doubts.append(localize("shapes of several kinds"))
    if not len(frame):
        one.doubts.append(localize("it holds no feature"))


def _fit(one: Candidate, kinds: Sequence[LayerType]) -> None:
    """Rank the types, and doubt where two are near to each other."""
    from urbanplan.layer.type_fit import MIN_SCORE, fit_types

    stem = Path(one.path).name.split(".")[0]
    names = [one.table] if one.format == "osm" else [name for name in (one.inner, stem) if name]
    fits = [fit for fit in fit_types(one.frame, kinds, names=names, words=type_words()) if fit.score > 0]
    one.fits = fits[:3]
    if len(fits) > 1 and fits[0].score >= MIN_SCORE and fits[0].score - fits[1].score < _BETTER:
        one.doubts.append(localize("it fits the type {rival} nearly as well", rival=fits[1].type))


@cache
def type_words() -> dict[str, list[str]]:
    """More words for types, from ``layers/intake/words.toml``."""
    return tomllib.loads(resource_path("layers", "intake", "words.toml").read_text(encoding="utf-8"))


def _is_prose(path: Path) -> bool:
    from urbanplan.exchange.prose.document import read_document

    try:
        return bool(read_document(path).text.strip())
    except (GateError, ExchangeError):
        return False


def _reason(error: UrbanplanError) -> str:
    """What is wrong, without the file's place, which stands before it."""
    from urbanplan.model.translation import translate

    where, error.where = error.where, ""
    try:
        return error.text(translate)
    finally:
        error.where = where


def columns_of(frame: Any) -> Mapping[str, Any]:
    """The plain columns of a frame by name."""
    active = getattr(frame, "_geometry_column_name", None)
    return {str(name): frame[name] for name in frame.columns if name != active}
