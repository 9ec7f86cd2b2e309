"""Where findings lie, and what stands in each sub-district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

from urbanplan.layer.layer import Layer
from urbanplan.model.finding import Finding
from urbanplan.model.plan import Plan
from urbanplan.model.translation import current_language, localize
from urbanplan.model.units import convert_unit, dimension
from urbanplan.view.declared import plan_folder, read_declaration

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True)
class Districts:
    """Sub-districts: names and shapes in the working CRS."""

    names: list[str]
    shapes: NDArray[Any]

    def of(self, spots: NDArray[Any]) -> NDArray[np.intp]:
        """Index of the sub-district of each point, -1 outside all."""
        found = np.full(len(spots), -1, dtype=np.intp)
        if len(self.shapes) and len(spots):
            point, district = shapely.STRtree(self.shapes).query(spots, predicate="intersects")
            found[point] = district
        return found


def read_districts(plan: Plan, layers: Mapping[str, Layer]) -> Districts:
    """The plan's sub-districts, none where it names none."""
    layer = layers.get(plan.district.subdistricts or "")
    if layer is None:
        return Districts([], np.empty(0, dtype=object))
    column = plan.district.subdistrict_name
    held = layer.frame[column] if column in layer.frame.columns else layer.frame.index
    return Districts([str(name) for name in held], layer.frame.geometry.to_numpy())


def finding_points(findings: list[Finding]) -> NDArray[Any]:
    """A point of each finding's geometry, None where it has none."""
    shapes = np.full(len(findings), None, dtype=object)
    held = [i for i, each in enumerate(findings) if each.geometry]
    if held:
        import orjson

        text = [orjson.dumps(findings[i].geometry).decode() for i in held]
        shapes[held] = shapely.from_geojson(text, on_invalid="ignore")
    return shapely.point_on_surface(shapes)


def finding_districts(findings: list[Finding], spots: NDArray[Any], known: Districts) -> list[str]:
    """The sub-district of each finding, empty where it has no place."""
    at = known.of(spots)
    missing = shapely.is_missing(spots)
    outside = localize("outside") if known.names else ""
    return ["" if missing[i] else (known.names[k] if k >= 0 else outside) for i, k in enumerate(at)]


class CountRow(BaseModel):
    """One row of maps/report/districts.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: dict[str, str]
    layers: list[str]
    measure: Literal["count", "sum", "area", "length"]
    column: str | None = None
    unit: str = ""
    by: str | None = None

    @model_validator(mode="after")
    def _unit(self) -> CountRow:
        if self.measure in ("area", "length") and dimension(self.unit) != self.measure:
            raise ValueError(f"{self.unit!r} is no unit of {self.measure}")
        return self


class CountRows(BaseModel):
    """maps/report/districts.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: list[CountRow] = []


@dataclass(frozen=True)
class Chart:
    """A chart by sub-district: values[series][district], in the unit."""

    title: str
    unit: str
    districts: list[str]
    series: list[str]
    values: list[list[float]]
    layer: str = ""


def charts(plan: Plan, layers: Mapping[str, Layer], results: Mapping[str, GeoDataFrame]) -> list[Chart]:
    """Coverage, and what maps/report/districts.toml counts, by sub-district."""
    known = read_districts(plan, layers)
    if not known.names:
        return []
    made = [_coverage(results.get("coverage_streets"), known)]
    for row in read_declaration(CountRows, "report/districts.toml", plan_folder(plan)).row:
        layer = next((layers[name] for name in row.layers if name in layers), None)
        if layer is not None and len(layer.frame):
            made.append(_count_chart(row, layer, known))
    return [chart for chart in made if chart is not None]


def _count_chart(row: CountRow, layer: Layer, known: Districts) -> Chart | None:
    shapes = layer.frame.geometry.to_numpy()
    if row.measure == "length":
        rows, at, values = _lengths(shapes, known)
    else:
        rows = np.arange(len(shapes))
        at = known.of(shapely.point_on_surface(shapes))
        values = _values(row, layer, shapes)
        if values is None:
            return None
    kinds = _series_labels(row, layer)[rows]
    series = layer.type.sort_values(row.by or "", kinds[at >= 0].tolist())
    base = {"length": "m", "area": "m2"}.get(row.measure, row.unit)
    totals = [[float(values[(kinds == kind) & (at == d)].sum()) for d in range(len(known.names))] for kind in series]
    scaled = [[convert_unit(value, base, row.unit) for value in line] for line in totals]
    title = row.title.get(current_language()) or next(iter(row.title.values()), "")
    return Chart(title, row.unit, known.names, series, scaled, layer.name)


def _values(row: CountRow, layer: Layer, shapes: NDArray[Any]) -> NDArray[np.float64] | None:
    match row.measure:
        case "area":
            return shapely.area(shapes)
        case "sum" if row.column in layer.frame.columns:
            return np.nan_to_num(pd.to_numeric(layer.frame[row.column], errors="coerce").to_numpy(dtype=float))
        case "count":
            return np.ones(len(shapes))
        case _:
            return None


def _series_labels(row: CountRow, layer: Layer) -> NDArray[Any]:
    if row.by is None or row.by not in layer.frame.columns:
        return np.full(len(layer.frame), "", dtype=object)
    return np.array([localize("not known") if pd.isna(v) else str(v) for v in layer.frame[row.by]], dtype=object)


def _lengths(lines: NDArray[Any], known: Districts) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]:
    """Row, sub-district and metres of each piece of line in a sub-district."""
    row, district = shapely.STRtree(known.shapes).query(lines, predicate="intersects")
    metres = shapely.length(lines[row])
    part = ~shapely.contains(known.shapes[district], lines[row])
    metres[part] = shapely.length(shapely.intersection(lines[row[part]], known.shapes[district[part]]))
    return row, district, metres


def _coverage(streets: GeoDataFrame | None, known: Districts) -> Chart | None:
    """Share of street reached by each walk, by sub-district."""
    if streets is None or "within" not in streets.columns or not len(streets):
        return None
    row, at, metres = _lengths(streets.geometry.to_numpy(), known)
    within = streets["within"].to_numpy(dtype=float)[row]
    bands = sorted(set(within[~np.isnan(within)]))
    count = len(known.names)
    totals = np.maximum(np.bincount(at, metres, minlength=count), 1e-9)
    values, before = [], np.zeros(count)
    for band in bands:
        reached = np.bincount(at[within <= band], metres[within <= band], minlength=count) / totals * 100
        values.append((reached - before).tolist())
        before = reached
    names = [localize("within {m} m", m=f"{band:g}") for band in bands]
    return Chart(localize("Streets reached on foot"), "%", known.names, names, values, "streets")
