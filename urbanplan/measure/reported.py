"""A value that an office reports; no layer proves it, so its basis is never surveyed."""

from __future__ import annotations

from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import Parameters


class Reported(Parameters):
    """The value of this target in the plan's tables of reported values."""

    def layers(self, setting: MeasureContext) -> set[str]:
        """None."""
        return set()


def measure(layers: Layers, params: Reported, setting: MeasureContext) -> Measurement:
    """The audit puts the reported value in; without one there is nothing to measure."""
    return Measurement(reading=None)
