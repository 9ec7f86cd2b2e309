"""The definition of the OGC API for programs, as OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from urbanplan.server.query import CRS84, LIMIT, MAX_LIMIT
from urbanplan.version import __version__

Document = dict[str, Any]
_PROBLEM: Document = {
    "description": "The question cannot be answered as it is asked.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/exception"}}},
}


def api_definition(home: str, names: Sequence[str]) -> Document:
    """The definition as plain values.

    Args:
        home: address where the API begins. names: of its collections of layers.
    """
    return {
        "openapi": "3.0.3",
        "info": {"title": "urbanplan", "version": __version__, "description": "OGC API – Features, reading only"},
        "servers": [{"url": home}],
        "tags": [{"name": "Capabilities"}, {"name": "Data"}],
        "paths": {
            "/": _operation("getLandingPage", "Capabilities", "application/json"),
            "/api": _operation("getApi", "Capabilities", "application/vnd.oai.openapi+json;version=3.0"),
            "/conformance": _operation("getConformance", "Capabilities", "application/json"),
            "/collections": _operation("getCollections", "Capabilities", "application/json"),
            **{path: operation for name in names for path, operation in _of_collection(name).items()},
        },
        "components": {"parameters": _parameters(), "schemas": _schemas()},
    }


def _of_collection(name: str) -> Document:
    """The paths of one collection."""
    home, label = f"/collections/{name}", "".join(sign if sign.isalnum() else "_" for sign in name)
    asked = ["bbox", "bbox-crs", "crs", "datetime", "limit", "offset"]
    return {
        home: _operation(f"describe_{label}", "Data", "application/json"),
        f"{home}/items": _operation(f"getFeatures_{label}", "Data", "application/geo+json", asked),
        f"{home}/items/{{featureId}}": _operation(
            f"getFeature_{label}", "Data", "application/geo+json", ["featureId", "crs"]
        ),
    }


def _operation(name: str, tag: str, kind: str, parameters: Sequence[str] = ()) -> Document:
    listed = [{"$ref": f"#/components/parameters/{one}"} for one in (*parameters, "f", "lang")]
    answers: Document = {
        "200": {"description": "The answer.", "content": {kind: {"schema": {"type": "object"}}}},
        "400": _PROBLEM,
        "404": _PROBLEM,
    }
    return {"get": {"operationId": name, "tags": [tag], "parameters": listed, "responses": answers}}


def _parameters() -> Document:
    text, whole = {"type": "string"}, {"type": "integer"}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    words = {"featureId": text}
    asked = {
        "bbox": box,
        "bbox-crs": {**text, "enum": [CRS84]},
        "crs": {**text, "enum": [CRS84]},
        "datetime": text,
        "limit": {**whole, "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT},
        "offset": {**whole, "minimum": 0, "default": 0},
        "f": {**text, "enum": ["json", "geojson"]},
        "lang": {**text, "enum": ["zh", "en"]},
    }
    form = {"in": "query", "required": False, "style": "form", "explode": False}
    return {
        **{name: {"name": name, "in": "path", "required": True, "schema": schema} for name, schema in words.items()},
        **{name: {"name": name, **form, "schema": schema} for name, schema in asked.items()},
    }


def _schemas() -> Document:
    texts = {name: {"type": "string"} for name in ("code", "description")}
    return {"exception": {"type": "object", "required": ["code"], "properties": texts}}
