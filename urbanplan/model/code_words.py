"""Words for codes, those of verdicts and those that layer types declare in English; files keep the code."""

from __future__ import annotations

from urbanplan.model.translation import current_language, localize


def status_words() -> dict[str, str]:
    """Statuses of verdicts in the current language."""
    return {"met": localize("met"), "not_met": localize("not met"), "undecidable": localize("undecidable")}


def basis_words() -> dict[str, str]:
    """Bases of data in the current language."""
    return {
        "surveyed": localize("surveyed"),
        "reported": localize("reported"),
        "illustrative": localize("illustrative"),
    }


def level_words() -> dict[str, str]:
    """Levels of findings in the current language."""
    return {"error": localize("error"), "warn": localize("warning"), "info": localize("note")}


def code_word(value: str) -> str:
    """A code in the current language; one without a word stays as it is."""
    if current_language() == "en":
        return value
    words = {
        **basis_words(),
        **level_words(),
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
