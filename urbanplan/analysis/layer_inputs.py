"""Layers that a question names: layers of a plan by name, files or frames, in one working CRS."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.frames import load_frames
from urbanplan.analysis.plans import open_plan
from urbanplan.errors import LayerError, UsageError
from urbanplan.model.run_files import add_inputs

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from urbanplan.model.layertype import LayerType
    from urbanplan.model.plan import Plan


@dataclass(frozen=True)
class NamedLayers:
    """Layers in one working CRS.

    Attributes:
        frames: by the key of the question; projected, in metres. crs: their CRS. types: of those that a plan declares.
        names: what each is called. plan: the plan, None where none is used. notes: texts for people.
        undrawn: rows that have no shape, which the frames leave out.
    """

    frames: dict[str, gpd.GeoDataFrame]
    crs: Any
    types: dict[str, LayerType]
    names: dict[str, str]
    plan: Plan | None
    notes: list[str] = field(default_factory=list)
    undrawn: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)


def load_layers(given: Mapping[str, Any], *, plan: Any = None, crs: Any = None) -> NamedLayers:
    """Bring layers of a plan, files and frames to one working CRS.

    Args:
        given: by key: the name of a layer of the plan, a path, or a frame. plan: the plan, its file or folder; where a
            word names neither a file nor ``plan`` is given, ``plan.toml`` here. crs: the working CRS, the plan's first.

    Raises:
        UsageError: a word names no layer and no file. LayerError: a layer cannot be read. CrsError: no CRS is known.
    """
    from urbanplan.analysis.export import read_layers

    declared = find_plan(given, plan)
    known = {spec.name for spec in declared.layer} if declared else set[str]()
    inputs: dict[str, Any] = dict(given)
    types: dict[str, LayerType] = {}
    for key, value in given.items():
        if declared is not None and isinstance(value, str) and value in known:
            layer = read_layers(declared, [value])[value]
            inputs[key], types[key] = layer.frame, layer.type
        elif isinstance(value, str | Path):
            if declared is not None and not Path(value).exists():
                from urbanplan.analysis.plans import find_layer

                find_layer(declared, str(value))
            add_inputs([Path(value)])
    working = crs if crs is not None or declared is None else declared.district.crs
    loaded = load_frames(inputs, crs=working)
    names = {key: value if key in types else loaded.names[key] for key, value in given.items()}
    return NamedLayers(loaded.frames, loaded.crs, types, names, declared, loaded.notes, loaded.undrawn)


def find_plan(given: Mapping[str, Any], plan: Any) -> Plan | None:
    """The plan that a question is about: the one given, else ``plan.toml`` here where a word names no file.

    Args:
        given: by key: names, paths or frames. plan: the plan, its file or folder.

    Raises:
        UsageError: a word names no file and there is no plan.
    """
    if plan is not None:
        return open_plan(plan)
    words = [value for value in given.values() if isinstance(value, str | Path)]
    lacking = [str(word) for word in words if not Path(word).exists()]
    if not lacking:
        return None
    if Path("plan.toml").is_file():
        return open_plan(Path("plan.toml"))
    fix = "Name a file, or a layer of a plan with --plan."
    raise UsageError("there is no file {name}", fix=fix, name=lacking[0])


def layer_facts(given: Mapping[str, Any], plan: Any) -> dict[str, Any]:
    """The plan that a question is about and those of its words that are layers of it, as an answer's facts.

    Args:
        given: by key: names, paths or frames. plan: the plan, its file or folder.

    Raises:
        UsageError: a word names no file and there is no plan.
    """
    declared = find_plan(given, plan)
    if declared is None:
        return {}
    words = {value for value in given.values() if isinstance(value, str)}
    return {"plan": declared, "basis": {spec.name: spec.basis for spec in declared.layer if spec.name in words}}


def column_of(frame: Any, word: str, *, kind: LayerType | None, where: str) -> str:
    """The column of a name, or of the field that the name means by alias or title.

    Args:
        frame: rows. word: the name. kind: their type where it is known. where: the option, for messages.

    Raises:
        UsageError: there is none; near ones are said.
    """
    from urbanplan.layer.column_names import find_column, similar_columns

    known = [str(name) for name in frame.columns if name != "geometry"]
    found = find_column(known, word, kind)
    if found is not None:
        return found
    near = ", ".join(similar_columns([word], known) or known[:10])
    raise UsageError("there is no column {name}", where=where, fix="Did you mean {near}?", name=word, near=near)


def labels(frame: Any, column: str | None, kind: LayerType | None, *, where: str) -> pd.Series:
    """A text for each row: of a column, else of the type's id or a column ``id``, else its number (``#1``)."""
    import pandas as pd

    from urbanplan.layer.conform import to_text

    if column is None:
        column = next((name for name in (kind.id if kind else "id", "id") if name in frame.columns), None)
    else:
        column = column_of(frame, column, kind=kind, where=where)
    if column is None:
        return pd.Series([f"#{row + 1}" for row in range(len(frame))], dtype="string")
    texts = to_text(frame[column].reset_index(drop=True)).str.strip()
    return texts.mask(texts == "")


def require_polygons(frame: Any, *, name: str) -> None:
    """Check that all shapes are polygons.

    Raises:
        LayerError: some are not.
    """
    import numpy as np
    import shapely

    other = int(np.count_nonzero(shapely.get_dimensions(frame.geometry.to_numpy()) != 2))
    if other:
        raise LayerError("{count} features of {name} are no polygons", fix="Give a layer of polygons.",
                         count=other, name=name)  # fmt: skip
