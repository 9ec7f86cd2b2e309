"""The tasks that bring files in: a file looked at, added, joined or undone; a document read and written as a plan."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import UrbanplanError, UsageError
from urbanplan.model.note import note
from urbanplan.model.translation import translate

if TYPE_CHECKING:
    from urbanplan.analysis.files import ReadOptions
    from urbanplan.server.task_run import TaskRun

Result = dict[str, Any]


def _reading(values: dict[str, Any]) -> ReadOptions:
    """What a person said of a file, of the words of the form."""
    from urbanplan.analysis.files import CadOptions, ReadOptions

    place = tuple(name.strip() for name in values.get("place", "").split(",") if name.strip())
    patterns = tuple(word for word in values.get("cad_layer", "").splitlines() if word)
    try:
        close = float(values.get("close") or 0)
    except ValueError as error:
        raise UsageError("{text} is no length", where="close", fix="Write metres.", text=values["close"]) from error
    cad = CadOptions(patterns, values.get("label") or None, min(max(close, 0.0), 100.0), values.get("unit") or None)
    return ReadOptions(
        layer=values.get("table") or None,
        crs=values.get("crs") or None,
        encoding=values.get("encoding") or None,
        place=place[:2],
        datum=values.get("datum") or None,
        swap_axes=bool(values.get("swap")),
        cad=cad,
    )


def inspect_upload(run: TaskRun, *, file: str, said: dict[str, Any]) -> Result:
    """Look at a file that was dropped, and draw where it lies."""
    from urbanplan.analysis.files import write_whole
    from urbanplan.analysis.inspection import inspect_file, inspection_json
    from urbanplan.analysis.place_picture import draw_place

    reading = _reading(said)
    seen = inspect_file(file, plan=run.plan, reading=reading)
    document = json.loads(inspection_json(seen)) | {"keys": _keys(run, file, said.get("joined"), reading)}
    write_whole(run.out / "inspection.json", json.dumps(document, ensure_ascii=False))
    layer = next((one for one in seen.layers if one.name == reading.layer), seen.layers[0])
    guess = layer.crs_guesses[0] if layer.crs_guesses else None
    if reading.crs is None and layer.crs is None and guess is not None:
        reading = replace(reading, crs=guess["crs"], swap_axes=bool(guess["swapped"]))
    if layer.geometry and not (layer.crs is None and reading.crs is None):
        picture = draw_place(file, plan=run.plan, reading=reading)
        write_whole(run.out / "place.json", json.dumps(None if picture is None else asdict(picture)))
    return {"files": []}


def _keys(run: TaskRun, file: str, layer: str | None, reading: ReadOptions) -> list[dict[str, Any]]:
    """Pairs of columns by which a table may be joined to a layer; none where one of the two cannot be read."""
    from urbanplan.analysis.join_proposal import propose_layer_keys

    if layer is None:
        return []
    try:
        return [asdict(one) for one in propose_layer_keys(run.plan, layer, file, reading)]
    except UrbanplanError as error:
        run.notify(note("{text}", level="warning", text=error.text(translate)))
        return []


def add_layer(run: TaskRun, *, layer: str, file: str, said: dict[str, Any], dry_run: bool) -> Result:
    """Bring a file in as a layer of the plan or join it to one, or say what would be done."""
    from urbanplan.analysis.files import ReadOptions
    from urbanplan.analysis.intake import add_layer as add
    from urbanplan.analysis.table_join import JoinOptions

    reading, joined = _reading(said), said.get("how") == "join"
    made = add(
        run.plan,
        layer,
        None if joined else file,
        join=JoinOptions(Path(file), said.get("on") or None, reading) if joined else None,
        reading=ReadOptions() if joined else reading,
        columns={name[4:]: column for name, column in said.items() if name.startswith("col.") and column},
        repairs=[kind for kind in str(said.get("repairs", "")).split() if kind],
        allow_loss=bool(said.get("allow_loss")),
        any_geometry=bool(said.get("any_geometry")),
        declare=True,
        type_name=said.get("type") or None,
        dry_run=dry_run,
        notify=run.notify,
    )
    return {"files": [], "layer": made.layer.name, "features": len(made.layer.frame)}


def undo_add(run: TaskRun, *, layer: str) -> Result:
    """Bring back what the last add replaced."""
    from urbanplan.analysis.layer_copies import undo_add as undo

    undo(run.plan, layer, notify=run.notify)
    return {"files": [], "layer": layer}


def read_draft(run: TaskRun, *, file: str, year: str) -> Result:
    """Read the numbers of a document beside its text."""
    from urbanplan.analysis.draft_review import review_document
    from urbanplan.analysis.files import write_whole

    read = review_document(file, year=_year(year))
    write_whole(run.out / "review.json", json.dumps(read, ensure_ascii=False, allow_nan=False))
    return {"files": []}


def write_draft(run: TaskRun, *, file: str, folder: str, words: dict[str, str]) -> Result:
    """Write the plan of a reviewed document."""
    from urbanplan.analysis.draft_choices import FIELDS, Choice
    from urbanplan.analysis.draft_review import Review, write_review

    ids = [name[3:] for name in words if name.startswith("is.")]
    choices = {
        one: Choice(
            f"take.{one}" in words, {name: words[f"{name}.{one}"] for name in FIELDS if f"{name}.{one}" in words}
        )
        for one in ids
    }
    crs = words.get("crs", "").strip() or None
    plan = write_review(file, folder, Review(choices, _year(words.get("year", "")), crs))
    return {"files": [], "name": plan.parent.name}


def _year(text: str) -> int | None:
    if not text.strip():
        return None
    if not (text.isascii() and text.strip().isdecimal() and 1900 <= int(text) <= 2200):
        raise UsageError("{text} is no year", fix="Write four digits.", text=text)
    return int(text)
