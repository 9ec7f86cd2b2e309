"""Seven parameters between two datums, from a local file that no output, log or message repeats."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from urbanplan.errors import CrsError
from urbanplan.model.units import parse_metres

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from pyproj import CRS

_NUMBERS = ("dx_m", "dy_m", "dz_m", "rx_arcsec", "ry_arcsec", "rz_arcsec", "scale_ppm")
_CONVENTIONS = ("position_vector", "coordinate_frame")
_MAX_BYTES = 10_000


@dataclass(frozen=True)
class DatumParameters:
    """Parameters of a similarity transformation of geocentric coordinates.

    Attributes:
        values: metres, arc-seconds and parts per million in the order of the file's keys; never shown.
        convention: sign of the rotations. error_m: stated error in metres. digest: sha256 of the file.
    """

    values: tuple[float, ...] = field(repr=False)
    convention: str
    error_m: float
    digest: str = ""


def read_datum_parameters(path: Path, *, where: str = "") -> DatumParameters:
    """Read a TOML file of seven parameters; what is wrong is told by key, never by value.

    Args:
        path: keys ``dx_m``, ``dy_m``, ``dz_m``, ``rx_arcsec``, ``ry_arcsec``, ``rz_arcsec``, ``scale_ppm``,
            ``convention`` (``position_vector`` or ``coordinate_frame``) and ``error`` such as ``"0.5 m"``;
            they lead from the layer's datum to that of the CRS it is brought to.
        where: place of the path, for messages.

    Raises:
        CrsError: the file cannot be used.
    """
    import hashlib
    import tomllib

    try:
        raw = path.read_bytes()[: _MAX_BYTES + 1]
        table = tomllib.loads(raw.decode("utf-8")) if len(raw) <= _MAX_BYTES else {}
    except OSError as error:
        fix = "Give the path of a TOML file beside the plan."
        raise CrsError("the datum parameters cannot be read", where=where, fix=fix) from error
    except (ValueError, RecursionError):
        raise CrsError("the datum parameters are not TOML", where=where, fix=_LAYOUT) from None  # it would show them
    for key in (*_NUMBERS, "convention", "error"):
        if key not in table:
            raise CrsError("the datum parameters have no key {key!r}", where=where, fix=_LAYOUT, key=key)
    numbers = [table[key] for key in _NUMBERS]
    wrong = next((key for key, value in zip(_NUMBERS, numbers, strict=True) if not _is_number(value)), None)
    error_m = parse_metres(table["error"])
    wrong = "convention" if table["convention"] not in _CONVENTIONS else "error" if error_m is None else wrong
    if wrong is not None or error_m is None:
        raise CrsError("the key {key!r} of the datum parameters cannot be used", where=where, fix=_LAYOUT, key=wrong)
    return DatumParameters(tuple(map(float, numbers)), table["convention"], error_m, hashlib.sha256(raw).hexdigest())


_LAYOUT = (
    "It needs dx_m, dy_m, dz_m, rx_arcsec, ry_arcsec, rz_arcsec, scale_ppm, "
    "convention (position_vector or coordinate_frame) and error, such as error = '0.5 m'."
)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e7


def helmert_transform(source: CRS, target: CRS, parameters: DatumParameters) -> Callable[[np.ndarray], np.ndarray]:
    """The transformation of points, shape (n, 2), from one CRS to another by seven parameters, heights zero.

    Raises:
        CrsError: a CRS has no ellipsoid, as an engineering CRS.
    """
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    base, goal = source.geodetic_crs, target.geodetic_crs
    if base is None or goal is None or base.ellipsoid is None or goal.ellipsoid is None:
        raise CrsError("datum parameters need coordinate systems on ellipsoids", fix="Pin the layer's true CRS.")
    names = ("x", "y", "z", "rx", "ry", "rz", "s")
    shift = " ".join(f"+{name}={value!r}" for name, value in zip(names, parameters.values, strict=True))
    pipeline = (
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
        f" +step +proj=cart +a={base.ellipsoid.semi_major_metre!r} +b={base.ellipsoid.semi_minor_metre!r}"
        f" +step +proj=helmert {shift} +convention={parameters.convention}"
        f" +step +inv +proj=cart +a={goal.ellipsoid.semi_major_metre!r} +b={goal.ellipsoid.semi_minor_metre!r}"
        " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    try:
        steps = (
            Transformer.from_crs(source, base, always_xy=True),
            Transformer.from_pipeline(pipeline),
            Transformer.from_crs(goal, target, always_xy=True),
        )
    except ProjError:  # its text repeats the pipeline
        raise CrsError("the datum parameters cannot be used by PROJ", fix="Check their units.") from None

    def transform(points: np.ndarray) -> np.ndarray:
        import numpy as np

        x, y = points[:, 0], points[:, 1]
        x, y = steps[0].transform(x, y)
        x, y, _ = steps[1].transform(x, y, np.zeros(len(points)))
        return np.column_stack(steps[2].transform(x, y))

    return transform
