"""Boundary-point TXT out, by a template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from urbanplan.errors import CrsError, ExchangeError
from urbanplan.exchange.boundary.dialect import AREA_UNITS
from urbanplan.exchange.boundary.rings import number_rings
from urbanplan.exchange.boundary.template import (
    HEAD_FIELDS,
    POINT_NUMBER_FIELD,
    RING_NUMBER_FIELD,
    Template,
    load_template,
    preamble_lines,
)
from urbanplan.exchange.crs.projection import project_shapes
from urbanplan.exchange.fields.columns import to_json_values
from urbanplan.exchange.losses import Loss, geometry_kinds
from urbanplan.exchange.table import WriteJob

ALIASES = {
    "地块编号": ("id", "编号", "code"),
    "地块名称": ("name", "名称"),
    "地块用途": ("use", "land_use", "用途"),
    "地类编码": ("use_code", "地类"),
    "图幅号": ("sheet",),
}
_SYSTEM_CODES = {"CGCS2000": (4488, 4509), "Xian 1980": (2324, 2345), "Beijing 1954": (2376, 2397)}


def write(job: WriteJob) -> dict[str, Any]:
    """Write polygons as plots to ``job.path``."""
    chosen = load_template(job.profile)
    frame = job.geo()
    if geometry_kinds(frame) - {"polygon"}:
        fix = "Choose another format for lines and points."
        raise ExchangeError("boundary-point TXT holds polygons only", where=job.path.name, fix=fix)
    family, zone = survey_zone(frame)
    shapes = _to_zone(frame, family, zone, chosen)
    lines, sizes = _point_lines(frame, shapes, chosen)
    heads, renamed = _head_lines(frame, shapes, sizes, chosen)
    text = preamble_lines(chosen, system=family, zone=zone, width=3)
    ends = np.cumsum([0, *(stored for _, stored in sizes)])
    for at in range(len(shapes)):
        text += heads[at : at + 1]
        text += lines[ends[at] : ends[at + 1]]
    body = chosen.newline.join(text) + (chosen.newline if chosen.last_newline else "")
    data = body.encode(chosen.encoding, "replace")
    job.path.write_bytes(b"\xef\xbb\xbf" + data if chosen.bom else data)
    code = _SYSTEM_CODES[family][0 if chosen.zone_prefix else 1] + zone
    return {"crs": f"EPSG:{code}", "encoding": chosen.encoding, "renamed": renamed}


def survey_zone(frame: gpd.GeoDataFrame) -> tuple[str, int]:
    """The survey system and 3-degree zone: those of the frame's CRS, else CGCS2000 and the zone of its middle.

    Raises:
        CrsError: the frame has no CRS.
    """
    if frame.crs is None:
        raise CrsError("the data have no CRS", fix="Pin the CRS, for example with --crs EPSG:4547.")
    code = frame.crs.to_epsg() or 0
    for family, bases in _SYSTEM_CODES.items():
        for base in bases:
            if 25 <= code - base <= 45:
                return family, code - base
    left, _, right, _ = frame.to_crs("EPSG:4326").total_bounds
    if not 73.5 <= (left + right) / 2 < 136.5:
        fix = "Boundary-point TXT is for data in China: choose another format."
        raise CrsError("the data lie outside the zones of CGCS2000", fix=fix)
    return "CGCS2000", round((left + right) / 6)


def _to_zone(frame: gpd.GeoDataFrame, family: str, zone: int, chosen: Template) -> np.ndarray:
    """Shapes in the zone; the zone's digits are put on or taken off, not computed anew."""
    bases = _SYSTEM_CODES[family]
    code = frame.crs.to_epsg() if frame.crs is not None else None
    has_prefix = code == bases[0] + zone
    shapes = frame.geometry.to_numpy()
    if not has_prefix and code != bases[1] + zone:
        shapes = project_shapes(frame, pyproj.CRS.from_epsg(bases[1] + zone))
    shift = (zone * 1e6 if chosen.zone_prefix else 0.0) - (zone * 1e6 if has_prefix else 0.0)
    return (
        shapely.transform(shapes, lambda points: points + np.array([shift, 0.0])) if shift else shapely.force_2d(shapes)
    )


def _point_lines(frame: Any, shapes: np.ndarray, chosen: Template) -> tuple[list[str], list[tuple[int, int]]]:
    """All point lines, and for each plot the count that its head says and the number of its lines."""
    parts, plot = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    ring_plot = plot[part]
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.zeros(0, dtype=bool)
    if chosen.closing == "none":
        points, ring, last = points[~last], ring[~last], np.zeros((~last).sum(), dtype=bool)
    owner = ring_plot[ring]
    numbers = _point_numbers(frame, ring, owner, last, chosen)
    digits, first, second = chosen.digits, (0, 1)[not chosen.east_first], (1, 0)[not chosen.east_first]
    form = f"%s,%d,%.{digits}f,%.{digits}f" + "," * (chosen.columns - 4)
    rows = zip(
        numbers, _ring_numbers(frame, shapes, ring, chosen), points[:, first].tolist(), points[:, second].tolist(),
        strict=True,
    )  # fmt: skip
    stored = np.bincount(owner, minlength=len(shapes))
    closings = np.bincount(owner[last], minlength=len(shapes)) if chosen.count == "open" else 0
    return [form % row for row in rows], list(zip((stored - closings).tolist(), stored.tolist(), strict=True))


