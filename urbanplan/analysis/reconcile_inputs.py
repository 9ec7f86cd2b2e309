"""What a reconciliation compares: the drawn polygons with their keys, and the figures of layer and table in m²."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.files import ReadOptions, check_read_losses, read_file, read_loss_notes, refused_notes
from urbanplan.analysis.layer_inputs import column_of, find_plan, require_polygons
from urbanplan.analysis.stated_areas import NUMBER, figure_interval, unread_values
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.units import convert_unit, is_convertible

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from urbanplan.model.layertype import LayerType
    from urbanplan.model.plan import Plan

FIGURES = ("announced", "ledger", "approved")
_WORDS = {
    "announced": re.compile("公告|announced", re.IGNORECASE),
    "approved": re.compile("批准|批复|审批|approved", re.IGNORECASE),
    "ledger": re.compile(r"面积|area|台账|ledger|(?:^|[_ (（])(?:mu|ha|m2)(?:$|[)）])|亩|公顷", re.IGNORECASE),
}
_NAME_PARTS = re.compile(r"[()（）_\s\[\]/]+")


@dataclass(frozen=True, eq=False)
class Drawing:
    """The drawn polygons.

    Attributes:
        frame: features in a projected CRS in metres. crs: it. type: of a plan's layer.
        swapped: whether the degrees of the file stand latitude first, so that they were swapped to be measured.
        plan, name, notes: see there.
    """

    frame: gpd.GeoDataFrame
    crs: Any
    name: str
    type: LayerType | None = None
    swapped: bool = False
    plan: Plan | None = None
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Figure:
    """One kind of figure, m² by its digits: ``low`` to ``high`` for each row of its table, NaN where there is none.

    ``unread`` are values that are written and are no numbers, each once.
    """

    name: str
    column: str
    unit: str
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    of_table: bool
    unread: tuple[str, ...] = ()


def load_drawing(layer: Any, *, plan: Any = None, crs: Any = None) -> Drawing:
    """The polygons of a layer of the plan, a file or a frame, where they were drawn.

    A projected CRS in metres is kept, whatever its zone: lengths that are off in it are what is sought.

    Raises:
        UsageError: there is no such layer or file. LayerError: shapes are no polygons. CrsError: no CRS is known.
    """
    from urbanplan.analysis.export import read_layers
    from urbanplan.analysis.plans import find_layer

    declared = find_plan({"layer": layer}, plan)
    if declared is not None and isinstance(layer, str) and layer in {spec.name for spec in declared.layer}:
        found = read_layers(declared, [layer])[layer]
        _require_drawn_polygons(found.frame, layer)
        return Drawing(found.frame, found.frame.crs, layer, found.type, plan=declared)
    if declared is not None and isinstance(layer, str) and not Path(layer).exists():
        find_layer(declared, layer)
    frame, name, notes = _read_shapes(layer, crs)
    swapped = _is_swapped(frame)
    frame = _to_metres(frame, swapped=swapped, where=name)
    _require_drawn_polygons(frame, name)
    return Drawing(frame, frame.crs, name, None, swapped, declared, notes)


def _require_drawn_polygons(frame: gpd.GeoDataFrame, name: str) -> None:
    """Check that what is drawn are polygons; a feature without a shape has an area that nobody knows.

    Raises:
        LayerError: some are not.
    """
    require_polygons(frame[~(frame.geometry.isna() | frame.geometry.is_empty)], name=name)


def _read_shapes(layer: Any, crs: Any) -> tuple[gpd.GeoDataFrame, str, list[Note]]:
    import geopandas as gpd

    if isinstance(layer, str | Path):
        table = read_file(Path(layer), ReadOptions(crs=str(crs) if crs is not None else None))
        notes, frame, name = [*read_loss_notes(table), *refused_notes(table, limit=10)], table.frame, Path(layer).name
    else:
        notes, frame, name = list[Note](), layer, "layer"
    if not isinstance(frame, gpd.GeoDataFrame):
        fix = "Give a layer of polygons."
        raise UsageError("the file holds a table without shapes", where=name, fix=fix)
    if frame.crs is None and crs is not None:
        frame = frame.set_crs(crs)
    frame = frame if frame.geometry.name == "geometry" else frame.rename_geometry("geometry")
    return frame.reset_index(drop=True), name, notes


def _is_swapped(frame: gpd.GeoDataFrame) -> bool:
    """Whether degrees stand latitude first: no latitude is over 90, and what lies in China only when swapped is so."""
    from urbanplan.layer.crs import is_in_china

    if frame.crs is None or not frame.crs.is_geographic or not len(frame):
        return False
    west, south, east, north = (float(edge) for edge in frame.total_bounds)
    if north > 90:
        return east <= 90
    x, y = (west + east) / 2, (south + north) / 2
    return not is_in_china(x, y) and is_in_china(y, x)


def _to_metres(frame: gpd.GeoDataFrame, *, swapped: bool, where: str) -> gpd.GeoDataFrame:
    import numpy as np

    from urbanplan.layer.crs import no_crs_error, working_crs
    from urbanplan.layer.datum_change import transform_frame

    if frame.crs is None:
        raise no_crs_error(where)
    if swapped:
        frame = frame.set_geometry(frame.geometry.transform(lambda points: np.asarray(points)[:, ::-1]))
    return transform_frame(frame, working_crs(frame, where=where))[0].reset_index(drop=True)


def load_table(file: Path | str | Any) -> tuple[pd.DataFrame, list[Note]]:
    """The rows of a table, without shapes.

    Raises:
        GateError, ExchangeError: the file cannot be read. LossError: part of it is not taken over.
    """
    import pandas as pd

    if isinstance(file, pd.DataFrame):
        return file.reset_index(drop=True), []
    table = read_file(Path(file), ReadOptions())
    check_read_losses(table, Path(file), allowed=False)
    shapes = [name for name in table.frame.columns if str(table.frame[name].dtype) == "geometry"]
    notes = [*refused_notes(table, limit=10), *(note("{text}", text=text) for text in table.notes)]
    return pd.DataFrame(table.frame.drop(columns=shapes)).reset_index(drop=True), notes


def load_figures(
    drawing: Drawing, table: pd.DataFrame | None, *, given: dict[str, str], unit: str | None = None
) -> list[Figure]:
    """The columns that hold areas: those given, else those that type and names say.

    Args:
        drawing: its features may hold figures, too. table: the ledger's rows. given: kind of figure = ``COLUMN`` or
            ``COLUMN=UNIT``. unit: of columns that name none.

    Raises:
        UsageError: a column is not there, its unit is not known or no area, or several may be meant.
    """
    found: list[Figure] = []
    used: set[tuple[bool, str]] = set()
    for name in (*(one for one in FIGURES if one in given), *(one for one in ("announced", "approved", "ledger")
                                                             if one not in given)):  # fmt: skip
        place = _given_column(drawing, table, given[name]) if name in given else _find_column(
            drawing, table, name, used)  # fmt: skip
        if place is not None:
            used.add((place[0], place[1]))
            found.append(_read_figure(drawing, table, name, place, unit))
    return sorted(found, key=lambda one: FIGURES.index(one.name))


def _given_column(drawing: Drawing, table: pd.DataFrame | None, word: str) -> tuple[bool, str, str]:
    """Whether it is the table's, the column, and the unit that the caller says."""
    from urbanplan.layer.column_names import find_column

    name, _, unit = word.rpartition("=") if "=" in word else (word, "", "")
    for of_table, frame, kind in ((True, table, drawing.type), (False, drawing.frame, drawing.type)):
        column = None if frame is None else find_column([str(one) for one in frame.columns], name, kind)
        if column is not None:
            return of_table, column, unit
    frame = drawing.frame if table is None else table
    return table is not None, column_of(frame, name, kind=drawing.type, where=name), unit


