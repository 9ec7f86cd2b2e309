"""Declaring a layer in a plan file: its stanza, shown or written."""

from __future__ import annotations

import difflib
import json
import tomllib
from pathlib import Path

from urbanplan.analysis.plans import plan_folder
from urbanplan.errors import LayerError, PlanError, UsageError
from urbanplan.model.plan import LayerSpec, Plan
from urbanplan.model.run_files import allow_replacing


def layer_stanza(spec: LayerSpec) -> str:
    """The ``[[layer]]`` table of a layer as text of a plan file."""
    keys = ("name", "file", "type", "basis", "source")
    lines = [f"{key} = {json.dumps(getattr(spec, key), ensure_ascii=False)}" for key in keys if getattr(spec, key)]
    return "\n".join(["[[layer]]", *lines]) + "\n"


def propose_layer(plan: Plan, name: str, *, type_name: str | None = None, source: str = "") -> LayerSpec:
    """The declaration of a layer that the plan does not have yet.

    Args:
        plan: the plan. name: of the layer. type_name: its type, that of its own name unless said. source: of its rows.

    Raises:
        UsageError: the name cannot be one, or there is no type of it and none is given. LayerError: no such type.
    """
    from urbanplan.layer.kinds import find_layer_type

    if not name.replace("-", "_").isidentifier():
        raise UsageError("{name} cannot name a layer", fix="Use letters, digits, _ and -", name=name)
    try:
        kind = find_layer_type(type_name or name, home=plan_folder(plan))
    except LayerError as error:
        if type_name:
            raise
        fix = "Give its type with --type: `urbanplan types` lists them"
        raise UsageError("no layer type is named {name}", where=plan.file, fix=fix, name=name) from error
    return LayerSpec(name=name, file=f"{name}.geojson", type=kind.name, basis="reported", source=source)


def missing_layer(plan: Plan, name: str, source: str) -> UsageError:
    """The error of a layer that the plan does not declare, with the stanza that would declare it."""
    near = ", ".join(difflib.get_close_matches(name, [spec.name for spec in plan.layer], n=3, cutoff=0.6))
    try:
        spec = propose_layer(plan, name, source=source)
    except (UsageError, LayerError):
        spec = LayerSpec.model_construct(
            name=name, file=f"{name}.geojson", type="TYPE", basis="reported", source=source
        )
    fix = "Declare it with --declare, or write into the plan:\n{stanza}"
    if near:
        fix = "Did you mean {near}? Else declare it with --declare, or write into the plan:\n{stanza}"
    return UsageError(
        "the plan has no layer {name}",
        where=plan.file,
        fix=fix,
        name=name,
        near=near,
        stanza=layer_stanza(spec).rstrip(),
    )


def write_declaration(plan: Plan, spec: LayerSpec) -> None:
    """Append a layer's stanza to the plan file, whole or not at all.

    Raises:
        PlanError: the file lists its layers in a way that nothing can be appended to.
    """
    from urbanplan.exchange.files.edited_text import read_edited, write_edited

    path = Path(plan.file)
    text = read_edited(path)
    after = f"{text.rstrip()}\n\n{layer_stanza(spec)}"
    try:
        tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        fix = "Write it there yourself:\n{stanza}"
        what = "the layer cannot be appended to the plan"
        raise PlanError(what, where=plan.file, fix=fix, stanza=layer_stanza(spec).rstrip()) from error
    allow_replacing(path)
    write_edited(path, after)
