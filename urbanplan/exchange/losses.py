"""What a format would lose of a frame: listed before writing, refused unless allowed.

A loss is *carried* when the metadata file or name map beside the file brings it
back on reading; carried losses are listed, never refused.
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
from urbanplan.exchange.columns import kind
from urbanplan.exchange.formats import Format
from urbanplan.model.language import say

_TYPED = {"gpkg", "flatgeobuf", "geoparquet"}  # dates and number types are kept by the format itself


@dataclass(frozen=True)
class Loss:
    """One loss: an English template with its values, and whether metadata bring it back."""

    template: str
    carried: bool = False
    values: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """The loss in the current language."""
        return say(self.template, **self.values)


def check(frame: Any, row: Format, *, profile: Any = None, allowed: bool = False, where: str = "") -> tuple[Loss, ...]:
    """The losses of writing ``frame`` in a format.

    Raises:
        LossError: one of them is not carried, and losses are not allowed.
    """
    found = tuple(losses(frame, row, profile=profile))
    heavy = [loss for loss in found if not loss.carried]
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
    active = getattr(frame, "_geometry_column_name", None)
    names = [name for name in frame.columns if name != active]
    kinds = {str(name): kind(frame[name]) for name in names}
    yield from _types(kinds, row)
    own = getattr(row.load(), "losses", None)
    if own is not None:
        yield from own(frame, profile)


def _types(kinds: dict[str, str], row: Format) -> Iterator[Loss]:
    mixed = [name for name, what in kinds.items() if what == "json"]
    if mixed and row.name not in ("geojson",):
        yield Loss("lists and mixed values of {fields} become JSON texts", True, {"fields": ", ".join(mixed)})
    timed = [name for name, what in kinds.items() if what == "datetime"]
    if timed and row.name == "gpkg":
        yield Loss("times of {fields} without a zone become UTC", True, {"fields": ", ".join(timed)})
    dated = [name for name, what in kinds.items() if what in ("date", "datetime", "instant")]
    if dated and row.name not in _TYPED:
        yield Loss("dates of {fields} become texts", True, {"fields": ", ".join(dated)})


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
