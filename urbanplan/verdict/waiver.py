"""Waivers: findings that are let pass, kept by feature, rule and geometry, with reason, owner and expiry.

A waiver meets a finding of the same rule, layer, feature, detail (column or
other feature) and geometry: where the geometry changes, the finding is new.  A
waived finding stays visible as waived and does not set exit code 1.  The expiry
is compared with the plan's date; no clock is read.
"""

from __future__ import annotations

import datetime
import errno
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from urbanplan.errors import PlanError, UsageError
from urbanplan.model.finding import Finding, WaiverReason, build_finding, limit_findings
from urbanplan.model.library_messages import translate_problem
from urbanplan.model.limits import Day
from urbanplan.model.printable import to_printable
from urbanplan.model.report import Report, summarise
from urbanplan.model.toml_file import read_declared

if TYPE_CHECKING:
    from urbanplan.verdict.run import Audit

MAX_BYTES = 50_000_000
HASH_DECIMALS = 2  # a geometry is the same where its points agree to a centimetre, as far as GeoJSON files carry
_VALID_DAYS = 90  # expiry of a waiver written by the program, after the plan's date


class Waiver(BaseModel):
    """One row of a waiver file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    layer: str = ""
    feature: str = ""
    detail: str = ""
    geometry: str = ""
    reason: str = ""
    owner: str = ""
    expires: Day | None = None
    file: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What a finding must agree in."""
        return self.rule, self.layer, self.feature, self.detail, self.geometry


class _WaiverFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    waiver: list[Waiver] = Field(default_factory=list)


def finding_key(hit: Finding) -> tuple[str, ...]:
    """The key of a finding: rule, layer, feature, detail, geometry hash."""
    detail = " ".join(str(hit.values[name]) for name in ("column", "other", "where") if name in hit.values)
    return (
        hit.code,
        hit.layer or "",
        hit.feature or "",
        "" if hit.layer is None else detail,
        geometry_hash(hit.geometry),
    )


def geometry_hash(geometry: dict[str, Any] | None) -> str:
    """Hash of a geometry, the same wherever its rings start and whichever way they run; empty without geometry."""
    if geometry is None:
        return ""
    points = sorted({tuple(round(value, HASH_DECIMALS) + 0.0 for value in point) for point in _points(geometry)})
    text = json.dumps([geometry["type"].removeprefix("Multi"), points])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _points(geometry: dict[str, Any]) -> Iterator[tuple[float, ...]]:
    stack: list[Any] = [part.get("coordinates") for part in geometry.get("geometries", [geometry])]
    while stack:
        item = stack.pop()
        if item and isinstance(item[0], int | float):
            yield tuple(item[:2])
        else:
            stack.extend(item or ())


def read_waivers(path: Path) -> list[Waiver]:
    """Read a waiver file: TOML with one ``[[waiver]]`` each.

    Raises:
        PlanError: it cannot be read or a row does not fit.
    """
    if not path.exists():
        raise PlanError(
            "the waivers cannot be read: {problem}",
            where=str(path),
            fix="Give a file as `--write-waivers` makes it",
            problem=translate_problem(os.strerror(errno.ENOENT)),
        )
    rows = read_declared(_WaiverFile, path, error_type=PlanError, most=MAX_BYTES).waiver
    return [row.model_copy(update={"file": path.name}) for row in rows]


def apply_waivers(run: Audit, waivers: list[Waiver]) -> Audit:
    """The run with waived findings marked, and with findings on waivers that expired, met nothing or say no reason."""
    if not waivers:
        return run
    report = run.report
    marked = mark_waived(list(run.findings), waivers, as_of=report.plan.as_of)
    findings = limit_findings([*marked, *_waiver_findings(run, waivers)])
    summary = summarise(report.verdicts, findings, chapters=[*report.summary.chapters])
    return replace(run, report=report.model_copy(update={"findings": findings, "summary": summary}))


def mark_waived(findings: list[Finding], waivers: list[Waiver], *, as_of: str) -> list[Finding]:
    """The findings, those that a waiver in force meets marked as waived."""
    in_force = {one.key: one for one in waivers if _is_justified(one) and not _is_expired(one, as_of)}
    marked: list[Finding] = []
    for hit in findings:
        waiver = in_force.get(finding_key(hit))
        if waiver is not None:
            expires = waiver.expires.isoformat() if waiver.expires else None
            hit = hit.model_copy(
                update={"waived": WaiverReason(reason=waiver.reason, owner=waiver.owner, expires=expires)}
            )
        marked.append(hit)
    return marked


