"""What the frame of an OpenStreetMap extract tells beside its lines: nodes at their ends, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.finding import Finding

END_NODES = ("__tail__", "__head__")
"""Columns of the known nodes at the ends of a line."""
MAX_TAGS = 12
"""Tags that the message on ways left out names."""


def source_findings(frame: gpd.GeoDataFrame) -> tuple[Finding, ...]:
    """What an extract left out and where it cut ways, as findings; none for other frames."""
    told = frame.attrs.get("osm")
    if not told:
        return ()
    from urbanplan.model.finding import build_finding

    found = []
    left = {tag: metres for tag, metres in told["left_out"].items() if metres > 0}
    if left:
        tags = ", ".join(f"{tag} {metres:,.0f} m" for tag, metres in list(left.items())[:MAX_TAGS])
        shown = tags + ("…" if len(left) > MAX_TAGS else "")
        found.append(build_finding("network-osm-left-out", metres=sum(left.values()), tags=shown, by_tag=left))
    if told["cut_ways"]:
        names = [str(name) for name in told["cut_ways"]]
        shown = ", ".join(names[:5]) + ("…" if len(names) > 5 else "")
        found.append(build_finding("network-osm-cut", count=len(names), ids=shown, features=names[:1000]))
    return tuple(found)
