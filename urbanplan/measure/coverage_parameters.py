"""What a plan says of walking coverage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from urbanplan.measure.measured import MeasureContext
from urbanplan.measure.parameters import NODING, Parameters
from urbanplan.measure.selection import Selection, layers_of
from urbanplan.model.layertype import LayerType

Walk = Annotated[float, Field(gt=0, le=100_000)]  # m
DEFAULT_BAND = (500.0, 600.0, 800.0, 1000.0)
"""Readings of ten minutes, metres: the band where a target gives none."""
TEN_MINUTES = 600.0
"""Ten minutes at 60 m a minute, metres."""


class Coverage(Parameters):
    """Share of residents (or of street metres) within a walk of a site, or the number of sub-districts served."""

    streets: str | Selection = Field(description="Walkable streets")
    sites: str | Selection = Field(description="Sites that count; attributes that do not tell widen the reading")
    entrances: str | None = Field(default=None, description="Layer of entrances of polygon sites")
    residents: str | Selection | None = Field(default=None, description="Homes, buildings or population areas")
    people: str | None = Field(default=None, description="Column that counts people; found by its name unless given")
    barriers: str | Selection | None = Field(default=None, description="What no leg crosses: railways, rivers, walls")
    within: Walk | Annotated[list[Walk], Field(min_length=1)] = Field(
        default=list(DEFAULT_BAND), description="Metres of the walk, or a band of readings"
    )
    leg: float = Field(default=50.0, ge=0, description="How far a site or home reaches a street, m")
    noding: Literal["auto", "endpoints", "crossings"] = Field(default="auto", description=NODING)
    tolerance: float = Field(default=0.01, ge=0, description="Metres within which line ends are one node")
    reading: Literal["residents", "streets", "subdistricts"] = Field(
        default="residents",
        description="residents and streets: a share; subdistricts: how many are served, from the catchment reading "
        "(everyone reaches a site) to the administrative one (an eligible site stands there)",
    )

    def layers(self, setting: MeasureContext) -> set[str]:
        """All layers named, and the sub-districts."""
        named = [self.streets, self.sites, self.entrances, self.residents, self.barriers, setting.subdistricts]
        return set[str]().union(*(layers_of(one) for one in named))

    def dimension(self, types: Mapping[str, LayerType]) -> str | None:
        """A share, or the number of sub-districts."""
        return "count" if self.reading == "subdistricts" else "share"

    @property
    def band(self) -> list[float]:
        """The walks that are read, shortest first."""
        return sorted({float(d) for d in (self.within if isinstance(self.within, list) else [self.within])})

    @property
    def reference_walk(self) -> float:
        """The walk whose gaps are told: 60 m a minute for ten minutes where the band holds it, else its middle."""
        return TEN_MINUTES if TEN_MINUTES in self.band else self.band[(len(self.band) - 1) // 2]
