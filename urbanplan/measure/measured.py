"""What a measure gives, and what it is given."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from urbanplan.layer.layer import Layer
from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.plan import Plan
from urbanplan.model.reading import Bound, BreakdownRow, Evidence, Known, Reading

if TYPE_CHECKING:
    import geopandas as gpd


BASINS = "basins"
"""Where the targets of a run keep the trees of depressions of its layers."""


@dataclass(frozen=True)
class Measurement:
    """A measure's answer.

    Attributes:
        reading: the interval, or None where nothing can be measured (then ``reason`` says why).
        breakdown: rows of keys and readings, for example by sub-district.
        evidence: feature ids by layer and names of ``results``.
        implied: the bound that the measure itself implies where the target gives none (exists: at least one).
        reason, settled_by: why the reading is open, and what would settle it; texts for people.
        results: frames for maps and exports, in the working CRS.
        findings: what was noticed on the way.
        known: the value over the rows of which all is known, where some are unknown; in the reading's unit.
    """

    reading: Reading | None
    breakdown: list[BreakdownRow] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence)
    implied: Bound | None = None
    reason: str = ""
    settled_by: str = ""
    results: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    known: Known | None = None


@dataclass(frozen=True)
class MeasureContext:
    """What a measure may know of the plan besides its layers.

    Attributes:
        crs: working CRS, projected. area: definition of area. as_of: the plan's date.
        boundary, subdistricts: names of those layers. subdistrict_name: column that names a sub-district.
        where: file:line of the target, for errors. target: its id.
        memory: what targets of one run share, for example networks that two of them ask for.
        noticed: findings of the measure that runs, which the selections and helpers below it add.
    """

    crs: str
    area: Literal["plane", "ellipsoid"] = "plane"
    as_of: datetime.date | None = None
    boundary: str | None = None
    subdistricts: str | None = None
    subdistrict_name: str = "name"
    where: str = ""
    target: str = ""
    memory: dict[str, Any] = field(default_factory=dict)
    noticed: list[Finding] = field(default_factory=list)

    def notice(self, code: str, *, layer: str, features: Iterable[object], **values: Any) -> None:
        """Add a finding on features of a layer; the same one stands once."""
        found = build_finding(code, layer=layer, features=list(features), **values)
        if found not in self.noticed:
            self.noticed.append(found)


def build_context(plan: Plan, *, where: str = "", target: str = "") -> MeasureContext:
    """What measures may know of a plan and, where one is measured, of the target."""
    district = plan.district
    return MeasureContext(
        crs=district.crs,
        area=plan.area,
        as_of=plan.as_of,
        boundary=district.boundary,
        subdistricts=district.subdistricts,
        subdistrict_name=district.subdistrict_name,
        where=where,
        target=target,
    )


Layers = Mapping[str, Layer]
