"""The dossier of a run as one GeoPackage: findings to divide among people, and the evidence of every reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from urbanplan.model.finding import Finding
from urbanplan.model.report import Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urbanplan.layer.layer import Layer

SHAPES = ("points", "lines", "polygons")
UNLOCATED = "findings_nowhere"
WORK_COLUMNS = ("assignee", "status", "comment")  # empty columns that people fill in


def finding_frames(findings: list[Finding], crs: str) -> dict[str, gpd.GeoDataFrame | pd.DataFrame]:
    """Findings as frames ``findings_points``, ``findings_lines``, ``findings_polygons``, each at its exact place.

    Those without a place are rows of ``findings_nowhere``.  Every frame has the empty columns ``assignee``,
    ``status`` (``open``, or ``waived``) and ``comment``.
    """
    rows = pd.DataFrame([_row(number, finding) for number, finding in enumerate(findings, start=1)], columns=_COLUMNS)
    shapes = np.array([_shape(finding.geometry) for finding in findings] or [None], dtype=object)[: len(findings)]
    dimension = np.where(shapely.is_missing(shapes), -1, shapely.get_dimensions(shapes))
    frames: dict[str, gpd.GeoDataFrame | pd.DataFrame] = {}
    for number, name in enumerate(SHAPES):
        mask = dimension == number
        frames[f"findings_{name}"] = gpd.GeoDataFrame(rows[mask].reset_index(drop=True), geometry=shapes[mask], crs=crs)
    frames[UNLOCATED] = rows[dimension < 0].reset_index(drop=True)
    return frames


_COLUMNS = ["number", "code", "level", "layer", "feature", "message", "fix", "waived_by", "waived_why", *WORK_COLUMNS]


def _row(number: int, finding: Finding) -> list[Any]:
    waived = finding.waived
    by, why = (waived.owner, waived.reason) if waived else (None, None)
    told = [finding.code, finding.level, finding.layer, finding.feature, finding.message, finding.fix]
    return [number, *told, by, why, None, "waived" if waived else "open", None]


def _shape(geometry: dict[str, Any] | None) -> Any:
    return None if geometry is None else shapely.geometry.shape(geometry)


def evidence_frames(report: Report, layers: Mapping[str, Layer]) -> dict[str, gpd.GeoDataFrame]:
    """For each layer the features that count in some reading, with the ids of the targets in ``targets``."""
    counts: dict[str, dict[str, list[str]]] = {}
    for verdict in report.verdicts:
        for layer, ids in verdict.evidence.layers.items():
            for one in ids:
                counts.setdefault(layer, {}).setdefault(one, []).append(verdict.target)
    frames = {}
    for name, targets in counts.items():
        if name in layers:
            layer = layers[name]
            ids = layer.frame[layer.type.id].astype(str)
            held = layer.frame[ids.isin(list(targets))]
            listed = [", ".join(dict.fromkeys(targets[one])) for one in held[layer.type.id].astype(str)]
            frames[f"evidence_{name}"] = held.assign(targets=listed, basis=layer.basis).reset_index(drop=True)
    return frames


def write_geopackage_report(
    report: Report, path: Path, *, layers: Mapping[str, Layer], results: Mapping[str, gpd.GeoDataFrame]
) -> Path:
    """Write findings, verdicts, evidence and result layers to one GeoPackage, whole or not at all.

    Raises:
        ExchangeError: it cannot be written.
    """
    from urbanplan.exchange.files.atomic import atomic_write

    frames: dict[str, Any] = {**finding_frames(report.findings, report.crs), "verdicts": verdict_frame(report)}
    frames |= evidence_frames(report, layers)
    frames |= {f"result_{name}": frame for name, frame in results.items()}
    if report.disclosure:
        frames["disclosure"] = pd.DataFrame([report.disclosure])
    with atomic_write(path) as temporary:
        for name, frame in frames.items():
            _write_layer(frame, name, temporary)
    return path


def verdict_frame(report: Report) -> pd.DataFrame:
    """One row for each verdict, ends and bound as numbers."""
    rows = []
    for verdict in report.verdicts:
        reading, bound = verdict.reading, verdict.bound
        rows.append(
            {
                "target": verdict.target,
                "chapter": verdict.chapter,
                "title": verdict.title,
                "role": verdict.role,
                "kind": verdict.kind,
                "status": verdict.status,
                "warn": verdict.warn,
                "basis": verdict.basis,
                "low": None if reading is None else reading.low,
                "high": None if reading is None else reading.high,
                "unit": None if reading is None else reading.unit,
                "comparator": None if bound is None else bound.comparator,
                "number": None if bound is None else bound.number,
                "tolerance": None if bound is None else bound.tolerance,
                "reason": verdict.reason,
                "settled_by": verdict.settled_by,
                "layers": ", ".join(verdict.layers),
                "where": verdict.where,
            }
        )
    return pd.DataFrame(rows)


def _write_layer(frame: Any, name: str, path: Path) -> None:
    from urbanplan.exchange import ogr
    from urbanplan.exchange.table import WriteJob

    plain = frame.copy()
    for column in plain.columns:
        if column != "geometry" and plain[column].dtype == object:
            plain[column] = (
                plain[column].map(lambda v: v if v is None or isinstance(v, str) else str(v)).astype("string")
            )
    crs = ogr.crs_text(plain) if isinstance(plain, gpd.GeoDataFrame) else None
    ogr.write(WriteJob(plain, path, layer=name), "GPKG", crs=crs, append=path.exists())
