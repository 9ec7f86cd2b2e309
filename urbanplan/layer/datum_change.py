"""Change of datum: how well it is known where a layer lies in another coordinate system.

The pairs that surveyors know and PROJ does not stand in ``datums.toml``.  Of all others PROJ is asked: the best
transformation whose area holds the layer and whose grids are at hand, with its stated accuracy.  Where PROJ knows
none, its "ballpark" offset may be wrong by a hundred metres: the change is unknown until parameters are given or an
error is accepted.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from urbanplan.errors import CrsError
from urbanplan.layer.datum_parameters import DatumParameters, helmert_transform
from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.metric_crs import crs_label

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import numpy as np
    from pyproj import CRS, Transformer

    PointTransform = Callable[[np.ndarray], np.ndarray]

STATED_ERROR_M = 1.0
"""Relative errors up to this are stated and widen nothing: nominally aligned frames are used as one in practice."""


class CrsTransformError(CrsError):
    """There is no way from one CRS to another."""


Kind = Literal["none", "aligned", "proj", "parameters", "accepted", "unknown"]


@dataclass(frozen=True)
class DatumChange:
    """How a layer came to a coordinate system, and how far it may lie off there.

    Attributes:
        source, target: names of the datums. moved: whether they differ, so that coordinates were changed.
        kind: ``none`` (same datum), ``aligned`` (of the table), ``proj`` (a transformation that PROJ knows),
            ``parameters`` (given by hand), ``accepted`` (an error declared by hand) or ``unknown``.
        error_m: metres that positions may be off against the target datum; None where that is unknown.
        operation: what PROJ calls the transformation that moved them, or digest of the parameters; else empty.
    """

    source: str
    target: str
    kind: Kind
    error_m: float | None
    moved: bool = False
    operation: str = ""


@dataclass(frozen=True)
class DatumOptions:
    """What is declared of a layer's datum: an accepted error in metres, or transformation parameters."""

    error_m: float | None = None
    parameters: DatumParameters | None = None


def transform_frame(
    frame: gpd.GeoDataFrame, crs: Any, *, options: DatumOptions | None = None
) -> tuple[gpd.GeoDataFrame, DatumChange]:
    """A frame in another CRS, and how well its position is known there.

    Args:
        frame: features with a CRS; one that is already in ``crs`` keeps its coordinates to the bit.
        crs: anything pyproj takes. options: what is declared of the frame's datum.

    Raises:
        CrsTransformError: there is no way from one CRS to the other, as from an engineering CRS.
    """
    from pyproj import CRS

    goal, source = CRS.from_user_input(crs), CRS.from_user_input(frame.crs)
    if source == goal:
        return frame, find_datum_change(source, goal, options=options)[0]
    change, transform = find_datum_change(source, goal, bounds=tuple(frame.total_bounds), options=options)
    if transform is None:
        return _to_crs(frame, goal), change
    import shapely

    shapes = shapely.transform(frame.geometry.to_numpy(), transform)
    return frame.set_geometry(type(frame.geometry)(shapes, index=frame.index, crs=goal)), change


def find_datum_change(
    source: CRS, target: CRS, *, bounds: tuple[float, ...] | None = None, options: DatumOptions | None = None
) -> tuple[DatumChange, PointTransform | None]:
    """The change of datum between two CRSs, and the transformation of points where PROJ's default is not the one.

    Args:
        source, target: CRSs. bounds: extent of the data in ``source``: transformations must hold all of it.
        options: what is declared of the datum of ``source``.
    """
    given = options or DatumOptions()
    names = datum_name(source), datum_name(target)
    if _same_datum(source, target):
        error = 0.0 if given.error_m is None and given.parameters is None else _declared_error(given)
        kind: Kind = "none" if error == 0.0 else "accepted" if given.error_m is not None else "parameters"
        return DatumChange(*names, kind, error), None
    if given.parameters is not None:
        transform = helmert_transform(source, target, given.parameters)
        digest = given.parameters.digest  # layers of the same parameters move together
        return DatumChange(*names, "parameters", _declared_error(given), True, digest), transform
    aligned = aligned_error(*names)
    if aligned is not None:
        kind, error = ("aligned", aligned) if given.error_m is None else ("accepted", given.error_m)
        return DatumChange(*names, kind, error, True), None
    best = _best_transformer(_unbind(source).to_wkt(), target.to_wkt(), _degree_bounds(source, bounds))
    kind, error = ("unknown", None) if best is None else ("proj", float(best.accuracy))
    if given.error_m is not None:
        kind, error = "accepted", given.error_m
    change = DatumChange(*names, kind, error, True, "" if best is None else best.description)
    return change, _point_transform(best) if best is not None else _hub_transform(source, target)


def relative_error(one: DatumChange | None, other: DatumChange | None) -> float | None:
    """Metres by which two layers may be off against one another; 0 where they moved together, None where unknown."""
    if one is None or other is None:
        known = one or other
        return 0.0 if known is None else known.error_m
    if one == other and (one.moved or one.kind == "none"):
        return 0.0
    if one.error_m is None or other.error_m is None:
        return None
    if {one.kind, other.kind} <= {"none", "aligned"}:
        return max(one.error_m, other.error_m)
    return one.error_m + other.error_m


