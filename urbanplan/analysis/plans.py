"""The door for plans: a plan, its file or its folder in, a plan out."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import UsageError
from urbanplan.model.plan import LayerSpec, Plan
from urbanplan.model.translation import page_language, use_language

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def open_plan(plan: Plan | Path | str) -> Plan:
    """The plan, read where a file or folder is given.

    Raises:
        PlanError: the file cannot be used.
    """
    if isinstance(plan, Plan):
        return plan
    from urbanplan.plan import read_plan

    return read_plan(Path(plan))


@contextmanager
def in_plan_language(plan: Plan | Path | str) -> Generator[Plan]:
    """The plan, with messages in the language of its pages: its own, unless the reader asked for another.

    Raises:
        PlanError: the file cannot be used.
    """
    declared = open_plan(plan)
    with use_language(page_language(declared.language)):
        yield declared


def example_district() -> Path:
    """The folder of the illustrative district that comes with urbanplan; its layers say that they are made up."""
    from urbanplan.model.resources import resource_path

    return resource_path("layers", "zhengzhou-hitech")


def plan_folder(plan: Plan) -> Path:
    """The folder in which a plan's files lie."""
    return Path(plan.file).resolve().parent


def fingerprint(plan: Plan) -> str:
    """A text that changes with the plan's files: their digest, and size and time of each layer's file."""
    state: list[Any] = [plan.digest]
    for name in sorted({*(spec.file for spec in plan.layer), *plan.reported}):
        try:
            found = (plan_folder(plan) / name).stat()
        except (OSError, ValueError):  # absent, or no name of a file
            continue
        state.append((name, found.st_size, found.st_mtime_ns))
    return hashlib.sha256(repr(state).encode("utf-8", "surrogatepass")).hexdigest()


def find_layer(plan: Plan, name: str) -> LayerSpec:
    """The declaration of a layer.

    Raises:
        UsageError: the plan has no layer of this name; the nearest names are said.
    """
    for spec in plan.layer:
        if spec.name == name:
            return spec
    known = [spec.name for spec in plan.layer]
    near = ", ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.4)) or ", ".join(known[:5])
    raise UsageError("the plan has no layer {name}", fix="Did you mean {near}?", name=name, near=near)


def district_boundary(plan: Plan | Path | str | None) -> GeoDataFrame | Any:
    """The boundary of a plan's district in the working CRS, or None where it has none or no plan is given."""
    if plan is None:
        return None
    from urbanplan.store.folder import read_plan_layers

    declared = open_plan(plan)
    name = declared.district.boundary
    layers, _ = read_plan_layers(declared, [name] if name else [])
    return layers[name].frame if name in layers else None
