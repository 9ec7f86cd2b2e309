"""Quotes: whether they stand in their source."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from contextlib import suppress
from pathlib import Path

from urbanplan.errors import ExchangeError
from urbanplan.model.comparison import order
from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.plan import Plan, Source
from urbanplan.model.safe_path import resolve_inside
from urbanplan.plan.precision import quoted_numbers

FLOOR_WORDS = ("新增", "新建", "建成", "交付", "投用", "完成", "引进", "培育", "改造")
"""Words by which a quoted number is a floor: more is met too."""


def normalize_text(text: str) -> str:
    """Text without white space and ``**``, as quotes are compared."""
    return re.sub(r"\s+", "", text.replace("**", "").replace("\ufeff", ""))


def is_quoted_in(quote: str, text: str) -> bool:
    """Whether the quote stands in the text: parts joined by ``…`` must follow one another."""
    source = normalize_text(text)
    at = 0
    for part in re.split(r"…+|\.{3,}", normalize_text(quote)):
        at = source.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return bool(normalize_text(quote))


def quote_findings(plan: Plan, *, folder: Path | None = None) -> list[Finding]:
    """Findings on sources and quotes.

    Args:
        plan: the plan. folder: a further folder in which the sources' files may lie, found by name or digest.
    """
    texts: dict[str, str] = {}
    found: list[Finding] = []
    for source in plan.source:
        text, problems = _read_source(source, Path(plan.file).parent, folder)
        found += problems
        if text is not None:
            texts[source.id] = text
    known = {source.id for source in plan.source}
    found += floor_findings(plan)
    for target in plan.target:
        if not target.quote:
            if target.role == "promise":
                found.append(build_finding("plan-quote-none", feature=target.id, where=target.where))
        elif target.source not in known:
            found.append(
                build_finding(
                    "plan-quote-unsourced", feature=target.id, where=target.where, source=target.source or "—"
                )
            )
        elif target.source in texts and not is_quoted_in(target.quote, texts[target.source]):
            found.append(
                build_finding(
                    "plan-quote-absent",
                    feature=target.id,
                    where=target.where,
                    quote=target.quote,
                    source=target.source,
                )
            )
    return found


def floor_findings(plan: Plan) -> list[Finding]:
    """Findings on targets that are met by one number alone, while the quote names a floor and no reason is given."""
    return [
        build_finding("plan-floor-exact", feature=target.id, where=target.where, word=word)
        for target in plan.target
        if target.bound is not None and target.bound.comparator == "=" and not target.comparator_because
        if (word := _floor_word(target.quote or "", target.bound.number)) is not None
    ]


def _floor_word(quote: str, number: float) -> str | None:
    """The word of a floor right before the number in a quote, such as 新增 before 76万; None where there is none."""
    text = unicodedata.normalize("NFKC", quote)
    for one in quoted_numbers(text):
        if order(one.value, number) == 0 or order(one.value, number * one.scale) == 0:
            before = re.split(r"[,;:。、]", text[: one.start])[-1]
            word = next((word for word in FLOOR_WORDS if word in before), None)
            if word is not None:
                return word
    return None


def _read_source(source: Source, home: Path, folder: Path | None) -> tuple[str | None, list[Finding]]:
    path = _find_source_file(source, home, folder)
    if path is None:
        return None, [
            build_finding("plan-source-absent", feature=source.id, title=source.title, file=source.file or "—")
        ]
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    problems: list[Finding] = []
    if source.sha256 and digest != source.sha256:
        problems.append(
            build_finding(
                "plan-source-changed", feature=source.id, file=path.name, digest=digest, declared=source.sha256
            )
        )
    return raw.decode("utf-8-sig", errors="replace"), problems


def _find_source_file(source: Source, home: Path, folder: Path | None) -> Path | None:
    name = Path(source.file).name if source.file else None
    candidates: list[Path] = []
    if source.file:
        with suppress(ExchangeError):
            candidates.append(resolve_inside(source.file, home))
    if folder is not None and name:
        candidates.append(folder / name)
    for path in candidates:
        with suppress(OSError):  # a name longer than a file system has
            if path.is_file() and path.stat().st_size < 20_000_000:
                return path
    return None
