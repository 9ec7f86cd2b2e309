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
from urbanplan.exchange.fields.columns import column_kind
from urbanplan.exchange.fields.field_names import case_aliases
from urbanplan.exchange.formats import Format
from urbanplan.exchange.geometry import antimeridian
from urbanplan.exchange.geometry.rounding import DIGITS, Rounding
from urbanplan.exchange.native_types import native_kind
from urbanplan.exchange.ogr import crs_text
from urbanplan.model.formula_text import FORMULA_PATTERN
from urbanplan.model.translation import join_clauses, localize

_MIN_AREA_CHANGE = 0.005  # m²
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
        return localize(self.template, **self.values)


def rounding_losses(rounding: Rounding) -> tuple[Loss, ...]:
    """What rounding does to areas, where it is half a square decimetre or more."""
    if max(rounding.largest, abs(rounding.total)) < _MIN_AREA_CHANGE:
        return ()
    what = "rounding to {digits} digits changes the area of a feature by up to {largest} m², of all by {total} m²"
    values = {"largest": f"{rounding.largest:.2f}", "total": f"{rounding.total:+.2f}", "digits": rounding.digits}
    return (Loss(what, values=values, ruled=True),)


def check_losses(
    frame: Any, row: Format, *, profile: Any = None, allowed: bool = False, where: str = "", digits: int = DIGITS
) -> tuple[Loss, ...]:
    """The losses of writing ``frame`` in a format; ``digits`` are those of degrees.

    Raises:
        LossError: one of them is not carried, and losses are not allowed.
    """
    found = tuple(find_losses(frame, row, profile=profile, digits=digits))
    heavy = [loss for loss in found if not loss.carried and not loss.ruled]
    if heavy and not allowed:
        raise LossError(
            "{title} would lose: {losses}",
            where=where,
            fix="Choose another format, or allow the loss with --allow-loss.",
            title=row.local_title,
            losses=join_clauses(loss.text() for loss in heavy),
        )
    return found


def find_losses(frame: Any, row: Format, *, profile: Any = None, digits: int = DIGITS) -> Iterator[Loss]:
    """Every loss, format by format."""
    yield from _conversion_losses(frame)
    frame = adapt.convert_values(frame)
    if row.name != "txt":  # its head has fields of its own
        yield from _type_losses(frame, row)
        yield from _value_losses(frame, row)
    yield from _crs_losses(frame, row, digits)
    yield from _geometry_losses(frame, row)
    own = getattr(row.load(), "losses", None)
    if own is not None:
        yield from own(frame, profile)


def _conversion_losses(frame: Any) -> Iterator[Loss]:
    """Values of no kind that a table has."""
    becomes = {str(name): adapt.fallback_kind(frame[name]) for name in adapt.field_names(frame)}
    listed = {what: ", ".join(name for name in becomes if becomes[name] == what) for what in becomes.values()}
    if "texts" in listed:
        what = "decimals, hours, lengths of time, bytes or further shapes of {fields} become texts"
        yield Loss(what, values={"fields": listed["texts"]}, ruled=True)
    if "numbers" in listed:
        yield Loss("decimals of {fields} become numbers", values={"fields": listed["numbers"]}, ruled=True)
    if "large" in listed:
        yield Loss("integers of {fields} beyond 64 bits become numbers", values={"fields": listed["large"]})


def _value_losses(frame: Any, row: Format) -> Iterator[Loss]:
    """Values that formats of this sort do not hold: times finer or zoned, endless numbers, zero bytes, formulas."""
    if row.name == "csv":
        yield from _formula_losses(frame)
    for name in adapt.field_names(frame):
        values, what = frame[name], column_kind(frame[name])
        if what in ("datetime", "instant") and row.name in adapt.UTC_RESOLUTIONS:
            yield from _time_losses(str(name), values, row)
        elif what == "number" and row.name in _FINITE_FORMATS and np.isinf(values.dropna().to_numpy(dtype=float)).any():
            yield Loss("numbers of {field} that are not finite become nulls", values={"field": str(name)})
        elif row.name in adapt.WITHOUT_ZERO_BYTES and adapt.has_zero_bytes(values):
            yield Loss("control characters in {field}", values={"field": str(name)})


_FINITE_FORMATS = ("geojson", "xlsx", "dxf")


def _formula_losses(frame: Any) -> Iterator[Loss]:
    """Texts that get an apostrophe; the reader here takes it away, other programs show it."""
    names = [name for name, values in text_columns(frame) if values.str.match(FORMULA_PATTERN).any()]
    if names:
        what = "texts of {fields} that begin like a formula get an apostrophe"
        yield Loss(what, True, {"fields": ", ".join(names)})


def _time_losses(name: str, values: pd.Series, row: Format) -> Iterator[Loss]:
    given = values.dropna()
    if (adapt.round_times(given, row) != given).any():
        fine, coarse = (
            "times of {field} finer than a millisecond, or before 1970 than a second",
            "times of {field} finer than a second",
        )
        what = coarse if adapt.UTC_RESOLUTIONS[row.name] == "s" else fine
        yield Loss(what, values={"field": name}, ruled=True)
    if given.dt.tz is not None and (_wall_time(given) != _wall_time(given.dt.tz_convert("UTC"))).any():
        yield Loss("times of {field} are told in UTC", values={"field": name}, ruled=True)


