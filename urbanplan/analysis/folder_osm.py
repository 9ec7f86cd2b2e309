"""The layers that an OpenStreetMap extract holds for a plan: walkable ways, and features by their tags."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import NetworkError
from urbanplan.model.resources import resource_path

if TYPE_CHECKING:
    import geopandas as gpd

_STREET_COLUMNS = {"id": "way", "layer": "level"}
_KEPT = ("osm_id", "name", "addr:street", "population", "operator", "capacity", "wheelchair")


@cache
def osm_parts() -> list[dict[str, Any]]:
    """The table ``layers/intake/osm.toml``."""
    return tomllib.loads(resource_path("layers", "intake", "osm.toml").read_text(encoding="utf-8"))["part"]


def read_osm_parts(path: Path) -> Iterator[tuple[str, gpd.GeoDataFrame, list[str]]]:
    """The layers of an extract by the type that names each, without empty ones, and what each leaves out, in words.

    Raises:
        ExchangeError: the extract is damaged. MissingExtraError: osmium is not installed.
    """
    from urbanplan.exchange import read
    from urbanplan.exchange.formats import by_name
    from urbanplan.exchange.inspection import layer_names

    streets = _streets(path)
    if streets is not None:
        yield "streets", *streets
    held = set(layer_names(path, by_name("osm")))
    wanted = sorted({layer for part in osm_parts() for layer in part["from"]} & {str(name) for name in held})
    frames = {layer: read(path, layer=layer).frame for layer in wanted}
    for part in osm_parts():
        found = _part(frames, part)
        if found is not None:
            yield part["type"], found, []


def _streets(path: Path) -> tuple[gpd.GeoDataFrame, list[str]] | None:
    """The walkable ways, one row for each stretch between shared nodes, and the rest; None where there are none."""
    from urbanplan.network.osm import read_walkable_ways
    from urbanplan.network.osm_frame import END_NODES, source_findings

    try:
        ways = read_walkable_ways(path)
    except NetworkError:
        return None
    left_out = [hit.message for hit in source_findings(ways)]
    ways = ways.drop(columns=list(END_NODES)).rename(columns=_STREET_COLUMNS)
    number = ways.groupby("way").cumcount().astype(str)
    ways.attrs.clear()
    return ways.assign(id=ways["way"].astype(str) + "-" + number), left_out


def _part(frames: Mapping[str, Any], part: Mapping[str, Any]) -> gpd.GeoDataFrame | None:
    """The features of the extract's layers that have the tag."""
    import geopandas as gpd
    import pandas as pd

    rows = list[gpd.GeoDataFrame]()
    for layer in part["from"]:
        if layer not in frames or not len(frames[layer]):
            continue
        frame = frames[layer]
        tag = _tag(frame, part["key"])
        chosen = tag.isin(part["values"]) if part.get("values") else tag.notna() & (tag != "no")
        if chosen.any():
            rows.append(_columns(frame[chosen.to_numpy()], layer, part["key"]))
    if not rows:
        return None
    return gpd.GeoDataFrame(pd.concat(rows, ignore_index=True), geometry="geometry", crs=rows[0].crs)


def _columns(frame: gpd.GeoDataFrame, layer: str, key: str) -> gpd.GeoDataFrame:
    """Id, the tag and a few others of features; a way that is an area has its way's number."""
    import geopandas as gpd

    number = _tag(frame, "osm_id").fillna(_tag(frame, "osm_way_id")).fillna("")
    data = {"id": layer[0] + number.to_numpy(), key: _tag(frame, key).to_numpy()}
    data |= {name: _tag(frame, name).to_numpy() for name in _KEPT if name not in ("osm_id", key)}
    made = gpd.GeoDataFrame(data, geometry=frame.geometry.to_numpy(), crs=frame.crs)
    return made.drop(columns=[name for name in made.columns if made[name].isna().all()])


def _tag(frame: Any, key: str) -> Any:
    """The values of a tag, from its column or from ``other_tags``."""
    import pandas as pd

    plain = frame[key].astype("string") if key in frame else pd.Series(pd.NA, index=frame.index, dtype="string")
    if "other_tags" not in frame:
        return plain
    held = frame["other_tags"].astype("string").str.extract(rf'"{re.escape(key)}"=>"([^"]*)"', expand=False)
    return plain.fillna(held)
