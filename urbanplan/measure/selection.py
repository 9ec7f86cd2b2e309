"""Selections: which features of which layer count, composed without code.

A selection names a layer and narrows it by attributes (CQL2), stage and place, and
may cut its shapes; each step may nest another selection, so that "parcels of
industry outside flood land" is one expression of the plan file.

Every row is *sure* (all conditions hold) or *possible* (some attribute does not
tell).  A count is then ``sure..sure + possible``.  Here alone is decided what is
unknown: an empty geometry is a null one, and a row that the reader refused is a
possible one with all its attributes unknown.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from urbanplan.errors import MeasureError
from urbanplan.measure.measured import Layers, MeasureContext
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer

KEPT_TOLERANCE = 1e-9  # a shape of which less is cut away is whole


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


@dataclass(frozen=True)
class SelectedFeatures:
    """Rows that count or may count.

    Attributes:
        frame: the rows, shapes cut where the selection says so. sure: mask, shape (rows,).
        layer: name of the layer. distinct: column of identity, the type's id unless said.
        layers: all layers that were looked at.
    """

    frame: gpd.GeoDataFrame
    sure: NDArray[np.bool_]
    layer: str
    distinct: str
    layers: frozenset[str]

    @property
    def ids(self) -> list[str]:
        """Ids of all rows, sure ones and possible ones."""
        return list(dict.fromkeys(self.frame["__id__"].astype(str)))

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """Whether each row has a shape."""
        return self.frame.geometry.notna().to_numpy(dtype=bool)

    def only(self, mask: Any) -> SelectedFeatures:
        """The rows of a mask."""
        rows = np.asarray(mask, dtype=bool)
        return replace(self, frame=self.frame[rows].reset_index(drop=True), sure=self.sure[rows])


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


def select_features(value: str | Selection, layers: Layers, setting: MeasureContext) -> SelectedFeatures:
    """Evaluate a selection.

    Raises:
        MeasureError: a stage or column that the layer's type does not know.
        FilterError: the filter reads an unknown column or mixes kinds.
    """
    chosen = to_selection(value)
    layer = layers[chosen.layer]
    frame, known = layer_rows(layer)
    distinct = chosen.distinct or layer.type.id
    if distinct not in frame.columns:
        raise MeasureError(
            "layer {layer!r} has no column {column!r}",
            where=setting.where,
            fix="Give a column of its type in `distinct`: {known}",
            layer=chosen.layer,
            column=distinct,
            known=", ".join(layer.type.fields),
        )
    selected = SelectedFeatures(frame, known, chosen.layer, distinct, frozenset(layers_of(chosen)))
    selected = declare_unknown(selected, chosen.unknown, layer, setting)
    selected = _select_by_attributes(selected, chosen, layers, setting)
    return _select_by_location(selected, chosen, layers, setting)


def layer_rows(layer: Layer) -> tuple[gpd.GeoDataFrame, NDArray[np.bool_]]:
    """All rows of a layer with ``__id__`` and ``__kept__`` (part of the shape that is left), and whether each is sure.

    Empty geometries are null; rows that the reader refused follow the others, null in every column but the id.
    """
    from urbanplan.layer.validity import null_unusable

    frame = layer.frame
    count = len(frame)
    ids = frame[layer.type.id].astype(str).tolist()
    if layer.refused is not None and len(layer.refused):
        ids += [f"#{row}" if name is None or name != name else str(name) for name, row in _refused_names(layer.refused)]
        frame = frame.reset_index(drop=True).reindex(range(len(ids)))
    shapes = null_unusable(frame.geometry.to_numpy())
    frame = frame.set_geometry(shapes, crs=layer.frame.crs).assign(__id__=ids, __kept__=1.0)
    frame[layer.type.id] = frame["__id__"]
    return frame, np.arange(len(ids)) < count


def _refused_names(refused: pd.DataFrame) -> Iterable[tuple[Any, Any]]:
    return zip(refused["id"], refused["row"], strict=True)


def declare_unknown(
    selected: SelectedFeatures, declared: Mapping[str, Any], layer: Layer, setting: MeasureContext
) -> SelectedFeatures:
    """Take the unknown values of columns as the plan declares: leave the rows out, or put a value in.

    Raises:
        MeasureError: the layer has no such column, or the value is not of its type.
    """
    from urbanplan.layer.conform import coerce_values

    for column, meaning in declared.items():
        frame = selected.frame
        if column not in frame.columns:
            raise MeasureError(
                "layer {layer!r} has no column {column!r}",
                where=setting.where,
                fix="Give a column of its type in `unknown`: {known}",
                layer=selected.layer,
                column=column,
                known=", ".join(layer.type.fields),
            )
        null = frame[column].isna().to_numpy(dtype=bool)
        if not null.any():
            continue
        setting.notice(
            "verdict-unknown-declared",
            layer=selected.layer,
            features=frame.loc[null, "__id__"],
            column=column,
            meaning=localize("left out") if meaning == "left out" else str(meaning),
        )
        if meaning == "left out":
            selected = selected.only(~null)
            continue
        spec = layer.type.fields.get(column)
        value = pd_value(meaning) if spec is None else coerce_values(pd_value(meaning), spec)[0]
        if value.isna().any():
            raise MeasureError(
                "{value!r} is no value of column {column!r}",
                where=setting.where,
                fix="Give a value of its type in `unknown`, or `left out`",
                value=meaning,
                column=column,
            )
        selected = replace(selected, frame=frame.assign(**{column: frame[column].fillna(value.iloc[0])}))
    return selected


def pd_value(value: Any) -> pd.Series:
    """One value as a column."""
    import pandas as pd

    return pd.Series([value])


def _select_by_attributes(
    selected: SelectedFeatures, chosen: Selection, layers: Layers, setting: MeasureContext
) -> SelectedFeatures:
    from urbanplan.layer.filter import evaluate_filter

    if chosen.where is not None:
        selected = _narrow(selected, evaluate_filter(selected.frame, chosen.where, place=setting.where))
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
        stage = selected.frame["stage"]
        known = stage.isin(kind.stages)  # a stage that is not in the list tells nothing
        selected = _narrow(selected, stage.isin(later).astype("boolean").mask(~known))
    return selected


def _narrow(selected: SelectedFeatures, truth: Any) -> SelectedFeatures:
    """Drop rows that are false, keep those that are unknown as merely possible."""
    possible = truth.fillna(True).to_numpy(dtype=bool)
    sure = selected.sure & truth.fillna(False).to_numpy(dtype=bool)
    return replace(selected, sure=sure).only(possible)


def _select_by_location(
    selected: SelectedFeatures, chosen: Selection, layers: Layers, setting: MeasureContext
) -> SelectedFeatures:
    import pandas as pd
    import shapely

    for name in ("within", "outside", "touching"):
        other = getattr(chosen, name)
        if other is not None and len(selected.frame):
            shapes = selected.frame.geometry.to_numpy()
            yes, maybe = _place_truth(name, shapes, dissolve_areas(other, layers, setting))
            unknown = (yes != maybe) | shapely.is_missing(shapes)
            selected = _narrow(selected, pd.Series(pd.array(yes, dtype="boolean")).mask(unknown))
    for name in ("clip", "minus"):
        other = getattr(chosen, name)
        if other is not None and len(selected.frame):
            selected = _cut_shapes(selected, name, dissolve_areas(other, layers, setting))
    return selected


def _place_truth(name: str, shapes: Any, land: Land) -> tuple[Any, Any]:
    """Whether each shape surely and possibly lies as asked; land that is not drawn may be anywhere."""
    import shapely

    if name == "within":
        return shapely.covered_by(shapes, land.sure), shapely.covered_by(shapes, land.possible) | land.undrawn
    if name == "touching":
        return shapely.intersects(shapes, land.sure), shapely.intersects(shapes, land.possible) | land.undrawn
    return ~_has_interior_overlap(shapes, land.possible) & (not land.undrawn), ~_has_interior_overlap(shapes, land.sure)


def _cut_shapes(selected: SelectedFeatures, name: str, land: Land) -> SelectedFeatures:
    """Shapes cut to the land, or less it, as large as they may be; sure where the open land cannot matter."""
    import shapely

    shapes = selected.frame.geometry.to_numpy()
    if name == "clip":
        pieces = shapes if land.undrawn else shapely.intersection(_make_valid(shapes), land.possible)
        settled = shapely.covered_by(shapes, land.sure)
    else:
        pieces = shapely.difference(_make_valid(shapes), land.sure)
        settled = np.zeros(len(shapes), dtype=bool)
    if not land.undrawn:
        settled |= shapely.equals(land.sure, land.possible)
        settled |= shapely.disjoint(shapes, shapely.symmetric_difference(land.possible, land.sure))
    firm = selected.sure & settled & ~shapely.is_missing(shapes)  # what is not drawn may lie on either side
    pieces = _keep_dimension(pieces.copy(), shapes)
    frame = selected.frame.set_geometry(selected.frame.geometry.set_axis(selected.frame.index))
    kept = frame["__kept__"].to_numpy() * _kept_part(pieces, shapes)
    frame = frame.assign(geometry=pieces, __kept__=kept)
    return replace(selected, frame=frame, sure=firm).only(~shapely.is_empty(pieces))


def _kept_part(pieces: Any, shapes: Any) -> NDArray[np.float64]:
    """Part of each shape's area or length that a piece of it has; 1 of points and of what is not drawn."""
    import shapely

    solid = shapely.get_dimensions(shapes) == 2
    part, whole = (np.where(solid, shapely.area(some), shapely.length(some)) for some in (pieces, shapes))
    known = np.isfinite(whole) & (whole > 0)
    share = np.divide(part, whole, out=np.ones(len(whole)), where=known)
    return np.where(share > 1 - KEPT_TOLERANCE, 1.0, share)


