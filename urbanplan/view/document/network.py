"""The account of a network as the JSON that users may rely on, and as layers for a GIS."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.layer.crs import crs_name
from urbanplan.layer.geojson import describe_shapes
from urbanplan.network.roads.critical import CriticalElements
from urbanplan.network.roads.projects import ProjectEffects
from urbanplan.network.roads.road_analysis import RoadAnalysis, settings_document

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.topology.repair import Repair

SCHEMA_VERSION = 1
FINDING_COLUMNS = ("code", "level", "layer", "feature", "message", "fix", "x", "y")
LOG_COLUMNS = ("pass", "code", "feature", "others", "done", "x", "y")
_EFFECT_COLUMNS = (
    "road",
    "name",
    "stage",
    "opened",
    "rank",
    "joins",
    "residents",
    "nearer",
    "linked",
    "mean_m",
    "saved_m",
)
MAX_CRITICAL_ROWS = 200
"""Critical streets and junctions told in JSON, the worst first; layers hold them all."""


def network_document(made: RoadAnalysis, *, more: dict[str, Any] | None = None) -> dict[str, Any]:
    """The answer as plain data; ``more`` adds to the settings."""
    streets, junctions = critical_streets(made), critical_junctions(made)
    return {
        "schema_version": SCHEMA_VERSION,
        "crs": crs_name(made.network.crs),
        "nodes": made.network.nodes,
        "edges": made.network.edges,
        "length_m": made.network.total,
        "components": dict(zip(("low", "high"), made.components, strict=True)),
        "parts": _part_rows(made.critical),
        "dead_ends": len(made.critical.dead_ends),
        "topology": made.topology.counts,
        "findings": [note.model_dump(mode="json") for note in made.findings],
        "critical": {
            "streets": len(made.critical.bridges),
            "junctions": len(made.critical.joints),
            "worst_streets": _frame_document(streets.head(MAX_CRITICAL_ROWS)),
            "worst_junctions": _frame_document(junctions.head(MAX_CRITICAL_ROWS)),
        },
        "mileage": {**made.mileage.document(), "claims": [dataclasses.asdict(claim) for claim in made.claims]},
        "density": {**made.density, "by_use": made.uses},
        "detour": made.detour,
        "access": {
            name: {"places": len(one.ids), "reached": int(one.reached.sum()), "leg_m": one.leg}
            for name, one in made.served.items()
        },
        "projects": None if made.effects is None else _effects_document(made.effects),
        "parking": None if made.parking is None else made.parking.document(),
        "settings": {**settings_document(made), **(more or {})},
        "timings": made.timings,
    }


def _part_rows(found: CriticalElements) -> list[dict[str, float]]:
    return [dict(zip(found.weights, row, strict=True)) for row in found.part_sums[:MAX_CRITICAL_ROWS].tolist()]


def _effects_document(found: ProjectEffects) -> dict[str, Any]:
    """Ranking, order of opening, and the network before and after all projects."""
    sides = {"before": found.before, "after": found.after}
    told = {name: {"components": side.parts, "residents": side.within} for name, side in sides.items()}
    return {
        "residents": found.people,
        **told,
        "ranking": [dataclasses.asdict(row) for row in found.alone],
        "in_order": [dataclasses.asdict(row) for row in found.in_order],
    }


def _frame_document(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in frame.columns if name != "geometry"]
    values = zip(*(frame[name].tolist() for name in names), strict=True)
    shapes = describe_shapes(list(frame.geometry))
    return [
        {**dict(zip(names, row, strict=True)), "geometry": shape} for row, shape in zip(values, shapes, strict=True)
    ]


def critical_streets(made: RoadAnalysis) -> gpd.GeoDataFrame:
    """Edges without which a part falls in two, worst first; ``cuts_*`` is what the smaller side holds."""
    found, network = made.critical, made.network
    features = made.topology.ids[network.row[found.bridges]]
    columns = {"street": features.astype(str), "street_m": network.length[found.bridges]}
    return _worst_rows(columns, found.bridge_loss, made, network.lines[found.bridges])


def critical_junctions(made: RoadAnalysis) -> gpd.GeoDataFrame:
    """Nodes without which a part falls apart, worst first."""
    found, network = made.critical, made.network
    points = shapely.points(np.column_stack([network.x[found.joints], network.y[found.joints]]))
    return _worst_rows({"pieces": found.joint_pieces}, found.joint_loss, made, np.asarray(points, dtype=object))


def _worst_rows(
    columns: dict[str, Any], loss: NDArray[np.float64], made: RoadAnalysis, shapes: NDArray[np.object_]
) -> gpd.GeoDataFrame:
    """Rows by residents cut off where they are known, then by metres; those that cut off no more than a dead end go."""
    import geopandas as gpd

    names = [f"cuts_{name}" for name in made.critical.weights]
    frame = gpd.GeoDataFrame(
        {**columns, **{name: loss[:, k] for k, name in enumerate(names)}}, geometry=shapes, crs=made.network.crs
    )
    by = [name for name in ("cuts_residents", "cuts_length_m") if name in names]
    kept = frame[loss.max(axis=1, initial=0.0) > 1e-6]
    return kept.sort_values(by, ascending=False, kind="stable").reset_index(drop=True)


def edge_frame(made: RoadAnalysis) -> gpd.GeoDataFrame:
    """Edges as lines: ``id`` of the street, ``component`` from 1 (the longest part), ``length_m``."""
    import geopandas as gpd

    network = made.network
    part = made.critical.part[network.u] + 1
    columns = {"id": made.topology.ids[network.row].astype(str), "component": part.astype(np.int64)}
    return gpd.GeoDataFrame({**columns, "length_m": network.length}, geometry=network.lines, crs=network.crs)


def network_layers(made: RoadAnalysis) -> dict[str, gpd.GeoDataFrame]:
    """Everything that can be drawn, by name of layer."""
    import geopandas as gpd

    crs = made.network.crs
    found: dict[str, gpd.GeoDataFrame] = {}
    drawn = [note for note in made.findings if note.geometry is not None]
    shapes = [shapely.geometry.shape(note.geometry) for note in drawn if note.geometry is not None]
    for kind, wanted in (("points", 0), ("lines", 1), ("areas", 2)):
        mine = [k for k, shape in enumerate(shapes) if shapely.get_dimensions(shape) == wanted]
        columns = {
            name: [getattr(drawn[k], name) for k in mine] for name in ("code", "level", "layer", "feature", "message")
        }
        found[f"findings_{kind}"] = gpd.GeoDataFrame(columns, geometry=[shapes[k] for k in mine], crs=crs)
    found["critical_streets"] = critical_streets(made)
    found["critical_junctions"] = critical_junctions(made)
    found["blocks"] = made.blocks.frame(crs)
    if made.effects is not None and made.layers.projects is not None:
        found["projects"] = _project_layer(made)
    known = {} if made.layers.basis is None else {"basis": made.layers.basis}
    return {name: frame.assign(**known) for name, frame in found.items() if len(frame)}


def _project_layer(made: RoadAnalysis) -> gpd.GeoDataFrame:
    """Road projects with what each changes alone."""
    import pandas as pd

    assert made.effects is not None
    assert made.layers.projects is not None
    rows = pd.DataFrame([dataclasses.asdict(row) for row in made.effects.alone])
    rank = rows.assign(rank=np.arange(1, len(rows) + 1))[
        ["road", "rank", "joins", "residents", "nearer", "mean_m", "saved_m"]
    ]
    shapes = made.layers.projects[["road", "geometry"]].assign(road=lambda f: f["road"].astype(str))
    return shapes.dissolve("road", as_index=False).merge(rank, on="road")


def findings_csv(made: RoadAnalysis) -> str:
    """Findings with a point each, for dividing among people."""
    import shapely

    from urbanplan.view.spreadsheet import csv_text

    rows = []
    for note in made.findings:
        row: dict[str, Any] = {name: getattr(note, name) for name in FINDING_COLUMNS[:6]}
        if note.geometry is not None:
            point = shapely.point_on_surface(shapely.geometry.shape(note.geometry))
            row |= dict(zip(("x", "y"), shapely.get_coordinates(point)[0].tolist(), strict=True))
        rows.append(row)
    return csv_text(FINDING_COLUMNS, rows)


def log_csv(mended: Repair) -> str:
    """The log of a repair; rows with nothing done are left to people."""
    from urbanplan.view.spreadsheet import csv_text

    rows = [
        {
            "pass": step.number or None,
            "code": f"network-{step.code}",
            "feature": step.feature,
            "others": " ".join(step.others),
            "done": step.done,
            "x": step.x,
            "y": step.y,
        }
        for step in mended.log
    ]
    return csv_text(LOG_COLUMNS, rows)
