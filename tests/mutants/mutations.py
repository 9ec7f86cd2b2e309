"""Every small change that could be made to a module: one operator, constant, condition, argument or call at a time.

Texts for people, docstrings, annotations and imports stay as they are, and what can change no answer: the list of
names in ``__all__``, calls that prepare a shape to be asked faster, arguments that only guard.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARISONS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
}
ARITHMETIC = {
    ast.Add: (r"\+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: (r"\*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"),
    ast.Pow: (r"\*\*", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: (r"\|", "&"),
}
TWINS = (
    ("min", "max"),
    ("any", "all"),
    ("minimum", "maximum"),
    ("floor", "ceil"),
    ("isna", "notna"),
    ("and_", "or_"),
    ("lower", "upper"),
    ("startswith", "endswith"),
    ("covered_by", "intersects"),
    ("flatnonzero", "nonzero"),
)
TWIN = {one: other for pair in TWINS for one, other in (pair, pair[::-1])}
WORDED = {"Field", "localize", "build_finding", "notice", "TypeVar", "ConfigDict"}  # calls whose texts are for people
GUARDS = {"strict", "encoding"}
"""Named arguments that change no answer: `strict` of `zip` says that its lists are of one length, UTF-8 is the system's own."""
NAME = re.compile(r"[\w.<>=%/-]{1,24}")


@dataclass(frozen=True)
class Mutation:
    """One change: bytes ``start..end`` of a file become ``after``; ``outer`` where they run when the module is read."""

    file: str
    line: int
    last_line: int
    start: int
    end: int
    before: str
    after: str
    outer: bool = False


