"""Reading a plan file: TOML, its included files, the place of every target."""

from __future__ import annotations

import difflib
import errno
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from urbanplan.errors import ExchangeError, FilterError, GateError, LayerError, PlanError
from urbanplan.model import plan as schema
from urbanplan.model.cql2 import parse_filter
from urbanplan.model.cql2_types import ValueKind
from urbanplan.model.library_messages import translate_problem
from urbanplan.model.metric_crs import check_metric_crs
from urbanplan.model.plan import Plan, Target
from urbanplan.model.reading import Bound
from urbanplan.model.run_files import add_inputs
from urbanplan.model.safe_path import resolve_inside
from urbanplan.model.toml_file import format_location, parse_toml, read_text, repair_of_type
from urbanplan.model.toml_locations import locate, table_lines
from urbanplan.plan.include_patterns import expand_pattern
from urbanplan.plan.precision import default_tolerance

MAX_BYTES = 5_000_000
_MAX_PROBLEMS = 20  # told with their places; of the rest the number
_INCLUDABLE_TABLES = frozenset({"target", "layer", "source"})  # what an included file may hold


@dataclass(frozen=True)
class _PlanFile:
    path: Path
    shown: str
    text: str
    data: dict[str, Any]


_DECLARED_FILES = ("types/*.toml", "styles/*.toml", "maps/*.toml", "maps/*/*.toml")


def read_plan(path: str | Path) -> Plan:
    """Read a plan file with all that it includes.

    Args:
        path: the plan file, or the folder that holds a ``plan.toml``.

    Returns:
        The plan; each target knows its file and line, and ``digest`` covers every file read.

    Raises:
        CrsError: the working CRS is not known, not projected or not in metres; the district's zone is proposed.
        PlanError: a file is not there, is not TOML or does not fit the schema;
            every problem is named with file and line.
        GateError: a path in it is an address, absolute, or leads out of the plan's folder.
    """
    main = Path(path)
    if main.is_dir():
        main = main / "plan.toml"
    first = _read_file(main, str(path) if main == Path(path) else str(main))
    files = [first, *_read_includes(first)]
    merged, origin = _merge_files(files)
    try:
        plan = Plan.model_validate(merged, strict=True)
    except ValidationError as error:
        raise _validation_error(error, files, origin) from error
    _check_paths(plan, files, origin)
    _check_filters(plan.model_copy(update={"file": str(first.path)}), files, origin)
    whole = _complete_plan(plan, files, origin)
    add_inputs(_named_files(whole, files))
    check_metric_crs(plan.district.crs, where=whole.crs_where, find_zone=partial(_find_zone, whole))
    return whole


def _named_files(plan: Plan, files: list[_PlanFile]) -> list[Path]:
    """Every file that a plan is made of or names, and the declared files beside it."""
    home = Path(plan.file).resolve().parent
    named = [spec.file for spec in plan.layer] + [spec.datum_parameters for spec in plan.layer]
    named += [*plan.reported, *(source.file for source in plan.source)]
    declared = [path for pattern in _DECLARED_FILES for path in sorted(home.glob(pattern))]
    return [*(file.path for file in files), *(home / name for name in named if name), *declared]


def _find_zone(plan: Plan) -> str | None:
    """The zone that the district's layers lie in: files are opened only where there is an error to explain."""
    module, function = _ZONE_FINDER
    return getattr(import_module(module), function)(plan)


_ZONE_FINDER = ("urbanplan.store.district_zone", "district_zone")  # heavy: loaded by name, when it is asked


def _read_file(path: Path, shown: str) -> _PlanFile:
    if not path.exists():
        raise PlanError(
            "the plan file cannot be read: {problem}",
            where=shown,
            fix="Give the path of a plan.toml, or start one with `urbanplan new DIR`",
            problem=translate_problem(os.strerror(errno.ENOENT)),
        )
    text = read_text(path, shown=shown, error_type=PlanError, most=MAX_BYTES)
    return _PlanFile(path, shown, text, parse_toml(text, shown=shown, error_type=PlanError))


