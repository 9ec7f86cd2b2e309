"""``urbanplan diff``: what turned between two runs of a plan, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from urbanplan.cli.planfile import plan_file

if TYPE_CHECKING:
    from urbanplan.store.diff import Change
    from urbanplan.store.runlog import RunRecord


def diff(
    old: Annotated[str, typer.Argument(help="A run's number in the log, last, last~1 …, or a report's JSON file")],
    new: Annotated[str, typer.Argument(help="The same, of the later run")] = "last",
    plan: Annotated[Path | None, typer.Option("--plan", help="Whose log; ./plan.toml unless given")] = None,
    output: Annotated[str | None, typer.Option("--output", help="json:FILE for programs")] = None,
) -> int:
    """Say which targets turned between two runs and what changed; exit 0."""
    from urbanplan.store.diff import diff_runs
    from urbanplan.store.runlog import log_file

    log = log_file(plan_file(plan, None))
    before, after = _load_run(old, log), _load_run(new, log)
    found = diff_runs(before, after)
    if output is not None:
        _write(output, before, after, found)
    _print_diff(before, after, found)
    return 0


def _load_run(name: str, log: Path) -> RunRecord:
    """A run by its number, ``last``, ``last~N`` or a report's file."""
    from urbanplan.errors import UsageError
    from urbanplan.store.runlog import read_runs

    if name.endswith(".json"):
        return _read_run(Path(name))
    runs = read_runs(log)
    word, _, back = name.partition("~")
    steps, number = _whole_number(back or "0"), _whole_number(name)
    if word == "last" and steps is not None and steps < len(runs):
        return runs[-1 - steps]
    if number is not None and 1 <= number <= len(runs):
        return runs[number - 1]
    raise UsageError(
        "there is no run {name} in the log",
        where=str(log),
        fix="The log holds {count} runs; say a number, last, last~1, or a report's JSON file.",
        name=name[:40],
        count=len(runs),
    )


def _whole_number(text: str) -> int | None:
    """A number of a run; None where it is none, or of more digits than any log has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _read_run(path: Path) -> RunRecord:
    from pydantic import ValidationError

    from urbanplan.errors import UsageError
    from urbanplan.model.report import Report
    from urbanplan.store.runlog import to_record

    try:
        return to_record(Report.model_validate_json(path.read_bytes()), at=path.name)
    except (OSError, ValidationError) as error:
        raise UsageError(
            "this is no report of a run", where=str(path), fix="Make one: urbanplan check --output json:FILE."
        ) from error


def _write(output: str, old: RunRecord, new: RunRecord, found: list[Change]) -> None:
    from dataclasses import asdict

    from urbanplan.errors import UsageError
    from urbanplan.exchange.files.atomic import atomic_write

    kind, _, file = output.partition(":")
    if kind != "json" or not file:
        raise UsageError("the output {output} is not known", fix="Say json:FILE.", output=output)
    turned = [
        {**asdict(t), "before": t.before and t.before.model_dump(), "after": t.after and t.after.model_dump()}
        for t in found
    ]
    data = {"schema_version": "1.0", "old": old.number or old.at, "new": new.number or new.at, "turns": turned}
    text = json.dumps(data, ensure_ascii=False, indent=1)
    if file == "-":
        typer.echo(text)
        return
    with atomic_write(file) as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def _print_diff(old: RunRecord, new: RunRecord, found: list[Change]) -> None:
    from urbanplan.model.translation import localize
    from urbanplan.store.diff import format_outcome

    for run in (old, new):
        counts = " · ".join(f"{_status_word(s)} {n}" for s, n in run.verdicts.items())
        typer.echo(f"#{run.number or '-'}  {run.at}  {run.who}  {counts}", err=True)
    turned = [turn for turn in found if turn.way != "moved"]
    typer.echo(
        localize("{turned} verdicts turned, {moved} readings moved", turned=len(turned), moved=len(found) - len(turned))
    )
    for turn in found:
        was = _status_word(turn.before.status) if turn.before else "—"
        now = _status_word(turn.after.status) if turn.after else "—"
        values = f"{format_outcome(turn.before)} → {format_outcome(turn.after)}"
        typer.echo(f"{turn.target}  {turn.title[:24]}  {was} → {now}  {values}  ({'; '.join(turn.why)})")
    for code in sorted(set(old.codes) | set(new.codes)):
        was, now = old.codes.get(code, 0), new.codes.get(code, 0)
        if was != now:
            typer.echo(localize("findings {code}: {old} → {new}", code=code, old=was, new=now))


def _status_word(status: str) -> str:
    from urbanplan.model.translation import localize

    match status:
        case "met":
            return localize("met")
        case "not_met":
            return localize("not met")
        case _:
            return localize("undecidable")
