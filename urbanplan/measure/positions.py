"""How far layers may be off against one another, and which measures can bound that.

A reading hangs on where one layer lies against another only where a measure compares their shapes.  An error of more
than 1 m between the two widens what is inside, near or cut by that distance to either side; coverage and connection,
in which a small shift may join or part streets, are undecidable then.  An unknown error makes all of them undecidable.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from urbanplan.layer.datum_change import STATED_ERROR_M, relative_error
from urbanplan.model.titles import layer_title
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from urbanplan.measure.measured import Layers

BUFFER_SAFETY = 1.01  # arcs of buffers are chords, up to 0.2 % nearer than their distance


def position_margin(layers: Layers, one: str, other: str) -> float:
    """Metres that two layers may be off against one another; 0 up to the stated error of aligned datums.

    Raises:
        ValueError: it is not known; :func:`explain_unknown_position` is asked before.
    """
    error = _relative_error(layers, one, other)
    if error is None:
        raise ValueError(f"how {one} lies to {other} is not known")
    return error if error > STATED_ERROR_M else 0.0


def widen_lands(sure: Any, possible: Any, margin: float) -> tuple[Any, Any]:
    """Land that is there for every shift of up to ``margin`` metres, and all that may be."""
    if not margin:
        return sure, possible
    return sure.buffer(-BUFFER_SAFETY * margin), possible.buffer(BUFFER_SAFETY * margin)


def explain_unknown_position(groups: Iterable[set[str]], layers: Layers, *, bounded: bool) -> tuple[str, str] | None:
    """Reason and what would settle it where a reading hangs on a position that is not known; else None.

    Args:
        groups: names of layers that are compared by place. layers: those that were read.
        bounded: whether the measure widens its reading by an error that is known.
    """
    for group in groups:
        for one, other in combinations(sorted(group & set(layers)), 2):
            error = _relative_error(layers, one, other)
            if error is None:
                first, second = sorted((one, other), key=lambda name: _error(layers, name) is not None)
                return _explain_unknown(layers, first, second)
            if error > STATED_ERROR_M and not bounded:
                reason = localize(
                    "{layer} and {other} may be off by {error:g} m against one another, which can join or part streets",
                    layer=layer_title(one), other=layer_title(other), error=error,
                )  # fmt: skip
                worst = max(one, other, key=lambda name: _error(layers, name) or 0.0)
                return reason, localize("better `datum_parameters` of layer {layer}", layer=layer_title(worst))
    return None


def _explain_unknown(layers: Layers, layer: str, other: str) -> tuple[str, str]:
    change = layers[layer].datum
    source = "" if change is None else change.source
    reason = localize(
        "how {layer} ({source}) lies to {other} is not known",
        layer=layer_title(layer),
        source=source,
        other=layer_title(other),
    )
    return reason, localize("`datum_parameters` or `datum_error` of layer {layer}", layer=layer_title(layer))


def _relative_error(layers: Layers, one: str, other: str) -> float | None:
    return 0.0 if one == other else relative_error(layers[one].datum, layers[other].datum)


def _error(layers: Layers, name: str) -> float | None:
    change = layers[name].datum
    return 0.0 if change is None else change.error_m
