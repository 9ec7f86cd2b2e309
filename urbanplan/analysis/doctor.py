"""The doctor: whether this machine has what urbanplan needs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from urbanplan.model.translation import localize


@dataclass(frozen=True)
class MachineCheck:
    """What was looked for, whether it is fine (None: optional and absent), and what was found."""

    what: str
    ok: bool | None
    found: str


def diagnose_machine() -> list[MachineCheck]:
    """Look for versions, drivers, projections, fonts and write rights."""
    import platform
    import sys

    rows = [MachineCheck("Python", sys.version_info >= (3, 11), platform.python_version())]
    needed = ("geopandas", "shapely", "pyogrio", "pyarrow", "pyproj", "folium", "typer")
    optional = ("rasterio", "openpyxl", "ezdxf", "osmium", "numba", "typst")
    rows += [_package(name, needed=True) for name in needed]
    rows += [_package(name, needed=False) for name in optional]
    return [*rows, *_geodesy(), _package_data(), _write_rights(), _font()]


def diagnosis_json(rows: list[MachineCheck]) -> str:
    """The rows as JSON text."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2)


def _package(name: str, *, needed: bool) -> MachineCheck:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return MachineCheck(name, True, version(name))
    except PackageNotFoundError:
        return MachineCheck(name, False if needed else None, localize("not installed"))


def _geodesy() -> list[MachineCheck]:
    """The zone test point of CGCS2000 must land to the millimetre, and GDAL must have the drivers."""
    from pyproj import Transformer, __proj_version__

    from urbanplan.exchange.gdal.drivers import VECTOR_DRIVERS, load_pyogrio, unexpected_drivers

    pyogrio = load_pyogrio()
    x, y = Transformer.from_crs(4490, 4547, always_xy=True).transform(113.55, 34.81)
    fine = abs(x - 458825.445) < 1e-3 and abs(y - 3853606.827) < 1e-3
    open_ = unexpected_drivers()
    shown = f"{pyogrio.__gdal_version_string__}: {', '.join(sorted(VECTOR_DRIVERS))}"
    return [
        MachineCheck("PROJ", fine, f"{__proj_version__}, 113.55 34.81 → EPSG:4547 {x:.3f} {y:.3f}"),
        MachineCheck(
            "GDAL",
            set(pyogrio.list_drivers()) >= VECTOR_DRIVERS and not open_,
            f"{shown}{'; ! ' + ', '.join(open_) if open_ else ''}",
        ),
    ]


def _package_data() -> MachineCheck:
    from urbanplan.model.resources import resource_path

    types = resource_path("layers", "types")
    return MachineCheck(
        "layers/types", types.is_dir(), localize("{count} layer types", count=len(list(types.glob("*.toml"))))
    )


def _write_rights() -> MachineCheck:
    import os
    from pathlib import Path

    here = Path.cwd()
    return MachineCheck(localize("write right"), True if os.access(here, os.W_OK) else None, here.name or str(here))


def _font() -> MachineCheck:
    from urbanplan.errors import UrbanplanError

    try:
        from urbanplan.view.sheets.fonts import cjk_font

        return MachineCheck(localize("Chinese font"), True, cjk_font().family)
    except (UrbanplanError, ImportError) as error:
        return MachineCheck(localize("Chinese font"), None, str(error))
