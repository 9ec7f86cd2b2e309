"""What stands in a parcel sheet's head: the parcel's columns, its areas, its use, its map sheet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from urbanplan.layer.layer import Layer
from urbanplan.model.translation import current_language, localize
from urbanplan.model.units import MU_M2
from urbanplan.view.declared import read_declaration

NO_VALUE = "—"
_CHINESE_DATUMS = ("China Geodetic", "CGCS2000", "Xian 1980", "Beijing 1954", "New Beijing")


class ParcelSheet(BaseModel):
    """maps/sheets/parcel.toml: which layer has sheets, and the columns of their heads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: list[str]
    columns: dict[str, list[str]]


class LandUse(BaseModel):
    """maps/sheets/landuse-2023.toml: names of codes by language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    verified: bool = False
    codes: dict[str, dict[str, str]]


def parcel_sheet(folder: Path | None = None) -> ParcelSheet:
    """The declaration of the parcel sheet."""
    return read_declaration(ParcelSheet, "sheets/parcel.toml", folder)


@lru_cache(maxsize=4)
def _read_land_uses(folder: Path | None) -> dict[str, dict[str, str]]:
    return read_declaration(LandUse, "sheets/landuse-2023.toml", folder).codes


def use_name(code: str, folder: Path | None = None) -> str:
    """Name of a 2023 land-use code, that of its nearest known parent where the code is finer; empty if unknown."""
    return _use_name(code, folder, current_language())


@lru_cache(maxsize=1024)
def _use_name(code: str, folder: Path | None, tongue: str) -> str:
    table = _read_land_uses(folder)
    for cut in (len(code), 4, 2):
        row = table.get(code[:cut])
        if row is not None and cut <= len(code):
            return row.get(tongue) or row.get("en", "")
    return ""


@dataclass(frozen=True)
class ParcelRow:
    """One parcel's columns by their meaning."""

    values: dict[str, Any]

    def text(self, meaning: str) -> str:
        """A value as text, empty where there is none."""
        value = self.values.get(meaning)
        if value is None or (not isinstance(value, str) and pd.isna(value)):
            return ""
        if isinstance(value, float):
            return f"{value:g}"
        return str(value).strip()

    def number(self, meaning: str) -> float | None:
        """A value as a finite number, or None."""
        value = self.values.get(meaning)
        try:
            number = float(value)  # pyright: ignore[reportArgumentType]
        except (TypeError, ValueError):
            return None
        return number if math.isfinite(number) else None


def parcel_rows(layer: Layer, sheet: ParcelSheet) -> list[ParcelRow]:
    """Columns of each feature by their meaning."""
    held = {
        meaning: next((n for n in names if n in layer.frame.columns), None) for meaning, names in sheet.columns.items()
    }
    lists = {meaning: layer.frame[name].tolist() for meaning, name in held.items() if name is not None}
    return [ParcelRow({meaning: values[i] for meaning, values in lists.items()}) for i in range(len(layer.frame))]


def format_number(value: float, decimals: int) -> str:
    """A number with its thousands parted."""
    return f"{value:,.{decimals}f}"


def area_text(square_metres: float, *, mu: bool = True) -> str:
    """An area in m² and ha, and in mu where that is a unit."""
    values = {"m2": format_number(square_metres, 1), "ha": format_number(square_metres / 1e4, 4)}
    if not mu:
        return localize("{m2} m² · {ha} ha", **values)
    return localize("{m2} m² · {ha} ha · {mu} mu", mu=format_number(square_metres / MU_M2, 3), **values)


def is_chinese(crs: Any) -> bool:
    """Whether what China alone has stands on a sheet, mu and numbers of map sheets: by its language or its datum."""
    return current_language() == "zh" or _has_chinese_datum(str(crs))


@lru_cache(maxsize=8)
def _has_chinese_datum(crs: str) -> bool:
    from pyproj import CRS

    geodetic = CRS.from_user_input(crs).geodetic_crs
    return geodetic is not None and geodetic.name.startswith(_CHINESE_DATUMS)


def use_text(row: ParcelRow, folder: Path | None) -> str:
    """Code and name of the use, with the city's own code where there is one."""
    code = row.text("use_code")
    name = row.text("use_name") or use_name(code, folder)
    local = row.text("use_local")
    text = " ".join(part for part in (code, name) if part)
    return (f"{text} ({local})" if local else text) or NO_VALUE


def format_with_unit(row: ParcelRow, meaning: str, unit: str) -> str:
    """A number with its unit, or a dash."""
    number = row.number(meaning)
    return NO_VALUE if number is None else f"{number:g} {unit}".strip()


def map_sheets(bounds: tuple[float, float, float, float], *, side: float = 500.0) -> str:
    """Numbers of the 1:1000 map sheets (50 cm by 50 cm) that bounds touch: kilometres of their south-west corners.

    Source: GB/T 20257.1 rectangular sheets, northing first.
    """
    west, south, east, north = (math.floor(value / side) for value in bounds)
    found = [
        f"{n * side / 1000:.1f}-{e * side / 1000:.1f}"
        for n in range(north, south - 1, -1)
        for e in range(west, east + 1)
    ]
    return found[0] if len(found) == 1 else localize("{first} (1/{n})", first=found[0], n=len(found))


def crs_text(crs: Any) -> str:
    """The working CRS in words."""
    return _crs_text(str(crs))


@lru_cache(maxsize=8)
def _crs_text(crs: str) -> str:
    from pyproj import CRS

    known = CRS.from_user_input(crs)
    code = known.to_epsg()
    return f"{known.name} (EPSG:{code})" if code else known.name


def basis_text(basis: str) -> str:
    """A layer's basis in words."""
    match basis:
        case "surveyed":
            return localize("surveyed")
        case "reported":
            return localize("reported")
        case "":
            return localize("not known")
        case _:
            return localize("illustrative")
