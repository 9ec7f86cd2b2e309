"""How long the phases of a long piece of work took, on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console


def print_timings(console: Console, timings: Mapping[str, float]) -> None:
    """Print each phase with its seconds, dim."""
    titles = phase_titles()
    said = [f"{titles.get(name, name)} {seconds:.2f} s" for name, seconds in timings.items()]
    console.print(localize(", ").join(said), style="dim")


def phase_titles() -> dict[str, str]:
    """Titles of all phases in the current language."""
    return {
        "access": localize("access"),
        "alternatives": localize("alternatives"),
        "breakdown": localize("breakdown"),
        "build": localize("build"),
        "certificate": localize("certificate"),
        "critical": localize("critical"),
        "density": localize("density"),
        "gaps": localize("gaps"),
        "mileage": localize("mileage"),
        "parking": localize("parking"),
        "people": localize("people placed"),
        "pieces": localize("pieces"),
        "places": localize("places"),
        "projects": localize("projects"),
        "proof": localize("proof"),
        "read": localize("files read"),
        "readings": localize("readings"),
        "residents": localize("residents"),
        "search": localize("search"),
        "solve": localize("solve"),
        "topology": localize("topology"),
        "what if": localize("what if"),
        "what is unknown": localize("what is unknown"),
    }
