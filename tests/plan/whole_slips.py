"""Plans with one slip each, and all that their errors say: ``python tests/plan/whole_slips.py`` writes the file anew.

The lines hold what is said today, as it was looked at last: message, place and advice of each problem, in its order.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from urbanplan.errors import UrbanplanError
from urbanplan.layer.kinds import read_types
from urbanplan.measure.measured import build_context
from urbanplan.model.layertype import read_layer_type
from urbanplan.model.translation import translate, use_language
from urbanplan.plan import read_plan, select_targets
from urbanplan.plan.reported import read_reported
from urbanplan.verdict.evaluate import prepare_target
from urbanplan.verdict.unit_check import check_units

FILE = Path(__file__).with_name("whole_slips.jsonl")
PLAN = """id = "p"
title = "Plan"
as_of = 2025-12-31
include = ["more.toml"]
reported = ["values.csv"]
[district]
name = "District"
crs = "EPSG:4547"
boundary = "edge"
[[source]]
id = "speech"
title = "Speech"
[[layer]]
name = "edge"
file = "edge.gpkg"
type = "area"
basis = "surveyed"
[[layer]]
name = "lots"
file = "lots.gpkg"
type = "lot"
basis = "reported"
[[target]]
id = "T-1"
quote = "22 lots"
source = "speech"
bound = { comparator = "=", number = 22, unit = "宗" }
due = 2026-06-30
measure = { kind = "count", of = "lots", where = "size > 3" }
"""
OTHER = """[[target]]
id = "T-2"
quote = "5 km"
bound = { comparator = ">=", number = 5, unit = "km" }
warn = { comparator = ">=", number = 6 }
measure = { kind = "reported" }
[[target]]
id = "T-3"
bound = { comparator = "<=", number = 5, unit = "亩" }
measure = { kind = "area", of = { layer = "lots", where = "use = 'a' AND size < 9" } }
"""
VALUES = "target,value,unit,source,date\nT-2,6,km,office,2025-06-30\n"
TYPE = """title = { en = "Lot" }
geometry = "polygon"
[fields.size]
type = "number"
unit = "m2"
[fields.use]
codes = ["a", "b"]
[fields.since]
type = "date"
"""
FILES = {"plan.toml": PLAN, "more.toml": OTHER, "values.csv": VALUES, "types/lot.toml": TYPE,
         "types/area.toml": 'title = { en = "Area" }\ngeometry = "polygon"\n'}  # fmt: skip
SLIPS: list[tuple[str, str, str]] = [
    ("plan.toml", "", ""),
    ("plan.toml", 'title = "Plan"\n', ""),
    ("plan.toml", "as_of = 2025-12-31", 'as_of = "soon"'),
    ("plan.toml", "as_of = 2025-12-31", "as_of = 9999-12-31"),
    ("plan.toml", 'id = "p"', 'id = "p p"\nzzz = 1\nlanguag = "en"'),
    ("plan.toml", 'name = "District"', 'nam = "District"'),
    ("plan.toml", "EPSG:4547", "EPSG:4326"),
    ("plan.toml", "EPSG:4547", "EPSG:3857"),
    ("plan.toml", "EPSG:4547", "EPSG:99999"),
    ("plan.toml", "more.toml", "mor.toml"),
    ("plan.toml", "more.toml", "../more.toml"),
    ("plan.toml", '["more.toml"]', "3"),
    ("plan.toml", '"values.csv"', '"../values.csv", "/etc/values.csv"'),
    ("plan.toml", '"values.csv"', '"absent.csv"'),
    ("plan.toml", 'file = "edge.gpkg"', 'file = "http://a/edge.gpkg"\ndatum_parameters = "../p.toml"'),
    ("plan.toml", 'file = "edge.gpkg"', 'file = "edge.gpkg"\ndatum_error = "5"'),
    ("plan.toml", 'title = "Speech"', 'title = "Speech"\nfile = "../speech.txt"\nsha256 = "abc"'),
    ("plan.toml", 'basis = "surveyed"', 'basis = "survey"'),
    ("plan.toml", 'basis = "surveyed"', 'basis = "x"\ncount = -1'),
    ("plan.toml", 'name = "lots"', 'name = "edge"'),
    ("plan.toml", 'type = "lot"', 'type = "lots"'),
    ("plan.toml", 'unit = "宗"', 'unit = "宗x"'),
    ("plan.toml", ', unit = "宗"', ""),
    ("plan.toml", 'unit = "宗"', 'unit = "km"'),
    ("plan.toml", "number = 22", "number = nan"),
    ("plan.toml", "number = 22", "number = 22, tolerance = -1"),
    ("plan.toml", 'comparator = "="', 'comparator = "=="'),
    ("plan.toml", 'kind = "count"', 'kind = "counts"'),
    ("plan.toml", 'of = "lots"', 'off = "lots", by = 3'),
    ("plan.toml", 'of = "lots"', 'of = "lot"'),
    ("plan.toml", 'of = "lots"', 'of = "lots", distinct = true'),
    ("plan.toml", "size > 3", "size >"),
    ("plan.toml", "size > 3", "size > 'a'"),
    ("plan.toml", "size > 3", "size"),
    ("plan.toml", "size > 3", "since > 3 OR use LIKE use"),
    ("plan.toml", "due = 2026-06-30", "due = 0001-01-01"),
    ("more.toml", 'id = "T-2"', 'id = "T-1"'),
    ("more.toml", 'id = "T-2"', 'idd = "T-2"'),
    ("more.toml", "[[target]]", "[[targets]]"),
    ("more.toml", "number = 6", "number = true"),
    ("more.toml", 'warn = { comparator = ">="', 'warn = { comparator = "="'),
    ("more.toml", "size < 9", "size < DATE('x')"),
    ("more.toml", 'unit = "亩"', 'unit = "m"'),
    ("more.toml", 'unit = "亩"', 'unit = "亩"\n'),
    ("values.csv", ",km,", ",亩,"),
    ("values.csv", ",6,", ",six,"),
    ("values.csv", ",6,", ',"1,5",'),
    ("values.csv", "2025-06-30", "30.6.2025"),
    ("values.csv", "T-2,6,km,office,2025-06-30", "T-2,6,km"),
    ("values.csv", "T-2,6,km,office,2025-06-30", "T-2,6,km,,2025-06-30,x,y"),
    ("values.csv", "value", "valu"),
    ("values.csv", "value,unit", "low,high,basis,unit"),
    ("types/lot.toml", '"number"', '"numbr"'),
    ("types/lot.toml", 'unit = "m2"', 'unit = "m22"'),
    ("types/lot.toml", 'unit = "m2"', "minimum = 3\nmaximum = 2"),
    ("types/lot.toml", '["a", "b"]', '"no_such_list"'),
    ("types/lot.toml", "[fields.use]", "[fields.geometry]"),
    ("types/lot.toml", 'geometry = "polygon"', 'geometri = "polygon"'),
    ("types/lot.toml", "[fields.since]", '[[declared]]\nfield = "size"\nof = "length"\nunit = "m2"\n[fields.since]'),
    ("types/lot.toml", 'title = { en = "Lot" }', "title = { en = "),
    ("types/lot.toml", 'unit = "m2"', 'unitt = "m2"'),
    ("types/lot.toml", "[fields.use]", "[rules]\noverlapp = false\n[fields.use]"),
    ("types/lot.toml", "[fields.use]", '[[declared]]\nfield = "size"\nof = "area"\nunit = "m2"\ntol = 3\n[fields.use]'),
    ("types/lot.toml", 'title = { en = "Lot" }', 'title = { en = 3 }\nstage = ["a"]'),
    ("plan.toml", "EPSG:4547", "X" * 100),
    ("plan.toml", 'title = "Plan"', "".join(f"key_{number} = {number}\n" for number in range(30))),
    ("plan.toml", "size > 3", "size > 3 AND " * 20 + "size"),
    ("plan.toml", '"values.csv"', '"' + "x" * 300 + '.csv"'),
    ("types/lot.toml", '["a", "b"]', '"' + "n" * 100 + '"'),
    ("values.csv", ",6,", ',"' + "1,5" * 30 + '",'),
    ("values.csv", ",km,", f",{'k' * 60},"),
]


def said(folder: Path, slip: tuple[str, str, str]) -> str:
    """What is said of the plan with one slip, in both languages."""
    name, before, after = slip
    assert before in FILES[name]
    for file, text in FILES.items():
        (folder / file).parent.mkdir(exist_ok=True, parents=True)
        (folder / file).write_text(text.replace(before, after, 1) if file == name else text, encoding="utf-8")
    rows = {}
    for language in ("en", "zh"):
        with use_language(language):
            rows[language] = [text.replace(f"{folder}/", "") for text in _problems(folder, name)]
    return json.dumps({"slip": slip, **rows}, ensure_ascii=False)


def _problems(folder: Path, name: str) -> Iterator[str]:
    try:
        if name.startswith("types/"):
            yield repr(read_layer_type(folder / name))
        plan = read_plan(folder / "plan.toml")
        types, values = read_types(plan), read_reported(plan)
        yield from (f"{one.id} {one.where} {one.bound and one.bound.tolerance}" for one in select_targets(plan, None))
        yield from (hit.message for hit in values.findings)
        setting = build_context(plan)
        for one in (prepare_target(target, plan, setting) for target in plan.target):
            check_units(one.target, one.params, types, values.values.get(one.target.id))
    except UrbanplanError as error:
        yield error.text(translate)
        yield from (one.text(translate) for one in error.also)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        lines = map(partial(said, Path(made).resolve()), SLIPS)
        FILE.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
