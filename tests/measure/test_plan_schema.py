"""The schema of the plan file without its words, as it was looked at last: keys, types, limits and what is required."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from urbanplan.measure.schema import plan_schema

FILE = Path(__file__).with_name("plan_schema.json")


def wordless(node: Any) -> Any:
    """The schema without titles and descriptions, which are texts for people."""
    if isinstance(node, list):
        return [wordless(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: wordless(part) for name, part in value.items()} if key in ("properties", "definitions") else wordless(value)
        for key, value in node.items()
        if key not in ("title", "description")
    }  # fmt: skip


def test_no_rule_of_the_schema_changes_unseen():
    held = json.loads(FILE.read_text(encoding="utf-8"))
    found = json.loads(json.dumps(wordless(plan_schema())))
    assert {name: found["definitions"].get(name) for name in held["definitions"]} == held["definitions"]
    assert found == held
