"""Coverage as the JSON that users may rely on; numbers unrounded, geometries in the working CRS."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from urbanplan.layer.crs import crs_name
from urbanplan.network.walk.coverage import Coverage
from urbanplan.view.document.encoding import to_json
from urbanplan.view.document.json_rows import line_rows

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.walk.gaps import Gaps
    from urbanplan.network.walk.readings import BandReading
    from urbanplan.network.walk.sections import Sections
    from urbanplan.network.walk.whatif import Comparison

SCHEMA_VERSION = 1
GAP_COLUMNS = ("length_m", "residents", "nearest", "distance_m", "street", "street_id", "begin_m", "end_m")
BLOCK_ROWS = 16_384


def coverage_document(
    run: Coverage,
    *,
    band: Sequence[BandReading] = (),
    changed: Comparison | None = None,
    more: dict[str, Any] | None = None,
    gaps: bool = True,
) -> dict[str, Any]:
    """The answer as a document for :func:`urbanplan.view.document.encoding.to_json`.

    Args:
        run, band, changed: the answer. more: adds to the settings. gaps: whether its gaps stand in it, else no rows.
    """
    people = run.residents
    told: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "crs": crs_name(run.network.crs),
        "total_m": run.total_m,
        "covered_m": run.covered_m,
        "covered_high_m": run.covered_high_m,
        "share": run.share,
        "residents": None if people is None else {**dataclasses.asdict(people), "share": people.share},
        "gaps": orjson.Fragment(b"[" + b"".join(gap_blocks(run.left)) + b"]") if gaps else [],
        "breakdown": list(run.breakdown),
        "readings": [dataclasses.asdict(row) for row in band],
        "certificate": None if run.certificate is None else dataclasses.asdict(run.certificate),
        "settings": {**run.settings, **(more or {})},
        "timings": run.timings,
        "findings": [note.model_dump(mode="json") for note in run.findings],
    }
    if changed is not None:
        told["what_if"] = _change_document(changed)
    return told


def coverage_json(run: Coverage, document: dict[str, Any]) -> Iterator[bytes]:
    """The document of a run as JSON, piece by piece: its gaps are drawn as they are written."""
    text = to_json({**document, "gaps": []})
    before, empty, behind = text.partition(b'\n  "gaps": []')  # no text of JSON holds a line's end
    yield before + empty[:-1]
    yield from gap_blocks(run.left)
    yield empty[-1:] + behind


def gap_blocks(gaps: Gaps | None) -> Iterator[bytes]:
    """The gaps as JSON texts with commas between, column by column: many, and each with a line."""
    for at, piece in enumerate(() if gaps is None else gaps.pieces(BLOCK_ROWS)):
        told = piece.columns()
        yield b",\n" if at else b""
        yield line_rows({name: told[name] for name in GAP_COLUMNS if name in told}, *piece.coords())


def _change_document(changed: Comparison) -> dict[str, Any]:
    before, after = changed.before, changed.after
    return {
        "covered_m": {"before": before.covered_m, "after": after.covered_m, "change": changed.covered_m},
        "total_m": {"before": before.total_m, "after": after.total_m},
        "share": {"before": before.share, "after": after.share},
        "residents": None
        if before.residents is None or after.residents is None
        else {
            "before": before.residents.covered,
            "after": after.residents.covered,
            "gained": changed.gained,
            "lost": changed.lost,
        },
        "breakdown": list(changed.rows),
        "findings": [note.model_dump(mode="json") for note in changed.findings],
    }


def gap_rows(gaps: Mapping[str, Any] | gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Rows of the gap table (a frame, or its columns by name), None where nothing is known."""
    names = [name for name in GAP_COLUMNS if name in gaps]
    columns = [[None if value != value else value for value in gaps[name].tolist()] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def gap_csv(run: Coverage) -> Iterator[bytes]:
    """The gaps as CSV, piece by piece."""
    from urbanplan.view.spreadsheet import csv_rows, csv_text

    gaps = run.left
    told = () if gaps is None else gaps.pick(slice(0, 0)).columns()
    names = tuple(name for name in GAP_COLUMNS if gaps is None or name in told)
    yield csv_text(names, []).encode()
    for piece in () if gaps is None else gaps.pieces(BLOCK_ROWS):
        yield csv_rows(names, gap_rows(piece.columns())).encode()


def coverage_layers(run: Coverage) -> dict[str, Sections | gpd.GeoDataFrame]:
    """Gaps, streets by coverage and sites, by name of layer; those of stretches of streets are not drawn yet."""
    import geopandas as gpd

    sites = gpd.GeoDataFrame({"id": run.places.ids.astype(str)}, geometry=run.places.shapes, crs=run.network.crs)
    gaps: dict[str, Sections | gpd.GeoDataFrame] = {} if run.left is None else {"gaps": run.left.with_text_ids()}
    return {**gaps, "streets": run.split(), "sites": sites}
