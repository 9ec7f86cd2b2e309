"""The rows and sums of a reconciliation: features and figures by id, compared, and said as data."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.analysis.reconcile_inputs import FIGURES, Drawing, Figure

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from urbanplan.layer.area_causes import Prediction
    from urbanplan.layer.reconciliation import Comparison, Interval

_ORDER = ("announced", "ledger", "approved")  # of the figure that a row speaks of


@dataclass(frozen=True, eq=False)
class GroupedAreas:
    """Drawn areas by id.

    Attributes:
        ids: of the layer in its order, then those of the table alone. drawn_of, row_of: index of the id of each
            feature and row, -1 without a key.
        plane, ellipsoid, own, error: m², NaN where nothing is drawn; own is by the definition.
        misplaced: drawings that lie where their zone cannot be. predictions: of the known causes, by id.
        rows: how many rows of the table each id has. without_key: features and rows without a key, empty for none.
    """

    ids: list[str]
    drawn_of: NDArray[np.intp]
    row_of: NDArray[np.intp]
    plane: NDArray[np.float64]
    ellipsoid: NDArray[np.float64]
    own: NDArray[np.float64]
    error: NDArray[np.float64]
    misplaced: NDArray[np.bool_]
    predictions: list[Prediction]
    rows: NDArray[np.intp]
    without_key: tuple[int, ...]


def group_areas(
    drawing: Drawing, table: pd.DataFrame | None, *, on: str | None, definition: str, clip: Any, where: str
) -> GroupedAreas:
    """Drawn areas and the predictions of the known causes, by id.

    Raises:
        UsageError: the key is not there, or several may be meant.
    """
    from urbanplan.layer.area_causes import drawn_areas, predict_areas
    from urbanplan.layer.validity import make_valid_copies

    features, rows = _key_texts(drawing, table, on=on, where=where)
    ids = list(dict.fromkeys([*features.dropna(), *rows.dropna()]))
    at = {name: number for number, name in enumerate(ids)}
    drawn_of, row_of = (values.map(at).fillna(-1).to_numpy(dtype=np.intp) for values in (features, rows))
    shapes = make_valid_copies(drawing.frame.geometry.to_numpy())
    drawn = drawn_areas(shapes, drawing.crs)
    own = drawn.plane if definition == "plane" else drawn.ellipsoid
    found = predict_areas(shapes, drawing.crs, drawn, definition=definition, clip=clip)

    def by_id(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return _sums(drawn_of, values, (drawn_of >= 0) & np.isfinite(values), len(ids))

    counts = np.bincount(row_of[row_of >= 0], minlength=len(ids))
    grouped = [one._replace(areas=_fill_group(by_id, one.areas, own)) for one in found]
    total = by_id(own)
    grouped += _repeated(shapes, drawn_of, total, counts)
    misplaced = np.zeros(len(ids), dtype=bool)
    misplaced[drawn_of[(drawn_of >= 0) & drawn.misplaced]] = True
    plane, ellipsoid, error = by_id(drawn.plane), by_id(drawn.ellipsoid), np.nan_to_num(by_id(drawn.error))
    if drawing.swapped:  # what could be measured is what swapping back gives
        from urbanplan.layer.area_causes import Prediction

        grouped = [Prediction("swapped_axes", "drawing", total)]
        plane = ellipsoid = total = np.full(len(ids), np.nan)
    lone = int((drawn_of < 0).sum()), int((row_of < 0).sum())
    return GroupedAreas(ids, drawn_of, row_of, plane, ellipsoid, total, error, misplaced, grouped, counts,
                        lone if any(lone) else ())  # fmt: skip


def _key_texts(drawing: Drawing, table: pd.DataFrame | None, *, on: str | None, where: str) -> tuple[Any, Any]:
    """The keys of features and rows as texts, null where they have none."""
    import pandas as pd

    from urbanplan.analysis.layer_inputs import labels
    from urbanplan.analysis.table_join import key_columns
    from urbanplan.layer.key_join import match_keys

    if table is None:
        return labels(drawing.frame, on, drawing.type, where="--on"), pd.Series([], dtype="string")
    left, right = key_columns(drawing.frame, table, drawing.type, on=on, where=where)
    match = match_keys(drawing.frame[left], table[right])
    return match.left, match.right


def _fill_group(by_id: Any, areas: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Predictions by id: features at which the cause cannot be at work keep their own area; NaN where none has it."""
    at_work = by_id(areas)
    return np.where(np.isfinite(at_work), by_id(np.where(np.isfinite(areas), areas, own)), np.nan)


