"""What a map of coverage is about: the walks of its switch, the name and the layers of what is sought."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.measure.selection import to_selection
from urbanplan.model.style import LayerDisplay, LayerGroup, MapDefinition, read_style
from urbanplan.model.translation import current_language, localize
from urbanplan.siting.proposal import PROPOSED_LAYER

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer
    from urbanplan.model.report import Report

ROLES = ("sites", "entrances", "residents")
"""Layers of a map definition that the question names: ``@sites`` and so on."""


@dataclass(frozen=True)
class CoverageSubject:
    """What a question of coverage asks about.

    Attributes:
        name: what is sought, in the current language. walks: of the switch, metres. walk: the one shown first.
        layers: names of layers by role. has_tiers: whether the sites have a column ``tier``.
    """

    name: str
    walks: tuple[float, ...]
    walk: float
    layers: dict[str, str] = field(default_factory=dict)
    has_tiers: bool = True


def subject_of_report(
    report: Report, layers: dict[str, Layer], *, beside: Path | None = None
) -> CoverageSubject | None:
    """The subject of the report's first coverage target, None where it has none; the sites' name is the map's."""
    from urbanplan.measure.catalog import validate_parameters
    from urbanplan.measure.coverage_parameters import Coverage

    asked = next((v for v in report.verdicts if v.measure and v.measure.get("kind") == "coverage"), None)
    if asked is None:
        return None
    params = validate_parameters(asked.measure or {}, where=asked.where)
    assert isinstance(params, Coverage)
    named: dict[str, Any] = {role: getattr(params, role) for role in ROLES}
    found = {role: to_selection(value).layer for role, value in named.items() if value is not None}
    sites = layers.get(found["sites"])
    name = found["sites"] if sites is None else _layer_title(sites, beside)
    return CoverageSubject(
        name, tuple(params.band), params.reference_walk, found, sites is None or "tier" in sites.frame.columns
    )


def _layer_title(layer: Layer, beside: Path | None) -> str:
    style = read_style(layer.type.style or layer.type.name, beside=beside)
    titled = {} if style is None else style.title
    return titled.get(current_language()) or layer.title(current_language())


def apply_subject(definition: MapDefinition, subject: CoverageSubject | None) -> MapDefinition:
    """The definition with the question's layers, titles and walks; roles that the question leaves open go."""
    groups = [_apply_to_group(group, subject) for group in definition.groups]
    update: dict[str, Any] = {"groups": groups}
    if subject is not None and not definition.walks:
        update |= {"walks": list(subject.walks), "walk": subject.walk}
    return definition.model_copy(update=update)


def add_proposal(definition: MapDefinition, results: Collection[str]) -> MapDefinition:
    """The definition with a first group of proposed sites, where there are any: every kind of map shows them."""
    if PROPOSED_LAYER not in results:
        return definition
    shown = LayerGroup(title={"en": "Proposal", "zh": "方案"}, layer=[LayerDisplay(layer=PROPOSED_LAYER)])
    return definition.model_copy(update={"groups": [shown, *definition.groups]})


def _apply_to_group(group: LayerGroup, subject: CoverageSubject | None) -> LayerGroup:
    layers = {} if subject is None else {f"@{role}": name for role, name in subject.layers.items()}
    named = [one.model_copy(update={"layer": layers.get(one.layer, one.layer)}) for one in group.layers]
    shown = [one for one in named if not one.layer.startswith("@")]
    return group.model_copy(update={"layers": [one if subject is None else _apply(one, subject) for one in shown]})


def _apply(shown: LayerDisplay, subject: CoverageSubject) -> LayerDisplay:
    titles = {
        "coverage_streets": localize("Walk to: {name}", name=subject.name),
        "coverage_sites": localize("Counted: {name}", name=subject.name),
    }
    update: dict[str, Any] = {}
    if shown.layer in titles and not shown.title:
        update["title"] = {current_language(): titles[shown.layer]}
    if shown.layer == "coverage_sites" and not subject.has_tiers and not shown.style:
        update["style"] = "sites"
    return shown.model_copy(update=update)


def walk_switch(definition: MapDefinition, values: Collection[float]) -> tuple[list[float], float | None]:
    """Walks of the page's switch and the one shown first: the definition's, else those that the layers bear."""
    walks = [_whole(walk) for walk in definition.walks or sorted(values)]
    if not walks:
        return [], None
    first = definition.walk if definition.walk in walks else walks[(len(walks) - 1) // 2]
    return walks, _whole(first)


def _whole(walk: float | None) -> Any:
    """A number without a fraction as an integer, as addresses of pages write it."""
    return int(walk) if walk is not None and walk == int(walk) else walk
