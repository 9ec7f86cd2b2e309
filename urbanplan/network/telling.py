"""Coverage as the JSON that users may rely on; numbers unrounded, geometries in the working CRS."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
import shapely

from urbanplan.network.coverage import Coverage
from urbanplan.network.readings import BandReading
from urbanplan.network.whatif import WhatIf

SCHEMA_VERSION = 1


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


def _gaps(run: Coverage) -> list[dict[str, Any]]:
    if run.gaps is None:
        return []
    frame = run.gaps
    shapes = shapely.to_geojson(frame.geometry.to_numpy())
    columns = ("length_m", "residents", "nearest", "distance_m", "street", "begin_m", "end_m")
    values = [_plain(frame[name].to_numpy()) for name in columns]
    return [
        {**dict(zip(columns, row[:-1], strict=True)), "geometry": orjson.Fragment(row[-1])}
        for row in zip(*values, shapes, strict=True)
    ]


def _plain(values: np.ndarray) -> list[Any]:
    """Python values, null for NaN."""
    if values.dtype.kind != "f":
        return values.tolist()
    return [None if value != value else value for value in values.tolist()]


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
