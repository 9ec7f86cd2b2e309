"""What a plan would take of surveyed files: CRS where none is said, layers with names and types, boundary, zone."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.analysis.folder_survey import Candidate
from urbanplan.errors import CrsError
from urbanplan.layer.crs import crs_name, estimate_zone_crs
from urbanplan.layer.type_fit import MIN_SCORE, Fit
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.layertype import LayerType
    from urbanplan.plan.intake_pins import Pins

FAR_METRES = 100_000.0
"""Farther than this from the middle of the others a layer is left out."""
_SURE_CRS = 0.5  # confidence from which a guessed CRS is taken
_TILING_CELLS = 3  # polygons from which a layer may be dissolved into a boundary
_MAX_TILING = 20_000


@dataclass
class Proposal:
    """What the plan would be.

    Attributes:
        candidates: of the files; those with a layer come in. crs: the working CRS, None where nothing says it.
        boundary: the layer that is the district's boundary. outline: else one that is made, in WGS 84, and
            ``outline_why`` of what. doubts: of the plan as a whole.
    """

    candidates: list[Candidate]
    crs: str | None = None
    boundary: str | None = None
    subdistricts: str | None = None
    outline: Any = None
    outline_why: str = ""
    doubts: list[str] = field(default_factory=list[str])


def propose(
    candidates: Sequence[Candidate], kinds: Mapping[str, LayerType], pins: Pins, *, crs: str | None,
    known: Collection[str] = (),
) -> Proposal:  # fmt: skip
    """Decide on layers, boundary and working CRS.

    Args:
        candidates: of the files. kinds: the types by name. pins: what a person has said. crs: the working CRS, given.
        known: layers that the plan has already.
    """
    spatial = [one for one in candidates if one.kind == "layer"]
    middle = _middle(spatial)
    for one in spatial:
        if one.crs is None:
            _guess_crs(one, middle)
    middle = _middle(spatial) if middle is None else middle
    chosen = [one for one in candidates if _is_wanted(one, middle)]
    _name_layers(chosen, kinds)
    proposal = Proposal(list(candidates))
    _propose_boundary(proposal, [one for one in chosen if one.kind == "layer" and one.layer], pins, known)
    proposal.crs = crs or pins.crs or _zone(proposal, [one for one in chosen if one.layer])
    return proposal


def _middle(candidates: Sequence[Candidate]) -> tuple[float, float] | None:
    """The median of the layers' middles in degrees; None where no layer has a CRS."""
    places = [place for one in candidates if (place := _place(one)) is not None]
    return None if not places else (float(np.median([p[0] for p in places])), float(np.median([p[1] for p in places])))


