"""Proposals for joining a table to a layer: which pairs of columns may be the key, and how many features find a row."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.files import ReadOptions, read_file
from urbanplan.analysis.intake import own_file
from urbanplan.analysis.plans import find_layer, open_plan, plan_folder
from urbanplan.analysis.table_join import name_fields, plain_rows

if TYPE_CHECKING:
    from urbanplan.model.layertype import LayerType
    from urbanplan.model.plan import Plan

_MAX_ROWS = 200_000  # of each side, for columns that are tried against each other
_MIN_ROWS = 0.8  # least share of a table's rows with a feature, where the table is of a part of the features
_RUN = 3  # times as many numbers as rows: keys that lie denser are counts from 1, and fit anything


@dataclass(frozen=True)
class KeyProposal:
    """A pair of columns that may be the key.

    Attributes:
        on: as a join takes it, ``LAYER=TABLE``. matched: features that find their row, of ``features``.
        matched_rows: rows that find a feature.
    """

    on: str
    matched: int
    features: int
    matched_rows: int


def propose_keys(features: Any, rows: Any, kind: LayerType | None = None) -> list[KeyProposal]:
    """Pairs of columns of features and of a table that may be the key, the likeliest first.

    Half of the features find a row, or four fifths of the rows a feature.

    Args:
        features: frame of a layer. rows: of the table. kind: the layer's type, whose id is the likeliest key.
    """
    from urbanplan.layer.key_join import MIN_MATCHED, key_columns

    left, right = key_columns(features.head(_MAX_ROWS), repeated=True), key_columns(rows.head(_MAX_ROWS))
    found: list[tuple[str, str, int, int]] = []
    for (one, here), (other, there) in itertools.product(left.items(), right.items()):
        matched, matched_rows = here.count_in(there), there.count_in(here)
        part = len(rows) >= _RUN and matched_rows >= _MIN_ROWS * len(rows) and not there.is_run(_RUN)
        if matched >= MIN_MATCHED * max(len(features), 1) or part:
            found.append((one, other, matched, matched_rows))
    key = "" if kind is None else kind.id
    found.sort(key=lambda pair: (pair[0] != key, pair[0] != pair[1], -pair[2]))
    return [
        KeyProposal(one if one == other else f"{one}={other}", matched, len(features), matched_rows)
        for one, other, matched, matched_rows in found
    ]


def propose_layer_keys(
    plan: Plan | Path | str, layer: str, file: Path | str, reading: ReadOptions
) -> list[KeyProposal]:
    """Pairs of columns of a plan's layer and of a table that may be the key.

    Args:
        plan: the plan. layer: its layer. file: the table. reading: what the caller says of the table.

    Raises:
        UsageError: there is no such layer. GateError, ExchangeError: a file cannot be read.
    """
    from urbanplan.layer.kinds import find_layer_type

    declared = open_plan(plan)
    spec = find_layer(declared, layer)
    kind = find_layer_type(spec.type, home=plan_folder(declared), where=declared.file)
    own, own_reading = own_file(declared, layer)
    left = name_fields(read_file(own, own_reading).frame, kind, spec.columns)
    right = name_fields(plain_rows(read_file(file, reading).frame), kind, {})
    return propose_keys(left, right, kind)