def _has_interior_overlap(shapes: Any, land: Any) -> Any:
    """Whether the insides meet: a shared border is no overlap."""
    import shapely

    return shapely.intersects(shapes, land) & ~shapely.touches(shapes, land)


def _make_valid(shapes: Any) -> Any:
    import shapely

    return np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))


def _keep_dimension(pieces: Any, shapes: Any) -> Any:
    """Parts of the source's dimension only: a polygon cut at its border leaves no line behind."""
    import shapely

    mixed = shapely.get_dimensions(pieces) != shapely.get_dimensions(shapes)
    collection = shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION
    for row in np.flatnonzero(mixed | collection):  # rare: borders that touch
        parts = shapely.get_parts(pieces[row])
        kept = parts[shapely.get_dimensions(parts) == shapely.get_dimensions(shapes[row])]
        pieces[row] = shapely.union_all(kept) if len(kept) else shapely.from_wkt("POLYGON EMPTY")
    return pieces


@dataclass(frozen=True)
class Land:
    """The land of a nested selection: of its sure rows, of all that are possible; whether some is not drawn."""

    sure: Any
    possible: Any
    undrawn: bool


def dissolve_areas(value: str | Selection, layers: Layers, setting: MeasureContext) -> Land:
    """The land of a nested selection."""
    import shapely

    other = select_features(value, layers, setting)
    shapes = _make_valid(other.frame.geometry.to_numpy())
    sure = shapely.union_all(shapes[other.sure])
    possible = sure if other.sure.all() else shapely.union_all(shapes)
    shapely.prepare(sure)
    shapely.prepare(possible)
    return Land(sure, possible, bool(shapely.is_missing(shapes).any()))
