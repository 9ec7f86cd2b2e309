"""Finding declared layer types: the plan's own ``types/`` first, then the shipped ones."""

from __future__ import annotations

import difflib
from pathlib import Path

from urbanplan.errors import LayerError
from urbanplan.model.layertype import LayerType, read_layer_type
from urbanplan.model.plan import Plan
from urbanplan.model.resources import resource_path
from urbanplan.model.safe_path import resolve_inside

_MAX_NAME_BYTES = 200  # bytes; no file system has longer names


def type_folders(home: Path | None) -> list[Path]:
    """Folders of types in order of search."""
    own = [] if home is None else [home / "types"]
    return [*own, resource_path("layers", "types")]


def find_layer_type(name: str, *, home: Path | None = None, where: str = "") -> LayerType:
    """Read the type of this name.

    Args:
        name: stem of its file. home: the plan's folder. where: place of the name, for errors.

    Raises:
        LayerError: there is none of this name, or its file does not fit the schema.
    """
    known: list[str] = []
    for folder in type_folders(home):
        path = folder / f"{name}.toml"
        if len(name.encode()) < _MAX_NAME_BYTES and path.parent == folder and path.is_file():
            if home is not None and folder == home / "types":
                resolve_inside(f"types/{path.name}", home, where=where)
            return read_layer_type(path)
        known += [entry.stem for entry in sorted(folder.glob("*.toml"))]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    raise LayerError(
        "there is no layer type {name!r}",
        where=where,
        fix="Did you mean {near!r}?" if near else "Give one of {known}, or declare it in types/{name}.toml",
        name=name,
        near="".join(near),
        known=", ".join(known),
    )


def list_layer_types(home: Path | None = None) -> list[tuple[LayerType, bool]]:
    """Every declared type in order of names, and whether it is the folder's own; an own one hides a shipped one.

    Args:
        home: a plan's folder.

    Raises:
        LayerError: a type's file does not fit the schema.
    """
    found: dict[str, bool] = {}
    for folder in type_folders(home):
        for path in folder.glob("*.toml"):
            found.setdefault(path.stem, home is not None and folder == home / "types")
    return [(find_layer_type(name, home=home), own) for name, own in sorted(found.items())]


def read_types(plan: Plan) -> dict[str, LayerType]:
    """The types of the plan's layers by name, as far as they can be read; what cannot be is told with its layer."""
    home = Path(plan.file).parent if plan.file else None
    found: dict[str, LayerType] = {}
    for spec in plan.layer:
        try:
            found[spec.name] = find_layer_type(spec.type, home=home, where=plan.file)
        except LayerError:
            continue
    return found
