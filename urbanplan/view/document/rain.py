"""An answer to a question of rain as a JSON document."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def rain_document(result: Any) -> dict[str, Any]:
    """Depressions, balance of each rain, and what water stands on.

    Args:
        result: an :class:`urbanplan.analysis.rain_result.RainResult`.
    """
    inputs, asked = result.inputs, result.question
    return {
        "basis": "illustrative" if inputs.illustrative else None,
        "crs": inputs.crs.to_string(),
        "settings": {
            "rain_mm": list(asked.rains_mm), "loss_mm": asked.loss_mm, "drainage_mm": asked.drainage_mm,
            "least_depth_m": asked.least_depth_m, "least_area_m2": asked.least_area_m2, "neighbours": 8,
            "open": "border and voids", **inputs.facts,
        },
        "elevation": _elevation(result),
        "depths": result.depth_rows,
        "depressions": _depressions(result),
        "rains": [_balance(one) for one in result.ponding],
        **{name: _rows(result, name) for name in ("streets", "parcels", "buildings") if name in result.stands},
        "people": [
            {"rain_mm": one.rain_mm, **found}
            for one in result.ponding
            if (found := result.people(one.rain_mm)) is not None
        ],
        "sections": _sections(result),
        "limits": result.limits,
        "notes": [str(one) for one in result.inputs.notes],
    }  # fmt: skip


def _elevation(result: Any) -> dict[str, Any]:
    ground = result.inputs.elevation
    rows, columns = ground.heights.shape
    return {"name": ground.name, "rows": rows, "columns": columns, "crs": ground.crs.to_string(),
            "voids": ground.voids, "step_m": ground.step, "rounding_m": ground.rounding}  # fmt: skip


def _depressions(result: Any) -> list[dict[str, Any]]:
    listed = result.depressions
    x, y = result.pour_points
    return [
        {
            "id": f"D{row + 1}", "area_m2": float(listed.area_m2[row]), "depth_m": float(listed.depth_m[row]),
            "volume_m3": float(listed.volume_m3[row]), "level_m": float(listed.level_m[row]),
            "catchment_m2": float(listed.catchment_m2[row]), "basins": int(listed.basins[row]),
            "pour": [float(x[row]), float(y[row])],
        }
        for row in range(len(listed.node))
    ]  # fmt: skip


def _balance(water: Any) -> dict[str, Any]:
    names = ("rain_mm", "rain_m3", "lost_m3", "drained_m3", "piped_m3", "stored_m3", "out_m3", "balance")
    return {name: float(getattr(water, name)) for name in names}


def _rows(result: Any, name: str) -> list[dict[str, Any]]:
    """Wet features of each rain, the wettest first."""
    rows: list[dict[str, Any]] = []
    for water in result.ponding:
        table = result.table(name, rain_mm=water.rain_mm)
        wet = table[table["depth_m"] > 0]
        rows += [{"rain_mm": water.rain_mm, **_row(row, result)} for row in wet.to_dict("records")]
    return rows


def _row(row: dict[Any, Any], result: Any) -> dict[str, Any]:
    over = {f"{one.metres:.2f}": row[f"{one.metres:.2f}"] for one in result.depth_classes}
    return {"id": row["id"], "name": row["name"] or None, "depth_m": row["depth_m"], "size": row["size"], "over": over,
            "unknown": row["unknown"]}  # fmt: skip


def _sections(result: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for water in result.ponding:
        table: pd.DataFrame | None = result.sections(water.rain_mm)
        for row in [] if table is None else table.to_dict("records"):
            before, after = _state(row, "before"), _state(row, "after")
            rows.append({"rain_mm": water.rain_mm, "id": row["section"], "length_m": row["size"], "before": before,
                         "after": after})  # fmt: skip
    return rows


def _state(row: dict[Any, Any], when: str) -> dict[str, float] | None:
    if math.isnan(row[when]):
        return None
    depth = row[f"depth_{when}_m"]
    return {"over_m": row[when], "depth_m": None if math.isnan(depth) else depth}  # pyright: ignore[reportReturnType]