def datum_findings(layer: str, change: DatumChange) -> list[Finding]:
    """A finding where it is not known how a layer lies in the working CRS, or by how much it may be off there."""
    source, target = change.source or "—", change.target or "—"
    if change.error_m is None:
        return [build_finding("layer-datum-unknown", layer=layer, source=source, target=target)]
    if change.error_m > STATED_ERROR_M:
        return [build_finding("layer-datum-error", layer=layer, error_m=change.error_m, source=source, target=target)]
    return []


def require_known(change: DatumChange, *, where: str = "") -> None:
    """Check that a change of datum is known.

    Raises:
        CrsError: it is not; nothing is moved by a guess.
    """
    if change.kind == "unknown":
        raise CrsError(
            "how {source} lies to {target} is not known here: positions may be off by a hundred metres",
            where=where,
            fix='Accept an error with --datum-error "5 m" in convert or export; in a plan, declare `datum_parameters` '
            "or `datum_error` of the layer.",
            source=change.source,
            target=change.target,
        )


def datum_name(crs: CRS) -> str:
    """Name of the geodetic datum of a CRS, without what a bound CRS adds; empty where there is none."""
    base = _unbind(crs)
    geodetic = base.geodetic_crs
    datum = base.datum if geodetic is None else geodetic.datum
    return "" if datum is None else datum.name.removesuffix(" ensemble")


def aligned_error(one: str, other: str) -> float | None:
    """Stated error in metres between two datums of one group of the table, None where they are of none."""
    for group in _aligned_groups():
        if _is_member(one, group) and _is_member(other, group):
            return float(group["error_m"])
    return None


@cache
def _aligned_groups() -> tuple[dict[str, Any], ...]:
    import tomllib

    return tuple(tomllib.loads((files("urbanplan.layer") / "datums.toml").read_text(encoding="utf-8"))["aligned"])


def _is_member(name: str, group: dict[str, Any]) -> bool:
    return name.startswith(tuple(group["datums"])) and name not in group["except"]


def _same_datum(source: CRS, target: CRS) -> bool:
    if source == target:
        return True
    one, other = datum_name(source), datum_name(target)
    return bool(one) and one == other and not one.startswith("Unknown") and not (source.is_bound or target.is_bound)


def _unbind(crs: CRS) -> CRS:
    return crs.source_crs if crs.is_bound and crs.source_crs is not None else crs


def _hub_transform(source: CRS, target: CRS) -> PointTransform | None:
    """By the shift that a bound CRS names itself, to a datum that is aligned with the target's; else None."""
    from pyproj import Transformer

    hub = source.target_crs if source.is_bound else None
    if hub is None or aligned_error(datum_name(hub), datum_name(target)) is None:
        return None
    first = _point_transform(Transformer.from_crs(source, hub, always_xy=True))
    second = _point_transform(Transformer.from_crs(hub, target, always_xy=True))
    return lambda points: second(first(points))


def _declared_error(given: DatumOptions) -> float:
    if given.error_m is not None:
        return given.error_m
    return 0.0 if given.parameters is None else given.parameters.error_m


def _degree_bounds(crs: CRS, bounds: tuple[float, ...] | None) -> tuple[float, ...] | None:
    """Extent in degrees, outwards to a hundredth; None where it is not finite."""
    import math

    from pyproj import Transformer

    if bounds is None or crs.geodetic_crs is None or not all(map(math.isfinite, bounds)):
        return None
    west, south, east, north = bounds
    degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform_bounds(west, south, east, north)
    if not all(map(math.isfinite, degrees)):
        return None
    return tuple(
        part(100 * edge) / 100 for part, edge in zip((math.floor,) * 2 + (math.ceil,) * 2, degrees, strict=True)
    )


@lru_cache(maxsize=64)
def _best_transformer(source: str, target: str, area: tuple[float, ...] | None) -> Transformer | None:
    """The most accurate transformation that PROJ knows for the area with the grids at hand; None where it has none."""
    from pyproj.aoi import AreaOfInterest
    from pyproj.exceptions import ProjError
    from pyproj.transformer import TransformerGroup

    interest: Any = None if area is None else AreaOfInterest(*area)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a better one may need a grid that is not at hand
        try:
            group = TransformerGroup(source, target, always_xy=True, area_of_interest=interest, allow_ballpark=False)
        except ProjError:
            return None
    fitting = [one for one in group.transformers if one.accuracy >= 0 and _holds(one, area)]
    return min(fitting, key=lambda one: one.accuracy, default=None)


def _holds(transformer: Transformer, area: tuple[float, ...] | None) -> bool:
    """Whether the transformation is meant for all of the area."""
    use = transformer.area_of_use
    if use is None or area is None:
        return use is None
    west, south, east, north = area
    return use.west <= west and use.south <= south and east <= use.east and north <= use.north


def _point_transform(transformer: Transformer) -> PointTransform:
    def transform(points: np.ndarray) -> np.ndarray:
        import numpy as np

        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return transform


def _to_crs(frame: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    from pyproj.exceptions import ProjError

    try:
        return frame.to_crs(crs)
    except ProjError as error:
        raise CrsTransformError(
            "there is no way from {source} to {target}",
            fix="Pin the layer's true coordinate system with --crs or `crs` in the plan.",
            source=crs_label(frame.crs) if frame.crs is not None else "—",
            target=crs_label(crs),
        ) from error