def _wall_time(times: pd.Series) -> pd.Series:
    """What a clock on the wall shows."""
    return times.dt.tz_localize(None)


def _geometry_losses(frame: Any, row: Format) -> Iterator[Loss]:
    """Measures, empty shapes, and heights beside none."""
    if not isinstance(frame, gpd.GeoDataFrame) or row.name == "txt":
        return
    shapes = frame.geometry.to_numpy()
    if row.name in adapt.WITHOUT_EMPTY_SHAPES and shapely.is_empty(shapes).any():
        yield Loss("empty shapes become none")
    if adapt.is_2d(shapes):
        return
    if row.name not in adapt.WITH_MEASURES and shapely.has_m(shapes).any():
        yield Loss("measures (M) of the shapes")
    if row.name not in adapt.WITH_PARTIAL_HEIGHTS and len(partial := adapt.partial_heights(shapes)):
        yield Loss("the heights of {count} shapes, as some of them are none", values={"count": len(partial)})
        shapes = np.delete(shapes, partial)
    drawn = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    high = shapely.has_z(drawn)
    if row.name == "flatgeobuf" and high.any() and adapt.has_mixed_types(drawn):
        yield Loss("heights, as the shapes are of several types")
    elif row.name in adapt.SINGLE_DIMENSION and high.any() and not high.all():
        yield Loss("shapes without heights get the height 0", ruled=True)


def _type_losses(frame: Any, row: Format) -> Iterator[Loss]:
    """Kinds of fields that the file alone does not say."""
    active = getattr(frame, "_geometry_column_name", None)
    fields = {str(name): frame[name] for name in frame.columns if name != active}
    if fields and not len(frame) and row.name in ("geojson", "dxf"):
        yield Loss("without features the file names no fields", True)
        return
    pairs = {name: (column_kind(values), native_kind(values, row.name)) for name, values in fields.items()}
    changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    mixed = [name for name, pair in changed.items() if pair == ("json", "string")]
    timed = [name for name, pair in changed.items() if pair == ("datetime", "instant")]
    dated = [name for name, (what, shown) in changed.items() if what in _TIME_KINDS and shown == "string"]
    others = [name for name in changed if name not in {*mixed, *timed, *dated}]
    if mixed:
        yield Loss("lists and mixed values of {fields} become JSON texts", True, {"fields": ", ".join(mixed)})
    if timed:
        yield Loss("times of {fields} without a zone become UTC", True, {"fields": ", ".join(timed)})
    if dated:
        yield Loss("dates of {fields} become texts", True, {"fields": ", ".join(dated)})
    if others:
        yield Loss("the kinds of {fields} stand in the metadata file only", True, {"fields": ", ".join(others)})


_TIME_KINDS = ("date", "datetime", "instant")


def _crs_losses(frame: Any, row: Format, digits: int) -> Iterator[Loss]:
    """What becomes of the CRS and of the digits of coordinates."""
    if not isinstance(frame, gpd.GeoDataFrame):
        if row.name in ("geojson", "flatgeobuf"):
            yield Loss("plain rows become features without geometry", True)
    elif row.crs == "pinned" and frame.crs is not None:
        yield Loss("the CRS stands in the metadata file only", True)
    elif row.crs == "wgs84" and frame.crs is not None and not _is_exact(frame, digits):
        yield Loss("coordinates become degrees of WGS 84 with {digits} digits", values={"digits": digits}, ruled=True)
    elif row.name == "txt":
        what = "coordinates go into a 3-degree zone with the digits of the template, and the head's fields join them"
        yield Loss(what, ruled=True)
    drawn = isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None
    if row.crs == "wgs84" and drawn and antimeridian.may_cross(frame):
        yield Loss("shapes that pass the 180th meridian are cut there", ruled=True)


def _is_exact(frame: gpd.GeoDataFrame, digits: int) -> bool:
    """True when coordinates are degrees of WGS 84 with no more than 7 digits."""
    if crs_text(frame) not in _WGS84:
        return False
    points = shapely.get_coordinates(frame.geometry.to_numpy(), include_z=bool(frame.has_z.any()))
    return bool((np.isnan(points) | (np.round(points, digits) == points)).all())


def alias_losses(frame: Any) -> Iterator[Loss]:
    """Field names that a file without regard to case takes for one."""
    if aliases := case_aliases(frame):
        what = "of field names that differ by case only, {fields} get aliases"
        yield Loss(what, True, {"fields": ", ".join(aliases)})


def text_columns(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """The text columns of a frame without their nulls."""
    active = getattr(frame, "_geometry_column_name", None)
    for name in frame.columns:
        if name != active and column_kind(frame[name]) == "string":
            yield str(name), frame[name].dropna().astype(str)


def geometry_kinds(frame: gpd.GeoDataFrame) -> set[str]:
    """Geometry types of a frame without regard to multi: point, line, polygon, collection."""
    found = np.unique(shapely.get_type_id(frame.geometry.to_numpy()))
    return {_GEOMETRY_KINDS[int(code)] for code in found if code >= 0}


_GEOMETRY_KINDS = {
    0: "point",
    1: "line",
    2: "line",
    3: "polygon",
    4: "multipoint",
    5: "line",
    6: "polygon",
    7: "collection",
}
