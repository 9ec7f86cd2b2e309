"""No user's slip is the program's fault: every value of every declared file replaced by what it should not be."""

from __future__ import annotations

import copy
import datetime
import json
import subprocess
import sys
import tomllib

import pytest
import tomlkit

from urbanplan.cli.app import run

PLAN = """
id = "p"
title = "t"
as_of = 2025-12-31
language = "en"
reported = ["reported.csv"]
include = ["targets/*.toml"]
area = "plane"
maker = "m"
chapters = ["a"]
[district]
name = "D"
crs = "EPSG:4547"
boundary = "plots"
subdistricts = "plots"
subdistrict_name = "name"
[[source]]
id = "s"
title = "S"
date = 2025-01-01
file = "s.txt"
[[layer]]
name = "plots"
file = "plots.geojson"
type = "plot"
basis = "surveyed"
source = "x"
date = 2025-12-31
count = 2
crs = "EPSG:4326"
columns = { area = "area" }
[[layer]]
name = "streets"
file = "streets.geojson"
type = "line"
basis = "surveyed"
[[target]]
id = "share"
quote = "30%"
source = "s"
bound = { comparator = ">=", number = 30, unit = "%", tolerance = 1 }
warn = { comparator = ">=", number = 40 }
due = 2025-12-31
[target.measure]
kind = "share"
of = { layer = "plots", where = "name = 'a'", within = "plots" }
that = "area > 1"
weight = "count"
by = "subdistrict"
[[target]]
id = "sum"
bound = { comparator = "=", number = 3, unit = "m2" }
measure = { kind = "sum", of = "plots", field = "area", baseline = { layer = "plots", minus = "plots" } }
[[target]]
id = "rep"
bound = { comparator = "about", number = 3, unit = "亿元" }
missing = { what = "w", owner = "o", kind = "value" }
counted_in = ["sum"]
measure = { kind = "reported" }
[[target]]
id = "near"
measure = { kind = "near", of = "plots", to = "streets", metres = 300 }
[[target]]
id = "within"
measure = { kind = "within", of = "plots", inside = "plots", tolerance_m = 0.01 }
[[target]]
id = "ratio"
measure = { kind = "ratio", of = "plots", part = "area", whole = "area" }
bound = { comparator = ">=", number = 3, unit = "%" }
[[target]]
id = "exists"
measure = { kind = "exists", of = "plots", name = "a", name_field = "name", aliases = ["b"], stage_at_least = "built" }
[[target]]
id = "connected"
measure = { kind = "connected", of = "streets", with = ["streets"], noding = "endpoints", tolerance = 0.01 }
[[target]]
id = "dead"
measure = { kind = "dead_ends", of = "streets", beside = "plots" }
[[target]]
id = "disjoint"
measure = { kind = "disjoint", of = "plots", from = "streets", tolerance = 0.01 }
[[target]]
id = "length"
measure = { kind = "length", of = "streets", carriageway = "side" }
bound = { comparator = ">=", number = 3, unit = "km" }
[[target]]
id = "cover"
bound = { comparator = ">=", number = 3, unit = "%" }
[target.measure]
kind = "coverage"
streets = "streets"
sites = "plots"
residents = "plots"
people = "people"
within = [500, 600]
leg = 50
noding = "endpoints"
tolerance = 0.01
reading = "residents"
"""
TARGETS = """
[[target]]
id = "count"
bound = { comparator = ">=", number = 2, unit = "宗" }
measure = { kind = "count", of = "plots", distinct = "name" }
"""
PLOT = """
title = { zh = "z", en = "e" }
geometry = "polygon"
id = "id"
label = "name"
stages = ["planned", "built"]
style = "mine"
[fields.name]
type = "string"
title = { zh = "z", en = "e" }
required = true
aliases = ["nm"]
[fields.area]
type = "number"
unit = "m2"
minimum = 0
maximum = 100
[fields.stage]
codes = ["planned", "built"]
[fields.people]
type = "integer"
[rules]
overlap = false
overlap_tolerance_m2 = 0.1
sliver_thickness = 0.01
sharp_angle_deg = 3.0
min_area_m2 = 1.0
[[declared]]
field = "area"
of = "area"
unit = "m2"
tolerance = 0.1
tolerance_abs = 1
"""
LINE = """
title = { zh = "z", en = "e" }
geometry = "line"
[fields.name]
type = "string"
"""
STYLE = """
title = { zh = "z", en = "e" }
field = ["name"]
order = 5
min_zoom = 3.0
time = ["d"]
fields = ["name"]
other = { zh = "z", en = "e" }
[symbol]
fill = "#112233"
width = 1.5
dash = [1.0, 2.0]
pattern = "dots"
shape = "star"
[label]
field = ["name"]
figure = ["area"]
unit = { zh = "z", en = "e" }
digits = 1
[[class]]
values = ["a"]
fill = "#ffffff"
title = { zh = "z", en = "e" }
[[class]]
minimum = 0
maximum = 5
"""
MAP = """
title = { zh = "z", en = "e" }
extent = ["plots"]
tab = "layers"
rest = true
whatif = false
findings = true
[[group]]
title = { zh = "z", en = "e" }
base = false
[[group.layer]]
layer = "plots"
style = "mine"
visible = true
labels = true
title = { zh = "z", en = "e" }
"""
BASE = """
title = { zh = "z", en = "e" }
addresses = ["https://t{s}.example.com/{z}/{x}/{y}.png?tk={key}"]
subdomains = "ab"
datum = "cgcs2000"
"""
WAIVERS = """
[[waiver]]
rule = "layer-sliver"
layer = "plots"
feature = "1"
detail = ""
geometry = ""
reason = "r"
owner = "o"
expires = 2026-01-01
"""
REPORTED = "target,low,high,unit,source,date,basis\nrep,3,4,亿元,office,2025-12-01,reported\n"
FILES = {
    "plan.toml": PLAN,
    "targets/a.toml": TARGETS,
    "types/plot.toml": PLOT,
    "types/line.toml": LINE,
    "maps/styles/mine.toml": STYLE,
    "maps/mine.toml": MAP,
    "maps/bases/mine.toml": BASE,
    "waivers.toml": WAIVERS,
    "reported.csv": REPORTED,
    "s.txt": "30%",
}
CHECK = ["check", "-q", "."]
DRAW = ["map", ".", "--kind", "mine", "-o", "map.html"]
COMMANDS = {
    "plan.toml": CHECK,
    "targets/a.toml": CHECK,
    "types/plot.toml": CHECK,
    "maps/styles/mine.toml": DRAW,
    "maps/mine.toml": DRAW,
    "maps/bases/mine.toml": [*DRAW, "--online", "--base", "mine"],
    "waivers.toml": [*CHECK, "--waivers", "waivers.toml"],
}


