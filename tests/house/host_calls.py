"""A host that calls every public function and looks at its own settings before and after each.

Run as a program with a folder to work in; prints what has changed, a line each.
"""

from __future__ import annotations

import csv
import decimal
import gc
import inspect
import locale
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

LIBRARIES = (
    "geopandas", "pyogrio", "pyarrow.parquet", "pyarrow.csv", "shapely", "pyproj", "scipy.sparse.csgraph", "scipy.spatial",
    "numba", "folium", "branca", "rasterio", "ezdxf", "openpyxl", "networkx", "pydantic", "cql2", "PIL", "fontTools",
    "matplotlib", "jinja2",
)  # fmt: skip


def settings() -> dict[str, Any]:
    """All that a library might change for the whole process."""
    import numpy as np
    import pyogrio

    loggers = [logging.getLogger(), *map(logging.getLogger, sorted(logging.root.manager.loggerDict))]
    found = {
        "environment": dict(os.environ),
        "GDAL's drivers": pyogrio.list_drivers(),
        "GDAL's options": [pyogrio.get_gdal_config_option(name) for name in _OPTIONS],
        "warnings": list(warnings.filters),
        "warnings shown by": warnings.showwarning,
        "log levels": {one.name: (one.level, one.disabled, list(one.handlers), list(one.filters)) for one in loggers},
        "logging disabled": logging.root.manager.disable,
        "collector": (gc.isenabled(), gc.get_threshold(), gc.get_debug()),
        "locale": locale.setlocale(locale.LC_ALL),
        "pyproj's network": (
            import_module("pyproj.network").is_network_enabled(),
            import_module("pyproj.datadir").get_data_dir(),
        ),
        "numpy's errors": np.geterr(),
        "numpy's print options": np.get_printoptions(),
        "random state": str(np.random.get_state()),
        "pandas' options": str(import_module("pandas._config.config")._global_config),
        "signals": {one: signal.getsignal(one) for one in signal.valid_signals()},
        "hooks": (sys.excepthook, sys.displayhook, sys.unraisablehook, threading.excepthook, list(sys.meta_path)),
        "limits": (
            sys.getrecursionlimit(),
            csv.field_size_limit(),
            sys.getswitchinterval(),
            socket.getdefaulttimeout(),
        ),
        "decimals": str(decimal.getcontext()),
        "streams": [(one, one.encoding, one.errors) for one in (sys.stdout, sys.stderr)],
        "folders": (str(Path.cwd()), tempfile.gettempdir(), list(sys.path)),
        "classes of modules": _odd_modules(),
        "threads": sorted(one.name for one in threading.enumerate()),
    }
    if "matplotlib" in sys.modules:
        matplotlib: Any = import_module("matplotlib")
        found["matplotlib"] = (dict(matplotlib.rcParams), matplotlib.get_backend(auto_select=False))
    return found


_OPTIONS = ("OGR_CURRENT_DATE", "OGR_FLATGEOBUF_STREAM_BASE_IMPL", "GDAL_SKIP", "CPL_DEBUG", "OGR_SKIP")


def _odd_modules() -> list[str]:
    """Modules of others whose class is not that of a plain module."""
    return sorted(
        f"{name} {type(one).__qualname__}" for name, one in list(sys.modules.items())
        if not name.startswith("urbanplan") and inspect.ismodule(one) and type(one).__module__.startswith("urbanplan")
    )  # fmt: skip


def calls(folder: Path) -> dict[str, Callable[[], Any]]:
    """A call of every public function, by name."""
    from exchange.sample_frames import parcels
    from plans import small_district

    import urbanplan
    from urbanplan.network import road_network

    plan = small_district.write(folder)
    layers = small_district.frames()
    streets = layers["streets"]
    sites = streets.head(2).set_geometry(streets.head(2).representative_point())
    suffixes = (".geojson", ".gpkg", ".shp", ".zip", ".fgb", ".parquet", ".csv", ".xlsx", ".dxf", ".kml")
    files = [folder / f"made{suffix}" for suffix in suffixes]

    def rain(*, of_plan: bool) -> Any:
        from analysis.test_doors import hole, rained_on_plan

        return rained_on_plan(4547, folder) if of_plan else urbanplan.rain(hole(), rain=50, streets=streets).layers()

    def draw() -> str:
        run = urbanplan.audit(urbanplan.read_plan(plan))
        return urbanplan.draw_map(run.plan, run.report, run.layers, run.results)

    return {
        "write": lambda: [urbanplan.write(parcels(), file, allow_loss=True) for file in files],
        "read": lambda: [urbanplan.read(file) for file in files],
        "inspect": lambda: [urbanplan.inspect(file) for file in files],
        "read_plan": lambda: urbanplan.read_plan(plan),
        "audit": lambda: urbanplan.audit(urbanplan.read_plan(plan)),
        "draw_map": draw,
        "road_network": lambda: urbanplan.road_network(streets).explore(),
        "road_network_of_plan": lambda: urbanplan.road_network_of_plan(plan),
        "coverage_of_plan": lambda: urbanplan.coverage_of_plan(plan),
        "rain": lambda: rain(of_plan=False),
        "rain_of_plan": lambda: rain(of_plan=True),
        "example_district": urbanplan.example_district,
        "check": lambda: urbanplan.check(plan),
        "report": lambda: urbanplan.report(plan, folder / "report.html"),
        "sheets": lambda: urbanplan.sheets(plan, folder / "sheets"),
        "from_networkx": lambda: urbanplan.from_networkx(road_network(streets).to_networkx()),
        "map": lambda: urbanplan.map(streets, sites=sites)._repr_html_(),
        "coverage": lambda: urbanplan.coverage(streets, sites, within=300.0).explore(),
        "site": lambda: urbanplan.site(streets, sites, within=300.0),
    }


def main(folder: Path) -> None:
    """Print what each call has changed, and the functions that no call was made of."""
    for name in LIBRARIES:
        try:
            import_module(name)
        except ImportError:
            continue
    import urbanplan

    given = calls(folder)
    public = {name for name in urbanplan.__all__ if inspect.isfunction(getattr(urbanplan, name))}
    print(*(f"{name}: no call of it here" for name in sorted(public - set(given))), sep="\n")
    for name, call in given.items():
        before = settings()
        call()
        after = settings()
        for what, value in after.items():
            old = before[what]
            if isinstance(value, dict):  # what is new with a library that was loaded is the library's
                value, old = {key: value.get(key) for key in old}, old
            if value != old:
                print(f"{name}: {what}: {old} became {value}"[:2000])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
