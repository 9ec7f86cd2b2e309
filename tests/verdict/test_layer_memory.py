"""What a run remembers of a layer, under which key, and what stands at the head of its report."""

from __future__ import annotations

import datetime
import importlib.metadata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyproj
import pytest
import shapely
from measure.closed_form_layers import layer, square

from urbanplan.layer.layer import Layer
from urbanplan.model.plan import Plan
from urbanplan.model.translation import use_language
from urbanplan.verdict import audit
from urbanplan.verdict.cache import ResultCache, cached_layer_findings

PLAN: dict[str, Any] = {
    "id": "p",
    "title": "Plan",
    "as_of": datetime.date(2025, 12, 31),
    "district": {"name": "District", "crs": "EPSG:4547"},
    "layer": [
        {"name": name, "file": f"{name}.gpkg", "type": name, "basis": "surveyed"} for name in ("lots", "boundary")
    ],
}


def plan(home: Path, **more: Any) -> Plan:
    return Plan.model_validate({**PLAN, **more}).model_copy(
        update={"file": str(home / "plan.toml"), "digest": "d" * 64}
    )


def of_file(name: str, digest: str) -> Layer:
    return replace(layer([square(0)], called=name), digest=digest)


@pytest.mark.parametrize(
    ("own", "around", "remembered"),
    [("a", None, True), ("", None, False), ("a", "b", True), ("a", "", False), ("", "b", False)],
)
def test_findings_are_remembered_only_where_all_that_they_rest_on_is_of_files(
    tmp_path: Path, own: str, around: str | None, remembered: bool
) -> None:
    memory = ResultCache(plan(tmp_path))
    boundary = None if around is None else of_file("boundary", around)
    found = cached_layer_findings(memory, of_file("lots", own), boundary)
    assert ("lots" in memory.rows.get("findings", {})) is remembered
    assert memory.changed is remembered
    assert cached_layer_findings(memory, of_file("lots", own), boundary) == found


def test_a_layers_key_hangs_on_file_declaration_type_and_system(tmp_path: Path) -> None:
    lots = of_file("lots", "a")
    keys = [
        ResultCache(plan(tmp_path)).layer_key(lots),
        ResultCache(plan(tmp_path)).layer_key(of_file("lots", "b")),
        ResultCache(plan(tmp_path, district={"name": "District", "crs": "EPSG:4546"})).layer_key(lots),
        ResultCache(plan(tmp_path)).layer_key(replace(lots, type=lots.type.model_copy(update={"stages": ["x"]}))),
        ResultCache(plan(tmp_path, layer=[{**PLAN["layer"][0], "encoding": "gbk"}])).layer_key(lots),
    ]
    assert len(set(keys)) == len(keys)
    assert all(keys)
    memory = ResultCache(plan(tmp_path))
    assert memory.layer_key(lots) == memory.layer_key(lots) == keys[0]
    assert memory.layer_key(of_file("lots", "b")) == keys[1], "another layer of the same name is another"
    assert [memory.layer_key(one) for one in (None, of_file("lots", ""), of_file("other", "a"))] == ["", "", ""]


def test_a_value_is_found_under_its_own_key_alone(tmp_path: Path) -> None:
    memory = ResultCache(plan(tmp_path))
    memory.put("readings", "T", "", 1)
    assert (memory.changed, memory.rows) == (False, {})
    memory.put("readings", "T", "k", 1)
    asked = [memory.get("readings", "T", "k"), memory.get("readings", "T", "l"), memory.get("readings", "T", "")]
    assert asked == [1, None, None]
    assert (memory.get("findings", "T", "k"), memory.get("readings", "U", "k")) == (None, None)
    memory.put("readings", "T", "l", 2)
    assert (memory.get("readings", "T", "k"), memory.get("readings", "T", "l")) == (None, 2)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_head_of_a_report(tmp_path: Path, language: str) -> None:
    empty = plan(tmp_path, layer=[], area="ellipsoid")
    with use_language(language):
        report = audit(empty, targetless=True).report
    assert report.urbanplan == importlib.metadata.version("urbanplan")
    assert report.engines == {
        "geos": shapely.geos_version_string, "proj": pyproj.proj_version_str, "shapely": shapely.__version__,
    }  # fmt: skip
    assert (report.language, report.crs, report.schema_version) == (language, "EPSG:4547", "1.0")
    assert report.plan.model_dump() == {
        "id": "p", "title": "Plan", "district": "District", "digest": "d" * 64, "as_of": "2025-12-31", "area": "ellipsoid",
        "file": "plan.toml",
    }  # fmt: skip
    assert (report.layers, report.verdicts, report.findings) == ([], [], [])
    assert report.summary.status == {"met": 0, "not_met": 0, "undecidable": 0}
    assert report.exit_code() == 0