def _place(one: Candidate) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of a layer."""
    from pyproj import Transformer

    if one.frame is None or one.crs is None or not len(one.frame):
        return None
    box = one.frame.total_bounds
    if not np.isfinite(box).all():
        return None
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    x, y = (y, x) if one.swap_axes else (x, y)
    lon, lat = Transformer.from_crs(one.crs, 4326, always_xy=True).transform(x, y)
    return (float(lon), float(lat)) if np.isfinite(lon) and np.isfinite(lat) else None


def _guess_crs(one: Candidate, middle: tuple[float, float] | None) -> None:
    """Take the likeliest CRS where it is sure enough, and say its rivals."""
    from urbanplan.exchange.crs.guess import guess_crs

    ranked = guess_crs(one.frame.geometry.to_numpy(), near=middle)
    one.crs_rivals = tuple(f"{guess.crs} {guess.confidence:.2f}" for guess in ranked[:3])
    if ranked and ranked[0].confidence >= _SURE_CRS:
        one.crs, one.swap_axes, one.crs_guessed = ranked[0].crs, ranked[0].swapped, True
        one.doubts.append(localize("the CRS {crs} is a guess ({why})", crs=ranked[0].crs, why=ranked[0].why))
    else:
        listed = ", ".join(one.crs_rivals) or "—"
        one.doubts.append(localize("no CRS is declared; pin one: {guesses}", guesses=listed))


def _is_wanted(one: Candidate, middle: tuple[float, float] | None) -> bool:
    """Whether a candidate becomes a layer; why it does not is among its doubts."""
    from pyproj import Geod

    if one.pin is not None and one.pin.layer is not None:
        return bool(one.pin.layer) and one.frame is not None
    if one.frame is None or not one.features or (one.kind == "layer" and one.crs is None):
        return False
    if one.kind == "table" and not (one.fits and one.fits[0].score >= MIN_SCORE):
        return False
    place = _place(one) if one.kind == "layer" else None
    if place is None or middle is None:
        return True
    _, _, distance = Geod(ellps="GRS80").inv(*place, *middle)
    if distance > FAR_METRES:
        km = f"{distance / 1000:,.0f}"
        one.doubts.append(localize("it lies {km} km from the others: left out until its layer is pinned", km=km))
        return False
    return True


def _name_layers(candidates: Sequence[Candidate], kinds: Mapping[str, LayerType]) -> None:
    """Give each candidate its layer and type; a type's name goes to the layer that fits it best."""
    taken = {one.pin.layer for one in candidates if one.pin is not None and one.pin.layer}
    digests = dict[tuple[str, str], str]()
    for one in sorted(candidates, key=lambda one: -(one.fits[0].score if one.fits else 0.0)):
        first = digests.setdefault((one.digest, one.table), one.path)
        pinned = None if one.pin is None else one.pin.layer
        if first != one.path and not pinned:
            one.doubts.append(localize("the same content as {path}: left out", path=first))
            continue
        fit = _chosen_fit(one, kinds)
        name = fit.type if fit is not None else _slug(one)
        one.layer = pinned or _free(name if name not in taken else _slug(one), taken)
        taken.add(one.layer)
        _take_type(one, fit)


def _chosen_fit(one: Candidate, kinds: Mapping[str, LayerType]) -> Fit | None:
    """The fit of the pinned type, else the best one that is good enough."""
    pinned = None if one.pin is None else one.pin.type
    if pinned is not None:
        known = next((fit for fit in one.fits if fit.type == pinned), None)
        return known or (Fit(pinned, 1.0, (localize("pinned"),), {}, (), (), ()) if pinned in kinds else None)
    return one.fits[0] if one.fits and one.fits[0].score >= MIN_SCORE else None


def _take_type(one: Candidate, fit: Fit | None) -> None:
    """The type that fits, or one of the layer's own where none does or columns that it requires are missing."""
    pinned = None if one.pin is None else one.pin.type
    one.columns = dict(one.pin.columns) if one.pin is not None else {}
    if fit is not None and (pinned or not (fit.missing or fit.shapes < 1)):
        one.type = fit.type
        given = {name: column for name, column in fit.columns.items() if name in fit.by_values}
        one.columns = {**given, **one.columns}
        for name, column in given.items():
            what = "the column {column} is taken as {field} for its values"
            one.doubts.append(localize(what, column=column, field=name))
        return
    one.type, one.own_type = pinned or one.layer, True
    if fit is not None and not fit.missing:
        one.doubts.append(localize("a type of its own: {type} has other shapes", type=fit.type))
    elif fit is not None:
        missing = ", ".join(fit.missing)
        what = "a type of its own: {type} requires columns that are not there: {columns}"
        one.doubts.append(localize(what, type=fit.type, columns=missing))
    else:
        one.doubts.append(localize("no type fits: a type of its own is written from its columns"))


def _slug(one: Candidate) -> str:
    """A name for a layer from that of the file, and of the layer in it where there are several."""
    stem = one.path.rsplit("/", 1)[-1].split(".")[0]
    text = one.table if one.format == "osm" else f"{stem}_{one.table}" if one.table else stem
    name = re.sub(r"\W+", "_", text).strip("_")[:40].lower()
    return name if name and not name[0].isdigit() else f"layer_{name}".rstrip("_")


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}_{n}" for n in range(2, len(taken) + 3) if f"{name}_{n}" not in taken)


