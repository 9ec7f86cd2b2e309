"""Modules that libraries name and no command uses: they are loaded when something of them is asked for or called."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import LazyLoader, find_spec
from types import ModuleType, SimpleNamespace
from typing import Any

LATE = frozenset(
    {
        "numpy.f2py", "numpy.testing", "numpy.ctypeslib", "numpy.polynomial",
        "secrets", "pandas.testing", "pandas.api.typing", "pandas.api.interchange", "pandas.api.executors",
    }
)  # fmt: skip
"""scipy copies all names of numpy, its compiler of Fortran among them, with a detector of text encodings behind it;
pydantic compares passwords by a library of ciphers; pandas names the classes that its methods return, and with them its
readers of JSON."""
LATE_FUNCTIONS = {
    "scipy.sparse.csgraph._laplacian": ("laplacian",),
    "importlib.metadata": ("entry_points",),
    "urllib.request": ("urlretrieve", "Request"),
    "pandas.io.api": (
        "ExcelFile", "ExcelWriter", "HDFStore", "read_clipboard", "read_csv", "read_excel", "read_feather", "read_fwf",
        "read_hdf", "read_html", "read_iceberg", "read_json", "read_orc", "read_parquet", "read_pickle", "read_sas",
        "read_spss", "read_sql", "read_sql_query", "read_sql_table", "read_stata", "read_table", "read_xml",
        "to_pickle",
    ),
    "pandas.io.json": ("build_table_schema", "read_json", "to_json", "ujson_dumps", "ujson_loads"),
    "pandas.io.json._normalize": ("json_normalize",),
    "pandas.core.window": ("Expanding", "ExponentialMovingWindow", "Rolling", "Window"),
    "geopandas.explore": ("_explore", "_explore_geoseries"),
}  # fmt: skip
"""Functions that another module takes at once, by the module that is loaded when one is called or another name of it is
asked for; classes too, of which the other only makes one.  Behind the first stand scipy's solvers of linear equations,
a tenth of what the search of ways takes to start; behind the second, for plugins of pydantic that nobody asks for, the
reader of electronic mail; behind the third encryption and the network, for grids that PROJ is never told to fetch and
pages that geopandas is never told to read; behind those of pandas its readers of twenty formats and moving windows, a
tenth of what it takes to start.  What looks at the names of its caller (pandas.eval) may not stand here."""

WRAPPERS = "pyarrow.compute"
"""Makes and documents a function of Python for each of Arrow's 300, a tenth of what pandas takes to start; pandas asks
for twenty."""
NAMED_AT_ONCE = ("utf8_zero_fill",)
"""Of these functions, what the module itself goes on with."""


class _FunctionLoader(Loader):
    """Functions that load their module when one of them is called, or another name of it is asked for."""

    def __init__(self, loader: Loader, names: Sequence[str]) -> None:
        self._loader, self._names = loader, names

    def exec_module(self, module: ModuleType) -> None:
        for name in self._names:
            setattr(module, name, self._late(module, name))
        vars(module)["__getattr__"] = lambda name: self._other(module, name)

    def _load(self, module: ModuleType) -> None:
        vars(module).pop("__getattr__", None)
        self._loader.exec_module(module)

    def _other(self, module: ModuleType, name: str) -> Any:
        if not name.startswith("__"):
            self._load(module)
            return getattr(module, name)
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    def _late(self, module: ModuleType, name: str) -> Callable[..., Any]:
        def call(*values: Any, **named: Any) -> Any:
            if getattr(module, name) is call:
                self._load(module)
            return getattr(module, name)(*values, **named)

        return call


class _WrapperLoader(Loader):
    """Arrow's compute functions, each made when it is asked for; a release that differs makes all at once."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def exec_module(self, module: ModuleType) -> None:
        _compute: Any = import_module("pyarrow._compute")

        every = _compute.function_registry
        _compute.function_registry = lambda: SimpleNamespace(
            list_functions=lambda: list(NAMED_AT_ONCE), get_function=every().get_function
        )
        try:
            self._loader.exec_module(module)
            wrap = vars(module)["_wrap_function"]
        except (LookupError, AttributeError, AssertionError):
            _compute.function_registry = every
            self._loader.exec_module(module)
            return
        finally:
            _compute.function_registry = every
        vars(module)["function_registry"] = every

        def late(name: str) -> Any:
            told = {"and": "and_", "or": "or_"}.get(name, name)
            try:
                function = every().get_function({"and_": "and", "or_": "or"}.get(name, name))
            except KeyError:
                function = None
            if function is None or not _is_callable(function):
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            setattr(module, name, wrap(told, function))
            return vars(module)[name]

        vars(module)["__getattr__"] = late


def _is_callable(function: Any) -> bool:
    """Whether Arrow gives a function a name in Python: not what only groups, or rows by themselves, are counted by."""
    return function.kind != "hash_aggregate" and (function.kind != "scalar_aggregate" or function.arity > 0)


class _LateFinder(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in LATE and name not in LATE_FUNCTIONS and name != WRAPPERS:
            return None
        sys.meta_path.remove(self)  # each is found once, by those behind
        try:
            spec = find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            spec.loader = _late_loader(name, spec.loader)
        return spec


def _late_loader(name: str, loader: Loader) -> Loader:
    if name == WRAPPERS:
        return _WrapperLoader(loader)
    functions = LATE_FUNCTIONS.get(name)
    return LazyLoader(loader) if functions is None else _FunctionLoader(loader, functions)


def load_late() -> None:
    """Let :data:`LATE` wait until they are used; a module that is loaded stays as it is."""
    if not any(isinstance(one, _LateFinder) for one in sys.meta_path):
        sys.meta_path.insert(0, _LateFinder())
