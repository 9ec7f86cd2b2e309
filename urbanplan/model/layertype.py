"""Layer types: what a layer of a kind must hold, declared in ``layers/types/*.toml``."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from urbanplan.errors import LayerError
from urbanplan.model.resources import resource_path
from urbanplan.model.toml_file import parse_declared, read_text
from urbanplan.model.translation import localize
from urbanplan.model.units import check_unit, dimension, dimension_name

MAX_BYTES = 1_000_000  # of a type file

GeometryType = Literal["point", "line", "polygon", "any", "none"]
FieldType = Literal["string", "integer", "number", "boolean", "date"]


class FieldSpec(BaseModel):
    """One column: its type, unit, codes and limits."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    type: FieldType = "string"
    title: dict[str, str] = Field(default_factory=dict)
    required: bool = False  # the column must be there
    nullable: bool = True  # its values may be null
    unique: bool = False
    unit: str | None = None
    codes: list[str] | str | None = None  # allowed values, or the name of a code list
    minimum: float | None = None
    maximum: float | None = None
    aliases: list[str] = Field(default_factory=list)  # other names that files use

    @field_validator("unit")
    @classmethod
    def _check_unit(cls, value: str | None) -> str | None:
        return value if value is None else check_unit(value)

    @field_validator("codes")
    @classmethod
    def _check_codes(cls, value: list[str] | str | None) -> list[str] | str | None:
        if isinstance(value, str) and not (
            value.isidentifier() and resource_path("layers", "codes", value + ".toml").is_file()
        ):
            raise ValueError(
                localize("there is no list of codes {name!r}; give the codes themselves", name=str(value)[:60])
            )
        return value

    @model_validator(mode="after")
    def _check_limits(self) -> FieldSpec:
        if not all(math.isfinite(limit) for limit in (self.minimum, self.maximum) if limit is not None):
            raise ValueError(localize("minimum and maximum are finite numbers; leave one out where there is none"))
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(localize("the minimum is above the maximum"))
        return self


class GeometryRules(BaseModel):
    """Rules on the shapes of a layer; lengths in metres, areas in square metres, angles in degrees."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    overlap: bool = True  # False: features must not overlap
    overlap_tolerance_m2: float = 0.01
    gaps: bool = True  # False: features must tile without gaps
    gap_tolerance_m2: float = 1.0
    inside_district: bool = False
    sliver_thickness: float | None = 0.01  # isoperimetric quotient 4πA/P² below which a polygon is a sliver; 0: none is
    sharp_angle_deg: float | None = 3.0  # sides that meet at less are a slip of drawing; 0: none is
    multipart: bool = True
    min_area_m2: float | None = None
    min_length_m: float | None = None


class DeclaredFigure(BaseModel):
    """A declared figure against the drawn one, for example announced mu against the polygon's area."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    field: str
    of: Literal["area", "length"]
    unit: str
    tolerance: float = 0.0  # relative
    tolerance_abs: float | None = None  # in the unit

    @model_validator(mode="after")
    def _check_unit(self) -> DeclaredFigure:
        if dimension(check_unit(self.unit)) != self.of:
            raise ValueError(
                localize("{unit} is no unit of {dimension}", unit=self.unit, dimension=dimension_name(self.of))
            )
        return self


class LayerType(BaseModel):
    """A declared layer type."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    title: dict[str, str]
    geometry: GeometryType
    id: str = "id"
    label: str | None = "name"
    stages: list[str] = Field(default_factory=list)  # ordered stages of the column `stage`
    fields: dict[str, FieldSpec] = Field(default_factory=dict)
    rules: GeometryRules = Field(default_factory=GeometryRules)
    declared: list[DeclaredFigure] = Field(default_factory=list)
    style: str | None = None  # a style of maps/styles, else one named after the type

    @field_validator("fields")
    @classmethod
    def _check_names(cls, value: dict[str, FieldSpec]) -> dict[str, FieldSpec]:
        taken = [name for name in value if name == "geometry" or name.startswith("__")]
        if taken:
            raise ValueError(localize("no field can have the name {name!r}", name=taken[0]))
        return value

    @property
    def date_fields(self) -> frozenset[str]:
        """Names of the fields that hold dates."""
        return frozenset(name for name, spec in self.fields.items() if spec.type == "date")

    def sort_values(self, field: str, values: Iterable[str]) -> list[str]:
        """Distinct values of a field in the order of its stages or codes; others behind them in their own order."""
        spec = self.fields.get(field)
        codes = spec.codes if spec is not None and isinstance(spec.codes, list) else []
        rank = {value: k for k, value in enumerate(self.stages if field == "stage" and self.stages else codes)}
        return sorted(set(values), key=lambda value: (rank.get(value, len(rank)), value))


def read_layer_type(path: Path) -> LayerType:
    """Read one type file; the file's stem is its name.

    Raises:
        LayerError: the file does not fit the schema; it names file and line.
    """
    return _parse_type(read_text(path, error_type=LayerError, most=MAX_BYTES), path)


@lru_cache(maxsize=256)
def _parse_type(text: str, path: Path) -> LayerType:
    """The type of a text; the same text is parsed once, as a run asks for the same types again and again."""
    return parse_declared(LayerType, text, shown=str(path), error_type=LayerError, more={"name": path.stem})
