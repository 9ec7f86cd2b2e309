"""Measuring with memory: a reading whose layers and parameters have not changed is not measured again.

Frames for maps and exports are kept beside the readings; one that no file can
hold as it is, or whose file is gone, is measured when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from urbanplan.measure.catalog import measure_function
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import Parameters
from urbanplan.model.finding_json import finding_from_json, finding_to_json
from urbanplan.model.message_json import is_translatable, message_from_json, message_to_json
from urbanplan.model.reading import Bound, BreakdownRow, Evidence, Known, Reading
from urbanplan.model.translation import current_language
from urbanplan.store.code_digest import text_digest
from urbanplan.verdict.cache import ResultCache

if TYPE_CHECKING:
    import geopandas as gpd

_EXCLUDED_FIELDS = ("where", "target", "memory", "noticed", "progress")  # of a setting, what no answer rests on
ResultFrames = dict[str, "gpd.GeoDataFrame"]


def measure_cached(
    memory: ResultCache, params: Parameters, layers: Layers, setting: MeasureContext
) -> tuple[Measurement, Callable[[], ResultFrames] | None]:
    """The answer of a measure, remembered or fresh.

    Returns:
        The answer, and for a remembered one that has result layers the function that makes them.
    """
    asked = _question(params, setting)
    measured: dict[str, Measurement] = setting.memory.setdefault("measured", {})
    key = _cache_key(memory, asked, params, layers, setting)
    held = memory.get("readings", setting.target, key)
    if held is not None and held["language"] in ("", current_language()):
        late = partial(_read_results, memory, held["results"], params, layers, setting) if held["results"] else None
        return _measurement_from_json(held), late
    if asked not in measured:  # by no other target of this run
        setting = replace(setting, noticed=[])
        answer = measure_function(params.kind)(layers, params, setting)
        measured[asked] = replace(answer, findings=[*answer.findings, *setting.noticed])
    answer = measured[asked]
    if key:
        results = memory.put_frames(answer.results)
        memory.put("readings", setting.target, key, {**_measurement_to_json(answer), "results": results})
    return answer, None


def _read_results(
    memory: ResultCache, names: dict[str, str | None], params: Parameters, layers: Layers, setting: MeasureContext
) -> ResultFrames:
    """The result layers as they were kept, else measured anew."""
    kept = memory.get_frames(names)
    return measure_function(params.kind)(layers, params, setting).results if kept is None else kept


def _question(params: Parameters, setting: MeasureContext) -> str:
    """What is asked of the layers of a run, whichever target asks."""
    if "around" not in setting.memory:  # the same for all targets of a run
        told = (part.name for part in fields(setting) if part.name not in _EXCLUDED_FIELDS)
        setting.memory["around"] = [f"{name}={getattr(setting, name)!r}" for name in told]
    return text_digest(params.model_dump_json(by_alias=True), *setting.memory["around"])


def _cache_key(memory: ResultCache, asked: str, params: Parameters, layers: Layers, setting: MeasureContext) -> str:
    """Digest of what is asked and of all that it rests on; empty where a layer that may be looked at is of no file."""
    named = {
        name for name in (*params.layers(setting), setting.boundary, setting.subdistricts) if name and name in layers
    }
    keys = [memory.layer_key(layers[name]) for name in sorted(named)]
    if not all(keys):
        return ""
    return text_digest(asked, *keys)


def _measurement_to_json(answer: Measurement) -> dict[str, Any]:
    told = {name: message_to_json(getattr(answer, name)) for name in ("reason", "settled_by")}
    return {
        "reading": answer.reading and answer.reading.model_dump(mode="json"),
        "breakdown": [row.model_dump(mode="json") for row in answer.breakdown],
        "evidence": answer.evidence.model_dump(mode="json"),
        "implied": answer.implied and answer.implied.model_dump(mode="json"),
        "language": "" if is_translatable(told.values()) else current_language(),
        **told,
        "findings": [finding_to_json(hit) for hit in answer.findings],
        "known": answer.known and answer.known.model_dump(mode="json"),
    }


def _measurement_from_json(row: dict[str, Any]) -> Measurement:
    return Measurement(
        reading=row["reading"] and Reading.model_validate(row["reading"]),
        breakdown=[BreakdownRow.model_validate(one) for one in row["breakdown"]],
        evidence=Evidence.model_validate(row["evidence"]),
        implied=row["implied"] and Bound.model_validate(row["implied"]),
        reason=message_from_json(row["reason"]),
        settled_by=message_from_json(row["settled_by"]),
        findings=[finding_from_json(one) for one in row["findings"]],
        known=row["known"] and Known.model_validate(row["known"]),
    )