def _is_justified(waiver: Waiver) -> bool:
    """Whether the waiver says why and by whom: one that does not, waives nothing."""
    return bool(waiver.reason.strip() and waiver.owner.strip())


def _is_expired(waiver: Waiver, as_of: str) -> bool:
    """Whether the plan's date lies after the waiver's last day."""
    return waiver.expires is not None and waiver.expires.isoformat() < as_of


def _waiver_findings(run: Audit, waivers: list[Waiver]) -> list[Finding]:
    report = run.report
    met = {finding_key(hit) for hit in run.findings}
    read = {layer.name for layer in report.layers} | {""}
    found: list[Finding] = []
    for waiver in waivers:
        told: dict[str, Any] = {"rule": waiver.rule, "owner": waiver.owner or "—"}
        place: dict[str, Any] = {"layer": waiver.layer or None, "feature": waiver.feature or None}
        if _is_expired(waiver, report.plan.as_of):
            found.append(build_finding("waiver-expired", **place, **told, expires=str(waiver.expires)))
        elif waiver.key not in met and waiver.layer in read:
            found.append(build_finding("waiver-unused", **place, **told))
    silent = [waiver for waiver in waivers if not _is_justified(waiver)]
    if silent:
        found.append(build_finding("waiver-unjustified", count=len(silent), file=silent[0].file or "—"))
    return found


def write_waivers(path: Path, report: Report) -> list[Waiver]:
    """Write a waiver for each error and warning of a report; rows that the file holds already are kept as they are.

    New rows have an empty reason and owner; they waive nothing until somebody fills both in, and expire 90 days after
    the plan's date.

    Returns:
        Every waiver of the file.
    """
    from urbanplan.exchange.files.edited_text import read_edited, write_edited

    kept = {waiver.key: waiver for waiver in read_waivers(path)} if path.exists() else {}
    before = read_edited(path)
    until = datetime.date.fromisoformat(report.plan.as_of) + datetime.timedelta(days=_VALID_DAYS)
    added: list[str] = []
    for hit in report.findings:
        key = finding_key(hit)
        if hit.level != "info" and not hit.code.startswith("waiver-") and key not in kept:
            kept[key] = Waiver.model_validate({**dict(zip(_KEY_FIELDS, key, strict=True)), "expires": until})
            added.append(_to_toml(kept[key], hit.message))
    write_edited(path, "\n".join([*([before.rstrip("\n") + "\n"] if before.strip() else []), *added]))
    return list(kept.values())


def append_waiver(path: Path, hit: Finding, *, reason: str, owner: str, as_of: str) -> None:
    """Add a waiver of one finding to a file; rows that it holds already are kept as they are.

    Raises:
        UsageError: a waiver of it stands there. PlanError: the file cannot be read.
    """
    from urbanplan.exchange.files.edited_text import read_edited, write_edited

    key = finding_key(hit)
    if path.exists() and any(one.key == key for one in read_waivers(path)):
        fix = "Change its reason, owner or date in the file."
        raise UsageError("a waiver of this finding stands there already", where=str(path), fix=fix)
    before = read_edited(path)
    until = datetime.date.fromisoformat(as_of) + datetime.timedelta(days=_VALID_DAYS)
    said = {"reason": reason, "owner": owner, "expires": until}
    row = _to_toml(Waiver.model_validate({**dict(zip(_KEY_FIELDS, key, strict=True)), **said}), hit.message)
    write_edited(path, "\n".join([*([before.rstrip("\n") + "\n"] if before.strip() else []), row]))


_KEY_FIELDS = ("rule", "layer", "feature", "detail", "geometry")


def _to_toml(waiver: Waiver, message: str) -> str:
    import tomlkit

    table = tomlkit.table()
    for name in (*_KEY_FIELDS, "reason", "owner", "expires"):
        value = getattr(waiver, name)
        if value or name in ("reason", "owner"):
            table.add(name, value)
    return f"# {to_printable(message)}\n[[waiver]]\n{tomlkit.dumps(table)}"
