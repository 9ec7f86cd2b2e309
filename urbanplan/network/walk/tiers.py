"""Tiers of sites: which count for a tier by its declared thresholds, and what each tier covers by itself.

Levels do not contain each other: each needs its own sites.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.walk.breakdown import share_of
from urbanplan.network.walk.scenario import Scenario, run_scenario

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Tier:
    """A tier: its key in the sites' column ``tier``, its name by language, its conditions ``(column, least)``."""

    key: str
    title: dict[str, str]
    conditions: tuple[tuple[str, float], ...]
    source: str


@cache
def read_tiers() -> tuple[Tier, ...]:
    """The declared tiers, highest first."""
    return tuple(
        Tier(row["key"], row["title"], tuple((c["column"], float(c["least"])) for c in row["all"]), row["source"])
        for row in _read_table()["tier"]
    )


@cache
def read_circles() -> dict[int, tuple[float, ...]]:
    """Metres that stand for a walk of so many minutes, as declared."""
    return {row["minutes"]: tuple(float(metres) for metres in row["metres"]) for row in _read_table()["circle"]}


def minutes_spanning(low: float, high: float) -> int | None:
    """Minutes of the first declared circle whose metres span a band, None where none does."""
    circles = read_circles().items()
    return next((minutes for minutes, metres in circles if metres[0] <= low and high <= metres[-1]), None)


@cache
def _read_table() -> dict[str, Any]:
    return tomllib.loads((files("urbanplan.network.walk") / "tiers.toml").read_text(encoding="utf-8"))


def eligible_sites(sites: pd.DataFrame, tier: Tier, *, column: str = "tier") -> tuple[Mask, Mask]:
    """Which sites surely count for a tier, and which surely or perhaps (a needed value is absent)."""
    named = (sites[column].astype("string") == tier.key).fillna(False).to_numpy(dtype=bool)
    sure, perhaps = named.copy(), named.copy()
    for name, least in tier.conditions:
        values = _numeric_column(sites, name)
        known = ~np.isnan(values)
        enough = known & (np.nan_to_num(values) >= least)
        sure &= enough
        perhaps &= enough | ~known
    return sure, perhaps


def _numeric_column(sites: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """A numeric column; ``total_m2`` is indoor and outdoor area together, an absent one leaves it open unless the
    other is enough by itself (areas are not negative)."""
    import pandas as pd

    if name == "total_m2" and name not in sites.columns:
        both = np.stack([_numeric_column(sites, part) for part in ("indoor_m2", "outdoor_m2")])
        return both.sum(axis=0)
    if name not in sites.columns:
        return np.full(len(sites), np.nan)
    return pd.to_numeric(sites[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def by_tier(question: Scenario, sites: gpd.GeoDataFrame) -> tuple[dict[str, Any], ...]:
    """What each tier covers by its own sites: low with those that surely count, high with those that may."""
    if "tier" not in sites.columns:
        return ()
    return tuple(_tier_row(question, tier, *eligible_sites(sites, tier)) for tier in read_tiers())


def _tier_row(question: Scenario, tier: Tier, sure: Mask, perhaps: Mask) -> dict[str, Any]:
    low = run_scenario(question.of(question.put.chosen(sure)))
    high = low if (sure == perhaps).all() else run_scenario(question.of(question.put.chosen(perhaps)))
    total = question.network.total
    covered, most = low.low.length, max(high.high.length, low.low.length)
    people = None
    if low.served:
        whole = low.served[0][0].people.total
        least = min(pair[0].total for pair in low.served)
        best = max(pair[1].total for pair in high.served)
        people = {"total": whole, "covered": least, "covered_high": best, "share": share_of(least, whole)}
    return {
        "keys": {"tier": tier.key},
        "sites": int(sure.sum()),
        "sites_high": int(perhaps.sum()),
        "total_m": total,
        "covered_m": covered,
        "covered_high_m": most,
        "share": share_of(covered, total),
        "residents": people,
    }
