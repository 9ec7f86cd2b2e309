"""How objects show themselves to people at a prompt: one line of text, and a small table for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MAX_ROWS = 20
MAX_TEXT = 80


def one_line(name: str, *parts: object) -> str:
    """``<Name: part, part>`` on one line, without line ends and at most 200 characters of parts."""
    text = ", ".join(" ".join(str(part).split()) for part in parts if part not in (None, ""))
    text = text if len(text) <= 200 else text[:199] + "…"
    return f"<{name}: {text}>" if text else f"<{name}>"


def html_table(caption: str, rows: Iterable[Mapping[str, Any]], *, limit: int = MAX_ROWS) -> str:
    """A table that shows without a network or a script; every text is escaped.

    Args:
        caption: plain text above the table. rows: values by column; the first row names the columns.
        limit: how many rows are shown; how many there are besides stands beneath.
    """
    every = list(rows)
    columns = list(every[0]) if every else []
    head = "".join(f"<th>{escape_text(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape_text(format_cell(row.get(name)))}</td>" for name in columns) + "</tr>"
        for row in every[:limit]
    )
    more = f"<p>… {len(every) - limit:,}</p>" if len(every) > limit else ""
    return (
        '<div class="tex2jax_ignore mathjax_ignore">'  # notebooks set $…$ as formulas
        f"<table><caption>{escape_text(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{more}</div>"
    )


def frame_rows(frame: Any, *, limit: int = MAX_ROWS) -> list[dict[str, Any]]:
    """The first rows of a frame without its shapes, and one empty row for each of the others."""
    plain = frame.drop(columns=[name for name in frame.columns if str(frame[name].dtype) == "geometry"])
    return [*plain.head(limit).to_dict("records"), *[{}] * max(0, len(frame) - limit)]


def escape_text(value: object) -> str:
    """Text as it may stand in markup; braces too, so that no template sees them."""
    from html import escape

    return escape(str(value)).replace("{", "&#123;").replace("}", "&#125;")


def format_cell(value: Any) -> str:
    """A value for people: – where unknown, figures rounded, long texts cut."""
    if value is None or type(value).__name__ == "NAType" or value != value:  # pandas' NA is neither true nor false
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return f"{value:,}"
    text = str(value)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
