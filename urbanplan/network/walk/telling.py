"""Coverage as the JSON that users may rely on; numbers unrounded, geometries in the working CRS."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import shapely

from urbanplan.network.walk.coverage import Coverage

if TYPE_CHECKING:
    from urbanplan.network.walk.readings import BandReading
    from urbanplan.network.walk.whatif import WhatIf

SCHEMA_VERSION = 1
GAP_COLUMNS = ("length_m", "residents", "nearest", "distance_m", "street", "street_id", "begin_m", "end_m")


def document(
    run: Coverage,
    *,
    band: Sequence[BandReading] = (),
    changed: WhatIf | None = None,
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The answer as a document for :func:`to_json`; ``more`` adds to the settings."""
    people = run.residents
    told: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "crs": crs_name(run.network.crs),
        "total_m": run.total_m,
        "covered_m": run.covered_m,
        "covered_high_m": run.covered_high_m,
        "share": run.share,
        "residents": None if people is None else {**dataclasses.asdict(people), "share": people.share},
        "gaps": _gaps(run),
        "breakdown": list(run.breakdown),
        "readings": [dataclasses.asdict(row) for row in band],
        "certificate": None if run.certificate is None else dataclasses.asdict(run.certificate),
        "settings": {**run.settings, **(more or {})},
        "timings": run.timings,
        "findings": [note.model_dump(mode="json") for note in run.findings],
    }
    if changed is not None:
        told["what_if"] = _changed(changed)
    return told


def to_json(told: dict[str, Any]) -> str:
    """A document as JSON text."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(told, option=options, default=str).decode() + "\n"


def crs_name(crs: Any) -> str | None:
    """``EPSG:4547`` where the CRS has such a name, else its WKT."""
    if crs is None:
        return None
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.to_wkt()


def _gaps(run: Coverage) -> orjson.Fragment:
    """The gaps as JSON text, column by column: many, and each with a line."""
    if run.gaps is None:
        return orjson.Fragment(b"[]")
    frame = run.gaps
    names = [name for name in GAP_COLUMNS if name in frame.columns]
    columns = [_texts(frame[name].to_numpy()) for name in names]
    lines = _line_texts(np.asarray(frame.geometry.array, dtype=object))
    fields = ",".join(f'"{name}":%s' for name in names)
    row = "{" + fields + ',"geometry":{"type":"LineString","coordinates":[[%s]]}}'
    return orjson.Fragment("[" + ",\n".join([row % values for values in zip(*columns, lines, strict=True)]) + "]")


def _texts(values: np.ndarray) -> list[str]:
    """JSON text of each value, null for NaN."""
    if values.dtype.kind in "fi" and len(values):
        return orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY).decode()[1:-1].split(",")
    known = {value: orjson.dumps(value, default=str).decode() for value in set(values.tolist())}
    return [known[value] for value in values.tolist()]


def _line_texts(lines: np.ndarray) -> list[str]:
    """GeoJSON coordinates of lines, unrounded; lines of equally many vertices are told at once."""
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    counts = np.bincount(owner, minlength=len(lines))
    first = np.cumsum(counts) - counts
    found: list[str] = [""] * len(lines)
    for count in np.unique(counts).tolist():
        rows = np.flatnonzero(counts == count)
        block = np.ascontiguousarray(coords[first[rows, None] + np.arange(count)])
        texts = orjson.dumps(block, option=orjson.OPT_SERIALIZE_NUMPY).decode()[3:-3].split("]],[[")
        for row, text in zip(rows.tolist(), texts, strict=True):
            found[row] = text
    return found


def _changed(changed: WhatIf) -> dict[str, Any]:
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
    }
