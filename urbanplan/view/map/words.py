"""The words of the map page, by key; each is an English template with its translation in the language tables."""

from __future__ import annotations

from urbanplan.model.language import say, translate

WORDS = {
    "skip": "Skip the map",
    "tabs": "Panels",
    "tab_verdicts": "Targets",
    "tab_layers": "Layers",
    "tab_table": "Table",
    "tab_whatif": "What if",
    "tools": "Map tools",
    "zoom_in": "Zoom in",
    "zoom_out": "Zoom out",
    "whole": "Whole map",
    "measure": "Measure",
    "compare": "Compare",
    "print": "Print view",
    "print_now": "Print",
    "print_leave": "Back to the map",
    "legend": "Legend",
    "north": "North is up",
    "north_letter": "N",
    "noscript": "This page draws its map with the scripts it carries: allow them for this file.",
    "map_label": "Map: {title}. Arrow keys move it, plus and minus zoom; the table tab holds all it shows.",
    "search": "Search by name or number",
    "close": "Close",
    "previous": "Previous",
    "next": "Next",
    "of": "{n} of {all}",
    "met": "met",
    "not_met": "not met",
    "undecidable": "undecidable",
    "yes": "yes",
    "no": "no",
    "basis_surveyed": "surveyed",
    "basis_reported": "reported",
    "basis_illustrative": "illustrative",
    "one_basis": "is the basis of every layer on this map.",
    "illustrative_note": "Illustrative data: places and shapes are made up, not surveyed.",
    "illustrative_print": "Illustrative data, not for decisions",
    "counts_for": "Counts for these targets",
    "target": "Target",
    "targets": "Targets",
    "filter_targets": "Filter targets",
    "filter_status": "Filter by verdict",
    "chapter": "Chapter",
    "all_chapters": "All chapters",
    "no_chapter": "Other",
    "nothing_fits": "Nothing fits.",
    "asked": "asked {bound}",
    "context": "context",
    "settled_by": "What would settle it:",
    "progress": "Progress {share}",
    "no_evidence": "This verdict rests on figures, not on places of the map.",
    "breakdown": "Breakdown",
    "reading": "Reading",
    "by_kind": "by kind",
    "by_verdict": "by verdict",
    "colour": "Colour",
    "band": "Walk",
    "name": "Name",
    "layer": "Layer",
    "filter_rows": "Filter rows",
    "rows": "{n} rows",
    "time": "Opened by",
    "until": "until {date}",
    "all_dates": "all, planned too",
    "compare_date": "Dates",
    "compare_band": "Walks",
    "compare_left": "Left side",
    "compare_right": "Right side",
    "divider": "Divider between the two sides",
    "measure_how": "Click points on the map; Enter adds the middle.",
    "length": "Length {m} m",
    "area": "Area {m2} m² = {mu} mu",
    "undo": "Undo",
    "done": "Done",
    "as_of": "As of",
    "maker": "By",
    "crs": "CRS",
}
UNITS = ("m2", "m²", "万m2", "ha", "km2", "mu", "m", "km", "min", "count")


def words() -> dict[str, str]:
    """All words in the current language, templates unfilled."""
    return {key: translate(template) for key, template in WORDS.items()}


def units() -> dict[str, str]:
    """How units are written in the current language; counts bear no word."""
    spoken = {"mu": say("mu"), "m2": "m²", "km2": "km²", "count": "", "min": say("min"), "个": ""}
    return {unit: spoken.get(unit, unit) for unit in (*UNITS, "个")}