def nested(depth, make, seed):
    for _ in range(depth):
        seed = make(seed)
    return seed


ABSENT = object()
VALUES = [
    ABSENT,
    "x?",
    -1,
    [],
    {},
    True,
    nested(45, lambda inner: [inner], 1),
    nested(60, lambda inner: {"layer": "plots", "within": inner}, "plots"),
    datetime.date(9999, 12, 31),
    float("nan"),
    10**400,
    "",
    datetime.time(1, 2),
    [[]],
    1.5,
    "a\x00b",
    "长" * 20_000,
]


def places(data, path=()):
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield (*path, key)
        yield from places(value, (*path, key))


def replaced(data, path, value):
    data = copy.deepcopy(data)
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    if value is ABSENT:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return tomlkit.dumps(data)


def square(x):
    return [[[x, 34.8], [x + 0.001, 34.8], [x + 0.001, 34.801], [x, 34.801], [x, 34.8]]]


def collection(*rows):
    features = [
        {"type": "Feature", "properties": values, "geometry": {"type": kind, "coordinates": coordinates}}
        for values, kind, coordinates in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    whole = {"id": "1", "name": "a", "area": 50, "stage": "built", "people": 3}
    bare = {"id": "2", "name": "b", "area": None, "stage": None, "people": None}
    plots = collection((whole, "Polygon", square(114.0)), (bare, "Polygon", square(114.01)))
    streets = collection(({"id": "1", "name": "x", "side": "left"}, "LineString", [[114, 34.8], [114.02, 34.8]]))
    (tmp_path / "plots.geojson").write_text(plots, encoding="utf-8")
    (tmp_path / "streets.geojson").write_text(streets, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blamed(text):
    return [word for word in ("itself failed", "Traceback", "Warning", "pydantic") if word in text]


@pytest.mark.parametrize("name", COMMANDS)
def test_whole_file_runs(folder, capfd, name):
    assert run(list(COMMANDS[name])) in (0, 1, 3), capfd.readouterr()


@pytest.mark.parametrize(("every", "each"), [(5, 1), pytest.param(1, 3, marks=pytest.mark.corpus)], ids=["some", "all"])
@pytest.mark.parametrize("name", COMMANDS)
def test_wrong_value_anywhere_is_told_and_never_the_programs_fault(folder, capfd, name, every, each):
    """One of ``every`` places gets ``each`` of the values, the next one others."""
    data = tomllib.loads(FILES[name])
    found = []
    for number, path in [*enumerate(places(data))][::every]:
        for step in range(each):
            value = VALUES[(number * each + step) % len(VALUES)]
            (folder / name).write_text(replaced(data, path, value), encoding="utf-8")
            code = run(list(COMMANDS[name]))
            text = "".join(capfd.readouterr())
            if blamed(text) or code not in (0, 1, 2, 3):
                found.append((path, str(value)[:20], text[-200:]))
            elif code == 2:
                assert text.strip(), "an error without a word"
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["", "x", "target\nrep", "a,b\n1,2", REPORTED.replace("3,4", "nan,4"), REPORTED.replace("3,4", "1e400,4"),
     REPORTED.replace("2025-12-01", "9999-12-31"), REPORTED.replace("亿元", "furlong"), REPORTED.replace("3,4", "5,4"),
     REPORTED.replace("reported", "guessed", 1), "\x00", REPORTED + '"', REPORTED.replace("rep,", "rep" * 9999 + ",")],
)  # fmt: skip
def test_wrong_reported_values_are_told(folder, capfd, text):
    (folder / "reported.csv").write_text(text, encoding="utf-8")
    assert run(list(CHECK)) in (0, 1, 2, 3)
    assert blamed("".join(capfd.readouterr())) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("plan.toml", 'crs = "EPSG:4547"', 'crs = "EPSG:99999"', "plan.toml:13:"),
        ("plan.toml", "within = [500, 600]", "within = []", "within"),
        ("plan.toml", "number = 30", "number = 1" + "0" * 10_000, "plan.toml:"),
        ("plan.toml", "as_of = 2025-12-31", "as_of = 9999-12-31", "plan.toml:4:"),
        ("plan.toml", "as_of = 2025-12-31", "as_of = 2025-02-30", "plan.toml:4:"),
        ("types/plot.toml", "[fields.area]", "[fields.geometry]\n[fields.area]", "types/plot.toml"),
        ("types/plot.toml", 'unit = "m2"', 'unit = "平方迷"', "平方米"),
        ("types/plot.toml", "overlap = false", "overlpa = false", "types/plot.toml:"),
        ("waivers.toml", "expires = 2026-01-01", "expires = 9999-12-31", "waivers.toml:"),
        ("maps/mine.toml", "extent =", "extnet =", "Did you mean 'extent'"),
        ("maps/styles/mine.toml", "min_zoom", "min_zom", "Did you mean 'min_zoom'"),
        ("maps/bases/mine.toml", "datum", "dautm", "Did you mean 'datum'"),
        ("maps/styles/mine.toml", "order = 5", "order =", "maps/styles/mine.toml:4:"),
    ],
)
def test_slip_is_told_at_its_place(folder, capfd, name, old, new, told):
    (folder / name).write_text(FILES[name].replace(old, new), encoding="utf-8")
    assert run(list(COMMANDS[name])) == 2
    text = capfd.readouterr().err
    assert told in text
    assert blamed(text) == []


