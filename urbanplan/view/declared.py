"""Declarations of sheets and reports: the plan folder's own file of maps/, else the shipped one, checked on reading."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from urbanplan.errors import ViewError
from urbanplan.model.plan import Plan
from urbanplan.model.resources import resource_path
from urbanplan.model.toml_file import read_declared as read_toml_file

T = TypeVar("T", bound=BaseModel)


def plan_folder(plan: Plan) -> Path | None:
    """The folder of the plan's file, None of a plan that was made in memory."""
    return Path(plan.file).parent if plan.file else None


def read_declaration(model: type[T], name: str, folder: Path | None = None) -> T:
    """Read a declaration.

    Args:
        model: what the file holds. name: path inside maps, for example ``sheets/parcel.toml``. folder: of the plan.

    Raises:
        ViewError: the file is no TOML or does not fit; it names file and line.
    """
    own = None if folder is None else folder / "maps" / name
    path = own if own is not None and own.is_file() else resource_path("maps", *name.split("/"))
    return read_toml_file(model, path, error_type=ViewError)
