"""Measuring with memory: a reading whose layers and parameters have not changed is not measured again.

Frames for maps and exports are not remembered: who asks for them has them
measured then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from urbanplan.measure.catalog import function_of
from urbanplan.measure.measured import Layers, Measured, Setting
from urbanplan.measure.parameters import Parameters
from urbanplan.model.reading import Bound, BreakdownRow, Evidence, Reading
from urbanplan.model.translation import language
from urbanplan.verdict.cache import Memory, digest, kept, told

if TYPE_CHECKING:
    import geopandas as gpd

_APART = ("where", "memory", "progress")  # of a setting, what no answer rests on
Frames = dict[str, "gpd.GeoDataFrame"]


def measured(
    memory: Memory, params: Parameters, layers: Layers, setting: Setting
) -> tuple[Measured, Callable[[], Frames] | None]:
    """The answer of a measure, remembered or fresh.

    Returns:
        The answer, and for a remembered one that has result layers the function that makes them.
    """
    key = _key(memory, params, layers, setting)
    held = memory.get("readings", setting.target, key)
    if held is not None:
        fresh = function_of(params.kind)
        late = (lambda: fresh(layers, params, setting).results) if held["results"] else None
        return _told(held), late
    answer = function_of(params.kind)(layers, params, setting)
    memory.put("readings", setting.target, key, _kept(answer))
    return answer, None


def _key(memory: Memory, params: Parameters, layers: Layers, setting: Setting) -> str:
    """Digest of all that the answer rests on; empty where a layer that the measure may look at is of no file."""
    named = {
        name for name in (*params.layers(setting), setting.boundary, setting.subdistricts) if name and name in layers
    }
    keys = [memory.layer_key(layers[name]) for name in sorted(named)]
    if not all(keys):
        return ""
    around = [f"{part.name}={getattr(setting, part.name)!r}" for part in fields(setting) if part.name not in _APART]
    return digest(params.model_dump_json(by_alias=True), *around, language(), *keys)


def _kept(answer: Measured) -> dict[str, Any]:
    return {
        "reading": answer.reading and answer.reading.model_dump(mode="json"),
        "breakdown": [row.model_dump(mode="json") for row in answer.breakdown],
        "evidence": answer.evidence.model_dump(mode="json"),
        "implied": answer.implied and answer.implied.model_dump(mode="json"),
        "reason": answer.reason,
        "settled_by": answer.settled_by,
        "findings": [kept(hit) for hit in answer.findings],
        "results": sorted(answer.results),
    }


def _told(row: dict[str, Any]) -> Measured:
    return Measured(
        reading=row["reading"] and Reading.model_validate(row["reading"]),
        breakdown=[BreakdownRow.model_validate(one) for one in row["breakdown"]],
        evidence=Evidence.model_validate(row["evidence"]),
        implied=row["implied"] and Bound.model_validate(row["implied"]),
        reason=row["reason"],
        settled_by=row["settled_by"],
        findings=[told(one) for one in row["findings"]],
    )
