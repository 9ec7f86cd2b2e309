"""Parameters that measures share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, field_validator

from urbanplan.measure.selection import Selection, compared_pairs, layers_of, to_selection
from urbanplan.model.layertype import LayerType
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.measure.measured import MeasureContext

NODING = (
    "Where lines join. auto: at shared vertices (unless levels are told and differ), where an end lies on a line, and "
    "where lines of one level cross; crossings of which no level tells widen the reading. endpoints: at line ends "
    "only. crossings: also wherever lines of one level cross or touch"
)


BY = (
    "Column by which the reading is broken down, or `subdistrict`: what is measured of lines and areas is cut at the "
    "borders, anything else belongs where a point on the feature lies"
)


class Parameters(BaseModel):
    """Base of every measure's parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: str

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_value(cls, value: Any) -> Any:
        """No parameter is true or false: as a number it would be 1 or 0."""
        parts = cast("list[Any]", value) if isinstance(value, list) else [value]
        if any(isinstance(one, bool) for one in parts):
            raise ValueError(localize("true and false are no value of it"))
        return cast("Any", value)

    bounds_positions: ClassVar[bool] = False
    """Whether the reading is widened by how far compared layers may be off; else it is undecidable then."""

    def compared_layers(self, setting: MeasureContext) -> list[set[str]]:
        """Groups of layers whose places are compared: all that the measure reads, unless it knows better."""
        return [self.layers(setting)]

    def layers(self, setting: MeasureContext) -> set[str]:
        """Names of the layers that the measure reads."""
        raise NotImplementedError

    def dimension(self, types: Mapping[str, LayerType]) -> str | None:
        """What is measured where the parameters tell; None where only a reported value does."""
        return None


class SelectionParameters(Parameters):
    """Parameters of a measure over one selection; ``where`` and ``stage_at_least`` narrow a layer given by name."""

    of: str | Selection = Field(description="Layer or selection that is measured")
    where: str | None = Field(default=None, description="CQL2 text, short for of = {layer, where}")
    stage_at_least: str | None = Field(default=None, description="Short for of = {layer, stage_at_least}")
    distinct: str | None = Field(default=None, description="Short for of = {layer, distinct}")
    unknown: dict[str, Literal["left out"] | float | bool | str] = Field(
        default_factory=dict, description="Short for of = {layer, unknown}: what a column's unknown values are taken as"
    )
    by: str | None = Field(default=None, description=BY)
    bounds_positions: ClassVar[bool] = True

    def selection(self) -> Selection:
        """What is measured, with the short forms put in."""
        return self._chosen

    @cached_property  # asked for again and again; a copy of the parameters with other values would keep the old one
    def _chosen(self) -> Selection:
        chosen = to_selection(self.of)
        short = {name: getattr(self, name) for name in ("where", "stage_at_least", "distinct")}
        given: dict[str, Any] = {name: value for name, value in short.items() if value is not None}
        if "where" in given and chosen.where is not None:
            given["where"] = f"({chosen.where}) AND ({given['where']})"
        if self.unknown:
            given["unknown"] = {**chosen.unknown, **self.unknown}
        return chosen.model_copy(update=given)

    def compared_layers(self, setting: MeasureContext) -> list[set[str]]:
        """The pairs that the selection compares."""
        return compared_pairs(self.selection())

    def layers(self, setting: MeasureContext) -> set[str]:
        """The selection's layers, and the one that `by` names."""
        named = layers_of(self.selection())
        return named | {setting.subdistricts} if self.by == "subdistrict" and setting.subdistricts else named


class FlowParameters(SelectionParameters):
    """A measure that may be a flow: what there is now less what there was at the baseline."""

    baseline: str | Selection | None = Field(default=None, description="Stock at the start, taken off the reading")

    def compared_layers(self, setting: MeasureContext) -> list[set[str]]:
        """The pairs that the selection and the baseline compare, each by itself."""
        return super().compared_layers(setting) + compared_pairs(self.baseline)

    def layers(self, setting: MeasureContext) -> set[str]:
        """The selection's layers and the baseline's."""
        return super().layers(setting) | layers_of(self.baseline)
