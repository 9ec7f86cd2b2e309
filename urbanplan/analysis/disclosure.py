"""Disclosure: what of a plan leaves for whom, the same in export, map and report."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.plans import plan_folder
from urbanplan.errors import UsageError
from urbanplan.model.disclosure import RELEASE, DisclosureProfile, read_profile
from urbanplan.model.note import Note, note
from urbanplan.model.translation import current_language, localize

if TYPE_CHECKING:
    from urbanplan.analysis.check import Check
    from urbanplan.layer.layer import Layer
    from urbanplan.model.finding import Finding
    from urbanplan.model.plan import Plan, Target
    from urbanplan.model.report import Report, Verdict


@dataclass(frozen=True)
class DisclosureOptions:
    """For whom something leaves, and the number of the map review where it has one already."""

    profile: str
    review_number: str | None = None


@dataclass(frozen=True)
class Disclosure:
    """A profile that was read, with the number of the map review."""

    profile: DisclosureProfile
    review_number: str | None

    @property
    def imprint(self) -> str:
        """What stands beside the maker of a page: for whom it is, and the place for the number of the map review."""
        title = self.profile.title.get(current_language(), self.profile.name)
        parts = [localize("for: {audience}", audience=title)]
        if self.profile.precision_m > 0:
            parts.append(localize("coordinates to {grid:g} m", grid=self.profile.precision_m))
        if self.profile.review_number or self.review_number:
            number = self.review_number or "__________"
            parts.append(localize("map-review number: {number}", number=number))
        return " · ".join(parts)

    @property
    def metadata(self) -> dict[str, Any]:
        """What the metadata file says of the release."""
        number = {"review_number": self.review_number} if self.profile.review_number or self.review_number else {}
        return {"profile": self.profile.name, "precision_m": self.profile.precision_m, **number}


def open_disclosure(plan: Plan, options: DisclosureOptions) -> Disclosure:
    """The profile that is asked for.

    Raises:
        UsageError: there is no such profile.
    """
    return Disclosure(read_profile(options.profile, beside=plan_folder(plan)), options.review_number)


def require_disclosable(plan: Plan, names: Iterable[str], disclosure: Disclosure) -> None:
    """Refuse layers that may not leave.

    Raises:
        UsageError: one may not; it is named with the reason.
    """
    for name in names:
        spec = plan.layer_spec(name)
        if spec is not None and disclosure.profile.refuses(spec.secrecy):
            raise UsageError("the layer {name} is marked {secrecy} and does not leave with the profile {profile}",
                             where=plan.file, fix="Leave it out, or choose another profile.", name=name,
                             secrecy=spec.secrecy, profile=disclosure.profile.name)  # fmt: skip
        if disclosure.profile.drops_layer(name, *([spec.type] if spec else [])):
            raise UsageError("the profile {profile} drops the layer {name}", where=plan.file,
                             fix="Leave it out, or choose another profile.", name=name,
                             profile=disclosure.profile.name)  # fmt: skip


def require_no_secret(plan: Plan, names: Iterable[str]) -> None:
    """Refuse to let a secret layer leave where nobody says for whom: no slip of the hand is a decision.

    Raises:
        UsageError: one is marked secret.
    """
    for name in names:
        spec = plan.layer_spec(name)
        if spec is not None and spec.secrecy == "secret":
            raise UsageError("the layer {name} is marked secret, and nothing says for whom it leaves", where=plan.file,
                             fix="Say it with --disclosure: internal lets it leave as it is.", name=name)  # fmt: skip


def disclose_layers(layers: Mapping[str, Layer], disclosure: Disclosure) -> dict[str, Layer]:
    """Layers as they leave."""
    from urbanplan.layer.disclosure import disclose_layer

    made = {name: disclose_layer(layer, disclosure.profile) for name, layer in layers.items()}
    for layer in made.values():
        _mark(layer.frame, disclosure)
    return made


def disclosure_notes(layers: Mapping[str, Layer], disclosure: Disclosure) -> Iterator[Note]:
    """What is to be said of a release: fields that stay, and survey precision over more land than is free of secrecy.

    Args:
        layers: as they are, not as they leave. disclosure: the profile.
    """
    import shapely

    from urbanplan.layer.disclosure import dropped_columns

    profile = disclosure.profile
    for name, layer in layers.items():
        dropped = dropped_columns(layer, profile)
        if dropped:
            yield note("{name}: left out: {fields}", name=name, fields=", ".join(dropped))
    if profile.max_area_km2 is None or profile.precision_m > profile.survey_precision_m:
        return
    extents = [tuple(map(float, layer.frame.total_bounds)) for layer in layers.values() if len(layer.frame)]
    boxes = [shapely.box(west, south, east, north) for west, south, east, north in extents]
    area = shapely.union_all(boxes).area / 1e6 if boxes else 0.0
    if area > profile.max_area_km2:
        yield note("{area:,.0f} km² leave at survey precision ({precision:g} m): full data of more than {limit:g} km² "
                   "may be secret. Ask before it leaves, or choose a profile with coarser coordinates",
                   level="warning", area=area, precision=profile.precision_m, limit=profile.max_area_km2)  # fmt: skip


def disclose_plan(
    plan: Plan, layers: Mapping[str, Layer], options: DisclosureOptions
) -> tuple[Plan, dict[str, Layer], list[Note]]:
    """A plan and its layers as they leave, in the language of the plan's pages, and what is to be said of it.

    Raises:
        UsageError: there is no such profile.
    """
    from urbanplan.model.translation import page_language, use_language

    with use_language(page_language(plan.language)):
        disclosure = open_disclosure(plan, options)
        _, hidden = _hidden_layers(plan, disclosure.profile)
        shown = {name: layer for name, layer in layers.items() if name not in hidden}
        notes = [*_left_out(hidden & set(layers)), *disclosure_notes(shown, disclosure)]
        return _disclose_plan(plan, disclosure, hidden), disclose_layers(shown, disclosure), notes


def _hidden_layers(plan: Plan, profile: DisclosureProfile) -> tuple[set[str], set[str]]:
    """Names of the layers that are refused, and of all that stay."""
    refused = {spec.name for spec in plan.layer if profile.refuses(spec.secrecy)}
    return refused, refused | {spec.name for spec in plan.layer if profile.drops_layer(spec.name, spec.type)}


def _left_out(names: set[str]) -> Iterator[Note]:
    if names:
        yield note("layers left out: {names}", names=", ".join(sorted(names)))


def disclose(done: Check, disclosure: Disclosure) -> tuple[Check, list[Note]]:
    """A check as it leaves: layers, results, report and plan without what the profile keeps back.

    Where layers or fields stay, findings keep their code, level, place and title: their texts may hold what stays.
    Verdicts keep their status and reading, for they are the answer; a verdict that rests on a layer that stays loses
    its breakdown, evidence and reason, and one on a layer that is refused its reading, too.
    """
    from urbanplan.analysis.check import Check as Checked
    from urbanplan.layer.disclosure import disclose_frame, dropped_columns

    profile, plan, run = disclosure.profile, done.plan, done.run
    refused, hidden = _hidden_layers(plan, profile)
    shown = {name: layer for name, layer in run.layers.items() if name not in hidden}
    notes = [*_left_out(hidden & set(run.layers)), *disclosure_notes(shown, disclosure)]
    resting = {one.target: set(one.layers) & hidden for one in run.report.verdicts}

    def results(make: Any) -> Any:
        return lambda: {name: _mark(disclose_frame(frame, profile), disclosure) for name, frame in make().items()}

    made = [(target, results(make)) for target, make in run.made if not resting.get(target, hidden)]
    report = _disclose_report(run.report, disclosure, hidden=hidden, refused=refused)
    findings = tuple(one for one in run.findings if profile.findings and one.layer not in hidden)
    if hidden or any(dropped_columns(layer, profile) for layer in shown.values()):
        findings = tuple(_title_alone(one) for one in findings)
        report = report.model_copy(update={"findings": [_title_alone(one) for one in report.findings]})
    audit = replace(run, plan=_disclose_plan(plan, disclosure, hidden), report=report,
                    layers=disclose_layers(shown, disclosure), made=made, findings=findings)  # fmt: skip
    return Checked(audit), notes


def disclose_check(done: Check, options: DisclosureOptions) -> tuple[Check, list[Note]]:
    """As :func:`disclose`, in the language of the plan's pages.

    Raises:
        UsageError: there is no such profile.
    """
    from urbanplan.model.translation import use_language

    with use_language(done.report.language):
        return disclose(done, open_disclosure(done.plan, options))


def _disclose_report(report: Report, disclosure: Disclosure, *, hidden: set[str], refused: set[str]) -> Report:
    profile = disclosure.profile
    findings = [one for one in report.findings if profile.findings and one.layer not in hidden]
    counts = report.summary.findings if profile.findings else dict.fromkeys(report.summary.findings, 0)
    return report.model_copy(update={
        "disclosure": disclosure.metadata,
        "plan": report.plan.model_copy(update={"file": Path(report.plan.file).name}),
        "layers": [one for one in report.layers if one.name not in hidden],
        "verdicts": [_disclose_verdict(one, profile, hidden=hidden, refused=refused) for one in report.verdicts],
        "findings": [_round_finding(one, profile) for one in findings],
        "summary": report.summary.model_copy(update={"findings": counts}),
    })  # fmt: skip


def _disclose_verdict(one: Verdict, profile: DisclosureProfile, *, hidden: set[str], refused: set[str]) -> Verdict:
    from urbanplan.model.reading import Evidence

    changed: dict[str, Any] = {"where": "", "layers": [name for name in one.layers if name not in hidden]}
    if not profile.findings:
        changed |= {"evidence": Evidence(results=one.evidence.results), "measure": None}
    if profile.drop_fields or not profile.findings:
        changed["breakdown"] = [row for row in one.breakdown if not any(map(profile.drops_field, row.keys))]
    if set(one.layers) & hidden:
        changed |= {"evidence": Evidence(), "breakdown": [], "reason": "", "settled_by": None, "measure": None}
    if set(one.layers) & refused:
        changed |= {"reading": None, "known": None, "progress": None, "surplus": None}
    return one.model_copy(update=changed)


def _mark(frame: Any, disclosure: Disclosure) -> Any:
    """The frame, which says for whom it was made: a file that it is written to says so, too."""
    frame.attrs[RELEASE] = disclosure.metadata
    return frame


def _title_alone(one: Finding) -> Finding:
    """A finding without its features, the values of its texts and the words of its waiver."""
    from urbanplan.model.finding import WaiverReason, finding_rule

    title = finding_rule(one.code).title[current_language()]
    waived = None if one.waived is None else WaiverReason(reason="", owner="", expires=one.waived.expires)
    changed = {"feature": None, "features": [], "message": title, "fix": "", "values": {}, "waived": waived}
    return one.model_copy(update=changed)


def _round_finding(one: Any, profile: DisclosureProfile) -> Any:
    """A finding with its place on the profile's grid."""
    if one.geometry is None or profile.precision_m <= 0:
        return one
    import shapely

    from urbanplan.layer.disclosure import round_shapes
    from urbanplan.layer.geojson import to_geojson

    shape = round_shapes([shapely.from_geojson(_json_text(one.geometry))], profile.precision_m)[0]
    return one.model_copy(update={"geometry": to_geojson(shape)})


def _json_text(geometry: Any) -> str:
    import json

    return json.dumps(geometry)


def _disclose_plan(plan: Plan, disclosure: Disclosure, hidden: set[str]) -> Plan:
    """The plan without layers that stay and owners that do; its maker bears the imprint."""
    maker = " · ".join(part for part in (plan.maker, disclosure.imprint) if part)
    kept = [spec for spec in plan.layer if spec.name not in hidden]
    targets = [_disclose_target(one, disclosure.profile) for one in plan.target]
    return plan.model_copy(update={"maker": maker, "layer": kept, "target": targets})


def _disclose_target(one: Target, profile: DisclosureProfile) -> Target:
    owner = None if profile.drops_field("owner") else one.owner
    return one.model_copy(update={"owner": owner, "where": ""})
