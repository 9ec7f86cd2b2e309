"""How many problems of a plan are told, and dots that are no nesting."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanplan.errors import GateError, PlanError, UrbanplanError
from urbanplan.model.toml_file import parse_toml
from urbanplan.plan import read_plan

HEAD = 'id = "p"\ntitle = "P"\nas_of = 2025-12-31\n[district]\nname = "D"\ncrs = "EPSG:4547"\n'


def problems(home: Path, text: str, kind: type[UrbanplanError]) -> list[str]:
    (home / "plan.toml").write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(kind) as slip:
        read_plan(home / "plan.toml")
    return [str(slip.value), *map(str, slip.value.also)]


@pytest.mark.parametrize(("count", "told"), [(1, 1), (19, 19), (20, 20), (21, 20), (40, 20)])
def test_twenty_hostile_paths_are_told(tmp_path: Path, count: int, told: int) -> None:
    row = '[[layer]]\nname = "l{n}"\nfile = "../l{n}.gpkg"\ntype = "t"\nbasis = "surveyed"\n'
    found = problems(tmp_path, "".join(row.format(n=n) for n in range(count)), GateError)
    assert len(found) == told
    assert [":9:" in found[0], "plan.toml" in found[-1]] == [True, True]


@pytest.mark.parametrize(("count", "told"), [(1, 1), (20, 20), (21, 21), (25, 21)])
def test_twenty_slips_are_told_with_their_places_and_the_number_of_the_rest(
    tmp_path: Path, count: int, told: int
) -> None:
    found = problems(tmp_path, "".join(f'[[target]]\nid = "t{n}"\nnix = 1\n' for n in range(count)), PlanError)
    assert len(found) == told
    assert [f"{count - 20} more problems of this plan" in found[-1]] == [count > 20]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'a = "{"x." * 60}"', None),
        (f"a = 1  # {'.' * 60}", None),
        (f"a = '{'.' * 60}'\nb = 1", None),
        (".".join("a" * 40) + " = 1", None),
        ("b = 1\n" + ".".join("a" * 42) + " = 1", 2),
        (".".join("a" * 60) + " = 1", 1),
    ],
)
def test_dots_nest_only_in_keys(text: str, line: int | None) -> None:
    if line is None:
        assert parse_toml(text, shown="a.toml", error_type=PlanError)
        return
    with pytest.raises(PlanError, match="nested too deeply") as slip:
        parse_toml(text, shown="a.toml", error_type=PlanError)
    assert slip.value.where == f"a.toml:{line}"
