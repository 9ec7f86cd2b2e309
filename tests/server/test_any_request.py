"""Requests drawn from the desk's own routes and from the definition of its API: whatever is asked, nothing is 5xx."""

from __future__ import annotations

import json
import re
import warnings

import pytest
from plans import small_district
from server.desk_client import open_desk
from starlette.routing import Route

from urbanplan.server.app import build_app

schemathesis = pytest.importorskip("schemathesis", reason="pip install --group requests")
pytestmark = pytest.mark.corpus
CASES = 5_000
TEXT = {"type": "string"}
SOME = {"plan": {"enum": ["1", "2", "0", "x"]}, "target": {"enum": ["MU", "CIRCLE", "NONE"]}, "layer": {"enum": ["parcels", "x"]},
        "job": {"enum": ["1", "2", "99"]}, "upload": {"enum": ["1", "99"]}, "collection": {"enum": ["parcels", "findings"]}}  # fmt: skip
WORDS = ("lang", "token", "target", "layer", "how", "on", "crs", "encoding", "file", "table", "type", "name", "from", "bbox", "limit",
         "offset", "datetime", "f", "cad_layer", "label", "close", "unit", "place", "col.id")  # fmt: skip
FORM = ("do", "id", "title", "comparator", "number", "unit", "tolerance", "due", "measure", "seen", "target", "reason", "owner",
        "layer", "format", "profile", "disclosure", "kind", "of", "goal", "share", "count", "budget", "candidates", "within",
        "name", "year", "crs", "how", "on", "take.D-001", "is.D-001", "number.D-001")  # fmt: skip


def text_or(name):
    return {"anyOf": [SOME[name], TEXT]} if name in SOME else TEXT


def definition(desk):
    """The desk's routes as OpenAPI: every parameter of a path, words in the query, forms and files."""
    app = build_app(desk).app.app
    paths = {}
    for route in (one for one in app.routes if isinstance(one, Route) and one.path != "/end"):
        path = re.sub(r":\w+}", "}", route.path)
        names = re.findall(r"{(\w+)}", path)
        asked = [{"name": name, "in": "path", "required": True, "schema": text_or(name)} for name in names]
        asked += [{"name": name, "in": "query", "schema": text_or(name)} for name in WORDS]
        for method in sorted(route.methods - {"HEAD"}):
            one = {"parameters": asked, "responses": {"200": {"description": "an answer"}}}
            if method == "POST":
                form = {"type": "object", "properties": {name: text_or(name) for name in FORM}}
                files = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
                one["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": form},
                                                  "multipart/form-data": {"schema": files}}}  # fmt: skip
            paths.setdefault(path, {})[method.lower()] = one
    return {"openapi": "3.0.3", "info": {"title": "desk", "version": "1"}, "paths": paths}


def test_no_request_is_answered_by_a_fault_of_ours(tmp_path):
    wrong = []
    with open_desk(tmp_path / "work", small_district.write(tmp_path / "plan")) as client:
        origin = client.desk.keys.origin
        own = json.loads(client.get("/ogc/api").body)
        headers = {"Cookie": f"{client.desk.keys.cookie_name}={client.desk.keys.secret}", "Origin": origin}
        client.upload("/plans/1/uploads", {"a.csv": b"id,x\n1,2\n"})
        client.upload("/documents", {"a.txt": "2026年工作报告\n新增停车位1200个。\n".encode()})
        sources = [(definition(client.desk), origin), (own, own["servers"][0]["url"])]
        operations = [
            (one.ok(), base)
            for schema, base in sources
            for one in schemathesis.openapi.from_dict(schema).get_all_operations()
        ]
        each = -(-CASES // len(operations))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for operation, base in operations:
                wrong += ask_many(operation, base, headers, each)
    assert wrong == []


def ask_many(operation, base, headers, count):
    """Answers of 5xx to requests that are drawn for one operation, right ones and wrong ones."""
    from hypothesis import HealthCheck, Phase, given, settings

    wrong = []
    right, odd = (operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode)

    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=right | odd)
    def ask(case):
        answer = case.call(base_url=base, headers=headers, timeout=120)
        if answer.status_code >= 500:
            wrong.append(f"{answer.status_code} {case.method} {case.formatted_path} {case.query} {case.body}")

    ask()
    return wrong