def _propose_boundary(proposal: Proposal, layers: Sequence[Candidate], pins: Pins, known: Collection[str]) -> None:
    """The boundary: pinned, a layer of that type, sub-districts or cells dissolved, else the hull of everything."""
    named = {one.layer: one for one in layers}
    parts = next((one for one in layers if one.type == "subdistricts" or one.layer == "subdistricts"), None)
    proposal.subdistricts = parts.layer if parts is not None and not parts.own_type else None
    if pins.boundary in named or pins.boundary in known:
        proposal.boundary = pins.boundary
    elif "boundary" in named:
        proposal.boundary = "boundary"
    elif layers:
        _make_outline(proposal, layers, parts)


def _make_outline(proposal: Proposal, layers: Sequence[Candidate], parts: Candidate | None) -> None:
    tiles = parts if parts is not None else max(
        (one for one in layers if _may_tile(one)), key=lambda one: one.features, default=None
    )  # fmt: skip
    if tiles is not None:
        proposal.outline = _degrees(tiles).union_all(grid_size=1e-8).simplify(1e-9)
        proposal.outline_why = localize("the outline of {layer}", layer=tiles.layer)
    else:
        import shapely

        hulls: list[Any] = [
            shapely.convex_hull(shapely.geometrycollections(_degrees(one).geometry.to_numpy())) for one in layers
        ]
        most, proposal.outline = max(
            zip(layers, hulls, strict=True), key=lambda pair: (pair[0].features, float(pair[1].area))
        )
        proposal.outline_why = localize("the hull of {layer}", layer=most.layer)
    if proposal.outline.geom_type not in ("Polygon", "MultiPolygon"):
        proposal.outline = None
        return
    what = "no file holds a boundary: {outline} is proposed; pin another one in {file}"
    proposal.doubts.append(localize(what, outline=proposal.outline_why, file="intake.toml"))
    proposal.boundary = "boundary"


def _may_tile(one: Candidate) -> bool:
    """Whether polygons may cover the district: they do not overlap much and leave few holes."""
    if not _TILING_CELLS <= one.features <= _MAX_TILING or set(one.geometry) - {"Polygon", "MultiPolygon"}:
        return False
    import shapely

    shapes = _degrees(one).geometry
    whole = shapes.union_all()
    areas: Any = shapely.area(shapes.to_numpy())  # pyright: ignore[reportUnknownMemberType]
    total, hull = float(areas.sum()), whole.convex_hull.area
    return 0.98 <= total / whole.area <= 1.02 and whole.area / hull > 0.5


def _degrees(one: Candidate) -> gpd.GeoDataFrame:
    """The layer's shapes in WGS 84."""
    import geopandas as gpd

    from urbanplan.exchange.crs.georeference import reproject

    frame = one.frame if one.frame.crs is not None else one.frame.set_crs(one.crs)
    frame = reproject(frame, swap_axes=one.swap_axes) if one.swap_axes else frame
    shapes = frame.geometry.dropna().to_crs(4326).make_valid()
    return gpd.GeoDataFrame(geometry=shapes.reset_index(drop=True), crs=4326)


def _zone(proposal: Proposal, layers: Sequence[Candidate]) -> str | None:
    """The working CRS: the zone that the outline or boundary lies in, else all layers."""
    import geopandas as gpd
    import pandas as pd

    drawn = [one for one in layers if one.kind == "layer"]
    bounding = [one for one in drawn if one.layer == proposal.boundary]
    if proposal.outline is not None:
        frame = gpd.GeoDataFrame(geometry=[proposal.outline], crs=4326)
    elif bounding or drawn:
        frame = pd.concat([_degrees(one) for one in bounding or drawn])
    else:
        return None
    origin = next((one.frame.crs for one in bounding if one.frame.crs is not None), None)
    if origin is not None:
        frame = frame.to_crs(origin)
    try:
        return crs_name(estimate_zone_crs(frame))
    except CrsError:
        return None
