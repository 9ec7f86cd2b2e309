"""Findings: what is noteworthy about a layer, a plan or a network, as data.

Each code stands once in ``model/findings/<room>.toml`` with its level, its
message template, why it matters, how to mend it and a failing and a passing
sample.  Rooms emit by code, so texts and levels have one home.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from urbanplan.model.titles import field_title, layer_title
from urbanplan.model.translation import current_language, localize

Level = Literal["error", "warn", "info"]
MAX_PER_CODE = 1000
"""Findings of one code in a report, and features of one grouped finding; the rest is a number."""
_SAMPLE = 5  # features named in a message


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

    model_config = ConfigDict(frozen=True, defer_build=True)

    reason: str
    owner: str
    expires: str | None = None


class Finding(BaseModel):
    """One finding; ``geometry`` is GeoJSON-shaped in the report's CRS, or None.

    ``feature`` is the one feature (or target) that it is on, None for a group or a whole layer; ``features`` are all
    that it is on, the first thousand, and ``count`` is how many they are.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)  # built when the first is made

    code: str
    level: Level
    layer: str | None = None
    feature: str | None = None
    features: list[str] = Field(default_factory=list)
    count: int = 1
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
    for name in _table_names():
        for code in _read_table(name):
            if code in table:
                raise ValueError(f"finding code {code} stands twice")
            table[code] = finding_rule(code)
    return table


@cache
def finding_rule(code: str) -> FindingRule:
    """The rule of a code; only its own room's table is read where it stands there.

    Raises:
        KeyError: there is no such code.
    """
    room = f"{code.split('-')[0]}.toml"
    for name in sorted(_table_names(), key=lambda name: name != room):
        row = _read_table(name).get(code)
        if row is not None:
            return FindingRule(code=code, **row)
    raise KeyError(code)


@cache
def _table_names() -> tuple[str, ...]:
    room = files("urbanplan.model") / "findings"
    return tuple(sorted(entry.name for entry in room.iterdir() if entry.name.endswith(".toml")))


@cache
def _read_table(name: str) -> dict[str, dict[str, Any]]:
    text = (files("urbanplan.model") / "findings" / name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def build_finding(
    code: str,
    *,
    layer: str | None = None,
    feature: object = None,
    features: Sequence[object] | None = None,
    geometry: dict[str, Any] | None = None,
    kept: dict[str, Any] | None = None,
    **values: Any,
) -> Finding:
    """Emit a finding by code, its texts rendered in the current language.

    Args:
        code: a key of :func:`rules`.
        layer: layer name. feature: the feature's id, or None for the whole layer.
        features: ids of a grouped finding; templates have them as ``features`` and their number as ``count``
            (given among the values where ``features`` are a part of them).
        geometry: the exact place, GeoJSON-shaped.
        kept: values of the finding, where they are not those of its message.
        **values: values of the message and fix templates; ``layer`` and ``feature`` are given too.
    """
    rule = finding_rule(code)
    ids = [str(one) for one in features] if features is not None else [] if feature is None else [str(feature)]
    count = int(values.get("count", max(len(ids), 1)))
    group = {} if features is None else {"features": sample_names(ids, count), "count": count}
    spoken = {"layer": layer, "feature": feature, **group, **values}
    tongue = current_language()
    return Finding(
        code=code,
        level=rule.level,
        layer=layer,
        feature=None if feature is None else str(feature),
        features=ids[:MAX_PER_CODE],
        count=count,
        message=rule.message[tongue].format(**spoken | _titles(layer, values)),
        fix=rule.fix[tongue].format(**spoken),
        geometry=geometry,
        values=values if kept is None else kept,
    )


def _titles(layer: str | None, values: dict[str, Any]) -> dict[str, str]:
    """What stands in a message for the names of layer and column; a fix keeps the names, which are to be written."""
    titles = {} if layer is None else {"layer": layer_title(layer)}
    return titles | ({"column": field_title(layer, values["column"])} if isinstance(values.get("column"), str) else {})


def sample_names(names: Sequence[str], count: int) -> str:
    """The first names of ``count`` things, and how many more there are."""
    shown = ", ".join(names[:_SAMPLE])
    more = count - _SAMPLE
    return shown if more <= 0 else localize("{names} and {count} more", names=shown, count=more)


def limit_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in their order, of each code the first thousand, those that no waiver meets first.

    The others of a code are one finding with their features and their number, so that a report stays bounded.
    """
    every = list(findings)
    kept: list[Finding | None] = list(every)
    for code, number in Counter(hit.code for hit in every).items():
        if number <= MAX_PER_CODE:
            continue
        rows = [row for row, hit in enumerate(every) if hit.code == code]
        rest = sorted(rows, key=lambda row: every[row].waived is not None)[MAX_PER_CODE:]
        for row in rest:
            kept[row] = None
        kept.append(_summarise_rest([every[row] for row in rest]))
    return [hit for hit in kept if hit is not None]


def further_findings(code: str, *, layer: str | None, features: Sequence[object], count: int | None = None) -> Finding:
    """One finding for those of a code on a layer that are not told one by one, with the features they are on."""
    rule, count = finding_rule(code), len(features) if count is None else count
    title = rule.title[current_language()]
    return Finding(
        code=code,
        level=rule.level,
        layer=layer,
        features=[str(one) for one in features[:MAX_PER_CODE]],
        count=count,
        message=localize("{count} more findings of this kind: {title}", count=count, title=title),
        fix=rule.fix[current_language()].format_map(_Blank()),
        values={"more": count},
    )


class _Blank(dict[str, str]):
    """Values of a template that are not known for a group."""

    def __missing__(self, key: str) -> str:
        return "…"


def _summarise_rest(rest: list[Finding]) -> Finding:
    """One finding for those of a code beyond the thousand; waived only where each of them is."""
    open_hits = [hit for hit in rest if hit.waived is None] or rest
    layers = {hit.layer for hit in open_hits}
    title = finding_rule(open_hits[0].code).title[current_language()]
    count = sum(int(hit.values.get("more", 1)) for hit in open_hits)
    ids = [name for hit in open_hits for name in hit.features]
    return open_hits[0].model_copy(
        update={
            "layer": layers.pop() if len(layers) == 1 else None,
            "feature": None,
            "features": ids[:MAX_PER_CODE],
            "count": count,
            "message": localize("{count} more findings of this kind: {title}", count=count, title=title),
            "geometry": None,
            "values": {"more": count},
        }
    )
