"""``urbanplan target`` and ``urbanplan waive``: what the desk's forms do, on the command line."""

from __future__ import annotations

import pytest
from plans import small_district

from urbanplan.analysis.plans import open_plan
from urbanplan.analysis.target_words import parse_bound
from urbanplan.cli.app import run
from urbanplan.errors import UsageError
from urbanplan.verdict.waiver import read_waivers

MEASURE = '{ kind = "count", of = "sites" }'


@pytest.fixture
def plan(tmp_path):
    return small_district.write(tmp_path / "plan")


def test_a_target_is_written_and_changed(plan, capsys):
    before = plan.read_text("utf-8")
    words = ["target", "SITES", "--plan", str(plan), "--bound", ">= 1 处", "--measure", MEASURE, "--due", "2026-06-30"]
    assert run([*words, "--new", "--dry-run"]) == 0
    assert "[[target]]" in capsys.readouterr().out
    assert plan.read_text("utf-8") == before
    assert run(words) == 2, "a target that is not there is new only where that is said"
    assert run([*words, "--new"]) == 0
    assert plan.read_text("utf-8").startswith(before.rstrip())
    assert run(["target", "SITES", "--plan", str(plan), "--bound", "<=2 处", "--owner", "体育局", "--due", ""]) == 0
    made = next(one for one in open_plan(plan).target if one.id == "SITES")
    assert (made.bound.comparator, made.bound.number, made.owner, made.due) == ("<=", 2, "体育局", None)
    assert made.measure == {"kind": "count", "of": "sites"}, "what is not named stays"


def test_tables_that_stand_apart_stay_where_they_are(plan):
    """A layer behind the targets, as `add` and the desk write it; tomlkit puts all tables of one name together."""
    layer = '# heights\n[[layer]]\nname = "more"\nfile = "parcels.gpkg"\ntype = "parcels"\nbasis = "illustrative"\n'
    plan.write_text(f"{plan.read_text('utf-8')}\n{layer}# the end\n", encoding="utf-8")
    before = plan.read_text("utf-8")
    assert run(["target", "MU", "--plan", str(plan), "--bound", ">= 31 亩"]) == 0
    changed = plan.read_text("utf-8")
    lines = zip(before.splitlines(), changed.splitlines(), strict=True)
    assert len([one for one, other in lines if one != other]) == 1
    assert run(["target", "SITES", "--plan", str(plan), "--measure", MEASURE, "--bound", ">= 1 处", "--new"]) == 0
    assert plan.read_text("utf-8").startswith(f"{changed}\n[[target]]\nid = ")
    made, last = plan.read_text("utf-8"), 'by = "subdistrict" }\n'
    assert made.count(last) == 1
    assert run(["target", "MU", "--plan", str(plan), "--owner", "局"]) == 0
    assert plan.read_text("utf-8") == made.replace(last, f'{last}owner = "局"\n')


@pytest.mark.parametrize("wrong", [["--bound", "many"], ["--due", "soon"], ["--measure", "{"], ["--tolerance", "1"],
                                   ["--bound", ">= 1 furlong"], ["--source", "none"],
                                   ["--dry-run", "--measure", '{ kind = "count", of = "sites", where = "name >" }']])  # fmt: skip
def test_a_slip_writes_nothing(plan, wrong):
    before = plan.read_bytes()
    assert run(["target", "MU", "--plan", str(plan), *wrong]) == 2
    assert plan.read_bytes() == before


@pytest.mark.parametrize(("text", "bound"), [
    (">= 12 km", {"comparator": ">=", "number": 12, "unit": "km"}),
    ("=30亩", {"comparator": "=", "number": 30, "unit": "亩"} ),
    ("about 6.5 %", {"comparator": "about", "number": 6.5, "unit": "%"}),
    ("< 3", {"comparator": "<", "number": 3}),
])  # fmt: skip
def test_a_bound_is_read(text, bound):
    if text.startswith("=30"):
        with pytest.raises(UsageError):
            parse_bound(text)
        return
    assert parse_bound(text) == bound


def test_findings_are_waived_by_code(plan, capsys):
    text = (
        plan.read_text("utf-8")
        .replace('quote = "30 mu"', 'quote = "31 mu"')
        .replace('"2 km of road"', '"3 km of road"')
    )
    plan.write_text(text, encoding="utf-8")
    said = ["--plan", str(plan), "--reason", "known", "--owner", "局"]
    assert run(["--lang", "en", "waive", "no-such-code", *said]) == 2
    code = capsys.readouterr().err.partition("waived: ")[2].split(",")[0].split(".")[0].strip()
    assert run(["waive", code, *said]) == 2, "two findings fit"
    assert run(["waive", code, *said, "--all"]) == 0
    assert {one.owner for one in read_waivers(plan.parent / "waivers.toml")} == {"局"}
    assert run(["waive", code, *said, "--all"]) == 2, "nothing is left to be waived"
