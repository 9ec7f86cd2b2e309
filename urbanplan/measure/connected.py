"""Whether roads hang together: the number of connected components that hold them."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false
# (scipy's graph functions say no type of what they return)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import NODING, Parameters
from urbanplan.measure.selection import SelectedFeatures, Selection, layers_of, select_features
from urbanplan.model.reading import Bound, Evidence, Reading
from urbanplan.model.titles import layer_titles
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from urbanplan.network.graph import Network

_ONE = Bound(comparator="<=", number=1, unit="count")
_OneOrMore = str | Selection | list[str | Selection]


class Connected(Parameters):
    """Number of connected components that hold the roads `of`; implied bound: one."""

    of: _OneOrMore = Field(description="Layer or selection of roads that must hang together, or a list of them")
    with_: _OneOrMore | None = Field(
        default=None, alias="with", description="Streets that may join them, or a list of them"
    )
    noding: Literal["auto", "endpoints", "crossings"] = Field(default="auto", description=NODING)
    tolerance: float = Field(default=0.01, ge=0, description="Metres within which line ends join")

    def layers(self, setting: MeasureContext) -> set[str]:
        """The layers of `of` and `with`."""
        return set[str]().union(*(layers_of(part) for part in (*to_list(self.of), *to_list(self.with_))))


@dataclass(frozen=True, eq=False)
class Roads:
    """Rows of all selections in one frame: whose roads are in question, which surely count, which are drawn."""

    frame: gpd.GeoDataFrame
    asked: NDArray[np.bool_]
    sure: NDArray[np.bool_]

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """Rows that have a line; of the others nobody knows where they run."""
        from urbanplan.network.build import rows_with_lines

        return rows_with_lines(np.asarray(self.frame.geometry.array, dtype=object))

    @property
    def undrawn(self) -> int:
        """Number of rows without a line."""
        return int((~self.drawn).sum())

    def titles(self, rows: NDArray[np.bool_]) -> str:
        """Titles of the layers of some rows."""
        return layer_titles(self.frame["__layer__"].to_numpy()[rows].tolist())


def to_list(value: _OneOrMore | None) -> list[str | Selection]:
    """One or several selections as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def measure(layers: Layers, params: Connected, setting: MeasureContext) -> Measurement:
    """Number of components of the street graph that hold the roads, ``components`` as a result layer."""
    of, joining, titles = select_roads(params.of, params.with_, layers, setting)
    if not sum(len(part.frame) for part in of):
        return no_roads_measurement(titles)
    roads = concatenate_roads(of, joining)
    if not (roads.asked & roads.drawn).any():
        asked = int(roads.asked.sum())
        reading = Reading(low=min(1, int((roads.asked & roads.sure).sum())), high=asked, unit="count")
        return Measurement(reading, implied=_ONE, reason=explain_undrawn(roads), settled_by=undrawn_lines())
    from urbanplan.network.build import road_network

    network = road_network(roads.frame, noding=params.noding, tolerance=params.tolerance, copies=True)
    parts = _build_component_frame(network, roads)
    reading = _component_reading(network, roads)
    apart = sorted(set(parts.loc[parts["component"] > 1, "id"]))
    return Measurement(
        reading=reading,
        evidence=_evidence(parts, of),
        implied=_ONE,
        reason=_explain(apart, titles, roads, network, reading),
        settled_by="" if reading.exact else explain_settling(roads, network),
        results={"components": parts},
        findings=list(network.findings),
    )


def select_roads(
    of: _OneOrMore, joining: _OneOrMore | None, layers: Layers, setting: MeasureContext
) -> tuple[list[SelectedFeatures], list[SelectedFeatures], str]:
    """The roads in question, what they may join, and the titles of the layers in question for messages."""
    asked = [select_features(part, layers, setting) for part in to_list(of)]
    others = [select_features(part, layers, setting) for part in to_list(joining)]
    return asked, others, layer_titles(part.layer for part in asked)


def no_roads_measurement(titles: str) -> Measurement:
    """The answer where no road is in question."""
    reason = localize("layer {layer} has no road that could be joined", layer=titles)
    return Measurement(None, reason=reason, settled_by=localize("features of {layer}", layer=titles))


def concatenate_roads(of: list[SelectedFeatures], joining: list[SelectedFeatures]) -> Roads:
    """The roads in question and the streets that join them in one frame, with what tells their grade."""
    import geopandas as gpd
    import pandas as pd

    from urbanplan.network.levels import LEVEL_COLUMNS

    frames = [
        part.frame[["__id__", *(c for c in LEVEL_COLUMNS if c in part.frame.columns)]].assign(
            __layer__=part.layer, id=part.frame["__id__"], geometry=part.frame.geometry
        )
        for part in (*of, *joining)
    ]
    frame = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=of[0].frame.crs)
    asked = np.repeat([True, False], [sum(len(s.frame) for s in group) for group in (of, joining)])
    sure = np.concatenate([s.sure for s in (*of, *joining)])
    keep = ~_chosen_again(frame, sure)
    return Roads(frame[keep].reset_index(drop=True), asked[keep], sure[keep])