def test_run_that_is_not_in_the_log(folder, capfd):
    for number in ("99999999999", "9" * 5000, "last~" + "9" * 5000, "-1", "last~x", "²", "١"):
        assert run(["diff", "--", number]) == 2
        assert blamed("".join(capfd.readouterr())) == []


def test_parcel_that_crosses_itself_has_no_sheet_and_harms_no_neighbour(folder):
    pytest.importorskip("typst")
    bowtie = [[[114.0, 34.8], [114.002, 34.802], [114.002, 34.8], [114.0, 34.802], [114.0, 34.8]]]
    beside = [[[114.0022, 34.8], [114.004, 34.8], [114.004, 34.802], [114.0022, 34.802], [114.0022, 34.8]]]
    crossed = ({"id": "1", "name": "crossed"}, "Polygon", bowtie)
    (folder / "plots.geojson").write_text(collection(crossed, ({"id": "2", "name": "fine"}, "Polygon", beside)))
    plan = PLAN.replace('type = "plot"', 'type = "parcels"').replace('columns = { area = "area" }\n', "")
    plan = plan[: plan.index("[[target]]")] + '[[target]]\nid = "n"\nmeasure = { kind = "count", of = "plots" }\n'
    (folder / "targets/a.toml").write_text("")
    (folder / "plan.toml").write_text(plan)
    words = [sys.executable, "-m", "urbanplan", "sheets", "--plan", ".", "-o", "out"]  # fonts stay open to the end
    made = subprocess.run(words, capture_output=True, text=True, cwd=folder, check=False)
    text = made.stdout + made.stderr
    assert made.returncode == 0, text
    assert "crosses itself" in text
    assert blamed(text) == []
    assert [path.name for path in (folder / "out").glob("*.pdf")] == ["2.pdf"]
