"""The JSON Schema of the plan file, draft 4, for editors that work without a network."""

from __future__ import annotations

from typing import Any, cast

from urbanplan.measure.catalog import MEASURES, parameter_model
from urbanplan.model.plan import Plan, Target
from urbanplan.model.units import unit_names

DRAFT4 = "http://json-schema.org/draft-04/schema#"


def plan_schema() -> dict[str, Any]:
    """Schema of ``plan.toml`` and its included files, measures with their parameters included."""
    schema = Plan.model_json_schema()
    definitions: dict[str, Any] = schema.pop("$defs", {})
    measures: list[dict[str, str]] = []
    for kind in MEASURES:
        part = parameter_model(kind).model_json_schema()
        definitions.update(part.pop("$defs", {}))
        if "$ref" in part:
            part = dict(definitions[part["$ref"].rpartition("/")[2]])
        part["properties"] = {**part["properties"], "kind": {"enum": [kind]}}
        definitions[f"measure-{kind}"] = part
        measures.append({"$ref": f"#/definitions/measure-{kind}"})
    definitions["Target"]["properties"]["measure"] = {"oneOf": measures}
    definitions["Bound"]["properties"]["unit"]["enum"] = unit_names()
    for model, part in ((Plan, schema), (Target, definitions["Target"])):
        for hidden in (name for name, spec in model.model_fields.items() if spec.exclude):
            part["properties"].pop(hidden)
    schema["definitions"] = definitions
    return {"$schema": DRAFT4, **_to_draft4(schema)}


def _to_draft4(node: Any) -> Any:
    """Rewrite what draft 4 says otherwise: $defs, const, numeric exclusive limits, siblings of $ref."""
    if isinstance(node, list):
        return [_to_draft4(item) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    out: dict[str, Any] = {}
    for key, value in cast("dict[str, Any]", node).items():
        match key:
            case "const":
                out["enum"] = [value]
            case "exclusiveMinimum" | "exclusiveMaximum" if isinstance(value, int | float):
                limit = "minimum" if key == "exclusiveMinimum" else "maximum"
                out[limit], out[key] = value, True
            case "examples" | "discriminator":
                continue
            case "$ref":
                out[key] = str(value).replace("#/$defs/", "#/definitions/")
            case _:
                out[key] = _to_draft4(value)
    if "$ref" in out and len(out) > 1:  # draft 4 ignores what stands beside $ref
        out["allOf"] = [{"$ref": out.pop("$ref")}]
    return out
