"""Selections: which features of which layer count, composed without code.

A selection names a layer and narrows it by attributes (CQL2), stage and place, and
may cut its shapes; each step may nest another selection, so that "parcels of
industry outside flood land" is one expression of the plan file.

Every row is *sure* (all conditions hold) or *possible* (some attribute does not
tell).  A count is then ``sure..sure + possible``.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from urbanplan.errors import MeasureError
from urbanplan.layer.repeated_ids import certain_groups
from urbanplan.layer.validity import make_valid_copies
from urbanplan.measure.measured import Layers, MeasureContext
from urbanplan.measure.overlay import Land, cut_shapes, place_truth
from urbanplan.measure.positions import position_margin, widen_lands
from urbanplan.measure.row_table import RowTable
from urbanplan.measure.unknown_rows import check_column, declare_unknown, layer_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer


class Selection(BaseModel):
    """Features of a layer that count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: str = Field(description="Name of a layer of the plan")
    where: str | None = Field(default=None, description="CQL2 text on the layer's columns")
    stage_at_least: str | None = Field(default=None, description="The column `stage` is this stage or a later one")
    within: str | Selection | None = Field(default=None, description="Only features that lie inside these areas")
    outside: str | Selection | None = Field(default=None, description="Only features that share nothing with these")
    touching: str | Selection | None = Field(default=None, description="Only features that meet one of these")
    clip: str | Selection | None = Field(default=None, description="Shapes are cut to these areas")
    minus: str | Selection | None = Field(default=None, description="These areas are taken away from the shapes")
    distinct: str | None = Field(default=None, description="Column whose different values are counted")
    unknown: dict[str, Literal["left out"] | float | bool | str] = Field(
        default_factory=dict,
        description="Column = what its unknown values are taken as: a value, or `left out`; the verdict says so",
    )


@dataclass(frozen=True, eq=False)
class SelectedFeatures:
    """Rows that count or may count.

    Attributes:
        table: all rows of the layer. rows: numbers of those that count or may, shape (n,). fits: whether all conditions
            surely hold, shape (n,). layer: name of the layer. distinct: column of identity, the type's id unless said.
        layers: all layers that were looked at. more: further columns of these rows, shape (n,) each.
    """

    table: RowTable
    rows: NDArray[np.intp]
    fits: NDArray[np.bool_]
    layer: str
    distinct: str
    layers: frozenset[str]
    more: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether all rows of the table are chosen, in their order."""
        return len(self.rows) == len(self.table)

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """The rows as a frame with a RangeIndex."""
        frame: Any = self.table.frame
        if not self.is_whole:
            frame = frame.iloc[self.rows]
            frame.index = range(len(frame))
        return frame.assign(**self.more) if self.more else frame

    @property
    def shapes(self) -> NDArray[np.object_]:
        """The geometries of the rows."""
        return self.table.shapes[self.rows]

    @property
    def valid_shapes(self) -> NDArray[np.object_]:
        """The geometries of the rows, those that are not valid mended."""
        from urbanplan.layer.validity import make_valid_copies

        return make_valid_copies(self.shapes, broken=self.table.broken(self.rows))

    @property
    def dimensions(self) -> NDArray[np.intp]:
        """Of each geometry 0 for points, 1 for lines, 2 for areas, -1 where there is none."""
        return self.table.dimensions[self.rows]

    @property
    def sure(self) -> NDArray[np.bool_]:
        """Rows that surely count: all conditions hold, and no other row bears the same id."""
        if not self.table.has_copies:
            return self.fits
        return self.fits & (self.table.values("__copies__")[self.rows] == 1)

    @property
    def groups(self) -> NDArray[np.intp]:
        """Number of the group of rows of one id of which at least one surely counts; -1 of other rows."""
        return self.groups_among(self.fits)

    def groups_among(self, fits: NDArray[np.bool_]) -> NDArray[np.intp]:
        """As ``groups``, where each row of an id surely counts as a mask says."""
        if not self.table.has_copies:
            return np.full(len(self.rows), -1, dtype=np.intp)
        return certain_groups(self.table.texts("__id__")[self.rows], self.table.values("__copies__")[self.rows], fits)

    @property
    def ids(self) -> list[str]:
        """Ids of all rows, sure ones and possible ones."""
        return list(dict.fromkeys(self.table.texts("__id__")[self.rows].tolist()))

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """Whether each row has a shape."""
        return self.dimensions >= 0

    def floats(self, name: str) -> NDArray[np.float64]:
        """Numbers of a column, NaN where it is null."""
        return self.more[name] if name in self.more else self.table.floats(name)[self.rows]

    def notice(self, code: str, rows: NDArray[np.intp], setting: MeasureContext) -> None:
        """Add a finding on some of the rows, if there are any."""
        if rows.size:
            ids = dict.fromkeys(self.table.texts("__id__")[self.rows[rows]])
            setting.notice(code, layer=self.layer, features=ids)

    def with_columns(self, **columns: NDArray[Any]) -> SelectedFeatures:
        """The rows with further columns."""
        return replace(self, more={**self.more, **columns})

    def with_frame(self, frame: gpd.GeoDataFrame, fits: NDArray[np.bool_]) -> SelectedFeatures:
        """Other rows of the same selection: as they are cut."""
        rows = np.arange(len(frame))
        return replace(self, table=RowTable(frame), rows=rows, fits=fits, more={})

    def only(self, mask: Any) -> SelectedFeatures:
        """The rows of a mask."""
        chosen = np.asarray(mask, dtype=bool)
        if chosen.all():
            return self
        return self._chosen(chosen, self.fits)

    def narrowed(self, possible: NDArray[np.bool_], fits: NDArray[np.bool_]) -> SelectedFeatures:
        """The rows that possibly count, of which some surely do, shape (rows,) each."""
        return self._chosen(slice(None) if possible.all() else possible, fits)

    def _chosen(self, rows: Any, fits: NDArray[np.bool_]) -> SelectedFeatures:
        more = {name: column[rows] for name, column in self.more.items()}
        return SelectedFeatures(self.table, self.rows[rows], fits[rows], self.layer, self.distinct, self.layers, more)


def to_selection(value: str | Selection) -> Selection:
    """A layer's name is a selection of all its features."""
    return Selection(layer=value) if isinstance(value, str) else value


