"""The metadata file beside an export: source, date, basis, CRS, digest, lineage, and the fields' types."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from urbanplan.exchange.fields.columns import column_kind, restore_kind
from urbanplan.exchange.files.regular import read_regular

SCHEMA_VERSION = 1
MAX_BYTES = 16_000_000


def metadata_path(path: Path) -> Path:
    """Where the metadata of ``path`` stand: ``parcels.csv.meta.json``."""
    return path.with_name(f"{path.name}.meta.json")


def build_metadata(
    frame: gpd.GeoDataFrame | pd.DataFrame, *, format: str, digest: str, crs: str | None, **given: Any
) -> dict[str, Any]:
    """What is said of a written frame; ``given`` holds source, date, basis, lineage, title as the caller knows them."""
    active = getattr(frame, "_geometry_column_name", None)
    fields = [{"name": str(name), "type": column_kind(frame[name])} for name in frame.columns if name != active]
    known = {key: value for key, value in given.items() if value is not None}
    return {
        "schema_version": SCHEMA_VERSION,
        "format": format,
        "features": len(frame),
        "crs": crs,
        "spatial": isinstance(frame, gpd.GeoDataFrame),
        "digest": digest,
        "fields": fields,
        **known,
    }


def write_metadata(path: Path, said: dict[str, Any]) -> None:
    """Write metadata as JSON."""
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def read_metadata(path: Path, digest: str) -> dict[str, Any]:
    """The metadata of a file, empty where there are none or the file is no longer the one they describe."""
    said = _read_json(metadata_path(path))
    return said if said.get("digest") == digest else {}


def read_digest(path: Path) -> str | None:
    """The digest that the metadata file beside ``path`` says, or None."""
    found = _read_json(metadata_path(path)).get("digest")
    return found if isinstance(found, str) else None


def read_names(path: Path) -> dict[str, str]:
    """The name map beside a shapefile, name in the file to field name; empty where there is none or it is none."""
    return {alias: name for alias, name in _read_json(path).items() if isinstance(name, str)}


def _read_json(path: Path) -> dict[str, Any]:
    """What a file beside another says, empty where it is none: a link, a pipe and a huge file are not read."""
    try:
        said = json.loads(read_regular(path, limit=MAX_BYTES).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def field_kinds(said: dict[str, Any]) -> dict[str, str]:
    """The kind of each field that the metadata name."""
    rows = said.get("fields")
    given = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {row["name"]: row["type"] for row in given if isinstance(row.get("name"), str) and "type" in row}


def apply_types(frame: Any, said: dict[str, Any], *, only: Sequence[str] | None = None) -> Any:
    """The frame with its fields (``only`` these where given) in the order and of the kinds that the metadata name."""
    if said.get("spatial") is False and isinstance(frame, gpd.GeoDataFrame) and frame.geometry.isna().all():
        frame = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    fields = {name: what for name, what in field_kinds(said).items() if only is None or name in only}
    if not fields:
        return frame
    renamed = said.get("renamed")
    frame = frame.rename(columns=renamed) if isinstance(renamed, dict) else frame.copy()
    active = getattr(frame, "_geometry_column_name", None)
    for name, what in fields.items():
        if name == active:  # a field of the geometry's name has another one now
            continue
        if name not in frame.columns and not len(frame):
            frame[name] = restore_kind(pd.Series([], dtype=object), what)
        if name in frame.columns and column_kind(frame[name]) != what:
            frame[name] = restore_kind(frame[name], what)
    ordered = [name for name in fields if name in frame.columns]
    rest = [name for name in frame.columns if name not in fields]
    return frame[[*ordered, *rest]]
