"""Candidates: where a site may stand, with cost, capacity and sub-district, and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from urbanplan.errors import SitingError

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray
    from pyproj import CRS

    from urbanplan.siting.demand import Candidates


@dataclass(frozen=True)
class CandidateOptions:
    """What is said of candidates.

    Attributes:
        where: a CQL2 filter; only rows that surely fulfil it are candidates. cost: the column of costs.
        required, forbidden: ids. capacity: the column of people that each can serve (metres where those count).
        places: a file or frame of places where no site may stand. least_area: of a polygon, square metres.
    """

    where: str | None = None
    cost: str | None = None
    required: Sequence[str] = ()
    forbidden: Sequence[str] = ()
    capacity: str | None = None
    places: Any = None
    least_area: float | None = None


def read_candidates(
    frame: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame | None,
    options: CandidateOptions,
    existing: gpd.GeoDataFrame | None,
    notes: list[str],
) -> Candidates:
    """Cost, capacity, sub-district and flags of each candidate; the capacity of existing sites that have the column.

    Args:
        frame, districts, options, existing: see there. notes: is told of forbidden places that have no shape.

    Raises:
        SitingError: a column or an id is not there, or holds no number of 0 or more; a required candidate lies in a
            forbidden place.
    """
    import numpy as np

    from urbanplan.siting.demand import Candidates

    ids = id_texts(frame)
    required = _flags(ids, options.required)
    _check_single(ids, options.required)
    inside = np.zeros(len(frame), dtype=bool) if options.places is None else _in_places(frame, options.places, notes)
    if (required & inside).any():
        raise SitingError(
            "candidate {id} is required and lies in a forbidden place",
            where="--forbidden",
            fix="Decide for one.",
            id=ids[int(np.flatnonzero(required & inside)[0])],
        )
    allowed = ~_flags(ids, options.forbidden) & ~inside
    if not allowed.any():
        raise SitingError("every candidate is forbidden", where="--forbidden", fix="Leave some of them free.")
    return Candidates(
        np.ones(len(frame)) if options.cost is None else _amounts(frame, options.cost, allowed),
        _districts_of(frame, districts),
        allowed,
        required,
        None if options.capacity is None else _amounts(frame, options.capacity, allowed),
        _standing_capacity(existing, options.capacity),
    )


def _check_single(ids: Sequence[str], required: Sequence[str]) -> None:
    """Refuse a required id that several candidates share.

    Raises:
        SitingError: one is.
    """
    shared = next((name for name in required if ids.count(name) > 1), None)
    if shared is not None:
        raise SitingError(
            "{count} candidates have the id {id}", where="--require", fix="Give each an id of its own.",
            count=ids.count(shared), id=shared,
        )  # fmt: skip


def _standing_capacity(existing: gpd.GeoDataFrame | None, column: str | None) -> NDArray[np.float64] | None:
    """Capacity of existing sites, 0 where it is null, as the low reading wants; None where there is no such column."""
    import numpy as np

    if existing is None or not len(existing) or column is None or column not in existing.columns:
        return None
    known = existing[column].notna().to_numpy(dtype=bool)
    found = np.zeros(len(existing))
    if known.any():
        found[known] = _amounts(existing[known], column, np.ones(int(known.sum()), dtype=bool))
    return found


def unknown_capacities(existing: gpd.GeoDataFrame, column: str | None) -> int:
    """How many existing sites do not tell their capacity, where there is a column for it."""
    return int(existing[column].isna().sum()) if column is not None and column in existing.columns else 0


def _in_places(frame: gpd.GeoDataFrame, places: Any, notes: list[str]) -> NDArray[np.bool_]:
    """Candidates that share more than a border with a forbidden place."""
    import numpy as np
    import shapely

    from urbanplan.analysis.frames import load_frame
    from urbanplan.network.walk.sources import make_valid

    inside = np.zeros(len(frame), dtype=bool)
    drawn = load_frame(places, crs=cast("CRS", frame.crs), name="forbidden", notes=notes)
    known = make_valid(np.asarray(drawn.geometry.array, dtype=object))
    own = make_valid(np.asarray(frame.geometry.array, dtype=object))
    row, place = shapely.STRtree(known).query(own, predicate="intersects")
    inside[row[~shapely.touches(own[row], known[place])]] = True
    return inside


def filter_candidates(frame: gpd.GeoDataFrame, options: CandidateOptions) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Rows that surely fulfil the filter and are large enough, and notes of those that do not tell.

    Raises:
        SitingError: none is left. FilterError: the filter cannot be read.
    """
    import numpy as np

    from urbanplan.layer.filter import evaluate_filter
    from urbanplan.model.translation import localize
    from urbanplan.network.walk.source_rows import drawn_shapes

    notes: list[str] = []
    if options.where is not None:
        truth = evaluate_filter(frame, options.where, place="--where")
        if truth.isna().any():
            text = "{count} candidates do not tell whether they fulfil the filter: they are left out at the low reading"
            notes.append(localize(text, count=int(truth.isna().sum())))
        frame = frame.iloc[np.flatnonzero(truth.fillna(False).to_numpy(dtype=bool))].reset_index(drop=True)
    if options.least_area is not None:
        _check_area(options.least_area)
        frame, left_out = _large_enough(frame, options.least_area)
        notes += left_out
    if not drawn_shapes(frame.geometry.to_numpy()).any():
        raise SitingError("no candidate is left", fix="Give candidates, or a filter that some of them fulfil.")
    return frame, notes