def _repeated(
    shapes: Any, drawn_of: NDArray[np.intp], own: NDArray[np.float64], rows: NDArray[np.intp]
) -> list[Prediction]:
    """Of ids that are drawn or listed more than once: their area counted once, or as often as they are listed."""
    import shapely

    from urbanplan.layer.area_causes import Prediction

    once = np.full(len(own), np.nan)
    for at in np.flatnonzero(np.bincount(drawn_of[drawn_of >= 0], minlength=len(own)) > 1):
        mine = shapes[drawn_of == at]
        union, whole = shapely.area(shapely.union_all(mine)), shapely.area(mine).sum()
        if union < whole * (1 - 1e-9):
            once[at] = union / whole * own[at]
    return [
        Prediction("duplicate", "drawing", once),
        Prediction("duplicate", "figure", np.where(rows > 1, own * rows, np.nan)),
    ]


def interval_by_id(figure: Figure, grouped: GroupedAreas) -> Interval:
    """A figure by id: the rows or features of an id summed, NaN where it has none."""
    from urbanplan.layer.reconciliation import Interval

    owner = grouped.row_of if figure.of_table else grouped.drawn_of
    known = (owner >= 0) & np.isfinite(figure.low)
    if not figure.of_table:  # a figure of a feature that is drawn twice is one figure
        first = np.zeros(len(owner), dtype=bool)
        first[np.unique(np.where(known, owner, -1), return_index=True)[1]] = True
        known &= first
    return Interval(*(_sums(owner, one, known, len(grouped.ids)) for one in (figure.low, figure.high)))


def _sums(
    owner: NDArray[np.intp], values: NDArray[np.float64], known: NDArray[np.bool_], size: int
) -> NDArray[np.float64]:
    """The known values of each owner summed, NaN where it has none."""
    count = np.bincount(owner[known], minlength=size)
    return np.where(count > 0, np.bincount(owner[known], values[known], minlength=size), np.nan)


def compare_figures(figure: Interval, grouped: GroupedAreas) -> tuple[Interval, Comparison]:
    """A figure beside the drawn areas, and the comparison."""
    from urbanplan.layer.reconciliation import compare_areas

    found = compare_areas(figure, grouped.own, grouped.error, grouped.predictions, misplaced=grouped.misplaced)
    return figure, found


def build_rows(grouped: GroupedAreas, found: dict[str, tuple[Interval, Comparison]]) -> list[dict[str, Any]]:
    """A row for each id: the figures in m², the difference of the first that is not equal, its causes."""
    rows: list[dict[str, Any]] = []
    for at, name in enumerate(grouped.ids):
        told = {figure: _figure_row(interval, comparison, at) for figure, (interval, comparison) in found.items()}
        order = [figure for figure in _ORDER if figure in told]
        open_ones = [one for one in order if told[one]["state"] not in ("equal", "unknown", "missing")]
        missing = [one for one in order if told[one]["state"] == "missing"]
        stated = [one for one in order if told[one]["value"] is not None]
        spoken = next(iter(open_ones or [one for one in missing if one in stated] or stated or missing or order), None)
        chosen = told[spoken] if spoken else {"difference": None, "state": "unknown", "cause": None, "causes": []}
        rows.append({
            "id": name,
            **{figure: told[figure]["value"] if figure in told else None for figure in FIGURES},
            "drawn_plane": _number(grouped.plane[at]),
            "drawn_ellipsoid": _number(grouped.ellipsoid[at]),
            "figure": spoken,
            **{key: chosen[key] for key in ("difference", "state", "cause", "causes")},
            "figures": told,
        })  # fmt: skip
    return rows


