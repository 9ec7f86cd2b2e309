"""What pydantic, tomllib and Python say of a slip is told in the language of the messages."""

from __future__ import annotations

import datetime
import errno
import io
import os
import re
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree
from xml.parsers.expat import ErrorString

import orjson
import pytest
from pydantic import BaseModel, Field

from urbanplan.errors import ExchangeError, PlanError
from urbanplan.exchange import read
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
    ("whole = 1.5", "应为整数"),
    ('number = "x"', "应为数字"),
    ("number = 0", "应大于 0"),
    ("number = 11", "应不大于 10"),
    ('truth = "x"', "应为是或否"),
    ("text = 1", "应为文字"),
    ("names = 1", "应为列表"),
    ("table = 1", "应为表"),
    ('day = "32.13.2025"', "应为日期"),
    ('choice = "c"', "应为 'a'或'b'"),
    ("whole = ", "值不合语法"),
    ('text = "x', "引号没有闭合"),
    ("text", "键名之后应为“=”"),
    ("names = [1", "列表没有闭合"),
    ("whole = 1\nwhole = 2", "同一键不能给出两个值"),
    ("day = 2025-01-02T03:04:05", "应为日期，如 2025-12-31"),
    ("day = 2025-02-30", "日期或时间不存在"),
    ("[table", "表名之后应为“]”"),
    ("[[names", "表数组名之后应为“]]”"),
    ("table = {a = 1, a = 2}", "行内表中的键 'a' 重复"),
    ("table = {a = 1}\ntable.b = 2", "已经写完"),
    ("[table]\na = 1\n[whole]\n[table]", "不能声明两次"),
    ('text = "\\uD800"', "转义的字符不是 Unicode 字符"),
    ('text = "\\u12"', "十六进制值不合语法"),
    ('text = "\\q"', "反斜杠没有转义"),
    ('text = "\x01"', "不允许的字符"),
]


@pytest.mark.parametrize(("text", "told"), SLIPS)
def test_a_slip_is_told_in_chinese(text: str, told: str) -> None:
    with use_language("zh"), pytest.raises(PlanError) as slip:
        parse_declared(Sample, text, shown="a.toml", error_type=PlanError)
    assert told in slip.value.text(translate)
    assert not re.search(r"Input|should|valid|Expected", slip.value.text(translate))


JSON = (
    '', '{', '[1 2]', '{"a" 1}', '{1:2}', '"\\x"', "01", "+1", "}", "[1]]", '"\x01"', '"\\ud800"', '"\\udc00"',
    '"\\ud800\\u0041"', "[1,]", "1e999", "[" * 2000, "falsy", "nulx", "truth", "\ufeff{}", b'"\xff"', '{"a":1 "b":2}',
)  # fmt: skip
XML = (
    "",
    "<a",
    "<a>",
    "<a></b>",
    '<a b="1" b="2"/>',
    "<a/>x",
    "<a>&b;</a>",
    "<a>&#0;</a>",
    "<a><![CDATA[",
    "<a:b/>",
    "<&>",
)


def library_sentences() -> list[str]:
    """What the readers say of damaged texts."""
    said: list[str] = []
    for text in JSON:
        with pytest.raises(orjson.JSONDecodeError) as slip:
            orjson.loads(text)
        said.append(slip.value.msg)
    for text in XML:
        with pytest.raises(ElementTree.ParseError) as damage:
            ElementTree.fromstring(text)
        said.append(ErrorString(damage.value.code))
    for data in (b"no zip", zip_end(b"PK"), zip_end(bytes(46))):
        with pytest.raises(zipfile.BadZipFile) as broken:
            zipfile.ZipFile(io.BytesIO(data))
        said.append(str(broken.value))
    with pytest.raises(sqlite3.DatabaseError) as other, closing(sqlite3.connect(":memory:")) as base:
        base.execute("SELECT a FROM b")
    codes = (errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP,
             errno.EMFILE, errno.EIO, errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EFBIG, errno.EEXIST)  # fmt: skip
    return [*said, str(other.value), *map(os.strerror, codes)]


def zip_end(directory: bytes) -> bytes:
    """A zip of nothing but a directory of one member."""
    return directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(directory), 0, 0)


def test_what_readers_say_of_damage_is_told_in_chinese() -> None:
    with use_language("zh"):
        told = {sentence: translate_problem(sentence) for sentence in library_sentences()}
    assert {sentence for sentence, text in told.items() if not re.search("[\u4e00-\u9fff]", text)} == set()
    assert told["unexpected end of data"] == "数据未完即止"
    assert told["unexpected character, expected ',' or '}'"] == "此处应为 ','或'}'"
    assert told["no such table: b"] == "没有表 b"
    assert told["No such file or directory"] == "文件或文件夹不存在"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.geojson", '{"type": "FeatureCollection", "features": [', "数据未完即止"),
        ("a.geojson", '{"type": ' + "[" * 1100 + "]" * 1100 + "}", "超过 1024 层"),
        ("a.kml", "<kml><Document></kml>", "首尾标签不配对"),
        ("a.xlsx", "PK\x03\x04 no zip", "不是 zip 压缩包"),
    ],
)
def test_a_damaged_file_is_told_in_chinese(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with use_language("zh"):
        with pytest.raises(ExchangeError) as slip:
            read(tmp_path / name)
        assert told in slip.value.text(translate)


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
