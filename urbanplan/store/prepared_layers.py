"""Layers kept as they were brought to their types and to the working CRS, so that a rerun reads only what changed.

Each is looked up by a digest of what it rests on: the file with its companions and metadata file, how the plan reads
it, its type, the working CRS, the code and the libraries.  A layer that was moved by parameters or by grids that PROJ
finds, that has refused rows, or whose frame no file holds as it is, is read each time.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange.files.regular import fingerprint, read_regular
from urbanplan.exchange.files.user_cache import evict, mark_used, plan_folder
from urbanplan.exchange.table import refused_table
from urbanplan.layer.datum_change import DatumChange
from urbanplan.model.finding_json import finding_from_json, finding_to_json
from urbanplan.store.code_digest import code_digest, text_digest
from urbanplan.store.frames import drop_frames, keep_frame, read_frame

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer
    from urbanplan.model.layertype import LayerType
    from urbanplan.model.plan import LayerSpec, Plan

LAYERS_FILE = "layers.json"
_KIND = "layer"
_MAX_BYTES = 50_000_000


@dataclass
class PreparedLayers:
    """What is kept of a plan's layers.

    Attributes:
        plan: the plan. folder: where it is kept, None where nothing is.
        rows: by name of layer, its key and what is kept. changed: whether something is new.
    """

    plan: Plan
    folder: Path | None
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: bool = False

    def get(self, name: str, key: str) -> dict[str, Any] | None:
        """Frame, digest, refused rows, findings and datum of a layer; None where they are gone or not these."""
        row = self.rows.get(name)
        if not key or self.folder is None or row is None or row["key"] != key:
            return None
        frame = read_frame(self.folder, row["frame"], kind=_KIND)
        if frame is None:
            return None
        found = tuple(finding_from_json(one) for one in row["findings"])
        datum = row["datum"] and DatumChange(**row["datum"])
        refused = refused_table([])
        return {"frame": frame, "digest": row["digest"], "refused": refused, "findings": found, "datum": datum}

    def put(self, layer: Layer, key: str) -> None:
        """Keep a layer, where it can be kept, in the place of the one before."""
        if not key or self.folder is None or not _is_lasting(layer):
            return
        name = keep_frame(self.folder, layer.frame, kind=_KIND)
        if name is None:
            return
        found = [finding_to_json(hit) for hit in layer.findings]
        row = {"key": key, "frame": name, "digest": layer.digest, "findings": found}
        self.rows[layer.name] = {**row, "datum": layer.datum and asdict(layer.datum)}
        self.changed = True

    def keep(self) -> None:
        """Write what is new, whole or not at all; where that is not possible, let it be."""
        if not self.changed or self.folder is None:
            return
        from urbanplan.exchange.files.atomic import atomic_write

        declared = {spec.name for spec in self.plan.layer}
        kept = {name: row for name, row in self.rows.items() if name in declared}
        body = json.dumps(kept, ensure_ascii=False)
        try:
            with atomic_write(self.folder / LAYERS_FILE) as temporary:
                text = json.dumps({"digest": text_digest(body), "body": body}, ensure_ascii=False)
                temporary.write_text(text, encoding="utf-8", newline="\n")
        except (OSError, ExchangeError):  # a read-only folder: the next run reads the files again
            return
        drop_frames(self.folder, keep=[row["frame"] for row in kept.values()], kind=_KIND)
        evict()


def open_prepared_layers(plan: Plan) -> PreparedLayers:
    """What is kept of a plan's layers; nothing where it is absent, damaged or of another make."""
    folder = plan_folder(Path(plan.file).resolve().parent)
    if folder is None:
        return PreparedLayers(plan, None)
    path = folder / LAYERS_FILE
    with suppress(OSError, ValueError, KeyError, TypeError):
        whole = json.loads(read_regular(path, limit=_MAX_BYTES))
        if text_digest(whole["body"]) == whole["digest"]:
            mark_used(path)
            return PreparedLayers(plan, folder, json.loads(whole["body"]))
    return PreparedLayers(plan, folder)


def prepared_layer_key(plan: Plan, spec: LayerSpec, kind: LayerType, *, path: Path) -> str:
    """Digest of all that a prepared layer rests on; empty where secret parameters move it.

    Args:
        plan, spec, kind: the layer as it is declared. path: its file, admitted.

    Raises:
        OSError: the file cannot be read.
    """
    if spec.datum_parameters is not None:
        return ""
    from urbanplan.exchange.files.digest import file_digest
    from urbanplan.exchange.files.sidecar import MAX_BYTES, metadata_path
    from urbanplan.exchange.formats import by_suffix

    content = file_digest(path, by_suffix(path)), fingerprint(metadata_path(path), limit=MAX_BYTES)
    declared = spec.model_dump_json(), kind.model_dump_json(), plan.district.crs
    return text_digest(*content, *declared, code_digest())


def _is_lasting(layer: Layer) -> bool:
    """Whether the next reading gives the same, whatever grids are installed, in every language."""
    moved = layer.datum is not None and layer.datum.moved and layer.datum.kind != "aligned"
    refused = layer.refused is not None and len(layer.refused) > 0
    return not (moved or refused or layer.frame.attrs)


def clear_prepared_layers(plan: Plan) -> None:
    """Forget the layers of a plan."""
    folder = plan_folder(Path(plan.file).resolve().parent)
    if folder is not None:
        with suppress(OSError):
            (folder / LAYERS_FILE).unlink()
