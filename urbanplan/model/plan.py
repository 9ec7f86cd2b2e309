"""The plan: district, sources, layers and targets as a plan file declares them.

These models are the schema of the plan file; ``docs/plan-file.md`` is generated
from them.  Places (``where``) are file and line, set by the reader.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from urbanplan.model.display import html_table, one_line
from urbanplan.model.limits import Amount, Day
from urbanplan.model.reading import Bound
from urbanplan.model.units import parse_metres

Basis = Literal["surveyed", "reported", "illustrative"]
TargetKind = Literal["spatial", "pipeline", "indicator"]
BASES: tuple[Basis, ...] = ("surveyed", "reported", "illustrative")  # strongest first


class _StrictModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class District(_StrictModel):
    """The district: its name, working CRS, boundary and sub-districts."""

    name: str = Field(description="Name of the district")
    crs: str = Field(description="Working CRS, a projected one, for example EPSG:4547")
    boundary: str | None = Field(default=None, description="Layer that holds the district's boundary")
    subdistricts: str | None = Field(default=None, description="Layer of the sub-districts")
    subdistrict_name: str = Field(default="name", description="Column that names a sub-district")


class Source(_StrictModel):
    """A source of quotes: a speech, a notice, a programme."""

    id: str
    title: str
    date: Day | None = None
    publisher: str | None = None
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$", description="Digest of the source's text file")
    file: str | None = Field(default=None, description="Text file beside the plan, where it may be kept")


class LayerSpec(_StrictModel):
    """A layer: its file, declared type, basis, source and date."""

    name: str = Field(pattern=r"^\w[\w-]*$", description="Name that targets use")
    file: str = Field(description="Path inside the plan's folder")
    type: str = Field(description="Declared type, a file of layers/types")
    basis: Basis = Field(description="surveyed, reported or illustrative; only what is surveyed says so")
    source: str = ""
    date: Day | None = None
    table: str | None = Field(default=None, description="Layer inside the file, where it holds several")
    crs: str | None = Field(default=None, description="Pins the file's CRS")
    datum_error: str | None = Field(
        default=None, description="Accepted error of its position against the working CRS, for example 5 m"
    )
    datum_parameters: str | None = Field(
        default=None, description="TOML file of the seven parameters from its datum to that of the working CRS"
    )
    encoding: str | None = Field(default=None, description="Pins the file's text encoding, for example gbk")
    count: int | None = Field(default=None, ge=0, description="How many features the source says there are")
    columns: dict[str, str] = Field(default_factory=dict, description="Field of the type = column of the file")
    title: str | None = None
    secrecy: Literal["open", "internal", "secret"] = Field(
        default="open", description="Whether disclosure profiles let it leave"
    )

    @field_validator("datum_error")
    @classmethod
    def _is_length(cls, value: str | None) -> str | None:
        if value is not None and parse_metres(value) is None:
            raise ValueError("give a length with its unit, for example 5 m")
        return value


class MissingInput(_StrictModel):
    """Why a target cannot be measured: what is missing, and who would have it."""

    what: str
    owner: str
    kind: Literal["layer", "attribute", "definition", "value"] = "layer"


class WarningBound(_StrictModel):
    """A band before ``not met``: the bound holds, but only just."""

    comparator: Literal[">=", "<=", ">", "<"]
    number: Amount


class Target(_StrictModel):
    """A target: its quote, its bound and the measure that proves it."""

    id: str = Field(pattern=r"^[\w.-]+$")
    title: str | None = None
    chapter: str = ""
    quote: str = ""
    source: str | None = None
    kind: TargetKind = "spatial"
    role: Literal["promise", "context"] = "promise"
    bound: Bound | None = None
    comparator_because: str | None = Field(
        default=None, description="Why the bound has this comparator, where the quote's words would suggest another"
    )
    warn: WarningBound | None = None
    due: Day | None = None
    owner: str | None = Field(default=None, description="Who answers for it")
    measure: dict[str, Any] | None = Field(default=None, description="kind and parameters of the measure")
    missing: MissingInput | None = None
    counted_in: list[str] = Field(
        default_factory=list, description="Targets in which the same features may rightly count too"
    )
    unverified: bool = Field(default=False, description="Its names do not stand in the source")
    note: str | None = None

    where: str = Field(default="", exclude=True, description="file:line, set by the reader")

    @field_validator("measure")
    @classmethod
    def _has_kind(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value is not None and "kind" not in value:
            raise ValueError("a measure needs its `kind`")
        return value

    @property
    def name(self) -> str:
        """The title, else the quote, else the id."""
        return self.title or self.quote or self.id


class Plan(_StrictModel):
    """A year's plan of a district."""

    schema_version: Literal[1] = 1
    id: str = Field(pattern=r"^[\w.-]+$")
    title: str
    as_of: Day = Field(description="The date on which the plan is judged; no clock is read")
    language: Literal["zh", "en"] = "zh"
    area: Literal["plane", "ellipsoid"] = Field(default="plane", description="Definition of area")
    maker: str | None = Field(default=None, description="Maker named on sheets and maps")
    include: list[str] = Field(default_factory=list, description="Files of further targets, patterns allowed")
    reported: list[str] = Field(default_factory=list, description="CSV files of reported values")
    chapters: list[str] = Field(default_factory=list, description="Order of chapters")
    district: District
    source: list[Source] = Field(default_factory=list)
    layer: list[LayerSpec] = Field(default_factory=list)
    target: list[Target] = Field(default_factory=list)

    # set by the reader
    file: str = Field(default="", exclude=True)
    digest: str = Field(default="", exclude=True)
    crs_where: str = Field(default="", exclude=True)

    def __repr__(self) -> str:
        counts = f"{len(self.target)} targets", f"{len(self.layer)} layers", f"as of {self.as_of}"
        return one_line("Plan", self.id, self.title, *counts)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        rows = ({"target": one.id, "name": one.name, "kind": one.kind, "role": one.role} for one in self.target)
        return html_table(repr(self), rows)

    @model_validator(mode="after")
    def _unique(self) -> Plan:
        for what, names in (
            ("target", [t.id for t in self.target]),
            ("layer", [entry.name for entry in self.layer]),
            ("source", [s.id for s in self.source]),
        ):
            if len(set(names)) < len(names):
                twice = min(name for name in names if names.count(name) > 1)
                raise ValueError(f"{what} {twice!r} stands twice")
        return self

    def layer_spec(self, name: str) -> LayerSpec | None:
        """The declaration of a layer, or None."""
        return next((entry for entry in self.layer if entry.name == name), None)