def _large_enough(frame: gpd.GeoDataFrame, least: float) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Polygons of an area and what has no shape, which is told elsewhere; a note of points and lines left out."""
    import numpy as np

    from urbanplan.model.translation import localize
    from urbanplan.network.walk.source_rows import drawn_shapes

    drawn = drawn_shapes(frame.geometry.to_numpy())
    flat = drawn & frame.geom_type.str.contains("Point|Line").to_numpy(dtype=bool, na_value=False)
    text = "{count} candidates are points or lines and have no area: the least area leaves them out"
    notes = [localize(text, count=int(flat.sum()))] if least > 0 and flat.any() else []
    large = np.flatnonzero((frame.geometry.area.to_numpy() >= least) | ~drawn)
    return frame.iloc[large].reset_index(drop=True), notes


def _check_area(area: object) -> None:
    """Refuse a least area that is none.

    Raises:
        SitingError: it is no finite number of 0 or more.
    """
    if not isinstance(area, int | float) or not 0 <= area < float("inf"):
        raise SitingError(
            "the area {area} is no number of 0 or more", where="--least-area", fix="Write square metres.", area=area
        )


def id_texts(frame: gpd.GeoDataFrame) -> list[str]:
    """What the rows are called: ids, else names of their own, else numbers; ``#3`` where the third has none."""
    import pandas as pd

    from urbanplan.network.walk.source_rows import id_text, row_names

    names = row_names(frame)
    rows = enumerate(zip(names.tolist(), pd.isna(names).tolist(), strict=True), 1)
    return [f"#{row}" if null else id_text(value) for row, (value, null) in rows]


def _amounts(frame: gpd.GeoDataFrame, column: str, asked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Costs or capacities of candidates; a null is none, so it is refused of those that are asked, 0 of others."""
    import numpy as np
    import pandas as pd

    if column not in frame.columns:
        listed = ", ".join(str(name) for name in frame.columns if name != "geometry")
        raise SitingError("there is no column '{column}'", fix="Name one of: {columns}.", column=column, columns=listed)
    amount = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
    told = np.isfinite(amount) & (amount >= 0)
    odd = np.flatnonzero(asked & ~told)
    if len(odd):
        at = int(odd[0])
        raise SitingError(
            "candidate {id}: {column} is {value}, no number of 0 or more",
            where="candidates",
            column=column,
            value="null" if frame[column].isna().iloc[at] else str(frame[column].iloc[at]),
            fix="Fill it in, or leave the candidate out with a filter.",
            id=id_texts(frame)[at],
        )
    return np.where(told, amount, 0.0)


def _districts_of(frame: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None) -> NDArray[np.int64]:
    """The row of the first sub-district that holds a point on each candidate, -1 for none."""
    import numpy as np
    import shapely

    from urbanplan.network.walk.districts import first_containing

    group = np.full(len(frame), -1, dtype=np.int64)
    drawn, points = points_on_candidates(frame)
    if districts is not None and len(drawn):
        polygons = np.asarray(districts.geometry.array, dtype=object)
        group[drawn] = first_containing(polygons, shapely.get_coordinates(points))
    return group


def points_on_candidates(frame: gpd.GeoDataFrame) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """The rows that have a shape, and a point on each: where it stands counts for its sub-district."""
    import numpy as np
    import shapely

    from urbanplan.network.walk.source_rows import drawn_shapes

    shapes = np.asarray(frame.geometry.array, dtype=object)
    drawn = np.flatnonzero(drawn_shapes(shapes))
    return drawn, shapely.point_on_surface(shapes[drawn])


def _flags(ids: Sequence[str], chosen: Sequence[str]) -> NDArray[np.bool_]:
    import numpy as np

    lost = [name for name in chosen if name not in set(ids)]
    if lost:
        raise SitingError(
            "no candidate has the id {id}",
            fix="Name an id of the candidates, for example {one}.",
            id=lost[0],
            one=ids[0],
        )
    return np.isin(np.asarray(ids, dtype=str), np.asarray(list(chosen), dtype=str))
