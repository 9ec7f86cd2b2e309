"""What if: coverage before and after sites or roads are added or taken away, side by side by sub-district."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from urbanplan.errors import NetworkError
from urbanplan.network.walk.coverage import Coverage
from urbanplan.network.walk.source_rows import row_ids

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.finding import Finding
    from urbanplan.network.graph import Network

ADDED = "__added__"
"""Column that marks roads and sites that an edit added."""


@dataclass(frozen=True)
class Comparison:
    """A comparison; people of the first method, low reading.

    Attributes:
        before, after: the two runs. covered_m: metres more (less: negative).
        gained, lost: people who come within the walk, and who fall out of it; None without residents.
        findings: what the edit itself brings up.
        rows: by sub-district ``{"keys", "before", "after"}``, both as in the breakdown.
    """

    before: Coverage
    after: Coverage
    covered_m: float
    gained: float | None
    lost: float | None
    rows: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...] = ()


def compare_runs(
    before: Coverage, after: Coverage, *, edited: EditedLayers | None = None, site_id: str | None = None
) -> Comparison:
    """Put two runs for the same people and sub-districts side by side.

    Args:
        before, after: the runs. edited: the layers of the run after. site_id: the column of the sites' ids.
    """
    gained, lost = _gained_and_lost(before, after)
    keyed = {str(row["keys"]): row for row in after.breakdown}
    found = ()
    if edited is not None:
        twice = (*repeated_findings(edited.streets), *repeated_findings(edited.sites, site_id))
        joined = (unjoined_findings, doubtful_findings)
        found = (*twice, *(hit for find in joined for hit in find(after.network, edited.streets)))
    rows = tuple({"keys": row["keys"], "before": row, "after": keyed.get(str(row["keys"]))} for row in before.breakdown)
    return Comparison(before, after, after.covered_m - before.covered_m, gained, lost, rows, found)


def _gained_and_lost(before: Coverage, after: Coverage) -> tuple[float | None, float | None]:
    if not before.served or not after.served:
        return None, None
    old, new = before.served[0][0], after.served[0][0]
    if len(old.reached) == len(new.reached) and len(old.covered) == len(new.covered):
        change = np.concatenate(
            [(new.reached.astype(float) - old.reached) * old.people.count, new.covered - old.covered]
        )
    else:  # the stretches were cut anew by other roads: only the sum can be told
        change = np.array([new.total - old.total])
    return float(change[change > 0].sum()), float(-change[change < 0].sum())


@dataclass(frozen=True)
class EditedLayers:
    """Streets and sites after an edit (the same frame where nothing changed), and whether each changed."""

    streets: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    streets_changed: bool
    sites_changed: bool


def edit_layers(
    streets: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    *,
    add: gpd.GeoDataFrame | None = None,
    drop: Sequence[str] = (),
    site_id: str | None = None,
) -> EditedLayers:
    """Add features (lines are roads, points and polygons sites) and drop features by id (sites first, then roads).

    Raises:
        NetworkError: an id to drop is neither a site's nor a road's, or layers differ in CRS.
    """
    new_roads = new_sites = None
    if add is not None:
        if add.crs != streets.crs:
            raise NetworkError(
                "{layer} and streets are in different coordinate systems",
                fix="Bring both to one working CRS.",
                layer="additions",
            )
        line = add.geom_type.str.contains("Line").to_numpy(dtype=bool)
        marked = add.assign(**{ADDED: True})
        new_roads, new_sites = marked[line], marked[~line]
    gone_sites = _rows_by_id(sites, drop, site_id)
    left = [name for name in drop if name not in gone_sites]
    gone_roads = _rows_by_id(streets, left, None)
    missing = [name for name in left if name not in gone_roads]
    if missing:
        raise NetworkError(
            "no site and no road has the id '{id}'", fix="Give an id from the file's id column.", id=missing[0]
        )
    return EditedLayers(
        _apply_changes(streets, new_roads, gone_roads),
        _apply_changes(sites, new_sites, gone_sites),
        bool(gone_roads) or (new_roads is not None and len(new_roads) > 0),
        bool(gone_sites) or (new_sites is not None and len(new_sites) > 0),
    )


def repeated_findings(frame: gpd.GeoDataFrame, column: str | None = None) -> tuple[Finding, ...]:
    """One finding on added features that bear an id that stands already; both count."""
    name = column or "id"
    if ADDED not in frame.columns or name not in frame.columns:
        return ()
    from urbanplan.model.finding import build_finding

    new = frame[ADDED].notna().to_numpy(dtype=bool)
    ids = frame[name].astype("string")
    twice = ids[new & ids.isin(ids[~new].dropna()).to_numpy(dtype=bool)].tolist()
    return (build_finding("network-added-twice", features=twice),) if twice else ()


def unjoined_findings(network: Network, streets: gpd.GeoDataFrame) -> tuple[Finding, ...]:
    """One finding on added roads that hang together with no road that stands (doubtful crossings joined)."""
    if ADDED not in streets.columns:
        return ()
    from urbanplan.model.finding import build_finding
    from urbanplan.network.parts import component_of_nodes

    new = streets[ADDED].notna().to_numpy(dtype=bool)
    added, loose = new[network.row], network.joined
    part = component_of_nodes(loose)[loose.u]
    apart = added & ~np.isin(part, part[~added])
    rows = np.unique(network.row[apart])
    if not len(rows):
        return ()
    ids = row_ids(streets)[rows].tolist()
    return (build_finding("network-added-apart", features=ids, noding=network.noding),)


def doubtful_findings(network: Network, streets: gpd.GeoDataFrame) -> tuple[Finding, ...]:
    """One finding on crossings of added roads that join perhaps: what is gained keeps them apart."""
    if ADDED not in streets.columns or not len(network.doubtful):
        return ()
    from urbanplan.model.finding import build_finding

    new = streets[ADDED].notna().to_numpy(dtype=bool)[network.row]
    hit = np.isin(network.doubtful, np.union1d(network.u[new], network.v[new])).any(axis=1)
    if not hit.any():
        return ()
    nodes = network.doubtful[hit]
    here = new & (np.isin(network.u, nodes) | np.isin(network.v, nodes))
    ids = row_ids(streets)[np.unique(network.row[here])].astype(str).tolist()
    return (build_finding("network-crossing-doubtful", count=int(hit.sum()), ids=", ".join(ids[:5]), features=ids),)


def _rows_by_id(frame: gpd.GeoDataFrame, names: Sequence[str], column: str | None) -> dict[str, list[int]]:
    """Row numbers by id of those ids that the frame has."""
    wanted = set(names)
    found: dict[str, list[int]] = {}
    for row, name in enumerate(row_ids(frame, column)):
        if str(name) in wanted:
            found.setdefault(str(name), []).append(row)
    return found


def _apply_changes(
    frame: gpd.GeoDataFrame, more: gpd.GeoDataFrame | None, gone: dict[str, list[int]]
) -> gpd.GeoDataFrame:
    rows = [row for found in gone.values() for row in found]
    if not rows and (more is None or len(more) == 0):
        return frame
    kept = frame.drop(index=frame.index[rows]) if rows else frame
    if more is None or len(more) == 0:
        return kept.reset_index(drop=True)
    same = more.rename_geometry(frame.geometry.name) if more.geometry.name != frame.geometry.name else more
    return pd.concat([kept, same], ignore_index=True)  # pyright: ignore[reportReturnType]
