"""What a coverage of a plan may be where attributes, places or counts are unknown: the reading that `check` gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urbanplan.measure.coverage_parameters import Coverage
    from urbanplan.measure.measured import Layers, MeasureContext
    from urbanplan.measure.walk_layers import WalkSelection
    from urbanplan.model.reading import Reading
    from urbanplan.residents.walk_model import WalkSettings


@dataclass(frozen=True, eq=False)
class OpenCoverage:
    """A coverage target of which something is not known.

    Attributes:
        params, layers, context: of the target.
    """

    params: Coverage
    layers: Layers
    context: MeasureContext

    def span(self, within: float, settings: WalkSettings, *, people: str | None) -> dict[str, Reading]:
        """Share of street metres and of residents within a walk (m), over all that is unknown, by what is shared.

        Raises:
            CertificateError: a run does not pass its own proof.
        """
        from urbanplan.measure.coverage_reading import coverage_reading
        from urbanplan.measure.coverage_scenario import shared_scenario

        given = {"within": [within], "leg": settings.leg, "noding": settings.noding, "people": people}
        found: dict[str, Reading] = {}
        for what in ("streets", "residents"):
            params = self.params.model_copy(update={**given, "reading": what})
            town = shared_scenario(self.layers, params, self.context)
            runs = (town.covered(within, sure=True), town.covered(within, sure=False))
            reading = coverage_reading(params, town, *runs)
            if reading is not None:
                found[what] = reading
        return found


def is_open(selection: WalkSelection, people: str | None) -> bool:
    """Whether a feature of the question may not count, is not drawn, or has no count of people."""
    from urbanplan.measure.coverage_unknown import drawn_rows
    from urbanplan.residents.counts import counting_columns

    parts = (selection.streets, selection.sites, selection.homes, selection.barriers)
    if any(not (part.sure & part.drawn).all() for part in parts if part is not None):
        return True
    homes, entrances = selection.layers.residents, selection.layers.entrances
    if homes is not None and bool(homes[counting_columns(homes, people)].isna().to_numpy().any()):
        return True
    return entrances is not None and not drawn_rows(entrances).all()
