"""The message templates of the package, found in its source: what people may read, and so must be translated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from urbanplan import errors

PACKAGE = Path(errors.__file__).parent
ERRORS = {name for name in vars(errors) if name.endswith("Error")}


@dataclass(frozen=True)
class Template:
    """A template with the room and line where it stands; ``text`` is None where it is no literal."""

    text: str | None
    room: str
    place: str


def templates() -> list[Template]:
    """Every template given to an error's ``what`` or ``fix``, to ``say`` or to ``translate``."""
    return [found for path in sorted(PACKAGE.rglob("*.py")) for found in _of_file(path)]


def _of_file(path: Path) -> Iterator[Template]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = path.relative_to(PACKAGE)
    room = inside.parts[0].removesuffix(".py")
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        around = [scope for scope in scopes if scope.lineno <= call.lineno <= (scope.end_lineno or 0)]
        for value in _arguments(call):
            for text in _texts(value, [*reversed(around), tree]):
                yield Template(text, room, f"{inside}:{call.lineno}")


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in ("say", "translate") or name in ERRORS:
        yield from call.args[:1]
    if name in ERRORS:
        yield from (keyword.value for keyword in call.keywords if keyword.arg in ("what", "fix"))


def _texts(value: ast.expr, scopes: list[ast.AST]) -> Iterator[str | None]:
    match value:
        case ast.Constant(value=str(text)):
            yield from [text] if text else []
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body, scopes)
            yield from _texts(other, scopes)
        case ast.Name(id=name):
            assigned = [item for scope in scopes for item in _assigned(scope, name)]
            yield from (text for item in assigned for text in _texts(item, scopes))
            if not assigned:
                yield None
        case _:
            yield None


def _assigned(scope: ast.AST, name: str) -> list[ast.expr]:
    """What a name is set to in a scope, also as one of several names."""
    found: list[ast.expr] = []
    for node in ast.walk(scope):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == name:
                found.append(node.value)
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
                found += [item for one, item in pairs if isinstance(one, ast.Name) and one.id == name]
    return found


def fields(template: str) -> set[str]:
    """The placeholders of a template, without their formats."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
