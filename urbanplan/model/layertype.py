"""Layer types: what a layer of a kind must hold, declared in ``layers/types/*.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

GeometryType = Literal["point", "line", "polygon", "any", "none"]
FieldType = Literal["string", "integer", "number", "boolean", "date"]


class FieldSpec(BaseModel):
    """One column: its type, unit, codes and limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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


class GeometryRules(BaseModel):
    """Rules on the shapes of a layer; lengths in metres, areas in square metres, angles in degrees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    of: Literal["area", "length"]
    unit: str
    tolerance: float = 0.0  # relative
    tolerance_abs: float | None = None  # in the unit


class LayerType(BaseModel):
    """A declared layer type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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


def read_layer_type(path: Path) -> LayerType:
    """Read one type file; the file's stem is its name.

    Raises:
        pydantic.ValidationError: the file does not fit the schema.
    """
    return LayerType(name=path.stem, **tomllib.loads(path.read_text(encoding="utf-8")))
