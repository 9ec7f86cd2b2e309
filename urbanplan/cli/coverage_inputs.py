"""What the coverage command works on: frames in one working CRS, from bare files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import UsageError

if TYPE_CHECKING:
    import datetime

    import geopandas as gpd
    from pyproj import CRS

RASTERS = (".tif", ".tiff")
Notify = Callable[[str], None]


@dataclass(frozen=True)
class Inputs:
    """Frames in the working CRS; ``raster`` stands for residents given as a GeoTIFF.

    ``facts`` goes into the settings: files, digests, rows set aside, basis.
    """

    streets: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    residents: gpd.GeoDataFrame | None = None
    raster: Path | None = None
    barriers: gpd.GeoDataFrame | None = None
    entrances: gpd.GeoDataFrame | None = None
    districts: gpd.GeoDataFrame | None = None
    people: str | None = None
    site_id: str | None = None
    cache: Path | None = None
    as_of: datetime.date | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def illustrative(self) -> bool:
        """Whether a layer says that it is illustrative."""
        return "illustrative" in self.facts.get("basis", {}).values()


@dataclass(frozen=True)
class Files:
    """File names as the command line gives them."""

    streets: Path
    facilities: Path
    residents: Path | None = None
    barriers: Path | None = None
    entrances: Path | None = None
    districts: Path | None = None


def from_files(files: Files, *, crs: str | None, people: str | None, tell: Notify) -> Inputs:
    """Read the files and bring them to the working CRS of the streets.

    Raises:
        UrbanplanError: a file cannot be used; it is named with what to do.
    """
    from urbanplan.layer.crs import working_crs

    facts: dict[str, Any] = {"files": {}, "refused": {}}
    tell(str(files.streets))
    streets = read_frame(files.streets, "streets", facts)
    working = working_crs(streets, given=crs, where=str(files.streets))
    facts["crs_note"] = "given" if crs else "of the streets" if streets.crs == working else "own zone of the streets"
    raster = files.residents if files.residents and files.residents.suffix.lower() in RASTERS else None
    others: dict[str, gpd.GeoDataFrame] = {}
    for name in ("facilities", "residents", "barriers", "entrances", "districts"):
        path = getattr(files, name)
        if path is not None and path is not raster:
            tell(str(path))
            others[name] = _to_working_crs(read_frame(path, name, facts), working, path)
    return Inputs(
        streets=_to_working_crs(streets, working, files.streets),
        sites=others["facilities"],
        residents=others.get("residents"),
        raster=raster,
        barriers=others.get("barriers"),
        entrances=others.get("entrances"),
        districts=others.get("districts"),
        people=people,
        facts=facts,
    )


def read_frame(path: Path, name: str, facts: dict[str, Any]) -> gpd.GeoDataFrame:
    """One layer of features; streets may be an OpenStreetMap extract.

    Raises:
        UsageError: the file holds a table without shapes.
    """
    import geopandas as gpd

    from urbanplan.exchange import read

    facts["files"][name] = str(path)
    if name == "streets" and path.name.lower().endswith(".pbf"):
        from urbanplan.network.osm import read_walkable_ways

        return read_walkable_ways(path)
    table = read(path)
    if not isinstance(table.frame, gpd.GeoDataFrame):
        raise UsageError(
            "the file holds a table without shapes", where=str(path), fix="Give a layer of points, lines or areas."
        )
    facts.setdefault("digests", {})[name] = table.digest
    if len(table.refused):
        facts["refused"][name] = len(table.refused)
    frame = table.frame
    return frame if frame.geometry.name == "geometry" else frame.rename_geometry("geometry")


def _to_working_crs(frame: gpd.GeoDataFrame, working: CRS, path: Path) -> gpd.GeoDataFrame:
    from urbanplan.layer.crs import to_working_crs

    if frame.crs is None:  # the working CRS was given by hand; the file says nothing else
        frame = frame.set_crs(working)
    turned = to_working_crs(frame, working, where=str(path))
    empty = turned.geometry.isna() | turned.geometry.is_empty
    return turned[~empty].reset_index(drop=True) if empty.any() else turned
