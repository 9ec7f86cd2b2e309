"""The drafted plan as a TOML file with comments: every promise with its quote, place and doubts."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from urbanplan.model.translation import join_clauses, localize
from urbanplan.model.units import CURRENCIES, dimension
from urbanplan.plan.draft.promises import Promise, Reading

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_GROWTH = re.compile(r"增长|增速|增幅")


@dataclass(frozen=True)
class PlanHead:
    """What stands at the head of a drafted plan."""

    id: str
    title: str
    district: str
    crs: str
    document: str
    source_file: str
    digest: str
    language: str = "zh"
    crs_guessed: bool = False


def plan_text(head: PlanHead, reading: Reading, place: Callable[[int], str]) -> str:
    """The plan file.

    Args:
        head: names and source. reading: what was read. place: words for a place in the text, such as ``line 12``.
    """
    promised = [one for one in reading.promises if one.promise]
    parts = [
        *_head_lines(head, reading, promised),
        *_layer_lines(promised),
        *_target_lines(promised, place),
        *_background_lines([one for one in reading.promises if not one.promise], place),
        *_unread_lines(reading, place),
    ]
    return "\n".join(parts) + "\n"


def _head_lines(head: PlanHead, reading: Reading, promised: Sequence[Promise]) -> Iterator[str]:
    yield "#:schema ./plan.schema.json"
    yield _comment(
        localize("Drafted from {file}: every line is a proposal to be read against the quote.", file=head.document)
    )
    counts = {
        "promises": len(promised),
        "background": len(reading.promises) - len(promised),
        "unread": len(reading.unread),
    }
    yield _comment(
        localize(
            "{promises} promises, {background} numbers of background, {unread} quantities not understood.", **counts
        )
    )
    yield "schema_version = 1"
    yield f"id = {_string(head.id)}"
    yield f"title = {_string(head.title)}"
    yield f"as_of = {reading.year}-12-31"
    yield f"language = {_string(head.language)}"
    chapters = list(dict.fromkeys(_clean(one.chapter) for one in promised if one.chapter))
    yield f"chapters = [{', '.join(map(_string, chapters))}]"
    yield ""
    yield "[district]"
    yield f"name = {_string(head.district)}"
    guess = _comment(localize("not of the document: pin the working CRS of the district"))
    yield f"crs = {_string(head.crs)}{f'  {guess}' if head.crs_guessed else ''}"
    yield ""
    yield "[[source]]"
    yield 'id = "document"'
    yield f"title = {_string(reading.title)}"
    yield f"file = {_string(head.source_file)}"
    yield f"sha256 = {_string(head.digest)}"
    yield ""


def _layer_lines(promised: Sequence[Promise]) -> Iterator[str]:
    """A stanza for each layer that a proposed measure reads; its file comes with ``urbanplan add``."""
    layers = dict[str, str]()
    for one in promised:
        if one.proposal.layer is not None:
            layers.setdefault(one.proposal.layer, one.proposal.type or one.proposal.layer)
    if layers:
        yield _comment(
            localize("Layers that the measures below ask for: bring each in with `urbanplan add LAYER FILE`.")
        )
    for name, kind in layers.items():
        yield "[[layer]]"
        yield f"name = {_string(name)}"
        yield f"file = {_string(f'{name}.geojson')}"
        yield f"type = {_string(kind)}"
        yield 'basis = "reported"'
        yield ""


def _target_lines(promised: Sequence[Promise], place: Callable[[int], str]) -> Iterator[str]:
    chapter = ""
    for one in promised:
        if one.chapter != chapter:
            chapter = one.chapter
            yield _comment(chapter)
            yield ""
        yield from _comments_of(one, place)
        yield "[[target]]"
        yield f"id = {_string(one.id)}"
        yield f"title = {_string(title_of(one))}"
        yield f"chapter = {_string(one.chapter)}"
        yield f"quote = {_string(one.quote)}"
        yield 'source = "document"'
        yield f"kind = {_string(kind_of(one))}"
        yield f"bound = {inline_table({'comparator': one.comparator, 'number': one.number, 'unit': one.unit})}"
        if one.due is not None:
            yield f"due = {one.due.isoformat()}"
        yield f"measure = {inline_table(one.proposal.measure)}"
        yield ""


def title_of(one: Promise) -> str:
    """What a reviewer calls it, else the object, with its growth where a share of change is meant."""
    if one.title:
        return _clean(one.title)
    noun = _clean(one.object)
    return (
        f"{noun}增长" if noun and one.unit == "%" and _GROWTH.search(one.quote) and "增" not in noun else noun or one.id
    )


def kind_of(one: Promise) -> str:
    """Spatial where a layer proves it, an indicator where it is a share or a rate, else of the pipeline."""
    if one.proposal.layer is not None:
        return "spatial"
    return "pipeline" if dimension(one.unit) in ("count", *CURRENCIES) else "indicator"


def doubt_texts(one: Promise) -> list[str]:
    """What was not understood, in the current language."""
    return [doubt.render() for doubt in one.doubts]


def _comments_of(one: Promise, place: Callable[[int], str]) -> Iterator[str]:
    words = localize("by the words “{words}”", words=one.words) if one.words else localize("by rule")
    flow = {"flow": localize("a flow"), "stock": localize("a stock"), "": ""}[one.flow]
    yield _comment(join_clauses((place(one.start), f"{one.comparator} {words}", flow)))
    for doubt in doubt_texts(one):
        yield _comment(f"? {doubt}")
    if one.proposal.beside is not None:
        yield _comment(
            localize(
                "To show it on the streets, a target with: {measure}",
                measure=_beside(one.proposal.beside, one.proposal.share),
            )
        )


def _background_lines(rows: Sequence[Promise], place: Callable[[int], str]) -> Iterator[str]:
    if rows:
        yield _comment(localize("Background, no promises: numbers of past years, of what is there, of larger wholes."))
    for one in rows:
        yield _comment(f"{place(one.start)}: {one.quote}")
    if rows:
        yield ""


def _unread_lines(reading: Reading, place: Callable[[int], str]) -> Iterator[str]:
    if reading.unread:
        yield _comment(localize("Not understood: quantities without a number."))
    for start, quote, word in reading.unread:
        yield _comment(f"{place(start)}: “{word}” {quote}")


def _beside(measure: dict[str, Any], share: float) -> str:
    bound = {"comparator": ">=", "number": share, "unit": "%"}
    return f"bound = {inline_table(bound)}, measure = {inline_table(measure)}"


def inline_table(values: dict[str, Any]) -> str:
    """A table on one line, as the plans of the docs have it."""
    return f"{{ {', '.join(f'{key} = {_value(value)}' for key, value in values.items())} }}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return inline_table(value)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{int(value)}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    return _string(value) if isinstance(value, str) else json.dumps(value)


def _string(text: str) -> str:
    return json.dumps(_clean(text), ensure_ascii=False)


def _comment(text: str) -> str:
    return f"# {_clean(text)}"


def _clean(text: str) -> str:
    """Text on one line: no control signs, which TOML refuses and a terminal obeys."""
    return _CONTROL.sub(" ", text).strip()
