"""The run log: one line for each run, only ever added to, each bound to the line before it.

The log is ``.urbanplan/runs.jsonl`` beside the plan.  A line says who ran the plan and when, with the digests of plan
and layers, the counts of verdicts and findings, and each target's verdict, so that two runs can be compared and every
turn be traced to what changed.  This is the only module that reads the clock.

What the chain proves: a line that was changed, put in or taken out before the last one shows, to one who knows the last
line from elsewhere.  Who may write the file can cut off its end, or make a whole log anew: there is no secret in it.
"""

from __future__ import annotations

import datetime
import getpass
import hashlib
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from urbanplan.errors import ExchangeError, StoreError
from urbanplan.exchange.files.lock import hold_lock
from urbanplan.exchange.files.regular import open_regular, read_regular
from urbanplan.model.library_messages import translate_error
from urbanplan.model.report import Report

LOG_FILE = "runs.jsonl"
MAX_LOG_BYTES = 250_000_000
_MOVE_HINT = "Move it away to begin a new one."
USER_VARIABLE = "URBANPLAN_WHO"  # who runs the plan, where the account's name does not say


class Outcome(BaseModel):
    """What a run said of one target; ``layers`` are those that it was measured on."""

    model_config = ConfigDict(frozen=True)

    status: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    bound: str = ""
    reason: str = ""
    title: str = ""
    layers: list[str] = Field(default_factory=list)


class RunRecord(BaseModel):
    """One line of the log. ``previous`` is the sha256 of the line before it, empty in the first."""

    model_config = ConfigDict(frozen=True)

    number: int
    at: str
    who: str
    urbanplan: str = ""
    plan: str = ""
    plan_digest: str = ""
    as_of: str = ""
    layers: dict[str, str] = Field(default_factory=dict)
    verdicts: dict[str, int] = Field(default_factory=dict)
    findings: dict[str, int] = Field(default_factory=dict)
    codes: dict[str, int] = Field(default_factory=dict)
    targets: dict[str, Outcome] = Field(default_factory=dict)
    previous: str = ""


def log_file(plan_file: str | Path) -> Path:
    """The log of a plan, given by its file or its folder."""
    path = Path(plan_file).resolve()
    return (path if path.is_dir() else path.parent) / ".urbanplan" / LOG_FILE


def report_outcomes(report: Report) -> dict[str, Outcome]:
    """Each promise's verdict in short."""
    from urbanplan.model.formatting import format_bound

    return {
        v.target: Outcome(
            status=v.status,
            low=v.reading.low if v.reading else None,
            high=v.reading.high if v.reading else None,
            unit=v.reading.unit if v.reading else "",
            bound=format_bound(v.bound) if v.bound else "",
            reason=v.reason_code,
            title=v.title or v.quote,
            layers=list(v.layers),
        )
        for v in report.verdicts
        if v.role == "promise"
    }


def to_record(report: Report, *, number: int = 0, at: str = "", who: str = "", previous: str = "") -> RunRecord:
    """A report in short, as the log keeps it."""
    codes: dict[str, int] = {}
    for each in report.findings:
        codes[each.code] = codes.get(each.code, 0) + 1
    return RunRecord(
        number=number,
        at=at,
        who=who,
        urbanplan=report.urbanplan,
        plan=report.plan.id,
        plan_digest=report.plan.digest,
        as_of=report.plan.as_of,
        layers={entry.name: entry.digest for entry in report.layers},
        verdicts=dict(report.summary.status),
        findings=dict(report.summary.findings),
        codes=codes,
        targets=report_outcomes(report),
        previous=previous,
    )


def _user_name() -> str:
    named = os.environ.get(USER_VARIABLE)
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name
        return "?"


def append_run(
    path: Path, report: Report, *, who: str | None = None, now: datetime.datetime | None = None
) -> RunRecord:
    """Add a run to a log; nothing that stands in it is changed.

    Args:
        path: the log, made where it is missing. report: of the run. who, now: else the account and the clock.

    Raises:
        StoreError: the log cannot be written.
    """
    moment = (now or datetime.datetime.now(datetime.UTC)).astimezone(datetime.UTC)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _check_place(path)
        with hold_lock(path.parent):
            lines = _read_lines(path)
            run = to_record(
                report,
                number=len(lines) + 1,
                at=moment.isoformat(timespec="seconds"),
                who=_user_name() if who is None else who,
                previous=_digest(lines[-1]) if lines else "",
            )
            _append_line(path, run.model_dump_json().encode("utf-8"))
    except StoreError:
        raise
    except ExchangeError as error:  # the log is sound: it is to be waited for, not to be moved away
        fix = "Wait for the other program to finish, then write again."
        raise StoreError("another writer is at work here", where=str(path), fix=fix) from error
    except OSError as error:
        raise _log_error("the run log cannot be written: {reason}", path, error) from error
    return run


def _append_line(path: Path, line: bytes) -> None:
    """Add one line, whole and flushed; a line that a killed writer left torn is closed first and stays as it is."""
    handle = open_regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    try:
        size = os.lseek(handle, 0, os.SEEK_END)
        torn = False
        if size:
            os.lseek(handle, size - 1, os.SEEK_SET)
            torn = os.read(handle, 1) != b"\n"
        data = (b"\n" if torn else b"") + line + b"\n"
        while data:
            data = data[os.write(handle, data) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_lines(path: Path) -> list[bytes]:
    """Whole lines of a log: a torn one is no run."""
    if not os.path.lexists(path):
        return []
    _check_place(path)
    try:
        text = read_regular(path, limit=MAX_LOG_BYTES)
    except OSError as error:
        raise _log_error("the run log cannot be read: {reason}", path, error) from error
    return [line for line in text.split(b"\n") if _parse_line(line) is not None]


def _check_place(path: Path) -> None:
    """Refuse a log whose folder is a link: what is written would go elsewhere.

    Raises:
        StoreError: it is one.
    """
    folder = path.parent
    if os.path.realpath(folder) != os.path.join(os.path.realpath(folder.parent), folder.name):
        raise StoreError("the folder of the run log is a link", where=str(folder), fix=_MOVE_HINT)


def _log_error(what: str, path: Path, error: OSError) -> StoreError:
    return StoreError(what, where=str(path), fix=_MOVE_HINT, reason=translate_error(error))


def _parse_line(line: bytes) -> RunRecord | None:
    try:
        return RunRecord.model_validate_json(line)
    except ValidationError:
        return None


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def read_runs(path: Path) -> list[RunRecord]:
    """Runs of a log, the oldest first; none where there is no log.

    Raises:
        StoreError: a line was changed, put in or taken out after it was written.
    """
    lines = _read_lines(path)
    for number, line in enumerate(lines):
        run = RunRecord.model_validate_json(line)
        before = _digest(lines[number - 1]) if number else ""
        if run.previous != before or run.number != number + 1:
            raise StoreError(
                "the run log was changed: run {number} does not follow the one before it",
                where=str(path),
                fix="Bring the log back from a copy, or move it away to begin a new one.",
                number=run.number,
            )
    return [RunRecord.model_validate_json(line) for line in lines]
