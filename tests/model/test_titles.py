"""Titles of layers and fields in messages: the declared ones in Chinese, the names in English and where none is."""

from __future__ import annotations

import pytest
from plans import small_district

from urbanplan.analysis.check import check
from urbanplan.model.finding import build_finding
from urbanplan.model.layertype import FieldSpec, LayerType
from urbanplan.model.titles import field_title, field_titles, layer_title, use_titles
from urbanplan.model.translation import use_language


def kind(name, zh, **fields):
    specs = {key: FieldSpec(title={"zh": title} if title else {}) for key, title in fields.items()}
    return LayerType(name=name, title={"zh": zh, "en": name}, geometry="point", fields=specs)


TYPES = {
    "enterprises": kind("enterprises", "企业", staff="职工数", sector="行业", code=""),
    "enterprise_grids": kind("enterprise_grids", "企业专属网格"),
    "streets_2024": kind("streets", "道路"),
    "streets_2025": kind("streets", "道路", opened="日期", closed="日期"),
}


@pytest.fixture
def chinese():
    with use_language("zh"), use_titles(TYPES):
        yield


def test_a_title_stands_for_the_name(chinese):
    assert layer_title("enterprises") == "企业"
    assert field_title("enterprises", "staff") == "职工数"
    assert field_titles("enterprises", ["staff", "sector", "code"]) == "职工数、行业、code"


def test_what_has_no_title_keeps_its_name(chinese):
    assert layer_title("unknown") == "unknown"
    assert field_title("unknown", "staff") == "staff"
    assert field_title("enterprises", "code") == "code"
    assert field_title(None, "staff") == "staff"


def test_a_title_that_two_share_bears_the_name(chinese):
    assert layer_title("streets_2024") == "道路（streets_2024）"
    assert field_title("streets_2025", "closed") == "日期（closed）"


def test_an_english_message_shows_names():
    with use_titles(TYPES):
        assert layer_title("enterprises") == "enterprises"
        assert field_titles("enterprises", ["staff", "code"]) == "staff, code"


def test_titles_are_of_the_block_only(chinese):
    with use_titles({}):
        assert layer_title("enterprises") == "enterprises"
    assert layer_title("enterprises") == "企业"


def test_a_finding_shows_titles_and_its_fix_the_names_to_write(chinese):
    found = build_finding("layer-column-absent", layer="enterprises", column="staff", near="人数")
    assert found.message == "图层 企业 缺少字段 职工数；相近字段：人数"
    assert "staff" in found.fix
    assert (found.layer, found.values["column"]) == ("enterprises", "staff")


def test_a_run_in_chinese_says_titles_and_one_in_english_names(tmp_path):
    layers = small_district.frames()
    layers["parcels"].geometry = [layers["parcels"].geometry.iloc[0]] * 2
    plan = small_district.write(tmp_path, layers)
    kinds = tmp_path / "types" / "parcels.toml"
    kinds.write_text(kinds.read_text(encoding="utf-8").replace('zh = "parcels"', 'zh = "宗地"'), encoding="utf-8")
    english = [one.message for one in check(plan).findings if one.layer == "parcels"]
    with use_language("zh"):
        chinese = [one.message for one in check(plan).findings if one.layer == "parcels"]
    assert len(english) == len(chinese) > 0
    assert all("parcels" in text for text in english)
    assert all("宗地" in text and "parcels" not in text for text in chinese)


def test_a_reason_in_chinese_says_titles(tmp_path, monkeypatch):
    monkeypatch.setattr(
        small_district,
        "TARGETS",
        small_district.TARGETS
        + """
[[target]]
id = "IN"
quote = "two parcels"
source = "speech"
measure = { kind = "within", of = "homes", inside = "parcels" }
bound = { comparator = "=", number = 100, unit = "%" }
""",
    )
    plan = small_district.write(tmp_path)
    for name, title in (("parcels", "宗地"), ("homes", "居住点")):
        file = tmp_path / "types" / f"{name}.toml"
        file.write_text(file.read_text(encoding="utf-8").replace(f'zh = "{name}"', f'zh = "{title}"'), encoding="utf-8")
    with use_language("zh"):
        (verdict,) = check(plan, select=["IN"]).verdicts
    assert "居住点 有 4 个要素不在 宗地 之内" in verdict.reason
