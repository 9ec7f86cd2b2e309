"""The message templates of the package, found in its source: what people may read, and so must be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from urbanplan import errors

PACKAGE = Path(errors.__file__).parent
TEMPLATE_CALLS = {"localize", "join_messages", "note", "translate", "Loss"}
READER_CLASS = "error_type"  # a class of errors that is given to a reader of files
ERRORS = {name for name in vars(errors) if name.endswith("Error")} | {READER_CLASS}
ERRORS |= {"CrsTransformError"}  # those that a room defines for itself


@dataclass(frozen=True)
class Template:
    """A template with its room, place and function; ``text`` is None where it is no literal."""

    text: str | None
    room: str
    place: str
    function: str


@cache
def templates() -> tuple[Template, ...]:
    """Every template given to an error's ``what`` or ``fix``, to ``localize``, ``note`` or to ``translate``."""
    return tuple(found for path, tree in package_trees() for found in _file_templates(path, tree))


@cache
def package_trees() -> tuple[tuple[Path, ast.Module], ...]:
    """The files of the package, each with its syntax tree."""
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(PACKAGE.rglob("*.py")))


@cache
def nodes_in(scope: ast.AST) -> tuple[ast.AST, ...]:
    """The node and all below it, as :func:`ast.walk` goes through them; kept, since every name is looked for there."""
    return tuple(ast.walk(scope))


def _file_templates(path: Path, tree: ast.Module) -> Iterator[Template]:
    inside = path.relative_to(PACKAGE)
    functions = [node for node in nodes_in(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for call in (node for node in nodes_in(tree) if isinstance(node, ast.Call)):
        around = [one for one in functions if one.lineno <= call.lineno <= (one.end_lineno or 0)]
        for value in _arguments(call):
            for text in _literal_texts(value, [*reversed(around), tree]):
                name = f"{inside.as_posix()}:{around[-1].name if around else ''}"
                yield Template(text, inside.parts[0].removesuffix(".py"), f"{inside.as_posix()}:{call.lineno}", name)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    name = _name(call)
    if isinstance(call.func, ast.Attribute) and name == "translate":  # a text's or bytes' own
        return
    if name in TEMPLATE_CALLS or name in ERRORS:
        yield from call.args[:1]
    if name in ERRORS:
        yield from (keyword.value for keyword in call.keywords if keyword.arg in ("what", "fix"))


def _literal_texts(value: ast.expr, scopes: list[ast.AST]) -> Iterator[str | None]:
    """The literals that an expression may be; None where that cannot be seen."""
    match value:
        case ast.Constant(value=str(text)):
            yield from [text] if text else []
        case ast.IfExp(body=body, orelse=other):
            yield from _literal_texts(body, scopes)
            yield from _literal_texts(other, scopes)
        case ast.Name(id=name):
            found = next((items for scope in scopes if (items := _resolve_name(scope, name, scopes[-1]))), [])
            yield from (text for item in found for text in _literal_texts(item, scopes))
            if not found:
                yield None
        case _:
            yield None


def _resolve_name(scope: ast.AST, name: str, module: ast.AST) -> list[ast.expr]:
    """What a name of a scope stands for: what it is set to, gone through in a loop, or called with."""
    return _assigned_values(scope, name) or _loop_values(scope, name, module) or _argument_values(scope, name, module)


def _loop_values(scope: ast.AST, name: str, module: ast.AST) -> list[ast.expr]:
    """Members of the literals, or values of the module's tables, that a comprehension or loop goes through."""
    found: list[ast.expr] = []
    for node in nodes_in(scope):
        if isinstance(node, ast.comprehension | ast.For) and name in _names(node.target):
            match node.iter:
                case ast.Tuple(elts=members) | ast.List(elts=members):
                    found += members
                case ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr="items" | "values")):
                    for item in _assigned_values(module, table):
                        found += item.values if isinstance(item, ast.Dict) else []
    return found


def _names(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _argument_values(scope: ast.AST, name: str, module: ast.AST) -> list[ast.expr]:
    """What a function's parameter is given wherever the module calls the function."""
    if not isinstance(scope, ast.FunctionDef) or name not in (names := [one.arg for one in scope.args.args]):
        return []
    calls = [node for node in nodes_in(module) if isinstance(node, ast.Call) and _name(node) == scope.name]
    place = names.index(name)
    given = [call.args[place] for call in calls if len(call.args) > place]
    return given + [keyword.value for call in calls for keyword in call.keywords if keyword.arg == name]


def _assigned_values(scope: ast.AST, name: str) -> list[ast.expr]:
    """What a name is set to in a scope, also as one of several names."""
    found: list[ast.expr] = []
    for node in nodes_in(scope):
        if (
            isinstance(node, ast.AnnAssign)
            and node.value
            and isinstance(node.target, ast.Name)
            and node.target.id == name
        ):
            found.append(node.value)
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and target.id == name:
                found.append(node.value)
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
                found += [item for one, item in pairs if isinstance(one, ast.Name) and one.id == name]
    return found


def placeholders(template: str) -> set[str]:
    """The placeholders of a template, without their formats."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def place_words() -> Iterator[tuple[str, int, str]]:
    """Words that an f-string puts into the place of a message: file, line and the words."""
    for path, tree in package_trees():
        for node in nodes_in(tree):
            given = [node.value] if isinstance(node, ast.keyword) and node.arg == "where" else []
            names = [getattr(one, "id", getattr(one, "attr", "")) for one in getattr(node, "targets", [])]
            given += [node.value] if isinstance(node, ast.Assign) and {"where", "place"} & set(names) else []
            texts = [one for value in given for one in ast.walk(value) if isinstance(one, ast.JoinedStr)]
            for text in texts:
                said = " ".join(one.value for one in text.values if isinstance(one, ast.Constant))
                if re.search(r"(?<![-./\w])[A-Za-z]{3,}", said):
                    yield path.name, text.lineno, said
