"""Reading plans: places of slips, included files, quotes, selection, what is refused."""

from __future__ import annotations

import hashlib

import pytest

from urbanplan.errors import FilterError, GateError, PlanError, UsageError
from urbanplan.plan import read_plan, select_targets
from urbanplan.plan.precision import default_tolerance
from urbanplan.plan.quote import floor_findings, is_quoted_in, quote_findings
from urbanplan.plan.reported import read_reported

HEAD = """id = "p"
title = "试验区"
as_of = 2025-12-31
"""
DISTRICT = """[district]
name = "试验区"
crs = "EPSG:4547"
"""
TARGET = """[[target]]
id = "T-1"
chapter = "一、产业"
quote = "出让地块22宗"
source = "speech"
bound = { comparator = "=", number = 22, unit = "宗" }
measure = { kind = "count", of = "parcels" }
"""


@pytest.fixture
def plan(tmp_path):
    """Write plan.toml (and further files) and give its path."""

    def write(text, **files):
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_toml", ".toml").replace("_csv", ".csv")
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
        return tmp_path / "plan.toml"

    return write


def refused(path):
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    return caught.value


# --- places


def test_target_knows_its_line_and_tolerance(plan):
    one = read_plan(plan(HEAD + DISTRICT + "\n" + TARGET)).target[0]
    assert one.where.endswith("plan.toml:8")
    assert one.bound.tolerance == 0


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("chapter =", "chaptre =", 9, "Did you mean 'chapter'"),
        ('comparator = "="', 'comparator = "=>"', 12, "comparator cannot be '=>'"),
        ("number = 22", 'number = "many"', 12, "bound.number"),
        ('id = "T-1"', 'id = "T 1"', 8, "id"),
        ('kind = "count", ', "", 13, "`kind`"),
    ],
)
def test_slip_is_told_with_its_line(plan, old, new, line, told):
    error = refused(plan(HEAD + DISTRICT + TARGET.replace(old, new)))
    assert error.where.split("plan.toml:")[1].split(":")[0] == str(line)
    assert told in str(error)


def test_every_slip_is_told_at_once(plan):
    error = refused(plan(HEAD + DISTRICT + TARGET.replace("chapter", "chaptre").replace("number = 22", 'number = "x"')))
    assert len(error.also) == 1
    assert str(error).count("plan.toml:") == 2


def test_broken_toml_shows_the_line_with_a_caret(plan):
    error = refused(plan(HEAD + 'title = "unclosed\n'))
    lines = str(error).splitlines()
    assert "plan.toml:4:" in lines[0]
    assert lines[1].strip() == 'title = "unclosed'
    assert lines[2].strip() == "^"


def test_filter_is_parsed_with_its_line_before_data_is_read(plan):
    with pytest.raises(FilterError) as caught:
        read_plan(plan(HEAD + DISTRICT + TARGET.replace('of = "parcels"', 'of = "parcels", where = "spaces >"')))
    assert caught.value.where.split("plan.toml:")[1].startswith("13")


def test_header_inside_a_quote_moves_no_line(plan):
    text = HEAD + DISTRICT + "title_note = 1\n".replace("title_note = 1\n", "")
    first = TARGET.replace('"出让地块22宗"', '"""\n[[target]]\n出让"""')
    path = plan(text + first + TARGET.replace("T-1", "T-2"))
    lines = path.read_text(encoding="utf-8").splitlines()
    for target in read_plan(path).target:
        at = int(target.where.rsplit(":", 1)[1])
        assert lines[at] == f'id = "{target.id}"'


def test_not_utf8_names_the_line(tmp_path):
    (tmp_path / "plan.toml").write_bytes((HEAD + "# ").encode() + "郑州".encode("gbk"))
    error = refused(tmp_path / "plan.toml")
    assert error.where.endswith("plan.toml:4")


