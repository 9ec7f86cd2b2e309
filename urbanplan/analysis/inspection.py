"""Inspection: what a file is, before anything is done with it, weighed by where a plan's district lies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.analysis.files import ReadOptions
from urbanplan.analysis.plans import district_boundary

if TYPE_CHECKING:
    from urbanplan.exchange.inspection import Inspection
    from urbanplan.model.plan import Plan


def inspect_file(
    file: Path | str,
    *,
    plan: Plan | Path | str | None = None,
    reading: ReadOptions = ReadOptions(),  # noqa: B008 — frozen
) -> Inspection:
    """Look at a file: format, layers, fields, encodings and CRS with their rivals, and what looks wrong.

    Args:
        file: the file. plan: a plan by whose district the CRS is weighed and shifted data are seen.
        reading: what the caller says of the file: CRS, encoding, columns of coordinates, row of names.

    Raises:
        GateError, ExchangeError: the file cannot be opened or read. PlanError: the plan cannot be used.
    """
    from urbanplan.exchange import inspect

    return inspect(
        Path(file),
        reference=district_boundary(plan),
        crs=reading.crs,
        encoding=reading.encoding,
        place=reading.place,
        head=reading.head,
        cad=replace(reading.cad, inspecting=True),
    )


def inspection_json(seen: Inspection) -> str:
    """An inspection as JSON text."""
    import json

    return json.dumps(seen.as_dict(), ensure_ascii=False, indent=1, default=str) + "\n"
