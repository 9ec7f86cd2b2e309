"""Tables of a rain: how deep water stands on streets, parcels, buildings, homes and named sections."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pandas says little of what its columns hold)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from urbanplan.raster.elevation import Elevation
    from urbanplan.raster.sampling import Samples

    Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class DepthClass:
    """A depth from which water does harm.

    Attributes:
        metres: the depth. source: where the number is from. status: ``unverified`` as long as nobody has laid the
            source beside it.
    """

    metres: float
    source: str
    status: str = "unverified"


DEPTHS = (
    DepthClass(0.15, "GB 50014: 15 cm on a lane"),
    DepthClass(0.27, "the 27 cm line painted at underpasses of Beijing"),
    DepthClass(0.40, "warnings of cities: 40 cm"),
)
"""Classes of depth; their sources are named from memory and not verified."""


def depth_rows() -> list[dict[str, Any]]:
    """The classes with their meaning in the current language, source and status."""
    from urbanplan.model.translation import localize

    meanings = (
        localize("a lane can no longer be driven"),
        localize("a car's exhaust is under water"),
        localize("nobody should walk or drive there"),
    )
    return [
        {"metres": one.metres, "meaning": meaning, "source": one.source, "status": one.status}
        for one, meaning in zip(DEPTHS, meanings, strict=True)
    ]


def depth_key(metres: float) -> str:
    """A class as the key of a document: ``0.15``."""
    return f"{metres:.2f}"


@dataclass(frozen=True, eq=False)
class Stand:
    """Features on a grid.

    Attributes:
        frame: the features, a fresh index. samples: their parts by cell. ids, names: texts of each row.
        hidden: rows whose depth the ground does not tell: bridges and tunnels.
    """

    frame: gpd.GeoDataFrame
    samples: Samples
    ids: list[str]
    names: list[str]
    hidden: NDArray[np.bool_]

    @property
    def rows(self) -> int:
        """How many features there are."""
        return len(self.ids)

    def parts(self, depth: Floats) -> Floats:
        """Depth at each part, NaN where it is not known."""
        found = self.samples.values(depth)
        found[self.hidden[self.samples.feature]] = np.nan
        return found

    def deepest(self, depth: Floats) -> Floats:
        """The greatest depth on each feature, NaN where none of it is known."""
        found = np.full(self.rows, -np.inf)
        at = self.parts(depth)
        known = ~np.isnan(at)
        np.maximum.at(found, self.samples.feature[known], at[known])
        return np.where(np.isneginf(found), np.nan, found)

    def table(self, depth: Floats) -> pd.DataFrame:
        """For each feature its size, its greatest depth, what lies deeper than each class, and what is unknown."""
        import pandas as pd

        at, feature, amount = self.parts(depth), self.samples.feature, self.samples.amount
        sums = {"size": np.bincount(feature, amount, self.rows)}
        for one in DEPTHS:
            over = np.where(np.nan_to_num(at) > one.metres, amount, 0.0)
            sums[depth_key(one.metres)] = np.bincount(feature, over, self.rows)
        sums["unknown"] = np.bincount(feature, np.where(np.isnan(at), amount, 0.0), self.rows)
        return pd.DataFrame({"id": self.ids, "name": self.names, "depth_m": self.deepest(depth), **sums})


def stand(frame: gpd.GeoDataFrame, elevation: Elevation) -> Stand:
    """Lay features on a grid."""
    from urbanplan.raster.sampling import has_no_depth, sample

    frame = frame.reset_index(drop=True)
    return Stand(frame, sample(frame, elevation), _texts(frame, "id"), _texts(frame, "name", ""), has_no_depth(frame))


def _texts(frame: gpd.GeoDataFrame, column: str, otherwise: str | None = None) -> list[str]:
    if column not in frame.columns:
        return [f"#{row + 1}" if otherwise is None else otherwise for row in range(len(frame))]
    return frame[column].astype(object).where(frame[column].notna(), "").astype(str).tolist()


def people_over(homes: Stand, depth: Floats, column: str, *, among: NDArray[np.bool_] | None = None) -> dict[str, Any]:
    """People by depth class: of homes whose ground lies under so much water, and of those that nobody knows.

    Args:
        homes: with people in ``column``. depth: of the water. among: by home, whether it counts; all unless given.
    """
    import pandas as pd

    count = pd.to_numeric(homes.frame[column], errors="coerce").to_numpy(dtype=float)
    deepest = homes.deepest(depth)
    counts = np.ones(len(count), np.bool_) if among is None else among
    known = ~np.isnan(count) & counts
    over = {depth_key(one.metres): float(count[known & (np.nan_to_num(deepest) > one.metres)].sum()) for one in DEPTHS}
    unknown = float(count[known & np.isnan(deepest)].sum())
    return {
        "total": float(count[known].sum()),
        "over": over,
        "unknown": unknown,
        "uncounted": int((counts & ~known).sum()),
    }


def by_section(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of one name together: sizes added, the greatest depth."""
    named = table.assign(section=table["name"].where(table["name"] != "", table["id"]))
    sums = ["size", *(depth_key(one.metres) for one in DEPTHS), "unknown"]
    return named.groupby("section", sort=False).agg({**dict.fromkeys(sums, "sum"), "depth_m": "max"}).reset_index()
