"""Street density by block and land use, and how far ways go round (detour index).

A block is a face between streets.  A street on its rim counts half, one inside it wholly, so that the blocks' streets
add up.  GB/T 51328-2018 gives values by the use of the land; no text of it was at hand, so they stand as unverified
defaults that a caller may replace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.faces import NO_FACE, Faces, build_faces
from urbanplan.network.graph import Network, interpolate
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.linear_split import Pieces
from urbanplan.network.parts import component_of_nodes
from urbanplan.network.walk.search import distances_from

if TYPE_CHECKING:
    import geopandas as gpd

SIDE_OFFSET = 0.05
"""Metres beside a street at which its block is looked up."""
DISTANCES_AT_ONCE = 2_000_000
"""Distances of a node from another that stand in memory at once."""
GUIDE_SOURCE = "GB/T 51328-2018, unverified: no text at hand"


@dataclass(frozen=True)
class DensityGuide:
    """Recommended density (km/km²) and block side (m) of a use of land, with the source; None: nothing is said."""

    density: tuple[float | None, float | None]
    side_m: tuple[float | None, float | None]
    source: str = GUIDE_SOURCE


DENSITY_GUIDES: dict[str, DensityGuide] = {
    "residential": DensityGuide((8, None), (None, 300)),
    "commercial": DensityGuide((10, 20), (100, 200)),
    "industrial": DensityGuide((4, None), (None, 600)),
    "": DensityGuide((8, None), (None, None)),
}
"""By use; the empty use stands for a whole central area."""
USE_BY_CODE: tuple[tuple[str, str], ...] = (
    ("07", "residential"),
    ("09", "commercial"),
    ("1001", "industrial"),
    ("11", "industrial"),
    ("R", "residential"),
    ("B", "commercial"),
    ("M", "industrial"),
    ("W", "industrial"),
)
"""First signs of land-use codes (guide of 2023, and the old letters) and the use they stand for."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """Faces between streets: shapes, m², metres of street (rims half), the use of most of their land ("" unknown)."""

    shapes: NDArray[np.object_]
    area: Floats
    street: Floats
    use: NDArray[np.object_]

    @property
    def density(self) -> Floats:
        """Kilometres of street per square kilometre."""
        return self.street / self.area * 1000

    def frame(self, crs: Any) -> gpd.GeoDataFrame:
        """The blocks as features, for maps."""
        import geopandas as gpd

        columns = {"use": self.use, "area_m2": self.area, "street_m": self.street, "density_km_km2": self.density}
        return gpd.GeoDataFrame(columns, geometry=self.shapes, crs=crs)


def build_blocks(lines: Pieces, land: gpd.GeoDataFrame | None = None, *, code: str = "use_code") -> Blocks:
    """Faces between streets.

    Args:
        lines: streets, cut where they cross. land: parcels or land-use polygons in the same CRS. code: their column of
            land-use codes.
    """
    faces = build_faces(lines.coords, lines.offsets)
    length, count = lines.at[lines.offsets[1:] - 1], len(faces.shapes)
    street = np.zeros(count)
    if count:
        for face in _faces_beside(lines, faces):
            there = face >= 0
            street += np.bincount(face[there], weights=length[there] / 2, minlength=count)
    return Blocks(faces.shapes, shapely.area(faces.shapes), street, _dominant_use(faces.shapes, land, code))


def _faces_beside(lines: Pieces, faces: Faces) -> list[Ints]:
    """The face to the left, and to the right, of the middle of each line; ``NO_FACE`` where there is none.

    It is the one on whose rim the line is; where it is on none, or bends away beside its middle, the place tells.
    """
    count = len(lines.line)
    place = _places_beside(lines)
    face = faces.beside[:, ::-1].ravel(order="F")
    told = np.flatnonzero(face >= 0)
    away = ~shapely.intersects_xy(faces.shapes[face[told]], *place[told].T)
    face[told[away]] = NO_FACE
    asked = np.flatnonzero(face == NO_FACE)
    point, found = _face_of_points(np.asarray(shapely.points(place[asked]), dtype=object), faces.shapes)
    face[asked[point]] = found
    return [face[:count], face[count:]]


def _places_beside(lines: Pieces) -> NDArray[np.float64]:
    """Points a little to the left of the middle of each line, and then those a little to the right."""
    table, number = (lines.coords, lines.offsets, lines.at), np.arange(len(lines.line), dtype=np.int64)
    middle = lines.at[lines.offsets[1:] - 1] / 2
    step = np.minimum(middle, 0.5)
    way = interpolate(*table, number, middle + step) - interpolate(*table, number, middle - step)
    size = np.hypot(way[:, 0], way[:, 1])[:, None]
    turn = np.divide(np.column_stack([-way[:, 1], way[:, 0]]), size, out=np.zeros_like(way), where=size > 0)
    aside, place = SIDE_OFFSET * turn, interpolate(*table, number, middle)
    return np.concatenate([place + aside, place - aside])


def _face_of_points(points: NDArray[np.object_], faces: NDArray[np.object_]) -> tuple[Ints, Ints]:
    """Points that lie in a face, in their order, and the face of each; on a rim the first in a tree of faces."""
    face, point = shapely.STRtree(points).query(faces, predicate="intersects")  # the asking side is prepared
    order = np.argsort(point, kind="stable")
    point, face = point[order].astype(np.int64), face[order].astype(np.int64)
    first = np.append(True, np.diff(point) != 0)[: len(point)]
    several = np.unique(point[~first])
    point, face = point[first], face[first]
    if len(several):
        which, told = shapely.STRtree(faces).query(points[several], predicate="intersects")
        face[np.searchsorted(point, several)] = told[np.unique(which, return_index=True)[1]]
    return point, face


def land_use(code: object) -> str:
    """The use that a land-use code stands for, empty where it stands for none."""
    text = str(code)
    return next((use for sign, use in USE_BY_CODE if text.startswith(sign)), "")


def _dominant_use(faces: NDArray[np.object_], land: gpd.GeoDataFrame | None, code: str) -> NDArray[np.object_]:
    """The use that most of the known land of each face has."""
    found = np.full(len(faces), "", dtype=object)
    if land is None or not len(land) or code not in land.columns or not len(faces):
        return found
    names = np.array([land_use(value) for value in land[code]], dtype=object)
    shapes = shapely.make_valid(np.asarray(land.geometry.array, dtype=object))
    face, row = shapely.STRtree(shapes).query(faces, predicate="intersects")
    shared = shapely.area(shapely.intersection(faces[face], shapes[row]))
    best = np.zeros(len(faces))
    for use in sorted(set(names.tolist()) - {""}):
        total = np.bincount(face, weights=np.where(names[row] == use, shared, 0.0), minlength=len(faces))
        found[total > best] = use
        best = np.maximum(best, total)
    return found


def density_by_use(found: Blocks, guides: Mapping[str, DensityGuide] | None = None) -> list[dict[str, Any]]:
    """Density and block side by use, against the guide; ``inside`` is None where the guide says nothing."""
    guides = DENSITY_GUIDES if guides is None else guides
    rows = []
    for use in sorted(set(found.use.tolist())):
        mine = found.use == use
        density = float(found.street[mine].sum() / found.area[mine].sum() * 1000)
        side = float(np.median(np.sqrt(found.area[mine])))
        guide = guides.get(use)
        rows.append(
            {
                "use": use or "unknown",
                "blocks": int(mine.sum()),
                "area_m2": float(found.area[mine].sum()),
                "street_m": float(found.street[mine].sum()),
                "density_km_km2": density,
                "median_side_m": side,
                "guide": None if guide is None or not use else asdict(guide),
                "density_inside": None if guide is None or not use else _is_within(density, guide.density),
                "side_inside": None if guide is None or not use else _is_within(side, guide.side_m),
            }
        )
    return rows


def _is_within(value: float, limits: tuple[float | None, float | None]) -> bool | None:
    low, high = limits
    if low is None and high is None:
        return None
    return (low is None or value >= low) and (high is None or value <= high)


def overall_density(network: Network, district: Any = None) -> dict[str, Any]:
    """Density over a whole area (the district, else the hull of the streets), km/km²."""
    lines = network.lines
    length, cut = shapely.length(lines), np.zeros(len(lines), dtype=bool)
    bent = edges_that_turn_back(network)
    cut[bent] = ~shapely.is_simple(lines[bent])  # a stretch that a line runs twice counts once
    if district is None:
        area = shapely.convex_hull(shapely.linestrings(network.coords))
    else:
        area = district
        shapely.prepare(area)
        cut |= ~shapely.covers(area, lines)
    length[cut] = shapely.length(shapely.intersection(lines[cut], area))
    inside = float(np.sum(length, dtype=np.longdouble))
    size = float(shapely.area(area))
    density = inside / size * 1000 if size > 0 else None
    return {
        "area_m2": size,
        "street_m": inside,
        "density_km_km2": density,
        "of": "district" if district is not None else "hull",
    }


def edges_that_turn_back(network: Network) -> Ints:
    """Edges that go back somewhere both along x and along y: the others can touch themselves nowhere."""
    owner = np.repeat(np.arange(network.edges), np.diff(network.offsets))
    inner = np.flatnonzero(owner[1:] == owner[:-1])
    back = np.ones(network.edges, dtype=bool)
    for values in network.coords.T:
        step = np.diff(values)[inner]
        ways = [np.bincount(owner[inner[way]], minlength=network.edges) for way in (step <= 0, step >= 0)]
        back &= (ways[0] > 0) & (ways[1] > 0)
    return np.flatnonzero(back)


def detour_index(network: Network, *, starts: int = 48, least: float = 300.0, most: float = 3000.0) -> dict[str, Any]:
    """How far ways go round: metres walked per metre of straight distance, between pairs of nodes.

    Starts are taken evenly along the nodes' order in space, so the same network gives the same answer.

    Returns:
        ``index``: sum of ways over sum of straight distances; ``median``, ``p90`` of the ratio; ``pairs``; and the
        ``apart`` share of pairs with no way at all. None values where there is no pair.
    """
    chosen = np.unique(np.linspace(0, network.nodes - 1, min(starts, network.nodes)).astype(np.int64))
    part = component_of_nodes(network)
    ways, straights, apart = [], [], 0
    for node, within in _ways_within(network, chosen, enough=3 * most):
        near, straight = _nodes_between(network, node, least, most)
        asked = near[part[near] == part[node]]  # ways lead there: where one is longer, the search goes on
        for limit in (6 * most, np.inf):
            if not np.isfinite(within[asked]).all():
                within = distances_from(network, np.array([node]), limit=limit)[0]
        way = within[near]
        live = np.isfinite(way)
        apart += int((~live).sum())
        ways.append(way[live])
        straights.append(straight[live])
    way, straight = np.concatenate(ways), np.concatenate(straights)
    total = len(way) + apart
    if not len(way):
        return {"index": None, "median": None, "p90": None, "pairs": 0, "apart": apart / total if total else None}
    ratio = way / straight
    median, high = np.quantile(ratio, [0.5, 0.9]).tolist()
    index = float(way.sum() / straight.sum())
    return {"index": index, "median": median, "p90": high, "pairs": len(way), "apart": apart / total}


def _nodes_between(network: Network, node: int, least: float, most: float) -> tuple[Ints, Floats]:
    """Nodes at two distances from a node or between, as the crow flies, and their distances."""
    x, y = network.x[node], network.y[node]
    rows = np.flatnonzero(np.abs(network.x - x) <= most)
    straight = np.hypot(network.x[rows] - x, network.y[rows] - y)
    keep = (straight >= least) & (straight <= most)
    return rows[keep], straight[keep]


def _ways_within(network: Network, chosen: Ints, *, enough: float) -> Iterator[tuple[int, Floats]]:
    """Each of some nodes, and the metres walked from it to all nodes, infinite beyond ``enough``; some at a time."""
    size = max(1, DISTANCES_AT_ONCE // max(network.nodes, 1))
    for begin in range(0, len(chosen), size):
        some = chosen[begin : begin + size]
        yield from zip(some.tolist(), distances_from(network, some, limit=enough), strict=True)
