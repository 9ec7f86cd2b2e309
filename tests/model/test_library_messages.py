"""What pydantic, tomllib and Python say of a slip is told in the language of the messages."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from urbanplan.errors import PlanError
from urbanplan.model.library_messages import MESSAGES, translate_problem
from urbanplan.model.toml_file import parse_declared
from urbanplan.model.translation import translate, translations, use_language
from urbanplan.plan import read_plan
from urbanplan.plan.reported import read_reported

PLAN = """id = "p"
title = "Plan"
as_of = 2025-12-31
reported = ["r.csv"]
[district]
name = "District"
crs = "EPSG:4547"
[[target]]
id = "T1"
"""


class Sample(BaseModel):
    whole: int = 1
    number: float = Field(default=1.0, gt=0, le=10)
    truth: bool = True
    text: str = ""
    names: list[str] = []
    table: dict[str, int] = {}
    day: datetime.date | None = None
    choice: Literal["a", "b"] = "a"


SLIPS = [
    ('whole = "x"', "应为整数"),
    ("whole = 1.5", "应为整数，不能带小数"),
    ('number = "x"', "应为数字"),
    ("number = 0", "应大于 0"),
    ("number = 11", "应不大于 10"),
    ('truth = "x"', "应为是或否"),
    ("text = 1", "应为文字"),
    ("names = 1", "应为列表"),
    ("table = 1", "应为表"),
    ('day = "32.13.2025"', "应为日期"),
    ('choice = "c"', "应为 'a' or 'b'"),
    ("whole = ", "值不合语法"),
    ('text = "x', "引号没有闭合"),
    ("text", "键名之后应为“=”"),
    ("names = [1", "列表没有闭合"),
    ("whole = 1\nwhole = 2", "同一键不能给出两个值"),
]


@pytest.mark.parametrize(("text", "told"), SLIPS)
def test_a_slip_is_told_in_chinese(text: str, told: str) -> None:
    with use_language("zh"), pytest.raises(PlanError) as slip:
        parse_declared(Sample, text, shown="a.toml", error_type=PlanError)
    assert told in slip.value.text(translate)
    assert not re.search(r"Input|should|valid|Expected", slip.value.text(translate))


def test_english_stays_as_the_library_says_it() -> None:
    assert translate_problem("Input should be greater than 0") == "Input should be greater than 0"
    assert translate_problem("Value error, it is odd") == "it is odd"
    assert set(MESSAGES) <= set(translations("zh"))


@pytest.mark.parametrize(
    ("date", "value", "told"), [("31.12.2025", "3", "'31.12.2025' 不是日期"), ("2025-12-31", "many", "'many' 不是数字")]
)
def test_a_slip_in_a_table_of_reported_values(tmp_path: Path, date: str, value: str, told: str) -> None:
    (tmp_path / "r.csv").write_text(f"target,value,unit,source,date\nT1,{value},,s,{date}\n", encoding="utf-8")
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    plan = read_plan(tmp_path / "plan.toml")
    with use_language("zh"), pytest.raises(PlanError) as slip:
        read_reported(plan)
    assert told in slip.value.text(translate)
    assert "isoformat" not in slip.value.text(translate)
