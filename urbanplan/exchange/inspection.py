"""What a file is: layers, fields, encodings with samples, CRS with rivals, and what looks wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange.files.consistent_read import admit_consistent
from urbanplan.exchange.files.digest import file_digest
from urbanplan.exchange.formats import Format, by_suffix
from urbanplan.exchange.gate.folder import folder_files
from urbanplan.exchange.tiles.source import tile_kind
from urbanplan.exchange.tiles.summary import RasterSummary, summarise
from urbanplan.model.display import html_table, one_line
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import pandas as pd

    from urbanplan.exchange.table import Table


@dataclass(frozen=True)
class FieldSummary:
    """A field: its name, kind, how many nulls, how many different values, and a few of them.

    ``alias`` is what people call it, ``codes`` are the meanings of its codes; both where the file says them.
    """

    name: str
    kind: str
    nulls: int
    distinct: int
    samples: tuple[str, ...]
    alias: str | None = None
    codes: dict[str, str] | None = None


@dataclass(frozen=True)
class LayerSummary:
    """A layer: features, refused ones, geometry types with counts, bounds in the file's coordinates, fields, CRS.

    ``crs`` is what the file declares or None, ``crs_name`` its name; ``crs_guesses`` are the CRSs by size and place,
    likeliest first; ``suspicions`` say what looks wrong, each with a confidence and what speaks for it;
    ``drawing_layers`` are the layers of a drawing with ``kinds`` of entities, ``bounds``, and ``hidden`` (frozen, off).
    """

    name: str
    features: int
    refused: tuple[dict[str, Any], ...]
    geometry: dict[str, int]
    bounds: tuple[float, ...] | None
    crs: str | None
    crs_name: str | None
    crs_note: str
    crs_guesses: tuple[dict[str, Any], ...]
    fields: tuple[FieldSummary, ...]
    suspicions: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    drawing_layers: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Inspection:
    """A file looked at; :meth:`as_dict` is ready for JSON."""

    path: str
    format: str
    size: int
    digest: str
    encoding: str | None
    encodings: tuple[dict[str, Any], ...]
    layers: tuple[LayerSummary, ...]
    raster: RasterSummary | None = None

    def __repr__(self) -> str:
        names = (f"{one.name} ({one.features})" for one in self.layers)
        return one_line("Inspection", Path(self.path).name, self.format, f"{self.size:,} bytes", *names)

    def _repr_html_(self) -> str:
        return html_table(repr(self), (vars(row) for one in self.layers for row in one.fields))

    def to_frame(self) -> pd.DataFrame:
        """One row for each field of each layer."""
        import pandas as pd

        return pd.DataFrame([{"layer": one.name, **vars(row)} for one in self.layers for row in one.fields])

    def as_dict(self) -> dict[str, Any]:
        """The inspection as plain values."""
        return dataclasses.asdict(self)


def inspect(
    path: Path | str,
    *,
    near: tuple[float, float] | None = None,
    reference: Any = None,
    crs: Any = None,
    encoding: str | None = None,
    **pins: Any,
) -> Inspection:
    """Look at a file.

    Args:
        path: the file.
        near: longitude and latitude of the place it should be at: weighs the CRS guesses.
        reference: a GeoDataFrame of true boundaries; shifted copies (GCJ-02, BD-09) show against it.
        crs: pins the CRS. encoding: pins the encoding.
        **pins: ``place``, the columns of a table that say where its rows are; ``head``, the row of its names, from 1;
            ``cad``, what is taken of a drawing.

    Raises:
        GateError, ExchangeError: the file cannot be opened or read.
    """
    from urbanplan.exchange.reading import read_source
    from urbanplan.exchange.table import Source

    if tile_kind(path):
        return _inspect_raster(path)
    found = admit_consistent(path)
    row = by_suffix(found)
    near = near or _centre_degrees(reference)
    names = layer_names(found, row)
    if not names:
        fix = "Get the file again from its source, or save it anew with a program that can read it."
        raise ExchangeError("the file holds no layer", where=str(path), fix=fix)
    seen: list[Table | ExchangeError] = []
    for name in names:
        try:
            seen.append(read_source(Source(found, row, name, crs, encoding, **pins)))
        except ExchangeError as error:
            seen.append(error)
    tables = [table for table in seen if not isinstance(table, ExchangeError)]
    if not tables:
        raise next(error for error in seen if isinstance(error, ExchangeError))
    notes = tuple(
        _unreadable_layer(name or found.stem, one) if isinstance(one, ExchangeError)
        else _inspect_layer(one, found.stem, near=near, reference=reference)
        for name, one in zip(names, seen, strict=True)
    )  # fmt: skip
    used = tables[0].encoding
    return Inspection(
        str(path), row.name, _size(found), file_digest(found, row), used, _encoding_guesses(found, row), notes
    )


def _inspect_raster(path: Path | str) -> Inspection:
    summary, size, digest = summarise(path)
    return Inspection(str(path), summary.kind, size, digest, None, (), (), summary)


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in folder_files(path)) or path.stat().st_size


def layer_names(path: Path, row: Format) -> Sequence[str | None]:
    """Names of the layers in a file; ``[None]`` where the format holds one."""
    named = getattr(row.load(), "layer_names", None)
    return [None] if named is None else named(path)


def _centre_degrees(reference: Any) -> tuple[float, float] | None:
    if reference is None or not len(reference):
        return None
    left, low, right, high = reference.to_crs("EPSG:4326").total_bounds
    return float(left + right) / 2, float(low + high) / 2


def _encoding_guesses(path: Path, row: Format) -> tuple[dict[str, Any], ...]:
    from urbanplan.exchange.text.encoding import guess_encodings

    raw = getattr(row.load(), "raw_text", None)
    if raw is None:
        return ()
    return tuple(dataclasses.asdict(guess) for guess in guess_encodings(raw(path)))


def _inspect_layer(table: Table, stem: str, *, near: Any, reference: Any) -> LayerSummary:
    import geopandas as gpd
    import shapely

    from urbanplan.exchange.crs.guess import guess_crs
    from urbanplan.exchange.diagnostics import diagnose
    from urbanplan.exchange.ogr import crs_text
    from urbanplan.model.metric_crs import crs_name

    frame = table.frame
    spatial = isinstance(frame, gpd.GeoDataFrame)
    ranked = guess_crs(frame.geometry.to_numpy(), near=near) if spatial else []
    bounded = spatial and not shapely.is_missing(frame.geometry.to_numpy()).all()
    return LayerSummary(
        name=table.layer or stem,
        features=len(frame),
        refused=tuple(
            {str(key): value for key, value in row.items()} for row in table.refused.head(50).to_dict("records")
        ),
        geometry=_geometry_types(frame) if spatial else {},
        bounds=tuple(float(value) for value in frame.total_bounds) if bounded else None,
        crs=crs_text(frame),
        crs_name=crs_name(frame.crs) if isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None else None,
        crs_note=table.crs_note,
        crs_guesses=tuple(dataclasses.asdict(guess) for guess in ranked),
        fields=tuple(_field_summaries(table)),
        suspicions=tuple(diagnose(table, ranked, reference=reference)),
        notes=(*table.notes, *table.lost),
        drawing_layers=tuple(dataclasses.asdict(one) for one in table.drawing_layers),
    )


def _unreadable_layer(name: str, error: ExchangeError) -> LayerSummary:
    """A layer that cannot be read beside others that can."""
    return LayerSummary(name, 0, (), {}, None, None, None, localize("not read"), (), (), (), (str(error),))


def _geometry_types(frame: Any) -> dict[str, int]:
    counted = frame.geom_type.fillna("null").value_counts()
    return {str(name): int(count) for name, count in counted.items()}


def _field_summaries(table: Table) -> list[FieldSummary]:
    from urbanplan.exchange.fields.columns import column_kind

    frame = table.frame
    active = getattr(frame, "_geometry_column_name", None)
    notes = []
    for name in frame.columns:
        if name != active:
            values = frame[name].dropna()
            texts = values.map(str) if len(values) else values
            samples = tuple(text[:40] for text in texts.drop_duplicates().head(3))
            said = table.aliases.get(str(name)), table.codes.get(str(name))
            counts = len(frame) - len(values), texts.nunique()
            notes.append(FieldSummary(str(name), column_kind(frame[name]), *counts, samples, *said))
    return notes
