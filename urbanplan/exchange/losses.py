"""What a format would lose of a frame: listed before writing, refused unless allowed.

A loss is *carried* when the metadata file or name map beside the file brings it
back on reading, and *ruled* when the format's own rule makes it of every file
(GeoJSON is WGS 84 of 7 digits); both are listed, never refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from urbanplan.errors import LossError
from urbanplan.exchange.fields import adapt
from urbanplan.exchange.fields.columns import kind
from urbanplan.exchange.fields.field_names import changed
from urbanplan.exchange.formats import Format
from urbanplan.exchange.geometry import antimeridian
from urbanplan.exchange.native_types import alone
from urbanplan.exchange.ogr import crs_text
from urbanplan.exchange.rows.geometry_columns import FORMULA
from urbanplan.model.translation import say

_WGS84 = ("EPSG:4326", "OGC:CRS84")


@dataclass(frozen=True)
class Loss:
    """One loss: an English template with its values, whether metadata bring it back, whether the format rules it."""

    template: str
    carried: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    ruled: bool = False

    def text(self) -> str:
        """The loss in the current language."""
        return say(self.template, **self.values)


def check(frame: Any, row: Format, *, profile: Any = None, allowed: bool = False, where: str = "") -> tuple[Loss, ...]:
    """The losses of writing ``frame`` in a format.

    Raises:
        LossError: one of them is not carried, and losses are not allowed.
    """
    found = tuple(losses(frame, row, profile=profile))
    heavy = [loss for loss in found if not loss.carried and not loss.ruled]
    if heavy and not allowed:
        raise LossError(
            "{title} would lose: {losses}",
            where=where,
            fix="Choose another format, or allow the loss with --allow-loss.",
            title=row.title,
            losses="; ".join(loss.text() for loss in heavy),
        )
    return found


def losses(frame: Any, row: Format, *, profile: Any = None) -> Iterator[Loss]:
    """Every loss, format by format."""
    yield from _odd(frame)
    frame = adapt.known_values(frame)
    if row.name != "txt":  # its head has fields of its own
        yield from _types(frame, row)
        yield from _values(frame, row)
    yield from _place(frame, row)
    yield from _shapes(frame, row)
    own = getattr(row.load(), "losses", None)
    if own is not None:
        yield from own(frame, profile)


def _odd(frame: Any) -> Iterator[Loss]:
    """Values of no kind that a table has."""
    becomes = {str(name): adapt.odd(frame[name]) for name in adapt.fields(frame)}
    listed = {what: ", ".join(name for name in becomes if becomes[name] == what) for what in becomes.values()}
    if "texts" in listed:
        what = "decimals, hours, lengths of time, bytes or further shapes of {fields} become texts"
        yield Loss(what, values={"fields": listed["texts"]}, ruled=True)
    if "numbers" in listed:
        yield Loss("decimals of {fields} become numbers", values={"fields": listed["numbers"]}, ruled=True)
    if "large" in listed:
        yield Loss("integers of {fields} beyond 64 bits become numbers", values={"fields": listed["large"]})


def _values(frame: Any, row: Format) -> Iterator[Loss]:
    """Values that formats of this sort do not hold: times finer or zoned, endless numbers, zero bytes, formulas."""
    if row.name in ("csv", "xlsx"):
        yield from _guarded(frame)
    for name in adapt.fields(frame):
        values, what = frame[name], kind(frame[name])
        if what in ("datetime", "instant") and row.name in adapt.IN_UTC:
            yield from _time_losses(str(name), values, row)
        elif what == "number" and row.name in _FINITE and np.isinf(values.dropna().to_numpy(dtype=float)).any():
            yield Loss("numbers of {field} that are not finite become nulls", values={"field": str(name)})
        elif row.name in adapt.NO_ZERO and adapt.zeroed(values):
            yield Loss("control characters in {field}", values={"field": str(name)})


_FINITE = ("geojson", "xlsx", "dxf")


def _guarded(frame: Any) -> Iterator[Loss]:
    """Texts that get an apostrophe; the reader here takes it away, other programs show it."""
    names = [name for name, values in texts(frame) if values.str.match(FORMULA).any()]
    if names:
        what = "texts of {fields} that begin like a formula get an apostrophe"
        yield Loss(what, True, {"fields": ", ".join(names)})


def _time_losses(name: str, values: pd.Series, row: Format) -> Iterator[Loss]:
    given = values.dropna()
    if (adapt.coarse(given, row) != given).any():
        what = "times of {field} finer than a millisecond, or before 1970 than a second"
        yield Loss(what, values={"field": name}, ruled=True)
    if given.dt.tz is not None and (_clock(given) != _clock(given.dt.tz_convert("UTC"))).any():
        yield Loss("times of {field} are told in UTC", values={"field": name}, ruled=True)


def _clock(times: pd.Series) -> pd.Series:
    """What a clock on the wall shows."""
    return times.dt.tz_localize(None)


def _shapes(frame: Any, row: Format) -> Iterator[Loss]:
    """Measures, empty shapes, and heights beside none."""
    if not isinstance(frame, gpd.GeoDataFrame) or row.name == "txt":
        return
    shapes = frame.geometry.to_numpy()
    if row.name in adapt.NO_EMPTIES and shapely.is_empty(shapes).any():
        yield Loss("empty shapes become none")
    if adapt.flat(shapes):
        return
    if row.name not in adapt.MEASURED and shapely.has_m(shapes).any():
        yield Loss("measures (M) of the shapes")
    drawn = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    high = shapely.has_z(drawn)
    if row.name == "flatgeobuf" and high.any() and adapt.several_types(drawn):
        yield Loss("heights, as the shapes are of several types")
    elif row.name in adapt.ONE_HEIGHT and high.any() and not high.all():
        yield Loss("shapes without heights get the height 0", ruled=True)


def _types(frame: Any, row: Format) -> Iterator[Loss]:
    """Kinds of fields that the file alone does not say."""
    active = getattr(frame, "_geometry_column_name", None)
    fields = {str(name): frame[name] for name in frame.columns if name != active}
    if fields and not len(frame) and row.name in ("geojson", "dxf"):
        yield Loss("without features the file names no fields", True)
        return
    pairs = {name: (kind(values), alone(values, row.name)) for name, values in fields.items()}
    changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    mixed = [name for name, pair in changed.items() if pair == ("json", "string")]
    timed = [name for name, pair in changed.items() if pair == ("datetime", "instant")]
    dated = [name for name, (what, shown) in changed.items() if what in _DATES and shown == "string"]
    others = [name for name in changed if name not in {*mixed, *timed, *dated}]
    if mixed:
        yield Loss("lists and mixed values of {fields} become JSON texts", True, {"fields": ", ".join(mixed)})
    if timed:
        yield Loss("times of {fields} without a zone become UTC", True, {"fields": ", ".join(timed)})
    if dated:
        yield Loss("dates of {fields} become texts", True, {"fields": ", ".join(dated)})
    if others:
        yield Loss("the kinds of {fields} stand in the metadata file only", True, {"fields": ", ".join(others)})


_DATES = ("date", "datetime", "instant")


def _place(frame: Any, row: Format) -> Iterator[Loss]:
    """What becomes of the CRS and of the digits of coordinates."""
    if not isinstance(frame, gpd.GeoDataFrame):
        if row.name in ("geojson", "flatgeobuf"):
            yield Loss("plain rows become features without geometry", True)
    elif row.crs == "pinned" and frame.crs is not None:
        yield Loss("the CRS stands in the metadata file only", True)
    elif row.crs == "wgs84" and frame.crs is not None and not _exact(frame):
        yield Loss("coordinates become degrees of WGS 84 with 7 digits (about 1 cm)", ruled=True)
    elif row.name == "txt":
        what = "coordinates go into a 3-degree zone with the digits of the template, and the head's fields join them"
        yield Loss(what, ruled=True)
    drawn = isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None
    if row.crs == "wgs84" and drawn and antimeridian.reached(frame):
        yield Loss("shapes that pass the 180th meridian are cut there", ruled=True)


def _exact(frame: gpd.GeoDataFrame) -> bool:
    """True when coordinates are degrees of WGS 84 with no more than 7 digits."""
    if crs_text(frame) not in _WGS84:
        return False
    points = shapely.get_coordinates(frame.geometry.to_numpy(), include_z=bool(frame.has_z.any()))
    return bool((np.isnan(points) | (np.round(points, 7) == points)).all())


def aliased(frame: Any) -> Iterator[Loss]:
    """Field names that a file without regard to case takes for one."""
    if aliases := changed(frame):
        what = "of field names that differ by case only, {fields} get aliases"
        yield Loss(what, True, {"fields": ", ".join(aliases)})


def texts(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """The text columns of a frame without their nulls."""
    active = getattr(frame, "_geometry_column_name", None)
    for name in frame.columns:
        if name != active and kind(frame[name]) == "string":
            yield str(name), frame[name].dropna().astype(str)


def shape_kinds(frame: gpd.GeoDataFrame) -> set[str]:
    """Geometry types of a frame without regard to multi: point, line, polygon, collection."""
    found = np.unique(shapely.get_type_id(frame.geometry.to_numpy()))
    return {_KIND[int(code)] for code in found if code >= 0}


_KIND = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "multipoint", 5: "line", 6: "polygon", 7: "collection"}
