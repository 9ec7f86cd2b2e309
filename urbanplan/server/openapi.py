"""The definition of the OGC API for programs, as OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from urbanplan.server.query import LIMIT, MAX_LIMIT
from urbanplan.version import __version__

Document = dict[str, Any]
_PROBLEM: Document = {
    "description": "The question cannot be answered as it is asked.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/exception"}}},
}


def api_definition(home: str, names: Sequence[str]) -> Document:
    """The definition as plain values.

    Args:
        home: address where the API begins. names: of its collections.
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
            "/collections/{collectionId}": _operation(
                "describeCollection", "Capabilities", "application/json", ["collectionId"]
            ),
            "/collections/{collectionId}/items": _operation(
                "getFeatures", "Data", "application/geo+json", ["collectionId", "bbox", "datetime", "limit", "offset"]
            ),
            "/collections/{collectionId}/items/{featureId}": _operation(
                "getFeature", "Data", "application/geo+json", ["collectionId", "featureId"]
            ),
        },
        "components": {"parameters": _parameters(names), "schemas": _schemas()},
    }


def _operation(name: str, tag: str, kind: str, parameters: Sequence[str] = ()) -> Document:
    listed = [{"$ref": f"#/components/parameters/{one}"} for one in (*parameters, "f", "lang")]
    answers: Document = {
        "200": {"description": "The answer.", "content": {kind: {"schema": {"type": "object"}}}},
        "400": _PROBLEM,
        "404": _PROBLEM,
    }
    return {"get": {"operationId": name, "tags": [tag], "parameters": listed, "responses": answers}}


def _parameters(names: Sequence[str]) -> Document:
    text, whole = {"type": "string"}, {"type": "integer"}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    known = {**text, "enum": list(names)} if names else text
    words = {"collectionId": known, "featureId": text}
    asked = {
        "bbox": box,
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
