"""Declared files in TOML: types, styles, maps, waivers; every slip of theirs is told with its place."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from urbanplan.errors import UrbanplanError
from urbanplan.model.library_messages import translate_problem
from urbanplan.model.limits import MAX_DEPTH, unusable_values
from urbanplan.model.toml_locations import blank_strings, locate
from urbanplan.model.translation import localize

MAX_BYTES = 5_000_000
_MAX_PROBLEMS = 20
_LONG_NUMBER = re.compile(r"\d{1000}")
_DEEP_KEY = re.compile(rf"(?:[\w-]*[ \t]*\.[ \t]*){{{MAX_DEPTH}}}")
_BARE = re.compile(r"[+-]?\d+(\.\d+)?|\d{4}-\d\d-\d\d|true|false")  # what stands in TOML without quotes
_WITH_UNIT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*\D")
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)")
_M = TypeVar("_M", bound=BaseModel)


def read_declared(
    model: type[_M],
    path: Path,
    *,
    error_type: type[UrbanplanError],
    more: Mapping[str, Any] | None = None,
    most: int = MAX_BYTES,
) -> _M:
    """Read a TOML file as a model.

    Args:
        model: what the file holds. path: the file. error_type: kind of error that is raised.
        more: values beside the file's. most: bytes that it may have.

    Raises:
        UrbanplanError: of the given kind; it names file, line and column.
    """
    text = read_text(path, error_type=error_type, most=most)
    return parse_declared(model, text, shown=str(path), error_type=error_type, more=more)


def parse_declared(
    model: type[_M], text: str, *, shown: str, error_type: type[UrbanplanError], more: Mapping[str, Any] | None = None
) -> _M:
    """The text of a TOML file as a model; ``shown`` names the file in errors.  See :func:`read_declared`."""
    data = parse_toml(text, shown=shown, error_type=error_type)
    for key in [key for key in data if key in (more or {})]:
        where = format_location(shown, text, (key,))
        raise error_type("the file's name says {key!r}, no key of it", where=where, fix="Leave the key out", key=key)
    try:
        return model.model_validate({**data, **(more or {})}, strict=True)  # a text is no number
    except ValidationError as problems:
        raise _combine([_row_error(row, model, text, shown, error_type) for row in problems.errors()]) from problems


def read_text(path: Path, *, error_type: type[UrbanplanError], shown: str = "", most: int = MAX_BYTES) -> str:
    """The text of a UTF-8 file of bounded size, line ends as ``\\n``."""
    shown = shown or str(path)
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise error_type("this is not a file", where=shown, fix="Give the path of a file")
        if path.stat().st_size > most:
            raise error_type("the file is larger than {most} MB", where=shown, fix="Split it", most=most // 1_000_000)
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise error_type(
            "the file is not UTF-8", where=f"{shown}:{line}", fix="Save it again as UTF-8 in your editor"
        ) from problem
    except UrbanplanError:
        raise
    except OSError as problem:
        raise error_type(
            "the file cannot be read: {problem}",
            where=shown,
            fix="Look at its name and its rights",
            problem=translate_problem(problem.strerror or type(problem).__name__),
        ) from problem


def parse_toml(text: str, *, shown: str, error_type: type[UrbanplanError]) -> dict[str, Any]:
    """Parse TOML and refuse numbers, dates and nestings that would overflow later."""
    line = _deep_key_line(text)
    if line is not None:
        raise error_type("it is nested too deeply", where=f"{shown}:{line}", fix="Mend this value")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise _syntax_error(shown, text, problem, error_type) from problem
    except RecursionError as problem:
        raise error_type("the file is nested too deeply", where=shown, fix="Flatten its tables") from problem
    except ValueError as problem:  # a whole number of more digits than Python reads
        hit = _LONG_NUMBER.search(text)
        where = f"{shown}:{text.count(chr(10), 0, hit.start()) + 1}" if hit else shown
        raise error_type("this number is too large", where=where, fix="Mend this value") from problem
    problems = [
        error_type("{problem}", where=format_location(shown, text, path), fix="Mend this value", problem=reason)
        for path, reason in islice(unusable_values(data), _MAX_PROBLEMS)
    ]
    if problems:
        raise _combine(problems)
    return data


def _deep_key_line(text: str) -> int | None:
    """The first line with a dotted key of too many parts: its parser would take the square of them."""
    if not any(line.count(".") > MAX_DEPTH for line in text.splitlines()):
        return None
    hit = _DEEP_KEY.search(blank_strings(text))
    return None if hit is None else text.count("\n", 0, hit.start()) + 1


def format_location(shown: str, text: str, path: tuple[str | int, ...]) -> str:
    """``file:line:column`` of an item, or of the nearest table that holds it."""
    place = locate(text, path)
    return f"{shown}:{place[0]}:{place[1]}" if place else shown


def _combine(problems: list[UrbanplanError]) -> UrbanplanError:
    problems[0].also = tuple(problems[1:_MAX_PROBLEMS])
    return problems[0]


def _syntax_error(
    shown: str, text: str, problem: tomllib.TOMLDecodeError, error_type: type[UrbanplanError]
) -> UrbanplanError:
    hit = re.search(r"\(at line (\d+), column (\d+)\)", str(problem))
    line, column = (int(hit[1]), int(hit[2])) if hit else (text.count("\n") + 1, 1)
    lines = text.splitlines()
    shown_line = lines[line - 1] if 0 < line <= len(lines) else ""
    return error_type(
        "this is not TOML: {problem}",
        where=f"{shown}:{line}:{column}",
        fix="Mend this line:\n    {line}\n    {caret}",
        problem=translate_problem(re.sub(r" \(at .*\)$", "", str(problem))),
        line=shown_line,
        caret=" " * (column - 1) + "^",
    )


def _row_error(
    row: Any, model: type[BaseModel], text: str, shown: str, error_type: type[UrbanplanError]
) -> UrbanplanError:
    loc: tuple[str | int, ...] = tuple(row["loc"])
    where, key = format_location(shown, text, loc), ".".join(str(step) for step in loc)
    match row["type"]:
        case "missing":
            return error_type("the key {key!r} is missing", where=where, fix="Add it", key=key)
        case "extra_forbidden":
            return _unknown_key(str(loc[-1]), _keys_at(model, loc[:-1]), where, error_type)
        case _:
            said = {"problem": translate_problem(row["msg"]), "repair": repair_of_type(row)}
            return error_type("{key}: {problem}", where=where, fix="{repair}", key=key, **said)


def repair_of_type(row: Any) -> str:
    """How a value is mended that a model refuses: as what it is written, where it is only of another TOML type.

    Args:
        row: one of the errors of pydantic.
    """
    value: Any = row["input"]
    match row["type"], value:
        case ("float_type" | "int_type" | "bool_type" | "date_type", str()) if _BARE.fullmatch(value.strip()):
            return localize("Write it without quotes: {written}", written=value.strip())
        case ("float_type" | "int_type", str()) if _WITH_UNIT.match(value.strip()):
            number = _WITH_UNIT.findall(value.strip())[0]
            return localize("Write the number alone, without quotes: {written}", written=number)
        case ("date_type", int()) if _DIGITS.fullmatch(str(value)):
            return localize("Write it as a date: {written}", written="-".join(_DIGITS.findall(str(value))[0]))
        case "date_type", datetime.datetime():
            return localize("Write the day alone: {written}", written=value.date().isoformat())
        case "string_type", bool() | int() | float() | datetime.date():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            return localize("Write it in quotes: {written}", written=f'"{text}"')
        case _:
            return localize("Mend this value")


def _unknown_key(key: str, known: list[str], where: str, error_type: type[UrbanplanError]) -> UrbanplanError:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    fix = "Did you mean {near!r}?" if near else "Known keys: {known}"
    return error_type(
        "there is no key {key!r} here", where=where, fix=fix, key=key, near="".join(near), known=", ".join(known)
    )


def _keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys of the table that a path of a file points into."""
    for step in path:
        if isinstance(step, str):
            field = next((f for n, f in model.model_fields.items() if step in (n, f.alias)), None)
            model = (_model_in(field.annotation) if field is not None else None) or model
    return [field.alias or name for name, field in model.model_fields.items() if not field.exclude]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model in a type such as ``list[Model] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    parts = cast("tuple[Any, ...]", getattr(cast("Any", annotation), "__args__", ()))
    return next((found for part in parts if (found := _model_in(part))), None)
