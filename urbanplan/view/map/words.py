"""The words of the map page, by key; each is an English template with its translation in the language tables."""

from __future__ import annotations

from urbanplan.model.formatting import unit_digits, unit_word
from urbanplan.model.translation import translate

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
    "scope": "Only targets with a place on this map",
    "all_chapters": "All chapters",
    "no_chapter": "Other",
    "nothing_fits": "Nothing fits.",
    "asked": "asked {bound}",
    "context": "context",
    "settled_by": "What would settle it:",
    "progress": "Progress {share}",
    "no_evidence": "This verdict has no place on this map.",
    "breakdown": "Breakdown",
    "verdict": "Verdict",
    "bound": "Bound",
    "basis": "Basis",
    "reading": "Reading",
    "key_stage": "Stage of work",
    "key_subdistrict": "Sub-district",
    "key_road": "Road by name",
    "key_tier": "Tier",
    "key_kind": "Kind",
    "key_year": "Year",
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
    "spot_how": "Click on the map; Enter takes its middle, Escape ends.",
    "length": "Length {m} m",
    "area": "Area {m2} m² = {mu} mu",
    "undo": "Undo",
    "done": "Done",
    "whatif_how": "Put a site on the map, or open a present one to move or remove it. Sites snap to streets.",
    "put_site": "Put a site",
    "new_site": "Site {n}",
    "no_street": "No street is near.",
    "moved": "{name} (moved)",
    "move_site": "Move",
    "remove_site": "Remove",
    "restore_site": "Restore",
    "site_not_counted": "This site does not count for the target.",
    "streets_share": "Streets within {m} m",
    "streets_km": "Streets, km",
    "people_share": "Residents within {m} m",
    "people": "Residents reached",
    "now": "Now",
    "then": "Then",
    "difference": "Difference",
    "copy_layer": "Copy as layer",
    "undo_all": "Undo all",
    "copied": "Copied.",
    "copy_by_hand": "Copy the marked text.",
    "base_key": "Your key for {name} (not kept)",
    "use_key": "Show base map",
    "as_of": "As of",
    "maker": "By",
    "crs": "CRS",
}
UNITS = ("m2", "m²", "万m2", "ha", "km2", "mu", "m", "km", "min", "count", "year", "10k CNY/mu", "个", "people", "m3")
MEASURED = ("share", "%", "‰", "m2", "m²", "万m2", "ha", "公顷", "km2", "平方公里", "mu", "亩", "m", "米", "km", "公里")


def page_words() -> dict[str, str]:
    """All words in the current language, templates unfilled."""
    return {key: translate(template) for key, template in WORDS.items()}


def unit_words() -> dict[str, str]:
    """How units are written in the current language; counts bear no word."""
    return {unit: unit_word(unit) for unit in UNITS}


def unit_decimals() -> dict[str, int]:
    """Decimals by unit, of those that have their own."""
    return {unit: digits for unit in MEASURED if (digits := unit_digits(unit)) is not None}