def layers_of(value: str | Selection | None) -> set[str]:
    """Names of the layers that a selection looks at."""
    if value is None:
        return set()
    chosen = to_selection(value)
    nested = (chosen.within, chosen.outside, chosen.touching, chosen.clip, chosen.minus)
    return {chosen.layer}.union(*(layers_of(part) for part in nested))


def compared_pairs(value: str | Selection | None) -> list[set[str]]:
    """Pairs of layers that a selection compares by place: each selection with those nested in it."""
    if value is None:
        return []
    chosen = to_selection(value)
    nested = [chosen.within, chosen.outside, chosen.touching, chosen.clip, chosen.minus]
    found = [{chosen.layer, to_selection(part).layer} for part in nested if part is not None]
    return found + [pair for part in nested for pair in compared_pairs(part)]


def select_features(value: str | Selection, layers: Layers, setting: MeasureContext) -> SelectedFeatures:
    """Evaluate a selection.

    Raises:
        MeasureError: a stage or column that the layer's type does not know.
        FilterError: the filter reads an unknown column or mixes kinds.
    """
    chosen = to_selection(value)
    layer = layers[chosen.layer]
    table = row_table(layer, setting)
    frame, kept = declare_unknown(table.frame, chosen.unknown, layer, setting)
    if frame is not table.frame:
        table = RowTable(frame, table.known)
    distinct = chosen.distinct or layer.type.id
    check_column(frame, distinct, layer, setting, key="distinct")
    rows = np.arange(len(table))
    selected = SelectedFeatures(table, rows, table.known, chosen.layer, distinct, frozenset(layers_of(chosen)))
    if not kept.all():
        selected = selected.only(kept)
    selected = _select_by_attributes(selected, chosen, layers, setting)
    return _select_by_location(selected, chosen, layers, setting)


def row_table(layer: Layer, setting: MeasureContext) -> RowTable:
    """The rows of a layer, laid out once for all targets of a run; what could not be read stands at the end."""
    tables = setting.memory.setdefault("rows", {})
    if tables.get(layer.name, (None,))[0] is not layer:
        tables[layer.name] = (layer, RowTable(*layer_rows(layer)))
        _take_validity(tables[layer.name][1], layer)
    return tables[layer.name][1]


def _take_validity(table: RowTable, layer: Layer) -> None:
    """Take over which geometries are valid, where the layer's rules asked the same ones."""
    if "valid" in layer.__dict__ and table.shapes.tobytes() == layer.frame.geometry.to_numpy().tobytes():
        table.learn("broken", ~layer.valid & layer.usable)


def filter_truth(selected: SelectedFeatures, where: str, dates: frozenset[str], setting: MeasureContext) -> Any:
    """Whether a CQL2 condition holds for each row: a ``boolean`` array, NA where the row does not tell."""
    from urbanplan.layer.filter import evaluate_filter

    table = selected.table
    truth = evaluate_filter(table.frame, where, place=setting.where, dates=dates, columns=table.compared)
    return truth.array if selected.is_whole else truth.array[selected.rows]


