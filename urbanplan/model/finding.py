"""Findings: what is noteworthy about a layer, a plan or a network, as data.

Each code stands once in ``model/findings/<room>.toml`` with its level, its
message template, why it matters, how to mend it and a failing and a passing
sample.  Rooms emit by code, so texts and levels have one home.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from urbanplan.model.translation import current_language

Level = Literal["error", "warn", "info"]


class FindingRule(BaseModel):
    """One row of the findings table; texts are keyed by language (``en``, ``zh``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    level: Level
    title: dict[str, str]
    message: dict[str, str]
    why: dict[str, str]
    fix: dict[str, str]
    failing: str
    passing: str


class WaiverReason(BaseModel):
    """Why a finding is let pass: the waiver's reason, owner and expiry."""

    model_config = ConfigDict(frozen=True)

    reason: str
    owner: str
    expires: str | None = None


class Finding(BaseModel):
    """One finding; ``geometry`` is GeoJSON-shaped in the report's CRS, or None."""

    model_config = ConfigDict(frozen=True)

    code: str
    level: Level
    layer: str | None = None
    feature: str | None = None
    message: str
    fix: str
    geometry: dict[str, Any] | None = None
    values: dict[str, Any] = Field(default_factory=dict)
    waived: WaiverReason | None = None


@cache
def finding_rules() -> dict[str, FindingRule]:
    """Every finding rule by code, in the order of the tables.

    Raises:
        ValueError: a code stands twice.
    """
    table: dict[str, FindingRule] = {}
    room = files("urbanplan.model") / "findings"
    for entry in sorted(room.iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".toml"):
            continue
        for code, row in tomllib.loads(entry.read_text(encoding="utf-8")).items():
            if code in table:
                raise ValueError(f"finding code {code} stands twice")
            table[code] = FindingRule(code=code, **row)
    return table


def build_finding(
    code: str,
    *,
    layer: str | None = None,
    feature: object = None,
    geometry: dict[str, Any] | None = None,
    **values: Any,
) -> Finding:
    """Emit a finding by code, its texts rendered in the current language.

    Args:
        code: a key of :func:`rules`.
        layer: layer name. feature: the feature's id, or None for the whole layer.
        geometry: the exact place, GeoJSON-shaped.
        **values: values of the message and fix templates; ``layer`` and ``feature`` are given too.
    """
    rule = finding_rules()[code]
    spoken = {"layer": layer, "feature": feature, **values}
    tongue = current_language()
    return Finding(
        code=code,
        level=rule.level,
        layer=layer,
        feature=None if feature is None else str(feature),
        message=rule.message[tongue].format(**spoken),
        fix=rule.fix[tongue].format(**spoken),
        geometry=geometry,
        values=values,
    )