class _Finder:
    """Walks one module and collects its mutations."""

    def __init__(self, file: str, source: bytes) -> None:
        self.file, self.source = file, source
        starts = [0]
        for line in source.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        self.starts = starts
        self.depth, self.zips = 0, False
        self.found: list[Mutation] = []

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        last_line, last_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[last_line - 1] + last_column

    def text(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.source[start:end].decode()

    def add(self, node: ast.expr | ast.stmt, start: int, end: int, after: str) -> None:
        before = self.source[start:end].decode()
        if before != after:
            line = self.source.count(b"\n", 0, start) + 1
            last, outer = node.end_lineno or line, not self.depth
            self.found.append(Mutation(self.file, line, last, start, end, before, after, outer))

    def replace(self, node: ast.expr | ast.stmt, after: str) -> None:
        self.add(node, *self.span(node), after)

    def between(self, left: ast.expr, right: ast.expr, pattern: str, after: str) -> None:
        """Replace the operator between two operands."""
        start, end = self.span(left)[1], self.span(right)[0]
        word = rf"\b{pattern}\b" if pattern[0].isalpha() else pattern
        hit = re.search(word.encode(), self.source[start:end])
        if hit is not None:
            self.add(right, start + hit.start(), start + hit.end(), after)

    def negate(self, test: ast.expr) -> None:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return  # removing the `not` is the same
        self.replace(test, f"(not ({self.text(test)}))")

    # --- one method a kind of node

    def visit(self, node: ast.AST) -> None:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.JoinedStr() | ast.Raise():
                return
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                return
            case ast.Call(func=ast.Name(id="cast")) | ast.keyword(arg="encoding"):
                return  # as in GUARDS
            case ast.keyword(arg="strict") if self.zips:
                return
            case (
                ast.Assign(targets=[ast.Name(id="__all__")])
                | ast.Expr(value=ast.Call(func=ast.Attribute(attr="prepare")))
            ):
                return
            case ast.Call(func=ast.Name(id=name)) if name in WORDED or name.endswith("Error"):
                return
            case ast.Call(func=ast.Attribute(attr=name)) if name in WORDED:
                return
            case ast.Subscript(value=ast.Name(id="Literal" | "Annotated" | "dict" | "list" | "tuple" | "Callable")):
                return
        self.mutate(node)
        inner, outer_zips = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef), self.zips
        self.zips = _is_zip(node) if isinstance(node, ast.Call) else outer_zips
        self.depth += inner
        self.visit_children(node)
        self.depth -= inner
        self.zips = outer_zips

    def visit_children(self, node: ast.AST) -> None:
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "type_comment", "decorator_list"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_docstring(child):
                    self.visit(child)

    def mutate(self, node: ast.AST) -> None:
        match node:
            case ast.Compare():
                for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
                    self.between(left, right, *COMPARISONS[type(op)])
            case ast.BinOp(op=op) if type(op) in ARITHMETIC:
                self.between(node.left, node.right, *ARITHMETIC[type(op)])
            case ast.BoolOp(op=op, values=values):
                words = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
                for left, right in itertools.pairwise(values):
                    self.between(left, right, *words)
            case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
                self.replace(node, self.text(operand))
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                self.negate(test)
            case ast.comprehension(ifs=ifs):
                for test in ifs:
                    self.replace(test, "True")
            case ast.Constant(value=value):
                self.constant(node, value)
            case ast.Call():
                self.call(node)
            case ast.Expr(value=ast.Call()):
                self.replace(node, "pass")
            case ast.Continue():
                self.replace(node, "break")
            case ast.Break():
                self.replace(node, "continue")
            case ast.AugAssign(op=op, target=target, value=value) if type(op) in ARITHMETIC:
                pattern, after = ARITHMETIC[type(op)]
                self.between(target, value, pattern + "=", after + "=")

    def constant(self, node: ast.Constant, value: object) -> None:
        match value:
            case bool():
                self.replace(node, str(not value))
            case int():
                self.replace(node, str(value + 1))
            case float():
                self.replace(node, repr(value * 2 if value else 1.0))
            case str() if NAME.fullmatch(value):
                self.replace(node, repr(value + "x"))

    def call(self, node: ast.Call) -> None:
        """Another function of the kind; the last argument or each named one left out."""
        match node.func:
            case ast.Name(id=name) if name in TWIN:
                self.replace(node.func, TWIN[name])
            case ast.Attribute(attr=name) if name in TWIN:
                end = self.span(node.func)[1]
                self.add(node.func, end - len(name), end, TWIN[name])
            case _:
                pass
        texts = [self.text(one) for one in node.args]
        texts += [
            f"{word.arg}={self.text(word.value)}" if word.arg else f"**{self.text(word.value)}"
            for word in node.keywords
        ]
        guards = GUARDS if _is_zip(node) else GUARDS - {"strict"}
        droppable = [at for at, word in enumerate(node.keywords, len(node.args)) if word.arg not in guards]
        if len(node.args) > 1:  # a call without its only argument would fail whatever the tests say
            droppable.append(len(node.args) - 1)
        for at in droppable:
            rest = ", ".join(text for place, text in enumerate(texts) if place != at)
            start = self.span(node.func)[1]
            if self.source[start : start + 1] == b"(" and not any(
                isinstance(one, ast.GeneratorExp) for one in node.args
            ):
                self.add(node, start, self.span(node)[1], f"({rest})")


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_zip(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "zip"


def find_mutations(root: Path, file: Path) -> Iterator[Mutation]:
    """All mutations of a module, in the order of its text."""
    source = file.read_bytes()
    finder = _Finder(file.relative_to(root).as_posix(), source)
    finder.visit(ast.parse(source))
    seen: set[tuple[int, int, str]] = set()
    for one in sorted(finder.found, key=lambda m: (m.start, m.end, m.after)):
        if (one.start, one.end, one.after) not in seen:
            seen.add((one.start, one.end, one.after))
            yield one


def apply_mutation(source: bytes, mutation: Mutation) -> bytes:
    """The module's text with one change."""
    return source[: mutation.start] + mutation.after.encode() + source[mutation.end :]
