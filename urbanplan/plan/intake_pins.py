"""``intake.toml`` of a plan folder: which raw file became which layer, and what of it a person has pinned."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from urbanplan.errors import PlanError
from urbanplan.model.toml_file import read_declared
from urbanplan.model.translation import localize

PIN_FILE = "intake.toml"
RECORDED = {"path", "table", "sha256", "applied", "layer"}
"""Keys that the command itself writes."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FilePin(_Table):
    """What is said of one layer of one raw file; a key that is left out is guessed anew."""

    path: str = Field(description="Path in the raw folder; members of a zip stand behind its name")
    table: str = Field(default="", description="The layer in the file, where there are several")
    sha256: str = Field(default="", description="Of the file when it was last brought in")
    applied: str = Field(default="", description="Digest of the pins with which it was last brought in")
    layer: str | None = Field(default=None, description='Name of the layer in the plan; "" leaves it out')
    type: str | None = None
    crs: str | None = None
    encoding: str | None = None
    place: list[str] = Field(default_factory=list, max_length=2)
    datum: str | None = None
    swap_axes: bool = False
    columns: dict[str, str] = Field(default_factory=dict, description="Field of the type = column of the file")


class Pins(_Table):
    """The file as a whole."""

    crs: str | None = None
    boundary: str | None = Field(default=None, description="The layer that is the district's boundary")
    file: list[FilePin] = Field(default_factory=list)

    def find(self, path: str, table: str) -> FilePin | None:
        """What is said of a layer of a file."""
        return next((pin for pin in self.file if (pin.path, pin.table) == (path, table)), None)


def read_pins(home: Path) -> Pins:
    """The pins of a plan folder, none where it has no ``intake.toml``.

    Raises:
        PlanError: the file cannot be used; it names file and line.
    """
    path = home / PIN_FILE
    return read_declared(Pins, path, error_type=PlanError) if path.is_file() else Pins()


def pins_text(pins: Pins, rows: Sequence[Mapping[str, Any]]) -> str:
    """The file's text: pins as they are, guesses as comments with their rivals, ready to be pinned.

    Args:
        pins: what was pinned before. rows: for each layer of each file ``path``, ``table``, ``sha256``, ``applied``,
            ``layer``, and ``guesses``: (key, value, rival or "") that are written as comments.
    """
    lines = [
        _comment(localize("What `urbanplan intake` found. A line without # is pinned: change it, or take the # away")),
        _comment(localize('from a guess, and run the command again; layer = "" leaves a file out.')),
    ]
    lines += [f"{key} = {toml_text(value)}" for key, value in (("crs", pins.crs), ("boundary", pins.boundary)) if value]
    for row in rows:
        lines += ["", "[[file]]", *_file_lines(row, pins.find(row["path"], row["table"]))]
    return "\n".join(lines) + "\n"


def _file_lines(row: Mapping[str, Any], pin: FilePin | None) -> list[str]:
    lines = [f"path = {toml_text(row['path'])}"]
    lines += [f"table = {toml_text(row['table'])}"] if row["table"] else []
    lines += [f"sha256 = {toml_text(row['sha256'])}"] if row["sha256"] else []
    lines += [f"applied = {toml_text(row['applied'])}"] if row["applied"] else []
    if row["layer"] is not None:
        lines.append(f"layer = {toml_text(row['layer'])}")
    said = {} if pin is None else pin.model_dump(exclude_defaults=True, exclude=RECORDED)
    lines += [f"{key} = {_value(value)}" for key, value in said.items()]
    for key, value, rival in row["guesses"]:
        if key not in said and value:
            beside = f"  # {localize('or {rival}', rival=rival)}" if rival else ""
            lines.append(f"# {key} = {_value(value)}{beside}")
    return lines


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs: list[str] = [f"{toml_text(str(key))} = {_value(inner)}" for key, inner in value.items()]  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]
        return f"{{ {', '.join(pairs)} }}"
    return toml_text(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def toml_text(text: str) -> str:
    """A text as a TOML string on one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return f"# {text}"
