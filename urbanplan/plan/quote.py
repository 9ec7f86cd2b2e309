"""Quotes: whether they stand in their source."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from pathlib import Path

from urbanplan.errors import ExchangeError
from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.plan import Plan, Source
from urbanplan.model.safe_path import resolve_inside


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
