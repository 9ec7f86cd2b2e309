"""``urbanplan target``: a target written into the plan file, or changed there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_note
from urbanplan.cli.options import PlanFile
from urbanplan.cli.terminal import print_line
from urbanplan.errors import UsageError
from urbanplan.model.note import note

Text = str | None


def target(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of the target")],
    plan: PlanFile = Path("plan.toml"),
    new: Annotated[
        bool, typer.Option("--new", help="Write a new target; without it one of the plan is changed")
    ] = False,
    title: Annotated[Text, typer.Option(help="What people call it")] = None,
    bound: Annotated[Text, typer.Option(help='Comparator, number and unit: ">= 12 km"')] = None,
    tolerance: Annotated[Text, typer.Option(help="Of the bound, in its unit")] = None,
    measure: Annotated[
        Text, typer.Option(help='As the plan file has it: { kind = "count", of = "parcels" }; see measures')
    ] = None,
    quote: Annotated[Text, typer.Option(help="Its sentence in the source")] = None,
    source: Annotated[Text, typer.Option(help="Id of a source of the plan")] = None,
    chapter: Annotated[Text, typer.Option(help="Chapter of the plan")] = None,
    due: Annotated[Text, typer.Option(help="Day by which it is due, as 2025-12-31")] = None,
    owner: Annotated[Text, typer.Option(help="Who answers for it")] = None,
    remark: Annotated[Text, typer.Option("--note", help="A remark")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, show the sentence")] = False,
) -> None:
    """Write a target into the plan file, or change it there; the rest of the file stays as it is."""
    from urbanplan.analysis.target_edit import draft_target, write_target
    from urbanplan.analysis.target_words import parse_bound, read_target_words

    words = {"title": title, "quote": quote, "source": source, "chapter": chapter, "due": due, "owner": owner,
             "note": remark, "measure": measure}  # fmt: skip
    given = {key: word for key, word in words.items() if word is not None}
    if tolerance is not None and bound is None:
        raise UsageError("--tolerance needs --bound", fix="Give both.")
    values = read_target_words(given)
    if bound is not None:
        values["bound"] = parse_bound(bound, tolerance=tolerance)
    if new:
        values["id"] = name
    draft = draft_target(plan, None if new else name, values)
    print_line(draft.sentence.rstrip())
    if not dry_run:
        write_target(plan, draft, seen=draft.digest)
        print_note(note("{target} stands in {file}", level="result", target=name, file=draft.file))
