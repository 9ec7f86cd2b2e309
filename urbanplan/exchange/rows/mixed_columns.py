"""Columns as people fill them: numbers with marks, dates in several spellings, texts among numbers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from urbanplan.exchange.fields.columns import to_column
from urbanplan.exchange.rows.parse_coordinates import to_half_width
from urbanplan.layer.dates import parse_day
from urbanplan.model.translation import localize

_FRACTION = r"(\.\d+([eE][-+]?\d{1,3})?|[eE][-+]\d{1,3})?"  # 1E5 alone is a code: programs write 1e+05 or 1.0E5
_NUMBER = re.compile(r"[-+−]?(\d{1,3}(,\d{3})+|\d+)" + _FRACTION)
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)" + _FRACTION)
_COMMA_NUMBER = re.compile(r"[-+−]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")  # 1.234,5 and 1234,5
_THOUSANDS = re.compile(r"[-+−]?\d{1,3}(,\d{3})+")
_SHORTENED = re.compile(r"\d(\.\d{1,8})?[eE]\+(1[0-9]|2[0-9])")  # what a spreadsheet leaves of a long number
_CODE = re.compile(r"[-+−]?0\d")  # leading zeros: a code, no number
_NOTHING = frozenset({"—", "——", "–", "-", "--", "/", "\\", "n/a", "na", "null", "none", "nan", "nil", "<null>",
                      "(null)", "\\n", "无", "暂无", "空", "不详", "未知", "待定", "#n/a", "#div/0!", "#name?",
                      "#null!", "#num!", "#ref!", "#value!", "#spill!", "#calc!"})  # fmt: skip
_TOTALS = frozenset(
    {"合计", "总计", "小计", "共计", "总合计", "累计", "合计数", "total", "subtotal", "grandtotal", "sum"}
)
_REMARK = re.compile(
    r"(备注|附注|注|说明|(数据|资料)?来源|填表人|制表人?|制表单位|审核人?|复核人?|(单位)?负责人|填报(人|单位|日期)|制表日期|联系(人|电话)|"
    r"remarks?|notes?|source|prepared by)\s*:",
    re.IGNORECASE,
)
_SHEET_DAYS = (20_000, 80_000)  # numbers of days that may be a date in a sheet: 1954 to 2119
_SHEET_EPOCH = datetime.date(1899, 12, 30)
_SCALARS = (str, int, float, bool, datetime.date, datetime.time)
_Unified = tuple[pd.Series, str]


def unify_columns(
    columns: dict[str, pd.Series], *, dates_as_text: bool = False, comma: bool = False
) -> tuple[dict[str, pd.Series], tuple[str, ...]]:
    """Columns of one kind each, and what is to be told.

    Dates in any spelling with the year first become dates (ISO texts with ``dates_as_text``); numbers in full-width
    digits or with thousands marks become numbers, dashes among them nulls; texts among numbers make all of them texts.
    With ``comma`` the commas of a column may be decimal ones: something else divides values.
    """
    made, notes = {}, []
    for name, values in columns.items():
        values, told = _decimal_commas(name, values) if comma else (values, "")
        notes += [told] if told else []
        unified = _unify(name, values, dates_as_text)
        made[name] = values if unified is None else unified[0]
        notes += [] if unified is None else [unified[1]]
    return made, tuple(notes)


def shortened_note(name: str, texts: Any) -> str:
    """What is told of whole numbers that a spreadsheet shortened (4.10102E+17): their digits are lost; else empty."""
    found = next((text for text in texts if isinstance(text, str) and _SHORTENED.fullmatch(text)), None)
    if found is None:
        return ""
    what = "{field} holds numbers that a spreadsheet shortened ({text}): their digits are lost in the file"
    return localize(what, field=repr(name)[:60], text=found)


def _decimal_commas(name: str, values: pd.Series) -> tuple[pd.Series, str]:
    """A column of numbers with decimal commas as numbers, and what is told; as it is where it may be something else."""
    if not isinstance(values.dtype, pd.StringDtype):
        return values, ""
    listed: list[str | None] = [None if _is_null(value) else str(value).strip() for value in values.tolist()]
    numbers = [value if value and _normalize(value) not in _NOTHING else None for value in listed]
    given = [value for value in numbers if value is not None]
    sure = next((value for value in given if "," in value and not _THOUSANDS.fullmatch(value)), None)
    if sure is None or not all(_COMMA_NUMBER.fullmatch(value) and not _CODE.match(value) for value in given):
        return values, ""
    made = [None if value is None else _comma_number(value) for value in numbers]
    what = "{field} holds numbers as texts: {text} was read as {number}"
    told = localize(what, field=repr(name)[:60], text=repr(sure), number=str(_comma_number(sure)))
    return pd.Series(made, dtype="float64"), told


def _comma_number(text: str) -> float:
    return float(text.replace("−", "-").replace(".", "").replace(",", "."))


def unify_mixture(name: str, values: pd.Series) -> _Unified | None:
    """A column of texts among numbers, dates or truth values as texts, and what is told; None where it is none."""
    if values.dtype != object:
        return None
    kinds = {type(value) for value in values if not _is_null(value)}
    if len(kinds) < 2 or str not in kinds or not all(issubclass(kind, _SCALARS) for kind in kinds):
        return None
    texts = pd.Series([None if _is_null(value) else _to_plain_text(value) for value in values], dtype="str")
    return texts, localize("{field} holds texts among other values: all are read as texts", field=repr(name)[:60])


def summary_rows(first_cells: list[Any], numbers: Any) -> tuple[set[int], tuple[str, ...]]:
    """Rows (from 0) that are no features by their first filled cell, and what is told of them.

    These are sums of other rows (合计, 小计, total …), and remarks below the table (备注：…, 制表人：…).

    Args:
        first_cells: of each row. numbers: of each row in the file, for what is told.
    """
    totals = [at for at, cell in enumerate(first_cells) if isinstance(cell, str) and _normalize(cell) in _TOTALS]
    remarks: list[int] = []
    for at in range(len(first_cells) - 1, 0, -1):
        cell = first_cells[at]
        if not isinstance(cell, str) or not _REMARK.match(to_half_width(cell).strip()):
            break
        remarks.insert(0, at)
    notes: list[str] = []
    if totals:
        what = "{count} rows of totals were passed over: {rows}"
        notes.append(localize(what, count=len(totals), rows=_list_rows(first_cells, numbers, totals)))
    if remarks:
        what = "{count} rows of remarks below the table were passed over: {rows}"
        notes.append(localize(what, count=len(remarks), rows=_list_rows(first_cells, numbers, remarks)))
    return {*totals, *remarks}, tuple(notes)


def _list_rows(first_cells: list[Any], numbers: Any, rows: list[int]) -> str:
    return ", ".join(f"{numbers[at]} ({first_cells[at].strip()[:20]})" for at in rows[:5])


def _unify(name: str, values: pd.Series, dates_as_text: bool) -> _Unified | None:
    if not (isinstance(values.dtype, pd.StringDtype) or values.dtype == object):
        return None
    listed = [None if _is_null(value) else value for value in values.tolist()]
    given = [value for value in listed if value is not None]
    texts = [value for value in given if isinstance(value, str)]
    if not texts or not all(isinstance(value, _SCALARS) for value in given):
        return None
    unifiers: tuple[Callable[[], _Unified | None], ...] = (
        lambda: _unify_dates(name, listed, dates_as_text),
        lambda: _unify_numbers(name, listed),
        lambda: unify_mixture(name, values),
    )
    return next((found for unify in unifiers if (found := unify()) is not None), None)


def _unify_dates(name: str, listed: list[Any], dates_as_text: bool) -> _Unified | None:
    """Dates where every value is one in some spelling and not all are written alike already."""
    texts = [value for value in listed if isinstance(value, str)]
    if parse_day(texts[0]) is None:
        return None
    serial = any(isinstance(value, datetime.date) for value in listed) or len(texts) > 1
    days = [_to_day(value, serial=serial) for value in listed]
    if any(day is None and value is not None for day, value in zip(days, listed, strict=True)):
        return None
    iso = [None if day is None else day.isoformat() for day in days]
    odd = next(
        (value for value, text in zip(listed, iso, strict=True) if isinstance(value, str) and value != text), None
    )
    if odd is None and len(texts) == len([value for value in listed if value is not None]):
        return None
    made = pd.Series(iso, dtype="str") if dates_as_text else pd.Series(days, dtype=object)
    day = None if odd is None else parse_day(odd)
    what = "{field} holds dates in several spellings: {text} was read as {day}"
    return made, localize(what, field=repr(name)[:60], text=repr(odd or texts[0]), day=str(day or parse_day(texts[0])))


def _to_day(value: Any, *, serial: bool) -> datetime.date | None:
    """A value as a day: a date, a moment at midnight, a text, or a sheet's number of days."""
    if isinstance(value, datetime.datetime):
        return value.date() if value.time() == datetime.time() else None
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str):
        return parse_day(value)
    if serial and type(value) in (int, float) and _SHEET_DAYS[0] <= value <= _SHEET_DAYS[1] and value == int(value):
        return _SHEET_EPOCH + datetime.timedelta(days=int(value))
    return None


