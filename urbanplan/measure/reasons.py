"""Why a reading is open, in words."""

# pyright: reportUnknownMemberType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbanplan.model.cql2 import columns_of, parse_filter
from urbanplan.model.reading import Known, Reading
from urbanplan.model.titles import field_titles, layer_title
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from urbanplan.measure.selection import SelectedFeatures, Selection


def drawn_as(selected: SelectedFeatures, dimension: int) -> NDArray[np.bool_]:
    """Whether each row is drawn as lines (1) or as areas (2), shape (rows,)."""
    return selected.dimensions == dimension


def explain_unknown_rows(
    selected: SelectedFeatures,
    chosen: Selection,
    reading: Reading | None,
    *,
    drawn: NDArray[np.bool_] | None = None,
) -> tuple[str, str]:
    """Reason and what would settle it, where attributes do not tell whether features count; else two empty texts.

    Args:
        selected: the rows. chosen: what was asked. reading: what they give; where it is exact, nothing is open.
        drawn: whether each row has a shape that can be measured.
    """
    exact = reading is not None and reading.exact
    count = 0 if exact else int((~selected.sure).sum())
    if not count:
        undrawn = 0 if drawn is None else int((~drawn).sum())
        return ("", "") if not undrawn else _explain_undrawn(selected.layer, undrawn)
    copies = explain_copies(selected)
    if copies is not None:
        return copies
    columns = [] if chosen.where is None else columns_of(parse_filter(chosen.where))
    if chosen.stage_at_least is not None:
        columns.append("stage")
    unsure, table = selected.rows[~selected.sure], selected.table
    silent = [c for c in columns if c in table.frame.columns and table.null(c)[unsure].any()]
    names = field_titles(selected.layer, silent or columns) or localize("geometry")
    return (
        localize(
            "{count} features of {layer} do not tell whether they count", count=count, layer=layer_title(selected.layer)
        ),
        localize(
            "the values of {columns} of these features of {layer}", columns=names, layer=layer_title(selected.layer)
        ),
    )


def explain_copies(selected: SelectedFeatures) -> tuple[str, str] | None:
    """Reason and what would settle it where rows are unsure only because others bear their id; else None."""
    unsure = ~selected.sure
    if not unsure.any() or not selected.fits.all():
        return None
    name = layer_title(selected.layer)
    return (
        localize("{count} features of {layer} share an id with another", count=int(unsure.sum()), layer=name),
        localize("an id of its own for each of these features of {layer}", layer=name),
    )


def _explain_undrawn(layer: str, count: int) -> tuple[str, str]:
    name = layer_title(layer)
    return (
        localize("{count} features of {layer} have no shape that can be measured", count=count, layer=name),
        localize("the shapes of these features of {layer}", layer=name),
    )


def known_value(
    selected: SelectedFeatures, complete: NDArray[np.bool_], reading: Callable[[SelectedFeatures], Reading | None]
) -> Known | None:
    """The reading over the rows that surely count and are complete, and how many others would settle it.

    Args:
        selected: all rows. complete: whether all that the reading needs of a row is known, shape (rows,).
        reading: measures a part of the rows.
    """
    told = selected.sure & complete
    unknown = int((~told).sum())
    if not unknown:
        return None
    found = reading(selected.only(told)) if told.any() else None
    return Known(
        value=found.low if found is not None and found.exact else None, rows=int(told.sum()), unknown_rows=unknown
    )