def _chosen_again(frame: gpd.GeoDataFrame, sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows of a feature that a selection before chose as it is: one feature, no street drawn twice."""
    again = frame.duplicated(["__layer__", "__id__"]).to_numpy(dtype=bool)
    if not again.any():
        return again
    key = ["__layer__", "__id__", "__shape__"]
    rows = frame.assign(__shape__=frame.geometry.to_wkb(hex=True), __sure__=sure)
    first = rows.groupby(key, dropna=False)["__sure__"].transform("first").to_numpy(dtype=bool)
    return rows.duplicated(key).to_numpy(dtype=bool) & (first | ~sure)


def _component_reading(network: Network, roads: Roads) -> Reading:
    """Least and greatest number of components over all ways in which open rows, crossings and lines may fall.

    Least: all rows join, doubtful crossings too, only sure roads ask, and a road that is not drawn may join all.
    Greatest: only sure rows join, doubtful crossings do not, and each open or undrawn road that touches no sure one
    stands alone.
    """
    from urbanplan.network.parts import component_of_nodes

    asked, sure = roads.asked[network.row], roads.sure[network.row]
    loose = network.joined
    low = len(np.unique(component_of_nodes(loose)[loose.u[asked & sure]]))
    firm = component_of_nodes(network, sure)
    held = np.unique(firm[network.u[asked & sure]])
    high = len(held) + _count_isolated(network, asked & ~sure, np.isin(firm, held))
    if roads.undrawn:
        low = min(1, int((roads.asked & roads.sure).sum()))
        high += int((roads.asked & ~roads.drawn).sum())
    return Reading(low=low, high=max(low, high), unit="count")


def _count_isolated(network: Network, open_edge: NDArray[np.bool_], held: NDArray[np.bool_]) -> int:
    """Number of parts of open roads that touch no node held by sure ones, each road looked at by itself."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    base = network.row[open_edge] * network.nodes
    keys, own = np.unique(np.stack([base + network.u[open_edge], base + network.v[open_edge]]), return_inverse=True)
    u, v = own.reshape(2, -1)
    count, label = connected_components(coo_array((np.ones(len(u)), (u, v)), shape=(len(keys),) * 2), directed=False)
    touching = np.unique(label[held[keys % network.nodes]])
    return int(count) - len(touching) if len(keys) else 0


def _build_component_frame(network: Network, roads: Roads) -> gpd.GeoDataFrame:
    """Pieces of the roads in question with the number of their component, 1 the longest."""
    import geopandas as gpd

    from urbanplan.network.parts import component_of_nodes

    label = component_of_nodes(network)[network.u]
    mine = roads.asked[network.row]
    length = np.bincount(label, weights=network.length)
    order = sorted(np.unique(label[mine]).tolist(), key=lambda c: (-length[c], c))
    number = np.zeros(len(length), dtype=np.int64)
    number[order] = np.arange(1, len(order) + 1)
    row = network.row[mine]
    columns: dict[str, Any] = {
        "layer": roads.frame["__layer__"].to_numpy()[row],
        "id": roads.frame["__id__"].astype(str).to_numpy()[row],
        "component": number[label[mine]],
        "component_m": length[label[mine]],
        "length_m": network.length[mine],
    }
    return gpd.GeoDataFrame(columns, geometry=network.lines[mine], crs=roads.frame.crs)


def _evidence(parts: gpd.GeoDataFrame, of: list[SelectedFeatures]) -> Evidence:
    """Ids of the smaller components, of all roads where there is one only; each component's size in the notes."""
    small = parts[parts["component"] > 1]
    shown = small if len(small) else parts
    ids = {layer: list(dict.fromkeys(rows)) for layer, rows in shown.groupby("layer", sort=True)["id"]}
    sizes: list[dict[str, Any]] = [
        {"component": number, "features": int(rows["id"].nunique()), "length_m": float(rows["component_m"].iloc[0])}
        for number in range(1, int(parts["component"].max()) + 1)
        for rows in [parts[parts["component"] == number]]
    ]
    layers = {str(name): ids.get(name, []) for name in dict.fromkeys(part.layer for part in of)}
    return Evidence(layers=layers, results=["components"], notes={"components": sizes})


def _explain(apart: list[str], titles: str, roads: Roads, network: Network, reading: Reading) -> str:
    """Why the reading is open; of an exact one, which roads stand apart."""
    if not reading.exact and (unknown := explain_open(roads)):
        return unknown
    if not apart:
        return ""
    if len(network.doubtful) and not reading.exact:
        return localize(
            "{count} crossings have no shared vertex and no level tells whether they join", count=len(network.doubtful)
        )
    shown = ", ".join(apart[:5]) + ("…" if len(apart) > 5 else "")
    return localize(
        "{count} roads of {layer} do not hang together with the longest part: {ids}",
        count=len(apart),
        layer=titles,
        ids=shown,
    )


def explain_open(roads: Roads) -> str:
    """That rows do not tell whether they count, or are not drawn, and of which layers; empty where neither is so."""
    if not roads.sure.all():
        count, layers = int((~roads.sure).sum()), roads.titles(~roads.sure)
        return localize("{count} features of {layer} do not tell whether they count", count=count, layer=layers)
    return explain_undrawn(roads) if roads.undrawn else ""


def explain_undrawn(roads: Roads) -> str:
    """That roads are not drawn, and of which layers."""
    count, layers = roads.undrawn, roads.titles(~roads.drawn)
    return localize("{count} roads of {layer} are not drawn", count=count, layer=layers)


def undrawn_lines() -> str:
    """What would settle where undrawn roads run."""
    return localize("the lines of the roads that are not drawn")


def explain_settling(roads: Roads, network: Network) -> str:
    """What would settle an interval: attributes, lines, or levels; empty where nothing is open."""
    if not roads.sure.all():
        return localize("the missing attributes of these features of {layer}", layer=roads.titles(~roads.sure))
    if roads.undrawn:
        return undrawn_lines()
    return localize("the levels of the streets that cross") if len(network.doubtful) else ""