def _unify_numbers(name: str, listed: list[Any]) -> _Unified | None:
    """Numbers where every text is one or says that there is none, and at least one value is a number."""
    numbers: list[Any] = []
    odd, nothing, plain = "", "", 0
    for value in listed:
        if not isinstance(value, str):
            if isinstance(value, (bool, datetime.date, datetime.time)):
                return None
            numbers.append(value)
            plain += value is not None
            continue
        if _normalize(value) in _NOTHING:
            numbers.append(None)
            nothing = nothing or value
            continue
        number = _parse_number(value)
        if number is None:
            return None
        numbers.append(number)
        odd = odd or ("" if _PLAIN_NUMBER.fullmatch(value) else value)
        plain += bool(_PLAIN_NUMBER.fullmatch(value))
    if all(number is None for number in numbers) or not (
        odd or nothing or any(not isinstance(v, str) for v in listed if v is not None)
    ):
        return None
    if any(isinstance(number, float) for number in numbers):
        numbers = [None if number is None else float(number) for number in numbers]
    made = to_column(numbers)
    field = repr(name)[:60]
    if nothing and not odd:
        return made, localize("{field} holds numbers and {text}, which is no value", field=field, text=repr(nothing))
    text = odd or next(value for value in listed if isinstance(value, str))
    what = "{field} holds numbers as texts: {text} was read as {number}"
    return made, localize(what, field=field, text=repr(text), number=str(_parse_number(text)))


def _parse_number(text: str) -> int | float | None:
    """The number of a text in full or half width, with or without thousands marks; None for codes and other texts."""
    plain = to_half_width(text).strip().replace("，", ",")
    if not _NUMBER.fullmatch(plain) or _CODE.match(plain.replace(",", "")):
        return None
    plain = plain.replace(",", "").replace("−", "-")
    if re.fullmatch(r"[-+]?\d{1,18}", plain):
        return int(plain)
    return float(plain) if len(re.sub(r"\D", "", plain)) <= 17 else None


def _normalize(text: str) -> str:
    return re.sub(r"[\s:：]", "", to_half_width(text)).lower()


def _is_null(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def _to_plain_text(value: Any) -> str:
    """A value as a person writes it: a whole number without a point, a date without its midnight."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float) and value == int(value) and abs(value) < 2**53:
        return str(int(value))
    return value if isinstance(value, str) else str(value)
