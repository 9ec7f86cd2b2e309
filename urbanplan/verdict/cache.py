"""What earlier runs found and measured, so that a rerun does only what changed.

Findings and readings are kept under a digest of everything they rest on: files,
how they are read, types, working CRS, parameters, the code of the rooms and the
libraries.  They lie in ``memory.json`` of the plan's folder in the user's cache,
findings as codes and values, so that they are told in the language of the run.
Where nothing can be kept, or what is kept is damaged, everything is done afresh.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from urbanplan.errors import ExchangeError
from urbanplan.exchange.files.regular import read_regular
from urbanplan.exchange.files.user_cache import evict, mark_used, plan_folder
from urbanplan.model.finding import Finding
from urbanplan.model.finding_json import finding_from_json, finding_to_json
from urbanplan.store.code_digest import code_digest, text_digest

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import Plan

CACHE_FILE = "memory.json"
MAX_FRAMES = 200  # result layers that a run keeps; those of further targets are measured again when asked for
_MAX_BYTES = 250_000_000

Section = Literal["findings", "readings"]


class ResultCache:
    """Rows of earlier runs of one plan: findings by layer, readings by target."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.path = _cache_path(plan)
        self.rows = {} if self.path is None else _read_cache(self.path)
        self.changed = False
        self._frames: dict[int, tuple[object, str | None]] = {}
        self._layer_keys: dict[str, tuple[Layer, str]] = {}

    def get(self, section: Section, name: str, key: str) -> Any:
        """What is kept under a name if its key is this one, else None."""
        held = self.rows.get(section, {}).get(name)
        return held["value"] if key and held and held["key"] == key else None

    def put(self, section: Section, name: str, key: str, value: Any) -> None:
        """Keep a value in the place of the one before; without a key nothing is kept."""
        if key:
            self.rows.setdefault(section, {})[name] = {"key": key, "value": value}
            self.changed = True

    def put_frames(self, frames: Mapping[str, Any]) -> dict[str, str | None]:
        """Keep result layers: the name that each is read by, None for one that cannot be kept."""
        return {name: self._put_frame(frame) for name, frame in frames.items()}

    def _put_frame(self, frame: Any) -> str | None:
        from urbanplan.store.frames import keep_frame

        if self.path is None:
            return None
        if id(frame) not in self._frames and len(self._frames) >= MAX_FRAMES:
            return None
        if id(frame) not in self._frames:  # the same answer of several targets is one file
            self._frames[id(frame)] = (frame, keep_frame(self.path.parent, frame))
        return self._frames[id(frame)][1]

    def get_frames(self, names: Mapping[str, str | None]) -> dict[str, Any] | None:
        """Result layers by the names that :meth:`put_frames` gave; None where one is not there."""
        from urbanplan.store.frames import read_frame

        if self.path is None:
            return None
        found = {key: None if name is None else read_frame(self.path.parent, name) for key, name in names.items()}
        return None if any(frame is None for frame in found.values()) else found

    def layer_key(self, layer: Layer | None) -> str:
        """Digest of a layer and how it is read; empty where it is of no file."""
        if layer is None:
            return ""
        known = self._layer_keys.get(layer.name)
        if known is None or known[0] is not layer:
            known = self._layer_keys[layer.name] = layer, self._layer_key(layer)
        return known[1]

    def _layer_key(self, layer: Layer) -> str:
        spec = self.plan.layer_spec(layer.name)
        if not layer.digest or spec is None:
            return ""
        read = (spec.model_dump_json(), layer.type.model_dump_json(), self.plan.district.crs, repr(layer.datum))
        return text_digest(layer.digest, *read, code_digest())

    def keep(self) -> None:
        """Write what is new, whole or not at all; where that is not possible, let it be."""
        if not self.changed or self.path is None:
            return
        from urbanplan.exchange.files.atomic import atomic_write
        from urbanplan.store.frames import drop_frames

        names = {"findings": {s.name for s in self.plan.layer}, "readings": {t.id for t in self.plan.target}}
        kept = {part: {n: row for n, row in self.rows.get(part, {}).items() if n in names[part]} for part in names}
        body = json.dumps(kept, ensure_ascii=False)
        text = json.dumps({"digest": text_digest(body), "body": body}, ensure_ascii=False)
        try:
            with atomic_write(self.path) as temporary:
                temporary.write_text(text, encoding="utf-8", newline="\n")
        except (OSError, ExchangeError):  # a read-only folder: the next run does it again
            return
        rows = [row["value"] for row in kept["readings"].values()]
        drop_frames(self.path.parent, keep=[name for row in rows for name in row["results"].values() if name])
        evict()


def _cache_path(plan: Plan) -> Path | None:
    folder = plan_folder(Path(plan.file).resolve().parent)
    return None if folder is None else folder / CACHE_FILE


def clear_cache(plan: Plan) -> None:
    """Remove what earlier runs of a plan left, for one who trusts only what is measured now."""
    from urbanplan.store.prepared_layers import clear_prepared_layers

    path = _cache_path(plan)
    if path is not None:
        with suppress(OSError):
            path.unlink()
    clear_prepared_layers(plan)


def cached_layer_findings(memory: ResultCache, layer: Layer, boundary: Layer | None) -> list[Finding]:
    """Findings on a layer: remembered ones where nothing has changed, else of a fresh validation."""
    from urbanplan.layer import validate

    own, around = memory.layer_key(layer), memory.layer_key(boundary)
    key = text_digest(own, around) if own and (around or boundary is None) else ""
    held = memory.get("findings", layer.name, key)
    if held is not None:
        return [finding_from_json(row) for row in held]
    found = validate.validate_layer(layer, boundary=boundary)
    memory.put("findings", layer.name, key, [finding_to_json(hit) for hit in found])
    return found


def _read_cache(path: Path) -> dict[str, Any]:
    """What is kept, or nothing where the file is absent, damaged or of another make."""
    try:
        whole = json.loads(read_regular(path, limit=_MAX_BYTES))
        mark_used(path)
        return json.loads(whole["body"]) if text_digest(whole["body"]) == whole["digest"] else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
