"""``urbanplan doctor``: whether this machine has what urbanplan needs."""

from __future__ import annotations

from typing import Annotated

import typer

from urbanplan.model.translation import localize


def doctor(json: Annotated[bool, typer.Option("--json", help="Machine-readable")] = False) -> int:
    """Show versions, drivers, projections, fonts and write rights; exit 2 where something needed is missing."""
    checks = _checks()
    if json:
        import json as codec

        typer.echo(
            codec.dumps([{"what": w, "ok": ok, "found": f} for w, ok, f in checks], ensure_ascii=False, indent=2)
        )
    else:
        for what, ok, found in checks:
            sign = {True: "ok", False: localize("MISSING"), None: "--"}[ok]
            typer.echo(f"{sign:>8}  {what}: {found}")
    return 2 if any(ok is False for _, ok, _ in checks) else 0


def _checks() -> list[tuple[str, bool | None, str]]:
    """Rows of (what, fine / missing / optional and absent, what was found)."""
    import platform
    import sys

    rows: list[tuple[str, bool | None, str]] = [("Python", sys.version_info >= (3, 11), platform.python_version())]
    rows += [
        _package(name, needed=True)
        for name in ("geopandas", "shapely", "pyogrio", "pyarrow", "pyproj", "folium", "typer")
    ]
    optional = ("rasterio", "openpyxl", "ezdxf", "osmium", "numba", "typst")
    rows += [_package(name, needed=False) for name in optional]
    return [*rows, *_geodesy(), _package_data(), _write_rights(), _font()]


def _package(name: str, *, needed: bool) -> tuple[str, bool | None, str]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return name, True, version(name)
    except PackageNotFoundError:
        return name, False if needed else None, localize("not installed")


def _geodesy() -> list[tuple[str, bool | None, str]]:
    """The zone test point of CGCS2000 must land to the millimetre, and GDAL must have the drivers."""
    from pyproj import Transformer, __proj_version__

    from urbanplan.exchange.gdal.drivers import VECTOR_DRIVERS, load_pyogrio, unexpected_drivers

    pyogrio = load_pyogrio()
    x, y = Transformer.from_crs(4490, 4547, always_xy=True).transform(113.55, 34.81)
    fine = abs(x - 458825.445) < 1e-3 and abs(y - 3853606.827) < 1e-3
    open_ = unexpected_drivers()
    shown = f"{pyogrio.__gdal_version_string__}: {', '.join(sorted(VECTOR_DRIVERS))}"
    return [
        ("PROJ", fine, f"{__proj_version__}, 113.55 34.81 → EPSG:4547 {x:.3f} {y:.3f}"),
        (
            "GDAL",
            set(pyogrio.list_drivers()) >= VECTOR_DRIVERS and not open_,
            f"{shown}{'; ! ' + ', '.join(open_) if open_ else ''}",
        ),
    ]


def _package_data() -> tuple[str, bool | None, str]:
    from urbanplan.model.resources import resource_path

    types = resource_path("layers", "types")
    return "layers/types", types.is_dir(), localize("{count} layer types", count=len(list(types.glob("*.toml"))))


def _write_rights() -> tuple[str, bool | None, str]:
    import os
    from pathlib import Path

    here = Path.cwd()
    return localize("write right"), True if os.access(here, os.W_OK) else None, here.name or str(here)


def _font() -> tuple[str, bool | None, str]:
    from urbanplan.errors import UrbanplanError

    try:
        from urbanplan.view.sheets.fonts import cjk_font

        return localize("Chinese font"), True, cjk_font().family
    except (UrbanplanError, ImportError) as error:
        return localize("Chinese font"), None, str(error)
