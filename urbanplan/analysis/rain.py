"""Rain: where water stands at the end of a rain, on what, and what works change; a screening, never a verdict."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pandas and shapely say little of what their columns hold)

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.analysis.rain_inputs import RainInputs, inputs_from_frames, inputs_from_plan
from urbanplan.analysis.rain_result import RAINS, RainQuestion, RainResult
from urbanplan.analysis.rain_tables import stand
from urbanplan.errors import UsageError

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.raster.basins import Basins
    from urbanplan.raster.rain import Ponding


def rain(  # noqa: PLR0913 - a public door: one keyword for each thing that a question of rain may hold
    elevation: Any,
    *,
    rain: float | Sequence[float] = RAINS,
    loss: float = 0.0,
    drainage: float = 0.0,
    streets: Any = None,
    parcels: Any = None,
    buildings: Any = None,
    homes: Any = None,
    people: str | None = None,
    works: Any = None,
    culverts: Any = None,
    least_depth: float = 0.15,
    least_area: float = 0.0,
    unit: str | None = None,
    crs: Any = None,
    notify: Callable[[str], None] | None = None,
) -> RainResult:
    """Where the water of a rain comes to rest, and on what it stands; a screening without pipes, pumps and time.

    Args:
        elevation: a GeoTIFF in any CRS, or an :class:`urbanplan.raster.elevation.Elevation`.
        rain: mm, one or several. loss: mm of each that seep away or are held. drainage: mm that the drains take.
        streets, parcels, buildings, homes: frames or files that water may stand on; homes count people by ``people``.
        works: lines of drainage works with ``name`` and ``pipe_m3`` (what its pipes take) or ``outlet_m`` (level of a
            lowered outlet). culverts: lines that cut embankments; a column ``outlet_m`` may say how low.
        least_depth, least_area: metres and m² of depressions that are listed.
        unit: of the heights where the file does not say it, ``m`` or ``ft``. crs: the working CRS of lengths.
        notify: called with the name of each phase.

    Raises:
        UsageError: a number or an input is out of range. RasterError: the elevation cannot be used.
        CrsError: an input has no CRS. ExchangeError: a file cannot be read. MissingExtraError: rasterio is missing.
    """
    question = _question(rain, loss, drainage, least_depth, least_area)
    layers = {"streets": streets, "parcels": parcels, "buildings": buildings, "homes": homes, "works": works}
    inputs = inputs_from_frames(
        elevation, {**layers, "culverts": culverts}, unit=unit, crs=crs, people=people, notify=notify
    )
    return _analyse(inputs, question, notify)


def rain_of_plan(
    plan: Any,
    *,
    rain: float | Sequence[float] = RAINS,
    loss: float = 0.0,
    drainage: float = 0.0,
    least_depth: float = 0.15,
    notify: Callable[[str], None] | None = None,
) -> RainResult:
    """The same of a plan: its layer of type ``elevation``, and its streets, parcels, buildings, homes and works.

    Args:
        plan: a plan, or its file or folder. rain, loss, drainage, least_depth, notify: as in :func:`rain`.

    Raises:
        PlanError: the plan cannot be read. UsageError: it has no elevation, or a number is out of range.
    """
    question = _question(rain, loss, drainage, least_depth, 0.0)
    return _analyse(inputs_from_plan(plan, notify=notify), question, notify)


def parse_rains(text: str) -> tuple[float, ...]:
    """Depths of rain as ``50,100,200``.

    Raises:
        UsageError: one is no number.
    """
    found: list[float] = []
    for word in text.replace("，", ",").split(","):
        try:
            found.append(float(word))
        except ValueError as error:
            raise UsageError("{word} is no depth of rain", where="--rain", fix="Write for example 50,100,200.",
                             word=repr(word)) from error  # fmt: skip
    return tuple(found)


def _question(
    rain: float | Sequence[float], loss: float, drainage: float, least_depth: float, least_area: float
) -> RainQuestion:
    rains = tuple(sorted({float(one) for one in ([rain] if isinstance(rain, int | float) else rain)}))
    for name, value in (*(("rain", one) for one in rains), ("loss", loss), ("drainage", drainage)):
        if not 0 <= value <= 10_000:
            raise UsageError("{name} is {value:g} mm", fix="Give a number of millimetres from 0 to 10000.",
                             name=name, value=value)  # fmt: skip
    if not rains:
        raise UsageError("no rain is asked", fix="Give one in millimetres, or several.")
    return RainQuestion(rains, float(loss), float(drainage), float(least_depth), float(least_area))


def _analyse(inputs: RainInputs, question: RainQuestion, notify: Callable[[str], None] | None) -> RainResult:
    from urbanplan.raster.basins import find_basins
    from urbanplan.raster.works import cut

    tell = notify or _say_nothing
    tell("basins")
    ground, culverts = inputs.elevation, inputs.frames.get("culverts")
    if culverts is not None and len(culverts):
        ground = cut(ground, culverts, level=_numbers(culverts, "outlet_m"))
    basins = find_basins(ground)
    tell("rain")
    water = _pond(basins, question, None)
    planned = _with_works(inputs, question, basins)
    tell("features")
    named = {name: frame for name, frame in inputs.frames.items() if name != "culverts" and len(frame)}
    return RainResult(
        inputs, question, basins, water, planned, {name: stand(frame, ground) for name, frame in named.items()}
    )


def _say_nothing(text: str) -> None:
    """Where nobody listens."""


def _pond(basins: Basins, question: RainQuestion, pipes: Any) -> tuple[Ponding, ...]:
    from urbanplan.raster.rain import pond

    return tuple(
        pond(basins, rain_mm=one, loss_mm=question.loss_mm, drainage_mm=question.drainage_mm, pipes_m3=pipes)
        for one in question.rains_mm
    )


def _with_works(inputs: RainInputs, question: RainQuestion, basins: Basins) -> tuple[Ponding, ...] | None:
    """The water when the works are done; None where none says what it does."""
    from urbanplan.raster.basins import find_basins
    from urbanplan.raster.works import cut, pipe_volumes

    works = inputs.frames.get("works")
    if works is None:
        return None
    outlets, pipes = _numbers(works, "outlet_m"), _numbers(works, "pipe_m3")
    lowered = ~np.isnan(outlets)
    if not lowered.any() and np.isnan(pipes).all():
        return None
    if lowered.any():
        ground = cut(basins.elevation, works[lowered].reset_index(drop=True), level=outlets[lowered])
        basins = find_basins(ground)
    return _pond(basins, question, pipe_volumes(basins, works, pipes))


def _numbers(frame: gpd.GeoDataFrame, column: str) -> Any:
    """A column of numbers, NaN where it says none."""
    import pandas as pd

    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
