"""Validation of a layer against its type: every rule, all problems of a feature, exact places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.layer.attributes import attribute_findings
from urbanplan.layer.datum_change import STATED_ERROR_M, relative_error
from urbanplan.layer.declared import declared_findings
from urbanplan.layer.location_checks import location_findings
from urbanplan.layer.shapes import shape_findings
from urbanplan.layer.tiling import tiling_findings
from urbanplan.layer.vertices import vertex_findings
from urbanplan.model.finding import Finding

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer


def _position_margin(layer: Layer, boundary: Layer | None) -> float | None:
    """Metres that the layer and the boundary may be off against one another, None where that is unknown."""
    error = relative_error(layer.datum, None if boundary is None else boundary.datum)
    return 0.0 if error is not None and error <= STATED_ERROR_M else error


def validate_layer(layer: Layer, *, boundary: Layer | None = None) -> list[Finding]:
    """Findings of all rules on a layer in the working CRS.

    Args:
        layer: the layer, brought to its type. boundary: the district's, in the same CRS, or None.

    Returns:
        Every problem of every feature, in the order of the rules, with the exact place in the working CRS.
    """
    found = [*attribute_findings(layer), *declared_findings(layer)]
    if layer.type.geometry == "none" or not len(layer.frame):
        return [*found, *location_findings(layer, None)]
    return [
        *shape_findings(layer),
        *vertex_findings(layer),
        *tiling_findings(layer, boundary, margin=_position_margin(layer, boundary)),
        *found,
        *location_findings(layer, boundary),
    ]
