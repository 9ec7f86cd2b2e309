"""Texts of others on one's own terminal and in one's own files: no control characters, no turned writing direction."""

from __future__ import annotations


def to_printable(text: object, *, by: str = " ", keep: str = "") -> str:
    """Text in which nothing acts: each control, format or unassigned character (ESC, C1, U+202E …) is replaced.

    Args:
        text: what others wrote. by: what stands for such a character. keep: those that may stand, as line ends.
    """
    shown = str(text)
    if shown.isprintable():
        return shown
    return "".join(sign if sign.isprintable() or sign in keep else by for sign in shown)