def _find_column(
    drawing: Drawing, table: pd.DataFrame | None, name: str, used: set[tuple[bool, str]]
) -> tuple[bool, str, str] | None:
    """The column that the type declares or whose name says so, None where there is none."""
    if name == "announced" and drawing.type is not None:
        for rule in drawing.type.declared:
            if rule.of == "area" and rule.field in drawing.frame.columns:
                return False, rule.field, rule.unit
    frames = [(True, table)] if name == "ledger" else [(True, table), (False, drawing.frame)]
    for of_table, frame in frames:
        names = [] if frame is None else [str(one) for one in frame.columns if _holds_numbers(frame[one])]
        fitting = [one for one in names if _WORDS[name].search(one) and (of_table, one) not in used]
        if len(fitting) > 1:
            option = "--ledger-column" if name == "ledger" else f"--{name}"
            raise UsageError("several columns may hold the area: {columns}", where=option, fix="Name the column.",
                             columns=", ".join(fitting))  # fmt: skip
        if fitting:
            return of_table, fitting[0], ""
    return None


def _holds_numbers(values: pd.Series) -> bool:
    import pandas as pd

    if str(values.dtype) == "geometry" or pd.api.types.is_bool_dtype(values.dtype):
        return False
    known = values.dropna()
    if pd.api.types.is_numeric_dtype(values.dtype):
        return len(known) > 0
    return len(known) > 0 and all(isinstance(one, str) and NUMBER.fullmatch(one.strip()) for one in known)


def _read_figure(
    drawing: Drawing, table: pd.DataFrame | None, name: str, place: tuple[bool, str, str], unit: str | None
) -> Figure:
    of_table, column, said = place
    spec = drawing.type.fields.get(column) if drawing.type is not None else None
    chosen = said or (spec.unit if spec is not None and spec.unit else "") or _unit_of_name(column) or unit or ""
    if not chosen or not is_convertible(chosen, "m2"):
        what = "the unit of the column {column} is not known" if not chosen else "{unit} of {column} is no unit of area"
        fix = "Say it as {column}=mu, =ha or =m2, or with --unit."
        raise UsageError(what, where=f"--{name}", fix=fix, column=column, unit=chosen)
    frame = table if of_table and table is not None else drawing.frame
    low, high = figure_interval(frame[column])
    factor = convert_unit(1.0, chosen, "m2")
    return Figure(name, column, chosen, low * factor, high * factor, of_table, unread_values(frame[column], low))


def _unit_of_name(column: str) -> str:
    """The unit of area that a column's name ends in or holds in brackets; empty where there is none."""
    from urbanplan.model.units import dimension, parse_unit

    for part in reversed([one for one in _NAME_PARTS.split(column) if one]):
        part = part.removesuffix("数")  # 亩数
        for text in (part, *(part[-size:] for size in (3, 2, 1))):
            found = parse_unit(text)
            if found is not None and dimension(text) == "area":
                return text
    return ""
