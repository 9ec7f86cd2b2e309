"""Coverage as the JSON that users may rely on; numbers unrounded, geometries in the working CRS."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import shapely

from urbanplan.layer.crs import crs_name
from urbanplan.network.walk.coverage import Coverage

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.walk.readings import BandReading
    from urbanplan.network.walk.whatif import Comparison

SCHEMA_VERSION = 1
GAP_COLUMNS = ("length_m", "residents", "nearest", "distance_m", "street", "street_id", "begin_m", "end_m")
BLOCK_ROWS = 4096


def coverage_document(
    run: Coverage,
    *,
    band: Sequence[BandReading] = (),
    changed: Comparison | None = None,
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The answer as a document for :func:`urbanplan.view.document.encoding.to_json`; ``more`` adds to the settings."""
    people = run.residents
    told: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "crs": crs_name(run.network.crs),
        "total_m": run.total_m,
        "covered_m": run.covered_m,
        "covered_high_m": run.covered_high_m,
        "share": run.share,
        "residents": None if people is None else {**dataclasses.asdict(people), "share": people.share},
        "gaps": _gaps_json(run),
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


def _gaps_json(run: Coverage) -> orjson.Fragment:
    """The gaps as JSON text, column by column: many, and each with a line.  In blocks: little memory, used again."""
    if run.gaps is None:
        return orjson.Fragment(b"[]")
    columns = {name: run.gaps[name].to_numpy() for name in GAP_COLUMNS if name in run.gaps.columns}
    lines = np.asarray(run.gaps.geometry.array, dtype=object)
    row = b",".join(f'"{name}":%b'.encode() for name in columns)
    row = b"{" + row + b',"geometry":{"type":"LineString","coordinates":[[%b]]}}'
    blocks = []
    for begin in range(0, len(lines), BLOCK_ROWS):
        block = slice(begin, begin + BLOCK_ROWS)
        texts = [*(_json_values(values[block]) for values in columns.values()), _json_lines(lines[block])]
        blocks.append(_json_rows(row, texts))
    return orjson.Fragment(b"[" + b",\n".join(blocks) + b"]")


def _json_rows(row: bytes, texts: list[list[bytes]]) -> bytes:
    """Rows of JSON: all are filled at once, each with the texts of its columns."""
    values = [b""] * (len(texts) * len(texts[0]))
    for at, column in enumerate(texts):
        values[at :: len(texts)] = column
    return b",\n".join([row] * len(texts[0])) % tuple(values)


def _json_values(values: np.ndarray) -> list[bytes]:
    """JSON text of each value, null for NaN."""
    if values.dtype.kind in "fi" and len(values):
        return orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].split(b",")
    known = {value: orjson.dumps(value, default=str) for value in set(values.tolist())}
    return [known[value] for value in values.tolist()]


def _json_lines(lines: np.ndarray) -> list[bytes]:
    """GeoJSON coordinates of lines, unrounded; lines of equally many vertices are told at once."""
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    counts = np.bincount(owner, minlength=len(lines))
    first = np.cumsum(counts) - counts
    found = np.empty(len(lines), dtype=object)
    for count in np.unique(counts).tolist():
        rows = np.flatnonzero(counts == count)
        block = np.ascontiguousarray(coords[first[rows, None] + np.arange(count)])
        texts = orjson.dumps(block, option=orjson.OPT_SERIALIZE_NUMPY)[3:-3].split(b"]],[[")
        found[rows] = np.array(texts, dtype=object)
    return found.tolist()


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


def gap_rows(gaps: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Rows of the gap table, None where nothing is known."""
    names = [name for name in GAP_COLUMNS if name in gaps.columns]
    columns = [[None if value != value else value for value in gaps[name].tolist()] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def gap_csv(run: Coverage) -> str:
    """The gaps as CSV."""
    from urbanplan.view.spreadsheet import csv_text

    if run.gaps is None:
        return csv_text(GAP_COLUMNS, [])
    return csv_text(tuple(name for name in GAP_COLUMNS if name in run.gaps.columns), gap_rows(run.gaps))


def coverage_layers(run: Coverage) -> dict[str, gpd.GeoDataFrame]:
    """Gaps, streets by coverage and sites, by name of layer."""
    import geopandas as gpd

    sites = gpd.GeoDataFrame({"id": run.places.ids.astype(str)}, geometry=run.places.shapes, crs=run.network.crs)
    layers = {"streets": run.streets, "sites": sites}
    if run.gaps is None:
        return layers
    named = run.gaps["nearest"].map(lambda name: None if name is None else str(name)).astype("string")
    return {"gaps": run.gaps.assign(nearest=named), **layers}
