"""The metadata file beside an export: source, date, basis, CRS, digest, lineage, and the fields' types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from urbanplan.exchange.columns import kind, restored

VERSION = 1


def beside(path: Path) -> Path:
    """Where the metadata of ``path`` stand: ``parcels.csv.meta.json``."""
    return path.with_name(f"{path.name}.meta.json")


def describe(
    frame: gpd.GeoDataFrame | pd.DataFrame, *, format: str, digest: str, crs: str | None, **given: Any
) -> dict[str, Any]:
    """What is said of a written frame; ``given`` holds source, date, basis, lineage, title as the caller knows them."""
    active = getattr(frame, "_geometry_column_name", None)
    fields = [{"name": str(name), "type": kind(frame[name])} for name in frame.columns if name != active]
    known = {key: value for key, value in given.items() if value is not None}
    return {
        "schema_version": VERSION,
        "format": format,
        "features": len(frame),
        "crs": crs,
        "digest": digest,
        "fields": fields,
        **known,
    }


def save(path: Path, said: dict[str, Any]) -> None:
    """Write metadata as JSON."""
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def load(path: Path, digest: str) -> dict[str, Any]:
    """The metadata of a file, empty where there are none or the file is no longer the one they describe."""
    try:
        said = json.loads(beside(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) and said.get("digest") == digest else {}


def written_digest(path: Path) -> str | None:
    """The digest that the metadata file beside ``path`` says, or None."""
    try:
        said = json.loads(beside(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    found = said.get("digest") if isinstance(said, dict) else None
    return found if isinstance(found, str) else None


def with_types(frame: Any, said: dict[str, Any]) -> Any:
    """The frame with its fields in the order and of the kinds that the metadata name."""
    kinds = {row["name"]: row["type"] for row in said.get("fields", ()) if isinstance(row, dict)}
    if not kinds:
        return frame
    renamed = said.get("renamed")
    frame = frame.rename(columns=renamed) if isinstance(renamed, dict) else frame.copy()
    for name, what in kinds.items():
        if name in frame.columns and kind(frame[name]) != what:
            frame[name] = restored(frame[name], what)
        elif name not in frame.columns and what == "null":
            frame[name] = pd.Series([None] * len(frame), dtype=object, index=frame.index)
    ordered = [name for name in kinds if name in frame.columns]
    rest = [name for name in frame.columns if name not in kinds]
    return frame[[*ordered, *rest]]
