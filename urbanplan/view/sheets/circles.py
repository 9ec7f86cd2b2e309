"""What the sheets of all sub-districts share: bands, streets by the walk that reaches them, sites, gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from urbanplan.errors import ViewError
from urbanplan.layer.layer import Layer
from urbanplan.model.plan import BASES, Plan
from urbanplan.siting.proposal import PROPOSED_LAYER
from urbanplan.view.declared import plan_folder, read_declaration
from urbanplan.view.sheets.backdrop import Backdrop
from urbanplan.view.sheets.fonts import CjkFont
from urbanplan.view.sheets.surroundings import Ground, prepare_grounds

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


class Band(BaseModel):
    """A walk and the line of the streets that it reaches."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    within: float
    stroke: str = Field(pattern="^#[0-9a-fA-F]{6}$")
    width: float


class CircleSheet(BaseModel):
    """maps/sheets/circle.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gap_stroke: str = Field(pattern="^#[0-9a-fA-F]{6}$")
    gap_width: float
    outline: str = Field(pattern="^#[0-9a-fA-F]{6}$")
    band: list[Band]


@dataclass(frozen=True)
class CircleFigures:
    """Figures of one sub-district.

    Attributes:
        streets_m: metres of streets. reached_m: of them, by the walk that reaches them. lost_m: that none reaches.
        sites: in it.
    """

    streets_m: float
    reached_m: Mapping[float, float]
    lost_m: float
    sites: int


@dataclass(frozen=True)
class CircleAtlas:
    """What the sheets of all sub-districts share.

    Attributes:
        shapes, names: of the sub-districts. streets: parts of streets; within: the walk that reaches each, NaN none.
        sites, gaps: results of the audit, or None. basis: the weakest of what is shown. backdrop: a ground, or None.
        proposed: sites of a proposal, which have a sign of their own, or None.
    """

    plan: Plan
    sheet: CircleSheet
    font: CjkFont
    around: list[Ground]
    shapes: NDArray[Any]
    names: list[str]
    streets: NDArray[Any]
    within: NDArray[np.float64]
    sites: GeoDataFrame | None
    gaps: GeoDataFrame | None
    basis: str
    crs: Any
    backdrop: Backdrop | None = None
    proposed: GeoDataFrame | None = None
    measured: Sequence[CircleFigures] | None = None  # of the lines as they are, where coarser ones are drawn

    @property
    def computed(self) -> bool:
        """Whether coverage was computed."""
        return self.sites is not None

    @cached_property
    def figures(self) -> Sequence[CircleFigures]:
        """Figures of the sub-districts, in their order."""
        return self.measured or [_figures(shape, self.streets, self.within, self.sites) for shape in self.shapes]


def _figures(shape: Any, streets: NDArray[Any], within: NDArray[np.float64], sites: Any) -> CircleFigures:
    lengths = shapely.length(_clip_lines(shape, streets))
    reached = {float(walk): float(lengths[within == walk].sum()) for walk in np.unique(within[np.isfinite(within)])}
    inside = 0 if sites is None else int(shapely.intersects(shape, sites.geometry.to_numpy()).sum())
    return CircleFigures(float(lengths.sum()), reached, float(lengths[np.isnan(within)].sum()), inside)


def _clip_lines(shape: Any, lines: NDArray[Any]) -> NDArray[Any]:
    """Lines cut to a shape, empty where they lie outside; one for each line."""
    shapely.prepare(shape)
    cut = np.full(len(lines), shapely.LineString(), dtype=object)
    meets = shapely.intersects(shape, lines)
    whole = meets & shapely.contains(shape, lines)
    cut[whole] = lines[whole]
    part = meets & ~whole
    cut[part] = shapely.intersection(lines[part], shape)
    return cut


def circle_sheet(folder: Path | None = None) -> CircleSheet:
    """The declaration of the circle sheet."""
    return read_declaration(CircleSheet, "sheets/circle.toml", folder)


def _walks(plan: Plan, within: NDArray[np.float64]) -> list[float]:
    """The walks of the plan's first coverage target, else those that the streets bear, shortest first."""
    from urbanplan.measure.catalog import validate_parameters
    from urbanplan.measure.coverage_parameters import Coverage

    asked = next((one for one in plan.target if one.measure and one.measure.get("kind") == "coverage"), None)
    params = None if asked is None else validate_parameters(asked.measure or {}, where=asked.where)
    if isinstance(params, Coverage):
        return params.band
    return np.unique(within[np.isfinite(within)]).tolist()


