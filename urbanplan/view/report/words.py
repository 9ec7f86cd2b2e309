"""The words of the report page, in the current language."""

from __future__ import annotations

from urbanplan.model.code_words import basis_words, level_words, status_words
from urbanplan.model.translation import localize


def illustrative_note() -> str:
    """What stands on every page of a run on data that are drawn as an example."""
    return localize("Illustrative data: drawn as an example, not surveyed. No verdict here is a fact.")


def no_targets_note() -> str:
    """What stands on the pages of a plan that asks for nothing yet."""
    return localize(
        "This plan has no targets yet, so nothing is proved here. Write one with `urbanplan target`, "
        "or draft them from the plan's document with `urbanplan draft`."
    )


def page_words() -> dict[str, str]:
    """Every text that the page itself writes."""
    return {
        "summary": localize("Summary"),
        "targets": localize("Targets"),
        "findings": localize("Findings"),
        "districts": localize("By sub-district"),
        "inputs": localize("Inputs"),
        "history": localize("Runs"),
        "proposal": localize("Proposal"),
        "undecided": localize("proposed, illustrative until decided"),
        "rank": localize("rank"),
        "site": localize("site"),
        "residents_gained": localize("residents gained"),
        "metres_gained": localize("metres gained"),
        **status_words(),
        "context": localize("context"),
        **basis_words(),
        "none": localize("no data"),
        **level_words(),
        "waived": localize("waived"),
        "all": localize("all of them"),
        "search": localize("Search"),
        "chapter": localize("Chapter"),
        "no_chapter": localize("Other"),
        "basis": localize("Basis"),
        "status": localize("Verdict"),
        "level": localize("Level"),
        "id": localize("Number of the target"),
        "target": localize("Target"),
        "bound": localize("Promised"),
        "reading": localize("Measured"),
        "reason": localize("Why"),
        "settle": localize("What would settle it"),
        "quote": localize("Quote"),
        "source": localize("Source"),
        "parts": localize("Breakdown"),
        "evidence": localize("Evidence"),
        "lineage": localize("How the number came about"),
        "measure": localize("Measured by"),
        "layer": localize("Layer"),
        "layers": localize("Layers"),
        "file": localize("File"),
        "digest": localize("Digest (SHA-256)"),
        "features": localize("Features"),
        "refused": localize("Refused"),
        "date": localize("Of the date"),
        "used": localize("Targets on it"),
        "code": localize("Code"),
        "feature": localize("Feature"),
        "place": localize("Place"),
        "message": localize("What"),
        "fix": localize("What to do"),
        "close": localize("Close"),
        "shown": localize("{n} of {all} rows", n="{n}", all="{all}"),
        "more": localize("… and {n} more", n="{n}"),
        "more_on_map": localize("The first {n} of each layer are drawn", n="{n}"),
        "no_place": localize("without place"),
        "outside": localize("outside"),
        "who": localize("Who"),
        "when": localize("When"),
        "run": localize("Run"),
        "turned": localize("What turned since the run before"),
        "no_turn": localize("No verdict turned since the run before."),
        "first_run": localize("The log holds one run: a trend needs two."),
        "no_runs": localize("No run is logged yet."),
        "plan": localize("Plan"),
        "as_of": localize("As of"),
        "illustrative_note": illustrative_note(),
        "no_targets": no_targets_note(),
        "by_chapter": localize("By chapter"),
        "by_basis": localize("By basis of the data"),
        "by_level": localize("Findings by level"),
        "by_place": localize("Findings by place"),
        "promises": localize("promises"),
        "near": localize("near the bound"),
        "program": localize("Made with"),
        "count": localize("Number"),
        "table": localize("Table"),
        "in_all": localize("In all"),
        "print_note": localize("Tables print as far as they are filtered; the workbook holds every row."),
        "district": localize("Sub-district"),
        "at": localize("Declared at"),
        "reported_value": localize("Reported value"),
        "select_hint": localize("Choose a row to see its evidence and how its number came about."),
    }