def _figure_row(interval: Interval, comparison: Comparison, at: int) -> dict[str, Any]:
    causes = comparison.causes[at]
    return {
        "value": _number(interval.middle[at]),
        "low": _number(interval.low[at]),
        "high": _number(interval.high[at]),
        "difference": _number(comparison.difference[at]),
        "state": comparison.states[at],
        "cause": causes[0].cause if len(causes) == 1 else None,
        "causes": [asdict(one) for one in causes],
    }


def build_sums(
    grouped: GroupedAreas, found: dict[str, tuple[Interval, Comparison]], *, total: tuple[float, float] | None
) -> list[dict[str, Any]]:
    """Each figure in sum, and an announced sum: its interval, the drawn areas, the causes, and the parts by cause."""
    sums = [_sum_row(name, (_total(one.low), _total(one.high)), grouped, stated=one, parts=comparison)
            for name, (one, comparison) in found.items()]  # fmt: skip
    if total is not None:
        ledger = found.get("ledger") or next(iter(found.values()), None)
        sums.append(_sum_row("total", total, grouped, stated=None if ledger is None else ledger[0], parts=None))
    return sums


def _sum_row(
    name: str, ends: tuple[float, float], grouped: GroupedAreas, *, stated: Interval | None, parts: Comparison | None
) -> dict[str, Any]:
    from urbanplan.layer.area_causes import Prediction
    from urbanplan.layer.reconciliation import Interval, compare_areas

    own = _total(grouped.own)
    areas = [one._replace(areas=np.array([_total(np.where(np.isfinite(one.areas), one.areas, grouped.own))]))
             for one in grouped.predictions if np.isfinite(one.areas).any()]  # fmt: skip
    if stated is not None:
        middle = stated.middle
        undrawn, unlisted = ~np.isfinite(grouped.own), ~np.isfinite(middle)
        areas.append(Prediction("missing", "drawing", np.array([own + _total(middle[undrawn])])))
        areas.append(Prediction("missing", "figure", np.array([own - _total(grouped.own[unlisted])])))
    one = Interval(np.array([ends[0]]), np.array([ends[1]]))
    error = np.array([np.sqrt(_total(grouped.error**2))])
    found = compare_areas(one, np.array([own]), error, areas)
    row = _figure_row(one, found, 0)
    return {
        "figure": name,
        **{key: row[key] for key in ("value", "low", "high")},
        "drawn_plane": _total(grouped.plane),
        "drawn_ellipsoid": _total(grouped.ellipsoid),
        **{key: row[key] for key in ("difference", "state", "cause", "causes")},
        "parts": [] if parts is None else _parts(parts),
    }


def _parts(comparison: Comparison) -> list[dict[str, Any]]:
    """What features of one cause or state make of the difference in sum, the greatest first."""
    sums: dict[str, list[float]] = {}
    for at, state in enumerate(comparison.states):
        causes = comparison.causes[at]
        difference = causes[0].left if state == "missing" else comparison.difference[at]
        if state != "unknown":
            sums.setdefault(causes[0].cause if len(causes) == 1 else str(state), []).append(float(difference))
    rows = [{"cause": name, "features": len(one), "difference": float(np.nansum(one))} for name, one in sums.items()]
    return sorted(rows, key=lambda row: -abs(row["difference"]))


def to_table(rows: list[dict[str, Any]], units: dict[str, str]) -> pd.DataFrame:
    """Rows as a flat table: each figure in m² with the ends of its digits, the causes as texts."""
    import pandas as pd

    flat: list[dict[str, Any]] = []
    for row in rows:
        ends = {
            f"{name}_{end}": row["figures"][name][key]
            for name in FIGURES if name in units
            for end, key in (("m2", "value"), ("low", "low"), ("high", "high"))
        }  # fmt: skip
        first = row["causes"][0] if row["causes"] else {}
        flat.append({
            "id": row["id"], **ends, "drawn_plane": row["drawn_plane"], "drawn_ellipsoid": row["drawn_ellipsoid"],
            "figure": row["figure"], "difference": row["difference"], "state": row["state"], "cause": row["cause"],
            "predicted": first.get("predicted"), "left": first.get("left"),
            "causes": "; ".join(one["cause"] for one in row["causes"]) or None,
        })  # fmt: skip
    return pd.DataFrame(flat)


def _total(values: NDArray[np.float64]) -> float:
    return float(np.nansum(values)) if len(values) else 0.0


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
