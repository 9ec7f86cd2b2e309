"""The only door for frames: frames in any CRS or files in, frames in one working CRS in metres out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from urbanplan.errors import CrsError, UsageError
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS

RASTER_SUFFIXES = (".tif", ".tiff")
STREETS = ("streets", "roads")
"""Names of inputs that may be an OpenStreetMap extract."""

PLACES = ("sites", "candidates", "residents", "homes")
"""Layers whose rows count although they have no geometry: where they are is unknown."""


@dataclass(frozen=True, eq=False)
class WorkingFrames:
    """Inputs in one working CRS.

    Attributes:
        crs: projected, in metres, true to 1/1000 over the first input. frames: by name, rows without shape
            left out (but of places, see :data:`PLACES`).
        source: the first input as it came. rasters: files of people, by name.
        names: what each input is called: the stem of its file, or its name. notes: texts for people.
        facts: files, digests, counts of refused rows and where the CRS is from, for the settings of a result.
        undrawn: rows without a shape that were left out, by name.
    """

    crs: CRS
    frames: dict[str, gpd.GeoDataFrame]
    source: gpd.GeoDataFrame
    rasters: dict[str, Path]
    names: dict[str, str]
    notes: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    undrawn: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)

    def __getitem__(self, name: str) -> gpd.GeoDataFrame:
        return self.frames[name]

    def get(self, name: str) -> gpd.GeoDataFrame | None:
        """The frame of an input, None where it was not given."""
        return self.frames.get(name)


def load_frames(
    inputs: Mapping[str, Any],
    *,
    crs: Any = None,
    notify: Callable[[str], None] | None = None,
    required: Sequence[str] = (),
) -> WorkingFrames:
    """Bring inputs to one working CRS: projected, in metres, true in length.

    Args:
        inputs: by name, the leading one (streets) first: a GeoDataFrame, GeoSeries, path or what has ``to_frame()``
            (a table, a network); None is left out.
        crs: the working CRS; else that of the first input where it is in metres, else the zone it lies in.
        notify: called with the name of each file as it is read. required: names of inputs that may not be None.

    Raises:
        UsageError: a required input is None, or one is neither a frame of shapes nor a path.
        CrsError: an input declares no CRS, the working CRS is not projected in metres, or lengths in it are more than
            1/1000 off over the first input.
        ExchangeError: a file cannot be read.
    """
    from urbanplan.layer.crs import check_scale, working_crs

    reading = _Reading(notify or (lambda _: None))
    given = {name: value for name, value in inputs.items() if value is not None}
    for name in required:
        if name not in given:
            raise UsageError("no {name} are given", fix="Give a GeoDataFrame, or the path of a file.", name=name)
    read = {name: reading.frame(name, value) for name, value in given.items() if not reading.is_raster(name, value)}
    first = next(iter(read))
    where = reading.places[first]
    if not len(read[first]) or read[first].geometry.isna().all():
        raise UsageError("the layer {name} is empty", where=where, fix="Give a layer with features.", name=first)
    working = working_crs(read[first], given=crs, where=where)
    frames = {
        name: project_frame(
            frame, working, where=reading.places[name], assumed=crs is not None, keep_undrawn=name in PLACES
        )
        for name, frame in read.items()
    }
    check_scale(working, frames[first].total_bounds, where=where)
    for name, frame in frames.items():
        if len(frame) < len(read[name]):
            reading.notes.append(_undrawn_note(reading.places[name], len(read[name]) - len(frame)))
    reading.facts["crs_note"] = _crs_note(read[first], working, crs)
    undrawn = {name: frame[frame.geometry.isna() | frame.geometry.is_empty].reset_index(drop=True)
               for name, frame in read.items() if name not in PLACES}  # fmt: skip
    return WorkingFrames(
        working, frames, read[first], reading.rasters, reading.names, reading.notes, reading.facts, undrawn
    )


def load_frame(
    value: Any, *, crs: CRS, name: str, notes: list[str], facts: dict[str, Any] | None = None
) -> gpd.GeoDataFrame:
    """One more input in a working CRS that is already known; ``notes`` is told what is left out.

    Rows without a shape stay where the input is of places, see :data:`PLACES`.

    Raises:
        UsageError: it is neither a frame of shapes nor a path. CrsError: it declares no CRS.
    """
    reading = _Reading(lambda _: None)
    frame = reading.frame(name, value)
    if facts is not None:
        for key, found in reading.facts.items():
            facts.setdefault(key, {}).update(found)
    found = project_frame(frame, crs, where=reading.places[name], keep_undrawn=name in PLACES)
    if len(found) < len(frame):
        notes.append(_undrawn_note(reading.places[name], len(frame) - len(found)))
    return found


def _undrawn_note(name: str, count: int) -> str:
    return localize("{name}: {count} features without a shape are left out", name=name, count=count)


def project_frame(
    frame: gpd.GeoDataFrame, crs: CRS, *, where: str, assumed: bool = False, keep_undrawn: bool = False
) -> gpd.GeoDataFrame:
    """A frame in the working CRS with a fresh index, rows without shape left out.

    Args:
        frame, crs: see there. where: the file or input, for messages.
        assumed: whether a frame that declares no CRS is taken to be in the working CRS.
        keep_undrawn: whether rows without a geometry stay.

    Raises:
        CrsError: the frame declares no CRS, or a coordinate has no place in the working CRS.
        LayerError: its lines meet too often to be computed with.
    """
    import numpy as np

    from urbanplan.layer.crs import to_working_crs
    from urbanplan.layer.intricacy import check_intricacy

    if frame.crs is None and assumed:
        frame = frame.set_crs(crs)
    projected = to_working_crs(frame, crs, where=where)
    drawn = ~(projected.geometry.isna() | projected.geometry.is_empty)
    if not keep_undrawn and not drawn.all():
        projected = projected[drawn].reset_index(drop=True)
    if drawn.any() and not np.isfinite(projected.total_bounds).all():
        raise CrsError(
            "coordinates have no place in the working coordinate system {crs}",
            where=where,
            fix="Check the layer's coordinate system, and whether the axes are swapped.",
            crs=crs.name,
        )
    check_intricacy(projected.geometry.to_numpy(), projected.index + 1, where=where)
    return projected


def _crs_note(frame: gpd.GeoDataFrame, working: CRS, given: Any) -> str:
    if given is not None:
        return "given"
    return "of the streets" if frame.crs == working else "own zone of the streets"


class _Reading:
    """Inputs as frames, and what there is to say of them."""

    def __init__(self, notify: Callable[[str], None]) -> None:
        self.notify = notify
        self.rasters: dict[str, Path] = {}
        self.names: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.notes: list[str] = []
        self.facts: dict[str, Any] = {"files": {}, "refused": {}}

    def is_raster(self, name: str, value: Any) -> bool:
        """Whether the input is a raster of people, which is read by its own way."""
        if name != "residents" or not isinstance(value, str | PathLike):
            return False
        path = Path(cast("str | PathLike[str]", value))
        if path.suffix.lower() not in RASTER_SUFFIXES:
            return False
        self.rasters[name], self.names[name] = path, path.stem
        return True

    def frame(self, name: str, value: Any) -> gpd.GeoDataFrame:
        """The input as a frame whose geometry column is called ``geometry``."""
        import geopandas as gpd

        if isinstance(value, str | PathLike):
            return self._file(name, Path(cast("str | PathLike[str]", value)))
        self.names[name] = self.places[name] = name
        if not isinstance(value, gpd.GeoDataFrame) and hasattr(value, "to_frame"):  # a table, a network, a GeoSeries
            value = value.to_frame("geometry") if isinstance(value, gpd.GeoSeries) else value.to_frame()
        if not isinstance(value, gpd.GeoDataFrame) or value.active_geometry_name is None:
            raise UsageError(
                "{name} is a {kind}, not a frame of shapes",
                fix="Give a GeoDataFrame, or the path of a file.",
                name=name,
                kind=type(value).__name__,
            )
        return value if value.geometry.name == "geometry" else value.rename_geometry("geometry")

    def _file(self, name: str, path: Path) -> gpd.GeoDataFrame:
        import geopandas as gpd

        from urbanplan.exchange import read

        self.notify(str(path))
        self.facts["files"][name] = str(path)
        self.names[name], self.places[name] = path.stem, str(path)
        if name in STREETS and path.name.lower().endswith(".pbf"):
            from urbanplan.network.osm import read_walkable_ways

            return read_walkable_ways(path)
        table = read(path)
        if not isinstance(table.frame, gpd.GeoDataFrame):
            raise UsageError(
                "the file holds a table without shapes", where=str(path), fix="Give a layer of points, lines or areas."
            )
        self.facts.setdefault("digests", {})[name] = table.digest
        if len(table.refused):
            self.facts["refused"][name] = len(table.refused)
        frame = table.frame
        return frame if frame.geometry.name == "geometry" else frame.rename_geometry("geometry")