def _read_includes(main: _PlanFile) -> list[_PlanFile]:
    given: Any = main.data.get("include", [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in cast("list[Any]", given)):
        return []  # the schema says so with its place
    patterns = cast("list[str]", given)
    folder = main.path.resolve().parent
    found: list[_PlanFile] = []
    for index, pattern in enumerate(patterns):
        where = _format_location(main, ("include", index))
        paths = [path for path in expand_pattern(pattern, folder, where=where) if path != main.path.resolve()]
        if not paths:
            raise PlanError("no file is named {pattern!r}", where=where, fix="Mend or remove it", pattern=pattern)
        found += [_read_file(path, str(Path(main.shown).parent / path.relative_to(folder))) for path in paths]
    return found


def _merge_files(files: list[_PlanFile]) -> tuple[dict[str, Any], dict[str, list[tuple[_PlanFile, int]]]]:
    """One table of all files, and for each array of tables which file and index its rows come from."""
    merged = {key: value for key, value in files[0].data.items() if key not in _INCLUDABLE_TABLES}
    origin: dict[str, list[tuple[_PlanFile, int]]] = {part: [] for part in sorted(_INCLUDABLE_TABLES)}
    lists = {part for part in _INCLUDABLE_TABLES if isinstance(files[0].data.get(part, []), list)}  # else a slip
    for file in files:
        for key, rows in file.data.items():
            if key in lists and isinstance(rows, list):
                count = len(cast("list[Any]", rows))
                merged.setdefault(key, []).extend(rows)
                origin[key].extend((file, index) for index in range(count))
            elif file is not files[0]:
                raise PlanError(
                    "an included file holds only [[target]], [[layer]] and [[source]], not {key!r}",
                    where=_format_location(file, (key,)),
                    fix="Move it to the plan file",
                    key=key,
                )
    merged |= {key: rows for key, rows in files[0].data.items() if key in _INCLUDABLE_TABLES - lists}
    return merged, origin


def _format_location(file: _PlanFile, path: tuple[str | int, ...]) -> str:
    return format_location(file.shown, file.text, path)


def _locate_merged(
    loc: tuple[str | int, ...], files: list[_PlanFile], origin: dict[str, list[tuple[_PlanFile, int]]]
) -> str:
    if len(loc) > 1 and loc[0] in origin and isinstance(loc[1], int) and loc[1] < len(origin[str(loc[0])]):
        file, index = origin[str(loc[0])][loc[1]]
        return _format_location(file, (loc[0], index, *loc[2:]))
    return _format_location(files[0], loc)


def _validation_error(
    error: ValidationError, files: list[_PlanFile], origin: dict[str, list[tuple[_PlanFile, int]]]
) -> PlanError:
    rows = error.errors()
    problems = [_row_error(row, files, origin) for row in rows[:_MAX_PROBLEMS]]
    if len(rows) > _MAX_PROBLEMS:
        more = len(rows) - _MAX_PROBLEMS
        problems.append(PlanError("{count} more problems of this plan", where=files[0].shown, count=more))
    problems[0].also = tuple(problems[1:])
    return problems[0]


def _row_error(row: Any, files: list[_PlanFile], origin: dict[str, list[tuple[_PlanFile, int]]]) -> PlanError:
    loc: tuple[str | int, ...] = tuple(row["loc"])
    where = _locate_merged(loc, files, origin)
    key = str(loc[-1]) if loc else ""
    if row["type"] == "extra_forbidden":
        known = _known_keys(loc)
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        fix = "Did you mean {near!r}?" if near else "Known keys: {known}"
        return PlanError(
            "there is no key {key!r} here", where=where, fix=fix, key=key, near="".join(near), known=", ".join(known)
        )
    if row["type"] == "missing":
        return PlanError("the key {key!r} is missing", where=where, fix="Add it", key=key)
    if row["type"] == "literal_error":
        expected = str(row.get("ctx", {}).get("expected", ""))
        near = difflib.get_close_matches(str(row["input"]), re.findall(r"'([^']*)'", expected), n=1, cutoff=0.5)
        return PlanError(
            "{key} cannot be {value!r}",
            where=where,
            fix="Did you mean {near!r}? It is one of {expected}" if near else "It is one of {expected}",
            key=key,
            value=row["input"],
            expected=expected,
            near="".join(near),
        )
    return PlanError(
        "{key}: {problem}",
        where=where,
        fix="{repair}",
        repair=repair_of_type(row),
        key=".".join(str(step) for step in loc if not isinstance(step, int)) or "plan",
        problem=translate_problem(row["msg"]),
    )


def _known_keys(loc: tuple[str | int, ...]) -> list[str]:
    """The keys of the table that ``loc`` points into."""
    model: type[BaseModel] = Plan
    for step in loc[:-1]:
        if isinstance(step, str):
            model = _TABLE_MODELS.get(step, model)
    return [name for name, field in model.model_fields.items() if not field.exclude]


_TABLE_MODELS: dict[str, type[BaseModel]] = {
    "district": schema.District,
    "source": schema.Source,
    "layer": schema.LayerSpec,
    "target": schema.Target,
    "bound": Bound,
    "missing": schema.MissingInput,
    "warn": schema.WarningBound,
}


def _check_paths(plan: Plan, files: list[_PlanFile], origin: dict[str, list[tuple[_PlanFile, int]]]) -> None:
    """Refuse hostile paths before anything is opened; whether a file is there is asked when it is read."""
    named: list[tuple[tuple[str | int, ...], str]] = [
        *((("layer", at, "file"), spec.file) for at, spec in enumerate(plan.layer)),
        *(
            (("layer", at, "datum_parameters"), spec.datum_parameters)
            for at, spec in enumerate(plan.layer)
            if spec.datum_parameters is not None
        ),
        *((("source", at, "file"), source.file) for at, source in enumerate(plan.source) if source.file is not None),
        *((("reported", at), name) for at, name in enumerate(plan.reported)),
    ]
    problems: list[GateError] = []
    for key, text in named:
        try:
            resolve_inside(text, files[0].path.resolve().parent)
        except GateError as error:
            error.where = _locate_merged(key, files, origin)
            problems.append(error)
        except ExchangeError:  # no such file
            continue
    if problems:
        problems[0].also = tuple(problems[1:20])
        raise problems[0]


def _check_filters(plan: Plan, files: list[_PlanFile], origin: dict[str, list[tuple[_PlanFile, int]]]) -> None:
    """Check every filter against its layer's type, so that a slip is told with its line before any data is read."""
    kinds: dict[str, dict[str, ValueKind]] = {}
    for index, target in enumerate(plan.target):
        for path, error in _filter_errors(plan, target, kinds):
            # the place takes a second parse of the file: only now it is looked for
            error.where = _locate_merged(("target", index, "measure", *path), files, origin)
            raise error


def check_target_filters(plan: Plan, target: Target) -> None:
    """Check the filters of a target that is not in the plan yet, each against its layer's type.

    Raises:
        FilterError: one cannot be parsed, or compares what cannot be compared.
    """
    for _, error in _filter_errors(plan, target, {}):
        error.where = target.id
        raise error


def _filter_errors(
    plan: Plan, target: Target, kinds: dict[str, dict[str, ValueKind]]
) -> Iterator[tuple[tuple[str | int, ...], FilterError]]:
    """What is wrong with the filters of a target, each with its place there; ``kinds`` keeps those of layers."""
    for path, text, layer in _find_filters(target.measure or {}, (), None):
        if layer is not None and layer not in kinds:
            kinds[layer] = _column_kinds(plan, layer)
        try:
            parse_filter(text, kinds=kinds.get(layer or ""))
        except FilterError as error:
            yield path, error


_Filter = tuple[tuple[str | int, ...], str, str | None]  # path, text, name of the layer


def _find_filters(value: Any, path: tuple[str | int, ...], layer: str | None) -> list[_Filter]:
    """Every filter in a measure with the layer that it narrows."""
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        of = table.get("of")
        own = table.get("layer") or (cast("dict[str, Any]", of).get("layer") if isinstance(of, dict) else of)
        layer = own if isinstance(own, str) else layer
        found: list[_Filter] = []
        for key, item in table.items():
            if key in ("where", "that") and isinstance(item, str):
                found.append(((*path, key), item, layer))
            else:
                found.extend(_find_filters(item, (*path, key), None))
        return found
    if isinstance(value, list):
        items = enumerate(cast("list[Any]", value))
        return [hit for index, item in items for hit in _find_filters(item, (*path, index), None)]
    return []


def _column_kinds(plan: Plan, layer: str) -> dict[str, ValueKind]:
    """What the columns of a layer hold by its declared type; nothing where the type cannot be read."""
    from urbanplan.layer.kinds import find_layer_type

    spec = plan.layer_spec(layer)
    try:
        kind = None if spec is None else find_layer_type(spec.type, home=Path(plan.file).parent, where=plan.file)
    except (LayerError, ExchangeError):
        return {}
    return {} if kind is None else {name: _FIELD_KINDS[field.type] for name, field in kind.fields.items()}


_FIELD_KINDS: dict[str, ValueKind] = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
}


def _complete_plan(plan: Plan, files: list[_PlanFile], origin: dict[str, list[tuple[_PlanFile, int]]]) -> Plan:
    targets: list[Target] = []
    lines = {file.shown: table_lines(file.text, "target") for file in files}
    for target, (file, index) in zip(plan.target, origin["target"], strict=True):
        known = lines[file.shown]
        line = known[index] if index < len(known) else (locate(file.text, ("target", index)) or (1, 1))[0]
        bound = target.bound
        if bound is not None and bound.comparator == "=" and bound.tolerance is None:
            bound = bound.model_copy(update={"tolerance": default_tolerance(bound.number, bound.unit, target.quote)})
        targets.append(target.model_copy(update={"where": f"{file.shown}:{line}", "bound": bound}))
    digest = hashlib.sha256(b"\0".join(file.text.encode() for file in files)).hexdigest()
    place = _format_location(files[0], ("district", "crs"))
    return plan.model_copy(update={"target": targets, "file": str(files[0].path), "digest": digest, "crs_where": place})
