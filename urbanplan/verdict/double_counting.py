"""Features that count in two targets without the plan saying so."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.units import dimension

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import Target
    from urbanplan.model.report import Verdict

_NUMERIC_MEASURES = {"count", "area", "length", "sum"}


def double_counting_findings(targets: list[Target], verdicts: list[Verdict], layers: dict[str, Layer]) -> list[Finding]:
    """Findings on pairs of numeric promises that rest on the same things.

    The same thing is the same ``entity`` (a column of that name), else the same layer and id.  Pairs of other
    dimensions (22 parcels, 1719 mu) are two sides of one promise, not a double count.
    """
    chosen = [
        (target, verdict, _entities(verdict, layers))
        for target, verdict in zip(targets, verdicts, strict=True)
        if target.role == "promise"
        and (target.measure or {}).get("kind") in _NUMERIC_MEASURES
        and target.bound is not None
    ]
    found = []
    for (one, _, things), (two, _, others) in combinations(chosen, 2):
        if one.bound is None or two.bound is None or dimension(one.bound.unit) != dimension(two.bound.unit):
            continue
        if two.id in one.counted_in or one.id in two.counted_in:
            continue
        both = sorted(things & others)
        if both:
            shown = ", ".join(both[:5]) + ("…" if len(both) > 5 else "")
            found.append(build_finding("plan-counted-twice", feature=one.id, other=two.id, count=len(both), ids=shown))
    return found


def _entities(verdict: Verdict, layers: dict[str, Layer]) -> set[str]:
    things: set[str] = set()
    for name, ids in verdict.evidence.layers.items():
        layer = layers.get(name)
        if layer is None:
            continue
        if "entity" in layer.frame.columns:
            rows = layer.frame[layer.type.id].astype(str).isin(ids)
            entity = layer.frame.loc[rows, "entity"].astype("string")
            things |= set(entity.dropna())
            ids = layer.frame.loc[rows, layer.type.id].astype(str)[entity.isna().to_numpy()].tolist()
        things |= {f"{name}:{id_}" for id_ in ids}
    return things
