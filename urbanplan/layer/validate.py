"""Validation of a layer against its type: every rule, all problems of a feature, exact places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model.finding import Finding

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer


def validate(layer: Layer, *, boundary: Layer | None = None) -> list[Finding]:
    """Findings of all rules on a layer in the working CRS; ``boundary`` is the district's."""
    return []
