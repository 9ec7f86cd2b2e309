"""Writing a target into a plan file: the rest of the file stays as it is, comments and order too.

What is written is checked first, alone and with the whole plan.  A file that somebody changed since it was read is
not written over.
"""

from __future__ import annotations

import hashlib
import re
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from urbanplan.analysis.plans import open_plan
from urbanplan.errors import PlanError, StoreError, UrbanplanError, UsageError
from urbanplan.model.plan import Plan, Target
from urbanplan.model.toml_locations import table_spans

# in the order in which a new target is written
TEXTS = ("id", "title", "chapter", "quote", "source", "kind", "role")
LATER = ("due", "owner", "note")
_ONE_WRITER = threading.Lock()  # of this program; another one's change shows in the digest
_PLACE = re.compile(r"^(?P<file>.+?):\d+(:\d+)?$")


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid")

    target: list[Target] = Field(min_length=1, max_length=1)


@dataclass(frozen=True)
class TargetDraft:
    """A target as the plan file will hold it.

    Attributes:
        file: the plan's file that holds it. digest: of that file as it was read. text: the whole file with the target.
        sentence: the target's own table. target: what it says.
    """

    file: Path
    digest: str
    text: str
    sentence: str
    target: Target


def target_file(plan: Plan, target: str | None) -> Path:
    """The file of a plan that holds a target; for a new one the file of the last target.

    Raises:
        UsageError: the plan has no such target.
    """
    if target is None:
        places = [one.where for one in plan.target[-1:]]
    else:
        places = [one.where for one in plan.target if one.id == target]
        if not places:
            raise UsageError("the plan has no target {id}", where=plan.file, fix="Choose one of its own.", id=target)
    found = _PLACE.match(places[0]) if places else None
    return Path(found["file"]) if found else Path(plan.file)


def file_digest(path: Path) -> str:
    """Digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_sentence(plan: Plan | Path | str, target: str) -> tuple[str, dict[str, Any]]:
    """The table of a target as the plan file holds it, with its comments, and its values as they are declared.

    Raises:
        UsageError: the plan has no such target.
    """
    text = _read_text(target_file(open_plan(plan), target))
    sentence = f"{text[_places(text)[target]]}\n"
    return sentence, tomllib.loads(sentence)["target"][0]


def draft_target(plan: Plan | Path | str, target: str | None, values: Mapping[str, Any]) -> TargetDraft:
    """The plan file with a target written or changed; nothing is written yet.

    Args:
        plan: the plan. target: id of the one to change, None for a new one.
        values: its keys: texts of :data:`TEXTS` and :data:`LATER`, ``bound`` and ``measure`` as tables; an empty value
            takes the key away, one that is not given stays as it is.

    Raises:
        UsageError: no such target, or the id of a new one is taken. PlanError, MeasureError, FilterError: it cannot
            be used.
    """
    import tomlkit

    declared = open_plan(plan)
    path = target_file(declared, target)
    digest = file_digest(path)
    text = _read_text(path)
    places = _places(text)
    if target is None:
        if any(one.id == values.get("id") for one in declared.target):
            raise UsageError("the plan has a target {id} already", fix="Give another id.", id=values["id"])
        before, held, after = f"{text.rstrip()}\n\n", "[[target]]\n", "\n"
    else:
        place = places[target]
        before, held, after = text[: place.start], text[place], text[place.stop :]
    document: Any = tomlkit.parse(held)  # this table alone: tomlkit puts tables of one name together that stand apart
    _fill(document["target"][0], values)
    sentence = tomlkit.dumps(document).rstrip("\n")
    draft = f"{before}{sentence}{after}"
    return TargetDraft(path, digest, draft, f"{sentence}\n", _check(declared, sentence))


def write_target(plan: Plan | Path | str, draft: TargetDraft, *, seen: str) -> None:
    """Write a draft into its file, whole or not at all.

    Args:
        plan: the plan. draft: of :func:`draft_target`. seen: digest of the file as its writer saw it.

    Raises:
        StoreError: the file was changed since. PlanError: the whole plan cannot be used with it; it stays as it was.
    """
    from urbanplan.analysis.files import write_whole
    from urbanplan.exchange.files.edited_text import write_edited
    from urbanplan.model.run_files import allow_replacing

    file = Path(open_plan(plan).file)
    allow_replacing(draft.file)
    with _ONE_WRITER:
        before = draft.file.read_bytes()
        if not hashlib.sha256(before).hexdigest() == seen == draft.digest:
            fix = "Nothing was written. Look at the file and write it again."
            raise StoreError("the plan file was changed beside the desk", where=str(draft.file), fix=fix)
        write_edited(draft.file, draft.text)
        try:
            open_plan(file)
        except UrbanplanError:
            write_whole(draft.file, before)
            raise


def _read_text(path: Path) -> str:
    from urbanplan.model.toml_file import read_text

    return read_text(path, error_type=PlanError)


def _places(text: str) -> dict[str, slice]:
    """Where the tables of targets stand in a file, by id.

    Raises:
        PlanError: the file does not hold each as a table of its own.
    """
    rows, places = tomllib.loads(text).get("target", []), table_spans(text, "target")
    if len(rows) != len(places):
        first = str(rows[0].get("id", "target"))
        raise PlanError("the target {id} is no table of its own", fix="Write it as [[target]].", id=first)
    return {row.get("id"): place for row, place in zip(rows, places, strict=True)}


def _fill(table: Any, values: Mapping[str, Any]) -> None:
    for name in (*TEXTS, "bound", *LATER, "measure"):
        if name not in values:
            continue
        value = values[name]
        if value in ("", None, {}):
            table.pop(name, None)
        elif isinstance(value, Mapping):
            _fill_inline(table, name, dict(value))  # pyright: ignore[reportUnknownArgumentType]
        elif table.get(name) != value:
            table[name] = value


def _fill_inline(table: Any, name: str, value: dict[str, Any]) -> None:
    """Set a table that stands on one line; the one that is there stays where it says the same."""
    import tomlkit

    from urbanplan.plan.draft.plan_file import inline_table

    held = table.get(name)
    if held is not None and held.unwrap() == value:
        return
    table[name] = tomlkit.value(inline_table(value))


def _check(plan: Plan, sentence: str) -> Target:
    """The target of a sentence, checked as the reader of plans and the measure check it.

    Raises:
        PlanError, MeasureError, FilterError: it cannot be used.
    """
    from urbanplan.measure.catalog import validate_parameters
    from urbanplan.model.toml_file import parse_declared
    from urbanplan.plan.read import check_target_filters

    (target,) = parse_declared(_Written, sentence, shown="[[target]]", error_type=PlanError).target
    if target.source and all(one.id != target.source for one in plan.source):
        raise PlanError("the plan has no source {id}", fix="Name one of: {known}.", id=target.source,
                        known=", ".join(one.id for one in plan.source) or "—")  # fmt: skip
    if target.measure is not None:
        validate_parameters(target.measure, where=target.id)
        check_target_filters(plan, target)
    return target