def _select_by_attributes(
    selected: SelectedFeatures, chosen: Selection, layers: Layers, setting: MeasureContext
) -> SelectedFeatures:
    import pandas as pd

    if chosen.where is not None:
        dates = layers[chosen.layer].type.date_fields
        selected = _narrow(selected, filter_truth(selected, chosen.where, dates, setting))
    if chosen.stage_at_least is not None:
        kind = layers[chosen.layer].type
        if chosen.stage_at_least not in kind.stages:
            raise MeasureError(
                "layers of type {type!r} know no stage {stage!r}",
                where=setting.where,
                fix="Give one of: {known}",
                type=kind.name,
                stage=chosen.stage_at_least,
                known=", ".join(kind.stages) or "—",
            )
        later = kind.stages[kind.stages.index(chosen.stage_at_least) :]
        stage = pd.Series(selected.table.texts("stage")[selected.rows])
        known = stage.isin(kind.stages)  # a stage that is not in the list tells nothing
        selected = _narrow(selected, stage.isin(later).astype("boolean").mask(~known))
    return selected


def _narrow(selected: SelectedFeatures, truth: Any) -> SelectedFeatures:
    """Drop rows that are false, keep those that are unknown as merely possible."""
    possible = truth.to_numpy(dtype=bool, na_value=True)
    fits = selected.fits & truth.to_numpy(dtype=bool, na_value=False)
    return selected.narrowed(possible, fits)


def _select_by_location(
    selected: SelectedFeatures, chosen: Selection, layers: Layers, setting: MeasureContext
) -> SelectedFeatures:
    import pandas as pd

    for name in ("within", "outside", "touching"):
        other = getattr(chosen, name)
        if other is not None and len(selected):
            yes, maybe = _place_truth(selected, name, other, layers, setting)
            unknown = (yes != maybe) | ~selected.drawn
            selected = _narrow(selected, pd.Series(pd.array(yes, dtype="boolean")).mask(unknown))
    for name in ("clip", "minus"):
        other = getattr(chosen, name)
        if other is not None and len(selected):
            selected = _cut_rows(selected, name, dissolve_areas(other, layers, setting, against=chosen.layer))
    return selected


def _place_truth(
    selected: SelectedFeatures, name: str, other: str | Selection, layers: Layers, setting: MeasureContext
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each row surely and possibly lies as asked, computed once for all rows of the table."""
    land = dissolve_areas(other, layers, setting, against=selected.layer)
    shapes = selected.table.shapes
    yes, maybe = selected.table.per_row((name, land), selected.rows, lambda rows: place_truth(name, shapes[rows], land))
    return yes, maybe


def _cut_rows(selected: SelectedFeatures, name: str, land: Land) -> SelectedFeatures:
    """Rows with their shapes cut, as large as they may be; sure where the open land cannot matter."""
    import shapely

    pieces, settled, kept = cut_shapes(selected.shapes, name, land)
    frame = selected.frame.assign(geometry=pieces, __kept__=selected.floats("__kept__") * kept)
    return selected.with_frame(frame, selected.fits & settled).only(~shapely.is_empty(pieces))


def dissolve_areas(value: str | Selection, layers: Layers, setting: MeasureContext, *, against: str) -> Land:
    """The land of a nested selection: of its sure rows, and of all that are possible.

    Where the two layers may be off against one another, the land shrinks and grows by that distance.
    """
    key = (to_selection(value).model_dump_json(), against)
    lands = setting.memory.setdefault("lands", {})
    if lands.get(key, (None,))[0] is layers:
        return lands[key][1]
    noticed = len(setting.noticed)
    land = _dissolve(value, layers, setting, against)
    if len(setting.noticed) == noticed:  # what is noticed on the way is told of each target
        lands[key] = (layers, land)
    return land


def _dissolve(value: str | Selection, layers: Layers, setting: MeasureContext, against: str) -> Land:
    import shapely

    other = select_features(value, layers, setting)
    shapes = make_valid_copies(other.shapes)
    sure = shapely.union_all(shapes[other.sure])
    possible = sure if other.sure.all() else shapely.union_all(shapes)
    sure, possible = widen_lands(sure, possible, position_margin(layers, against, other.layer))
    shapely.prepare(sure)
    shapely.prepare(possible)
    return Land(sure, possible, bool(shapely.is_missing(shapes).any()))
