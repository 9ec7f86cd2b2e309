"""What an audit is asked for: illustrative layers, a part of the targets, layers that no target needs, calls."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
from shapely.geometry import box

from urbanplan.errors import MeasureError
from urbanplan.model.plan import Plan
from urbanplan.model.reading import Bound
from urbanplan.model.report import Verdict
from urbanplan.plan import read_plan
from urbanplan.verdict import audit

X, Y, CRS = 500_000.0, 3_850_000.0, "EPSG:4547"
HEAD = f'id = "p"\ntitle = "P"\nas_of = 2025-12-31\n[district]\nname = "D"\ncrs = "{CRS}"\nsubdistricts = "parts"\n'
BASES = {"lots": "surveyed", "sketch": "illustrative", "parts": "reported", "spare": "surveyed"}
TARGETS = {"A1": "lots", "A2": "sketch", "B1": "lots"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    home = tmp_path_factory.mktemp("small")
    (home / "types").mkdir()
    text = HEAD
    for at, (name, basis) in enumerate(BASES.items(), 1):
        shapes = [box(X + 20 * n, Y, X + 20 * n + 10, Y + 10) for n in range(at)]
        ids = [f"{name}-{n}" for n in range(at)]
        gpd.GeoDataFrame({"id": ids, "name": ids}, geometry=shapes, crs=CRS).to_file(home / f"{name}.gpkg")
        kind = 'title = { en = "T" }\ngeometry = "polygon"\n[fields.id]\nunique = true\n[fields.name]\n'
        (home / "types" / f"{name}.toml").write_text(kind, encoding="utf-8")
        text += f'[[layer]]\nname = "{name}"\nfile = "{name}.gpkg"\ntype = "{name}"\nbasis = "{basis}"\n'
    for name, layer in TARGETS.items():
        text += f'[[target]]\nid = "{name}"\nbound = {{ comparator = ">=", number = 1, unit = "个" }}\n'
        text += f'measure = {{ kind = "count", of = "{layer}", by = "subdistrict" }}\n'
    (home / "plan.toml").write_text(text, encoding="utf-8")
    return read_plan(home / "plan.toml")


def rows(plan: Plan, **options: object) -> dict[str, tuple[str, str | None, list[str]]]:
    """Status, basis and layers by target."""
    report = audit(plan, **options).report  # pyright: ignore[reportArgumentType]
    return {one.target: (one.status, one.basis, one.layers) for one in report.verdicts}


def test_each_target_rests_on_the_weakest_of_its_layers(plan: Plan) -> None:
    lots, sketch = ("met", "reported", ["lots", "parts"]), ("met", "illustrative", ["parts", "sketch"])
    assert rows(plan) == {"A1": lots, "A2": sketch, "B1": lots}


def test_without_illustrative_layers_what_needs_them_is_undecidable(plan: Plan) -> None:
    found = audit(plan, real_only=True)
    assert set(found.layers) == {"lots", "parts"}
    (told,) = [one for one in found.report.verdicts if one.status != "met"]
    assert (told.target, told.status, told.reading, told.layers) == ("A2", "undecidable", None, [])
    assert told.reason == "layer sketch is illustrative and was left out"
    assert told.settled_by == "layer sketch"


@pytest.mark.parametrize(
    ("select", "targets", "layers"),
    [(["A*"], ["A1", "A2"], {"lots", "sketch", "parts"}), (["B1"], ["B1"], {"lots", "parts"}), (None, ["A1", "A2", "B1"], {"lots", "sketch", "parts"})],
)  # fmt: skip
def test_only_layers_that_the_chosen_targets_need_are_read(
    plan: Plan, select: list[str] | None, targets: list[str], layers: set[str]
) -> None:
    found = audit(plan, select=select)
    assert [one.target for one in found.report.verdicts] == targets
    assert set(found.layers) == {one.name for one in found.report.layers} == layers


def test_every_layer_is_read_where_it_is_asked(plan: Plan) -> None:
    found = audit(plan, select=["B1"], every_layer=True)
    assert {one.name: (one.features, one.basis, one.type, one.file) for one in found.report.layers} == {
        name: (at, basis, name, f"{name}.gpkg") for at, (name, basis) in enumerate(BASES.items(), 1)
    }
    assert set(audit(plan, select=["B1"], every_layer=True, real_only=True).layers) == {"lots", "parts", "spare"}


def test_who_asks_hears_of_each_layer_target_and_verdict(plan: Plan) -> None:
    told: list[tuple[str, int, int]] = []
    verdicts: list[Verdict] = []
    found = audit(plan, tell=lambda *said: told.append(said), on_verdict=verdicts.append)
    assert [said for said in told if said[2]] == [("A1", 0, 3), ("A2", 1, 3), ("B1", 2, 3)]
    assert {said[0] for said in told if not said[2]} == {"lots", "sketch", "parts"}
    assert verdicts == found.report.verdicts


def test_a_layer_that_stands_for_one_of_the_plan_is_measured_instead(plan: Plan) -> None:
    lots = audit(plan).layers["lots"]
    none = replace(lots, frame=lots.frame.iloc[:0], digest="other")
    assert rows(plan, replaced={"lots": none, "unknown": none})["A1"][0] == "not_met"
    assert rows(plan)["A1"][0] == "met"


@pytest.mark.parametrize("unit", ["", "km"])
def test_a_bound_in_another_unit_than_what_is_measured_is_told_before_a_layer_is_read(
    plan: Plan, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("urbanplan.store.folder.read_plan_layers", None)  # whoever reads one fails otherwise
    bound = Bound(comparator=">=", number=1, unit=unit)
    target = plan.target[0].model_copy(update={"bound": bound, "measure": {"kind": "area", "of": "lots"}})
    with pytest.raises(MeasureError, match="needs a unit" if not unit else "the bound is in km"):
        audit(plan.model_copy(update={"target": [target]}))
