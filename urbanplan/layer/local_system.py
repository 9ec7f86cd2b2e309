"""A city's own plane system: four parameters or control points, from a file that no output, log or message repeats.

Plane coordinates of such a system come to a public one by a similarity: shift, turn and scale.  There is no way back:
a file in the local system beside one in the public would give the parameters away.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.errors import CrsError
from urbanplan.model.metric_crs import is_metric_crs
from urbanplan.model.units import parse_metres

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

_NUMBERS = ("dx_m", "dy_m", "rotation_arcsec", "scale_ppm")
_MAX_BYTES = 1_000_000
_LAYOUT = (
    "It needs crs (such as 'EPSG:4547'), and dx_m, dy_m, rotation_arcsec (counter-clockwise) and scale_ppm, or "
    "points = [[x, y, east, north], …] of two control points or more; error, such as '0.05 m', is what they may be off."
)


@dataclass(frozen=True)
class LocalSystem:
    """The way from a local plane system to a public one.

    Attributes:
        crs: the public one, projected, in metres.
        values: east = a x − b y + c, north = b x + a y + d, as (a, b, c, d); never shown.
        error_m: root mean square of what control points are off, 0 for given parameters.
    """

    crs: CRS
    values: tuple[float, float, float, float] = field(repr=False)
    error_m: float = 0.0

    def transform(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points, shape (n, 2), in the public system."""
        a, b, c, d = self.values
        x, y = points[:, 0], points[:, 1]
        return np.column_stack([a * x - b * y + c, b * x + a * y + d])


def from_local_system(frame: gpd.GeoDataFrame, system: LocalSystem) -> gpd.GeoDataFrame:
    """A frame of local coordinates in the public system; whatever CRS it declared was not its own."""
    moved = shapely.transform(shapely.force_2d(frame.geometry.to_numpy()), system.transform)
    return frame.set_geometry(moved, crs=system.crs)


def read_local_system(path: Path, *, where: str = "") -> LocalSystem:
    """Read a TOML file of a local system; what is wrong is told by key, never by value.

    Args:
        path: keys ``crs``, and ``dx_m``, ``dy_m``, ``rotation_arcsec`` and ``scale_ppm``, or ``points`` as rows of
            x, y (local), east, north; ``error`` such as ``"0.05 m"`` bounds their root mean square.
        where: place of the path, for messages.

    Raises:
        CrsError: the file cannot be used, or the control points do not fit.
    """
    table = _read_table(path, where)
    crs = _public_crs(table, where)
    if "points" in table:
        return _fit(crs, table, where)
    for key in _NUMBERS:
        if not _is_number(table.get(key)):
            raise CrsError("the key {key!r} of the local system cannot be used", where=where, fix=_LAYOUT, key=key)
    dx, dy, rotation, ppm = (float(table[key]) for key in _NUMBERS)
    scale, angle = 1 + ppm * 1e-6, math.radians(rotation / 3600)
    return LocalSystem(crs, (scale * math.cos(angle), scale * math.sin(angle), dx, dy))


def _read_table(path: Path, where: str) -> dict[str, Any]:
    try:
        raw = path.read_bytes()[: _MAX_BYTES + 1]
        return tomllib.loads(raw.decode("utf-8")) if len(raw) <= _MAX_BYTES else {}
    except OSError as error:
        fix = "Give the path of a TOML file."
        raise CrsError("the file of the local system cannot be read", where=where, fix=fix) from error
    except (ValueError, RecursionError):
        raise CrsError(
            "the file of the local system is not TOML", where=where, fix=_LAYOUT
        ) from None  # it would show it


def _public_crs(table: dict[str, Any], where: str) -> CRS:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(table.get("crs"))
    except (CRSError, TypeError):
        crs = None
    if crs is None or not is_metric_crs(crs):
        raise CrsError(
            "the key {key!r} of the local system cannot be used", where=where, fix=_LAYOUT, key="crs"
        ) from None
    return crs


def _fit(crs: CRS, table: dict[str, Any], where: str) -> LocalSystem:
    """Least squares of the similarity, from a near origin."""
    rows = table["points"]
    sound = isinstance(rows, list) and len(rows) >= 2 and all(
        isinstance(row, list) and len(row) == 4 and all(map(_is_number, row)) for row in rows
    )  # fmt: skip
    limit = parse_metres(table.get("error", "0.1 m"))
    if not sound or limit is None:
        key = "error" if sound else "points"
        raise CrsError("the key {key!r} of the local system cannot be used", where=where, fix=_LAYOUT, key=key)
    given = np.array(rows, dtype=float)
    middle = given.mean(axis=0)
    x, y, east, north = (given - middle).T
    spread = float((x * x + y * y).sum())
    if spread <= 0:
        raise CrsError("the control points of the local system are one point", where=where, fix="Give two or more.")
    a, b = float((x * east + y * north).sum()) / spread, float((x * north - y * east).sum()) / spread
    c, d = middle[2] - a * middle[0] + b * middle[1], middle[3] - b * middle[0] - a * middle[1]
    off = np.hypot(a * x - b * y - east, b * x + a * y - north)
    error = float(np.sqrt((off * off).mean()))
    if error > limit:
        raise CrsError("the control points of the local system are off by {error:.3f} m, more than its error allows",
                       where=where, fix="Check them, whether east and north are swapped, or raise error.",
                       error=error)  # fmt: skip
    return LocalSystem(crs, (a, b, float(c), float(d)), error)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
