"""Words for the codes that layer types declare in English: what people read; files keep the code."""

from __future__ import annotations

from urbanplan.model.translation import current_language, localize


def code_word(value: str) -> str:
    """A code in the current language; one without a word stays as it is."""
    if current_language() == "en":
        return value
    words = {
        "surveyed": localize("surveyed"),
        "reported": localize("reported"),
        "illustrative": localize("illustrative"),
        "error": localize("error"),
        "warn": localize("warning"),
        "info": localize("note"),
        "speech": localize("named in the source"),
        "numbered": localize("numbered"),
        "unverified": localize("unverified"),
        "existing": localize("existing"),
        "new": localize("new"),
        "single": localize("single carriageway"),
        "left": localize("left carriageway"),
        "right": localize("right carriageway"),
    }
    return words.get(value, value)
