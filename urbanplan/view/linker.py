"""One classic script of a page's modules: what a bundler does, at the moment a page is written.

The scripts in ``view/assets`` are ES modules, so that their types, their style and their functions can be checked
alone.  A page holds one classic script, because modules would be files of their own and a policy by hashes admits
texts that stand in the page.  :func:`link` puts each module into a function of its own, what it imports before it::

    const $map_projection = (() => { …; return { unitX, unitY }; })();
    const $map_hit_test = (() => { const { unitX } = $map_projection; …; return { hitTest }; })();

So names stay private to a module, nothing is built at release time, and nothing generated is kept in the repository.
Modules keep to what this form can say, and anything else is an error: imports by name from relative files at the
head, exports of ``const``, ``function`` and ``class`` where they are declared, no circle.  Comments of the type
checker (``/** … */`` on lines of their own) stay behind.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_IMPORT = re.compile(r'^import\s*\{(?P<names>[^}]*)\}\s*from\s*"(?P<path>\.{1,2}/[^"]+\.js)";[ \t]*\n', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:const|class|function\*?|async function\*?) (?P<name>[A-Za-z_$][\w$]*))", re.MULTILINE
)
_OTHER = re.compile(r"^[ \t]*(?:import|export)\b.*|\bimport\s*[(.].*", re.MULTILINE)
_TYPES = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)


@cache
def link(entry: str, *, folder: Traversable | None = None) -> str:
    """One classic script of a module and of all that it imports, each once, in the order of their imports.

    Args:
        entry: path below the folder, for example ``map/page.js``.
        folder: where the modules are; ``view/assets`` where it is None.

    Raises:
        ValueError: an import or export of another form, a circle of imports, a name that its module does not export.
    """
    linked: dict[str, Module] = {}
    _visit(entry, folder or files("urbanplan.view") / "assets", linked, ())
    return "\n".join(["(() => {", '"use strict";', *[module.text for module in linked.values()], "})();"])


class Module:
    """A module as a function of its own.

    Attributes:
        imports: path and names, as written, of each import.
        exports: names.
        text: the constant that holds the exports.
    """

    def __init__(self, path: str, source: str) -> None:
        code = _TYPES.sub("", source.replace("\r\n", "\n"))
        self.imports = [
            (posixpath.normpath(posixpath.join(posixpath.dirname(path), found["path"])), found["names"])
            for found in _IMPORT.finditer(code)
        ]
        code = _IMPORT.sub("", code)
        self.exports = [found["name"] for found in _EXPORT.finditer(code)]
        code = _EXPORT.sub("", code)
        if other := _OTHER.search(code):
            raise ValueError(f"{path}: {other.group().strip()!r} is a form that the linker does not know")
        heads = [f"const {{ {_renamed(names)} }} = {_constant(target)};" for target, names in self.imports]
        body = [*heads, code.strip(), f"return {{ {', '.join(self.exports)} }};"]
        self.text = "\n".join([f"const {_constant(path)} = (() => {{", *body, "})();"])


def _visit(path: str, folder: Traversable, linked: dict[str, Module], above: tuple[str, ...]) -> None:
    if path in above:
        raise ValueError(f"modules import each other in a circle: {' → '.join([*above, path])}")
    if path in linked:
        return
    module = Module(path, folder.joinpath(path).read_text(encoding="utf-8"))
    for target, names in module.imports:
        _visit(target, folder, linked, (*above, path))
        missing = [name for name in _imported(names) if name not in linked[target].exports]
        if missing:
            raise ValueError(f"{path}: {target} does not export {', '.join(missing)}")
    linked[path] = module


def _imported(names: str) -> list[str]:
    """The names that an import asks for, by the words of their module."""
    return [name.split(" as ")[0].strip() for name in names.split(",") if name.strip()]


def _renamed(names: str) -> str:
    """An import's names as a destructuring pattern: ``a as b`` becomes ``a: b``."""
    return ", ".join(re.sub(r"\s+as\s+", ": ", name.strip()) for name in names.split(",") if name.strip())


def _constant(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))