def fit_bands(sheet: CircleSheet, walks: list[float]) -> CircleSheet:
    """The sheet with a line for each walk: the declared ones where they hold all, else by their order."""
    if set(walks) <= {band.within for band in sheet.band}:
        return sheet
    lines = [sheet.band[min(k, len(sheet.band) - 1)] for k in range(len(walks))]
    bands = [line.model_copy(update={"within": walk}) for line, walk in zip(lines, walks, strict=True)]
    return sheet.model_copy(update={"band": bands})


def line_middles(lines: NDArray[Any]) -> NDArray[Any]:
    """The middle of each line; a line that a coarse grid has made a point is that point."""
    middle = np.asarray(shapely.point_on_surface(lines), dtype=object)
    drawn = shapely.get_dimensions(lines) == 1
    middle[drawn] = shapely.line_interpolate_point(lines[drawn], 0.5, normalized=True)
    return middle


def circle_figures(
    plan: Plan, layers: Mapping[str, Layer], results: Mapping[str, GeoDataFrame]
) -> list[CircleFigures] | None:
    """Figures of the plan's sub-districts in their order; None where it names none."""
    districts = layers.get(plan.district.subdistricts or "")
    if districts is None:
        return None
    streets, within, sites = _covered(districts, layers, results)
    return [_figures(shape, streets, within, sites) for shape in districts.frame.geometry.to_numpy()]


def _covered(
    districts: Layer, layers: Mapping[str, Layer], results: Mapping[str, GeoDataFrame]
) -> tuple[NDArray[Any], NDArray[np.float64], GeoDataFrame | None]:
    """Streets, the walk that reaches each, and sites; no sites where coverage was not computed."""
    parts = results.get("coverage_streets")
    frame = parts if parts is not None else layers["streets"].frame if "streets" in layers else districts.frame.iloc[:0]
    within = frame["within"].to_numpy(dtype=float) if "within" in frame.columns else np.full(len(frame), np.nan)
    return frame.geometry.to_numpy(), within, results.get("coverage_sites") if parts is not None else None


def circle_atlas(
    plan: Plan,
    layers: Mapping[str, Layer],
    results: Mapping[str, GeoDataFrame],
    font: CjkFont,
    *,
    measured: Sequence[CircleFigures] | None = None,
) -> CircleAtlas:
    """Prepare the sheets of the plan's sub-districts, with figures that were ``measured`` before, where given.

    Raises:
        ViewError: the plan names no sub-districts.
    """
    districts = layers.get(plan.district.subdistricts or "")
    if districts is None:
        raise ViewError("the plan names no sub-districts", fix="Say `subdistricts` in [district].")
    frame, column = districts.frame, plan.district.subdistrict_name
    held = frame[column] if column in frame.columns else frame.index.astype(str)
    streets, within, sites = _covered(districts, layers, results)
    return CircleAtlas(
        plan,
        fit_bands(circle_sheet(plan_folder(plan)), _walks(plan, within)),
        font,
        [
            ground
            for ground in prepare_grounds(layers, plan_folder(plan))
            if ground.row.role != "road" and ground.row.fill
        ],
        frame.geometry.to_numpy(),
        [str(name) for name in held],
        streets,
        within,
        sites,
        results.get("coverage_gaps"),
        max((x.basis for x in layers.values() if x.name in ("streets", districts.name)), key=_basis_rank),
        frame.crs,
        proposed=results.get(PROPOSED_LAYER),
        measured=measured,
    )


def _basis_rank(basis: str) -> int:
    return list(BASES).index(basis) if basis in BASES else len(BASES)