def test_mark_and_windows_line_ends_are_fine(tmp_path):
    text = (HEAD + DISTRICT + TARGET).replace("\n", "\r\n")
    (tmp_path / "plan.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_plan(tmp_path).target[0].where.endswith("plan.toml:7")


def test_two_targets_of_one_id_are_refused(plan):
    assert "'T-1' stands twice" in str(refused(plan(HEAD + DISTRICT + TARGET + TARGET)))
    both = TARGET.replace("T-1", "T-2") * 2 + TARGET * 2
    assert "'T-1' stands twice" in str(refused(plan(HEAD + DISTRICT + both)))


def test_absent_plan_is_told(tmp_path):
    assert "cannot be read" in str(refused(tmp_path / "plan.toml"))


def test_tables_nested_too_deep_are_told(plan):
    assert "nested too deeply" in str(refused(plan("a = " + "[" * 5000)))


# --- included files


def test_included_targets_know_their_own_file(plan):
    path = plan(
        HEAD + 'include = ["targets/*.toml"]\n' + DISTRICT,
        targets__a_toml=TARGET,
        targets__b_toml=TARGET.replace("T-1", "T-2"),
    )
    found = read_plan(path)
    assert [one.id for one in found.target] == ["T-1", "T-2"]
    assert found.target[1].where.endswith("targets/b.toml:1")
    error = refused(
        plan(path.read_text(encoding="utf-8"), targets__b_toml=TARGET.replace("T-1", "T-2").replace("chapter", "chap"))
    )
    assert "b.toml:3" in error.where


def test_digest_covers_included_files(plan):
    text = HEAD + 'include = ["targets/*.toml"]\n' + DISTRICT
    one = read_plan(plan(text, targets__a_toml=TARGET)).digest
    assert one == read_plan(plan(text, targets__a_toml=TARGET)).digest
    assert one != read_plan(plan(text, targets__a_toml=TARGET + "\n# note\n")).digest


@pytest.mark.parametrize(
    "pattern", ["../other.toml", "/etc/passwd", "a/../../b.toml", "file:x.toml", "C:\\\\x.toml", "\\u0000.toml"]
)
def test_hostile_includes_are_refused(plan, pattern):
    with pytest.raises(GateError) as caught:
        read_plan(plan(HEAD + f'include = ["{pattern}"]\n' + DISTRICT))
    error = caught.value
    assert error.where.split("plan.toml:")[1].startswith("4")


def test_link_out_of_the_folder_is_refused(plan, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.toml"
    outside.write_text(TARGET, encoding="utf-8")
    path = plan(HEAD + 'include = ["*.part"]\n' + DISTRICT)
    (path.parent / "x.part").symlink_to(outside)
    with pytest.raises(GateError, match="leads out of the plan's folder"):
        read_plan(path)


def test_pattern_that_meets_the_plan_itself_leaves_it_out(plan):
    path = plan(HEAD + 'include = ["*.toml"]\n' + DISTRICT, more_toml=TARGET)
    assert [one.id for one in read_plan(path).target] == ["T-1"]


def test_include_that_names_no_file_is_told(plan):
    assert "no file is named 'x/*.toml'" in str(refused(plan(HEAD + 'include = ["x/*.toml"]\n' + DISTRICT)))


def test_included_file_holds_parts_only(plan):
    error = refused(plan(HEAD + 'include = ["more.toml"]\n' + DISTRICT, more_toml='title = "x"\n'))
    assert "holds only" in str(error)
    assert "more.toml:1" in error.where


# --- quotes


def test_quote_is_compared_without_breaks_and_stars():
    source = "计划出让**产业项目地块\n22 宗**，面积1719亩。新增车位5000个。"
    assert is_quoted_in("计划出让产业项目地块22宗", source)
    assert is_quoted_in("计划出让产业项目地块22宗…新增车位5000个", source)
    assert not is_quoted_in("新增车位5000个…计划出让", source)
    assert not is_quoted_in("产业项目地块23宗", source)
    assert not is_quoted_in("", source)


@pytest.mark.parametrize(
    ("number", "unit", "quote", "margin"),
    [
        (22, "宗", "22宗", 0),
        (1719, "亩", "面积1719亩", 0.5),
        (760000, "平方米", "76万平方米", 5000),
        (11.5, "公里", "11.5公里", 0.05),
        (96, "%", "96%", 0.5),
        (50, "亿元", "约50亿元", 0.5),
        (3.25, "m2", "no number", 0.005),
    ],
)
def test_tolerance_is_half_of_the_quotes_last_digit(number, unit, quote, margin):
    assert default_tolerance(number, unit, quote) == pytest.approx(margin)


def _codes(path, **more):
    return [(hit.code, hit.feature) for hit in quote_findings(read_plan(path), **more)]


@pytest.mark.parametrize(
    ("quote", "bound", "told"),
    [
        ("新增车位5000个", "= 5000", True),
        ("新增车位5000个", ">= 5000", False),
        ("新增住房76万平方米", "= 76", True),
        ("出让地块22宗，新建学校3所", "= 22", False),
        ("全部建成，共22宗", "= 22", False),
    ],
)
def test_a_quote_that_names_a_floor_is_told_where_the_bound_is_one_number(plan, quote, bound, told):
    comparator, number = bound.split()
    given = TARGET.replace("出让地块22宗", quote).replace('"="', f'"{comparator}"').replace("= 22", f"= {number}")
    text = HEAD + DISTRICT + given
    found = floor_findings(read_plan(plan(text)))
    assert [hit.code for hit in found] == ["plan-floor-exact"] * told


SPEECH = "出让地块22宗"


def test_findings_on_quotes_and_sources(plan):
    digest = hashlib.sha256(SPEECH.encode()).hexdigest()
    source = f'[[source]]\nid = "speech"\ntitle = "讲话"\nfile = "speech.txt"\nsha256 = "{digest}"\n'
    path = plan(HEAD + DISTRICT + source + TARGET)
    assert _codes(path) == [("plan-source-absent", "speech")]
    (path.parent / "speech.txt").write_text(SPEECH, encoding="utf-8")
    assert _codes(path) == []
    (path.parent / "speech.txt").write_text("出让地块23宗", encoding="utf-8")
    assert _codes(path) == [("plan-source-changed", "speech"), ("plan-quote-absent", "T-1")]


def test_source_file_is_found_in_a_further_folder(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    (folder / "speech.txt").write_text(SPEECH, encoding="utf-8")
    path = plan(HEAD + DISTRICT + '[[source]]\nid = "speech"\ntitle = "讲话"\nfile = "speech.txt"\n' + TARGET)
    assert _codes(path, folder=folder) == []


def test_source_file_outside_the_folder_is_refused_with_its_line(plan, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "speech.txt"
    outside.write_text(SPEECH, encoding="utf-8")
    for name in (str(outside), f"../{outside.parent.name}/speech.txt", "link.txt"):
        source = f'[[source]]\nid = "speech"\ntitle = "讲话"\nfile = "{name}"\n'
        path = plan(HEAD + DISTRICT + source + TARGET)
        if not (path.parent / "link.txt").is_symlink():
            (path.parent / "link.txt").symlink_to(outside)
        with pytest.raises(GateError, match=r"plan\.toml:\d+:\d+: .*(not relative to|out of) the plan") as caught:
            read_plan(path)
        assert caught.value.where.split("plan.toml:")[1].split(":")[0] == str(line_of(path, "file ="))


def test_every_hostile_path_of_a_plan_is_told(plan):
    layer = '[[layer]]\nname = "{}"\nfile = "{}"\ntype = "parcels"\nbasis = "reported"\n'
    text = HEAD + DISTRICT + layer.format("a", "../a.geojson") + layer.format("b", "/vsicurl/b.geojson") + TARGET
    with pytest.raises(GateError) as caught:
        read_plan(plan(text))
    assert "leads out" in str(caught.value)
    assert [error.where.split(":")[-2] for error in caught.value.also] == [str(line_of(plan(text), "/vsicurl"))]


def line_of(path, text):
    """Line of the plan file that holds a text, from 1."""
    return next(at for at, line in enumerate(path.read_text("utf-8").splitlines(), start=1) if text in line)


def test_promise_without_quote_and_quote_without_source(plan):
    bare = TARGET.replace('quote = "出让地块22宗"\n', "").replace("T-1", "T-2")
    assert _codes(plan(HEAD + DISTRICT + TARGET + bare)) == [
        ("plan-quote-unsourced", "T-1"),
        ("plan-quote-none", "T-2"),
    ]
    assert _codes(plan(HEAD + DISTRICT + bare.replace("chapter", 'role = "context"\nchapter'))) == []


# --- selection


def _plan_of_three(plan):
    two = TARGET.replace("T-1", "T-2").replace("一、产业", "二、民生").replace("chapter", 'kind = "indicator"\nchapter')
    three = TARGET.replace("T-1", "X-1").replace('kind = "count", of = "parcels"', 'kind = "area", of = "parcels"')
    return read_plan(plan(HEAD + DISTRICT + TARGET + two + three))


@pytest.mark.parametrize(
    ("patterns", "ids"),
    [
        (None, ["T-1", "T-2", "X-1"]),
        (["T-1"], ["T-1"]),
        (["T-*"], ["T-1", "T-2"]),
        (["?-1"], ["T-1", "X-1"]),
        (["chapter:民生"], ["T-2"]),
        (["kind:spatial"], ["T-1", "X-1"]),
        (["measure:area", "T-2"], ["T-2", "X-1"]),
        (["role:promise"], ["T-1", "T-2", "X-1"]),
    ],
)
def test_selection(plan, patterns, ids):
    assert [one.id for one in select_targets(_plan_of_three(plan), patterns)] == ids


def test_selecting_nothing_is_an_error_with_the_nearest(plan):
    with pytest.raises(UsageError, match="Did you mean T-1"):
        select_targets(_plan_of_three(plan), ["T-11"])
    with pytest.raises(UsageError, match="the plan has no target"):
        select_targets(read_plan(plan(HEAD + DISTRICT)))


# --- reported values


def _reported(plan, rows):
    text = HEAD + 'reported = ["values.csv"]\n' + DISTRICT + TARGET
    return read_reported(read_plan(plan(text, values_csv="target,low,high,value,unit,source,date,basis\n" + rows)))


def _said(plan, rows):
    return [(hit.code, hit.features, hit.values["rows"]) for hit in _reported(plan, rows).findings]


def test_newest_value_not_after_the_plans_date_counts(plan):
    told = _reported(
        plan, "T-1,,,20,宗,局,2025-06-30,\nT-1,21,22,,宗,局,2025-12-31,reported\nT-1,,,30,宗,局,2026-01-01,\n"
    )
    values = told.values
    assert (values["T-1"].reading.low, values["T-1"].reading.high) == (21, 22)
    assert (values["T-1"].line, values["T-1"].basis) == (3, "reported")
    assert told.later["T-1"].date.isoformat() == "2026-01-01"


def test_two_values_of_one_day_are_an_interval_and_told(plan):
    rows = "T-1,,,7.2,%,a,2025-12-31,\nT-1,,,0.074,share,b,2025-12-31,surveyed\n"
    value = _reported(plan, rows).values["T-1"]
    assert (value.reading.low, value.reading.high, value.reading.unit) == (7.2, pytest.approx(7.4), "%")
    assert (value.basis, value.source) == ("reported", "a; b")
    assert ("plan-reported-twice", ["T-1", "T-1"], "values.csv:2, values.csv:3") in _said(plan, rows)
    with pytest.raises(PlanError, match="in % and km"):
        _reported(plan, "T-1,,,7.2,%,a,2025-12-31,\nT-1,,,7,km,b,2025-12-31,\n")


def test_values_that_do_not_count_are_told(plan):
    assert ("plan-reported-later", ["T-1"], "values.csv:2") in _said(plan, "T-1,,,7,宗,a,2026-01-15,\n")
    assert _said(plan, "T-O1,,,7,宗,a,2025-12-31,\n") == [("plan-reported-unused", ["T-O1"], "values.csv:2")]


@pytest.mark.parametrize(
    "row",
    [
        "T-1,,,many,宗,局,2025-01-01,",
        "T-1,,,1,宗,局,lately,",
        "T-1,2,1,,宗,局,2025-01-01,",
        "T-1,,,nan,宗,局,2025-01-01,",
    ],
)
def test_bad_value_is_told_with_its_line(plan, row):
    with pytest.raises(PlanError) as caught:
        _reported(plan, row + "\n")
    assert caught.value.where == "values.csv:2"


def test_values_outside_the_folder_are_refused(plan):
    path = plan(HEAD + 'reported = ["../values.csv"]\n' + DISTRICT + TARGET)
    with pytest.raises(GateError, match=r"plan\.toml:\d.*leads out of the plan's folder"):
        read_plan(path)
    inner = HEAD + DISTRICT + TARGET
    with pytest.raises(GateError, match="leads out of the plan's folder"):
        read_reported(read_plan(plan(inner)).model_copy(update={"reported": ["../values.csv"]}))


@pytest.mark.parametrize(
    ("cell", "number"), [("1,719.5", 1719.5), ("1，719", 1719), ("-12,000", -12000), ("1.5e3", 1500), ("１２", 12)]
)
def test_numbers_of_tables_as_people_write_them(plan, cell, number):
    assert _reported(plan, f'T-1,,,"{cell}",宗,局,2025-01-01,\n').values["T-1"].reading.low == number


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('T-1,,,"1,5",宗,局,2025-01-01,', "before three digits"), ('T-1,,,"17,19",宗,局,2025-01-01,', "three digits"),
        ("T-1,,,1_000,宗,局,2025-01-01,", "three digits"), (",,,5,宗,局,2025-01-01,", "names no target"),
        ("T-1,,,5,宗,局,2025-01-01,,more", "more cells"),
    ],
)  # fmt: skip
def test_a_row_that_would_be_read_in_part_is_refused(plan, row, told):
    with pytest.raises(PlanError, match=told):
        _reported(plan, row + "\n")


@pytest.mark.parametrize(
    ("head", "absent"),
    [("Target,value,source,date", "target"), ("target;value;source;date", "target, source, date, value"),
     ("target,值,source,date", "value"), ("target,value,unit", "source, date")],
)  # fmt: skip
def test_a_table_without_its_columns_is_refused(plan, head, absent):
    text = HEAD + 'reported = ["values.csv"]\n' + DISTRICT + TARGET
    with pytest.raises(PlanError, match=f"has no column {absent}; it has: ") as caught:
        read_reported(read_plan(plan(text, values_csv=head + "\nT-1,5,a,2025-01-01\n")))
    assert caught.value.where == "values.csv:1"


@pytest.mark.parametrize("bound", ["number = true", "number = 22, tolerance = true"])
def test_true_is_no_number_of_a_bound(plan, bound):
    text = HEAD + DISTRICT + TARGET.replace("number = 22", bound)
    assert "true and false are no value" in str(refused(plan(text)))
