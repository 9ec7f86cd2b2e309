"""Findings remembered between runs, so that a rerun validates only layers that changed.

The key of a layer's findings is a digest of everything they rest on: the file,
how it is read, the type, the working CRS, the boundary, the rules and the
libraries.  They are kept in ``.urbanplan/findings.json`` beside the plan, as
codes and values, so that they are told in the language of the run.  Where the
folder cannot be written, nothing is kept.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import ExchangeError
from urbanplan.model.finding import Finding, finding

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import Plan

FOLDER = ".urbanplan"
FILE = "findings.json"
_LIBRARIES = ("urbanplan", "shapely", "geopandas", "pandas", "pyproj")


class Memory:
    """Findings of earlier runs on a plan's layers."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.path = Path(plan.file).resolve().parent / FOLDER / FILE
        self.rows = _read(self.path)
        self.changed = False

    def validated(self, layer: Layer, boundary: Layer | None) -> list[Finding]:
        """Findings on a layer: remembered ones where nothing has changed, else of a fresh validation."""
        from urbanplan.layer.validate import validate

        key = self.key(layer, boundary)
        held = self.rows.get(layer.name)
        if key and held and held["key"] == key:
            return [_told(row) for row in held["findings"]]
        found = validate(layer, boundary=boundary)
        if key:
            self.rows[layer.name] = {"key": key, "findings": [_kept(hit) for hit in found]}
            self.changed = True
        return found

    def key(self, layer: Layer, boundary: Layer | None) -> str:
        """Digest of all that the findings of a layer rest on; empty where the layer is of no file."""
        spec = self.plan.layer_spec(layer.name)
        if not layer.digest or spec is None or (boundary is not None and not boundary.digest):
            return ""
        around = None if boundary is None else self.plan.layer_spec(boundary.name)
        parts = [
            layer.digest,
            spec.model_dump_json(),
            layer.type.model_dump_json(),
            self.plan.district.crs,
            "" if boundary is None else f"{boundary.digest} {boundary.type.model_dump_json()}",
            "" if around is None else around.model_dump_json(),
            _rule_digest(),
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def keep(self) -> None:
        """Write what is new, whole or not at all; where that is not possible, let it be."""
        if not self.changed:
            return
        from urbanplan.exchange.atomic import atomic

        body = json.dumps(self.rows, ensure_ascii=False)
        text = json.dumps({"digest": hashlib.sha256(body.encode()).hexdigest(), "body": body}, ensure_ascii=False)
        try:
            self.path.parent.mkdir(exist_ok=True)
            with atomic(self.path) as temporary:
                temporary.write_text(text, encoding="utf-8", newline="\n")
        except (OSError, ExchangeError):  # a read-only folder: the next run validates again
            return


@cache
def _rule_digest() -> str:
    """Digest of the code that reads and validates, and of the libraries that it calls."""
    digest = hashlib.sha256(" ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES).encode())
    for room in ("layer", "exchange", "model"):
        for entry in sorted((files("urbanplan") / room).iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith(".py"):
                digest.update(entry.name.encode() + entry.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> dict[str, Any]:
    """What is kept, or nothing where the file is absent, damaged or of another make."""
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        body = whole["body"]
        if hashlib.sha256(body.encode()).hexdigest() != whole["digest"]:
            return {}
        return json.loads(body)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _kept(hit: Finding) -> dict[str, Any]:
    return {
        "code": hit.code,
        "layer": hit.layer,
        "feature": hit.feature,
        "geometry": hit.geometry,
        "values": hit.values,
    }


def _told(row: dict[str, Any]) -> Finding:
    """The finding again, in the language of now; its level is the rule's of now."""
    return finding(row["code"], layer=row["layer"], feature=row["feature"], geometry=row["geometry"], **row["values"])
