"""Findings of mileage: dates and stages that tell nothing, polygons among roads, stretches opened twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.layer.dates import day_ends
from urbanplan.model.finding import Finding, build_finding

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from urbanplan.network.roads.mileage import Mileage
    from urbanplan.network.roads.mileage_rules import MileageRules


def mileage_findings(
    frame: gpd.GeoDataFrame, counted: Mileage, *, rules: MileageRules, layer: str | None = None
) -> list[Finding]:
    """What of a layer of roads does not count, or not surely; one finding of each kind."""
    found: list[Finding] = []
    ids = (frame["id"] if "id" in frame.columns else frame.index).to_numpy()

    def tell(code: str, rows: NDArray[np.bool_], values: pd.Series | None = None) -> None:
        if not rows.any():
            return
        texts = [] if values is None else dict.fromkeys(repr(value) for value in values[rows].tolist()[:5])
        found.append(build_finding(code, layer=layer, features=ids[rows].tolist(), texts=", ".join(texts)))

    if "opened" in frame.columns:
        first, last = (end.to_numpy() for end in day_ends(frame["opened"]))
        given = frame["opened"].notna().to_numpy(dtype=bool)
        tell("network-date-unclear", given & np.isnat(first), frame["opened"])
        tell("network-date-rough", ~np.isnat(first) & (first != last), frame["opened"])
    if "stage" in frame.columns:
        text = frame["stage"].astype("string").str.strip()
        strange = text.notna() & ~text.isin([*rules.stages, rules.open_stage])
        tell("network-stage-unknown", strange.to_numpy(dtype=bool), frame["stage"])
    shapes = np.asarray(frame.geometry.array, dtype=object)
    tell("network-rim", shapely.get_dimensions(shapes) == 2)
    if counted.opened_again_m > 0:
        found.append(build_finding("network-opened-twice", layer=layer, metres=counted.opened_again_m))
    return found
