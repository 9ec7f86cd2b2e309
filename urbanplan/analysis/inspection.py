"""Inspection: what a file is, before anything is done with it, weighed by where a plan's district lies."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.files import ReadOptions
from urbanplan.errors import UsageError

if TYPE_CHECKING:
    from urbanplan.analysis.join_proposal import KeyProposal
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

    reference = None
    if plan is not None:  # a file alone does not wait for the model of plans
        from urbanplan.analysis.plans import district_boundary

        reference = district_boundary(plan)
    return inspect(
        Path(file),
        reference=reference,
        crs=reading.crs,
        encoding=reading.encoding,
        place=reading.place,
        head=reading.head,
        cad=replace(reading.cad, inspecting=True),
    )


@dataclass(frozen=True)
class PlanFit:
    """What a file may be in a plan.

    Attributes:
        layers: of each layer of the file those of the plan, the likeliest first.
        keys: pairs of columns by which it may be joined to a layer, the likeliest first; None where not asked for.
    """

    layers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    keys: list[KeyProposal] | None = None


def fit_plan(
    seen: Inspection, plan: Plan | Path | str | None, *, reading: ReadOptions, join: str | None = None
) -> PlanFit:
    """What an inspected file may be in a plan.

    Args:
        seen: the inspection. plan: the plan; without one nothing fits. reading: what the caller says of the file.
        join: a layer of the plan that its rows may be joined to.

    Raises:
        UsageError: there is no such layer, or no plan. GateError, ExchangeError: the layer or the table cannot be read.
    """
    if plan is None:
        if join is not None:
            raise UsageError("a layer to join to is of a plan", fix="Name it with --plan.")
        return PlanFit()
    from urbanplan.analysis.intake_choices import rank_layers
    from urbanplan.analysis.join_proposal import propose_layer_keys

    stem = Path(seen.path).stem
    ranked = {
        one.name: rank_layers(plan, [each.name for each in one.fields], shapes=one.geometry, stem=stem)
        for one in seen.layers
    }
    keys = None if join is None else propose_layer_keys(plan, join, seen.path, reading)
    return PlanFit(ranked, keys)


def inspection_json(seen: Inspection, fit: PlanFit | None = None) -> str:
    """An inspection as JSON text, with what the file may be in a plan where that was asked."""
    import json

    document: dict[str, Any] = seen.as_dict()
    if fit is not None and fit.layers:
        document["plan_layers"] = fit.layers
    if fit is not None and fit.keys is not None:
        document["keys"] = [asdict(one) for one in fit.keys]
    return json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n"