def _point_numbers(frame: Any, ring: np.ndarray, owner: np.ndarray, last: np.ndarray, chosen: Template) -> list[str]:
    """Point numbers: the ones kept in the frame where they fit, else J1, J2 … through each plot."""
    corner = ~last if chosen.closing == "first" else np.ones(len(ring), dtype=bool)
    running = np.cumsum(corner)
    begins = np.searchsorted(owner, owner, side="left")
    number = running - (running[begins] - 1) if len(owner) else running
    if chosen.closing == "first" and len(ring):
        starts = np.searchsorted(ring, ring, side="left")
        number = np.where(last, number[starts], number)
    made = [f"{chosen.prefix}{value}" for value in number.tolist()]
    if POINT_NUMBER_FIELD in frame:
        for at, text in enumerate(frame[POINT_NUMBER_FIELD].tolist()):
            given = text.split() if isinstance(text, str) else []
            a, b = np.searchsorted(owner, [at, at + 1])
            if given and len(given) == b - a:
                made[a:b] = given
    return made


def _ring_numbers(frame: Any, shapes: np.ndarray, ring: np.ndarray, chosen: Template) -> list[int]:
    numbers, plot = number_rings(shapes, chosen.parts)
    if RING_NUMBER_FIELD in frame:
        for at, text in enumerate(frame[RING_NUMBER_FIELD].tolist()):
            rows = np.flatnonzero(plot == at)
            given = text.split() if isinstance(text, str) else []
            if given and len(given) == len(rows):
                numbers[rows] = [int(value) for value in given]
    return numbers[ring].tolist()


def _head_lines(
    frame: gpd.GeoDataFrame, shapes: np.ndarray, sizes: list[tuple[int, int]], chosen: Template
) -> tuple[list[str], dict[str, str]]:
    """Head lines, and which head field each alias of the frame went into."""
    if not chosen.heads:
        return [], {}
    columns, renamed = [], {}
    for name in chosen.head:
        source = find_field(frame, name)
        if source is not None and source != name:
            renamed[name] = source
        columns.append(_cell_texts(frame, name, source, shapes, sizes, chosen))
    comma = "," if chosen.comma and chosen.head else ""
    return [",".join(row) + f"{comma}@" for row in zip(*columns, strict=True)] or ["@"] * len(shapes), renamed


def find_field(frame: Any, name: str) -> str | None:
    """The frame's field that a head field takes, by name or alias."""
    return next((field for field in (name, *ALIASES.get(name, ())) if field in frame.columns), None)


def _cell_texts(
    frame: Any, name: str, source: str | None, shapes: np.ndarray, sizes: list[tuple[int, int]], chosen: Template
) -> list[str]:
    if name == HEAD_FIELDS[0]:
        return [str(count) for count, _ in sizes]
    if name == HEAD_FIELDS[1]:
        drawn = shapely.area(shapes) / AREA_UNITS[chosen.area_unit]
        given = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float) if name in frame else drawn
        return [f"{area:.{chosen.area_digits}f}" for area in np.where(np.isfinite(given), given, drawn)]
    if source is None:
        return ["面" if name == "图形属性" else ""] * len(shapes)
    return ["" if value is None else clean_cell(str(value)) for value in to_json_values(frame[source])]


def clean_cell(text: str) -> str:
    """A head cell without the marks that end cells and heads."""
    return " ".join(text.replace(",", "，").replace("@", "＠").split())


def losses(frame: gpd.GeoDataFrame, profile: Any) -> Iterator[Loss]:
    """What a TXT cannot hold of a frame."""
    chosen = load_template(profile)
    if not isinstance(frame, gpd.GeoDataFrame):
        yield Loss("rows without geometry")
        return
    odd = geometry_kinds(frame) - {"polygon"}
    if odd or frame.geometry.isna().any() or frame.geometry.is_empty.any():
        yield Loss("features that are no polygons ({kinds})", values={"kinds": ", ".join(sorted(odd)) or "null"})
    used = {find_field(frame, name) for name in chosen.head} | {
        POINT_NUMBER_FIELD,
        RING_NUMBER_FIELD,
        frame.geometry.name,
    }
    left = [str(name) for name in frame.columns if name not in used]
    if left:
        yield Loss("the fields {fields}", values={"fields": ", ".join(left)})
    for name in used - {None, POINT_NUMBER_FIELD, RING_NUMBER_FIELD, frame.geometry.name}:
        yield from _text_losses(
            str(name), [str(value) for value in to_json_values(frame[name]) if value is not None], chosen
        )


def _text_losses(name: str, values: list[str], chosen: Template) -> Iterator[Loss]:
    if any(clean_cell(value) != value for value in values):
        yield Loss("commas, @ and line ends in {field}", values={"field": name})
    if any("\0" in value for value in values):
        yield Loss("control characters in {field}", values={"field": name})
    if any(value.encode(chosen.encoding, "replace").decode(chosen.encoding) != value for value in values):
        what = "characters of {field} that {encoding} does not have"
        yield Loss(what, values={"field": name, "encoding": chosen.encoding})
