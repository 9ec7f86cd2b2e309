"""A value of another TOML type than its key has is an error at its line, and how it is written is said."""

from __future__ import annotations

from typing import Any

import pytest

from urbanplan.errors import UrbanplanError
from urbanplan.measure.catalog import validate_parameters
from urbanplan.model.disclosure import DisclosureProfile
from urbanplan.model.layertype import LayerType
from urbanplan.model.toml_file import parse_declared
from urbanplan.plan import read_plan

LINES = {
    "schema_version": "1",
    "id": '"p"',
    "title": '"p"',
    "as_of": "2025-12-31",
    "[district]\nname": '"d"',
    "crs": '"EPSG:4547"',
    '[[source]]\nid = "S"\ntitle': '"t"',
    "date": "2025-01-01",
    '[[layer]]\nname = "s"\nfile = "s.gpkg"\ntype = "streets"\nbasis': '"surveyed"',
    "count": "3",
    "[[target]]\nid": '"T"',
    "due": "2026-01-01",
    "unverified": "false",
    "bound": '{ comparator = "=", number = 5, unit = "m", tolerance = 1 }',
    "warn": '{ comparator = ">=", number = 3 }',
    "counted_in": "[]",
    "measure": '{ kind = "near", of = "s", to = "s", metres = 50 }',
}
NEAR = '{{ kind = "near", of = "s", to = "s", metres = {} }}'
WALK = '{{ kind = "coverage", streets = "s", sites = "s", residents = "s", people = "n", within = {} }}'
BOUND = '{{ comparator = "=", number = {}, unit = "m", tolerance = {} }}'
BARE = "Write it without quotes: {}."
SLIPS = [
    ("bound", BOUND.format('"5"', 1), BARE.format(5)),
    ("bound", BOUND.format('"5 m"', 1), "Write the number alone, without quotes: 5."),
    ("bound", BOUND.format('"five"', 1), "Mend this value."),
    ("bound", BOUND.format(5, '"0.5"'), BARE.format(0.5)),
    ("bound", BOUND.format("2025-01-01", 1), "Mend this value."),
    ("warn", '{ comparator = ">=", number = "3" }', BARE.format(3)),
    ("count", '"3"', BARE.format(3)),
    ("as_of", '"2025-12-31"', BARE.format("2025-12-31")),
    ("as_of", "2025-12-31T00:00:00+08:00", "Write the day alone: 2025-12-31."),
    ("date", "2025-01-01T00:00:00", "Write the day alone: 2025-01-01."),
    ("due", "20260101", "Write it as a date: 2026-01-01."),
    ("due", "1735689600", "Mend this value."),
    ("due", "08:30:00", "Mend this value."),
    ("unverified", '"true"', BARE.format("true")),
    ("unverified", "1", "Mend this value."),
    ("[[target]]\nid", "5", 'Write it in quotes: "5".'),
    ("title", "true", 'Write it in quotes: "true".'),
    ("counted_in", "[5]", 'Write it in quotes: "5".'),
    ("measure", NEAR.format('"50"'), BARE.format(50)),
    ("measure", WALK.format('["600"]'), BARE.format(600)),
]  # fmt: skip


def read(folder, **changed) -> tuple[Any, list[Any]]:
    lines = [f"{key} = {changed.get(key, value)}" for key, value in LINES.items()]
    (folder / "plan.toml").write_text("\n".join(lines), encoding="utf-8")
    plan = read_plan(folder / "plan.toml")
    return plan, [validate_parameters(one.measure or {}, where=one.where) for one in plan.target]


def test_the_plan_without_a_slip_is_read(tmp_path):
    plan, (near,) = read(tmp_path)
    assert (str(plan.as_of), plan.layer[0].count, plan.target[0].bound.number, near.metres) == ("2025-12-31", 3, 5, 50)


@pytest.mark.parametrize(("key", "value", "repair"), SLIPS, ids=[str(n) for n in range(len(SLIPS))])
def test_a_value_of_another_type_is_told_with_its_line_and_its_repair(tmp_path, key, value, repair):
    with pytest.raises(UrbanplanError) as told:
        read(tmp_path, **{key: value})
    before = "\n".join(LINES).partition("[[target]]" if key == "measure" else f"\n{key}\n")[0]
    line = before.count("\n") + (1 if key == "measure" else 2 + key.count("\n"))
    assert f"plan.toml:{line}:" in f"{told.value.where}:"
    assert str(told.value).endswith(repair)


@pytest.mark.parametrize(
    ("model", "text", "repair"),
    [
        (LayerType, 'name = "x"\ngeometry = "any"\n[fields.n]\nmaximum = "9"\n', BARE.format(9)),
        (LayerType, 'name = "x"\ngeometry = "any"\n[fields.n]\nrequired = "true"\n', BARE.format("true")),
        (DisclosureProfile, "name = 5\n", 'Write it in quotes: "5".'),
    ],
)
def test_so_in_every_declared_file(model, text, repair):
    with pytest.raises(UrbanplanError) as told:
        parse_declared(model, text, shown="x.toml", error_type=UrbanplanError)
    assert any(str(one).endswith(repair) for one in (told.value, *told.value.also))
