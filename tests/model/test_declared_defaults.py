"""What a file or a row of a report means where it does not say: the default of every key of every model, as a table."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from urbanplan.measure.catalog import MEASURES, parameter_model
from urbanplan.measure.selection import Selection
from urbanplan.model import disclosure, finding, layertype, plan, readiness, reading, report, style
from urbanplan.plan.draft import rules
from urbanplan.plan.reported import ReportedValue
from urbanplan.verdict.waiver import Waiver

TOLD = {
    one.__name__: one
    for one in (
        report.Verdict, report.LayerEntry, report.PlanEntry, report.Summary, report.Report, finding.FindingRule,
        finding.WaiverReason, finding.Finding, reading.Known, reading.BreakdownRow, reading.Evidence,
        readiness.ReadinessCounts, readiness.Want, readiness.Readiness, ReportedValue,
    )
}  # fmt: skip
FILE = Path(__file__).with_name("declared_defaults.json")
MODELS = {
    one.__name__: one
    for one in (
        style.Symbol, style.StyleClass, style.LabelStyle, style.Style, style.LayerDisplay, style.LayerGroup,
        style.MapDefinition, style.ResultColumns, disclosure.DisclosureProfile, layertype.FieldSpec,
        layertype.GeometryRules, layertype.DeclaredFigure, layertype.LayerType, plan.District, plan.Source,
        plan.LayerSpec, plan.MissingInput, plan.WarningBound, plan.Target, plan.Plan, reading.Bound, reading.Reading,
        Selection, Waiver, rules.Words, rules.Numerals, rules.Mask, rules.ObjectRule, *map(parameter_model, MEASURES),
    )
}  # fmt: skip


def declared(model):
    """Each key as it is written with its default and limits; what has none is asked for."""
    found = {}
    for name, field in model.model_fields.items():
        default = "asked for" if field.is_required() else repr(field.get_default(call_default_factory=True))
        found[field.alias or name] = re.sub(" at 0x[0-9a-f]+", "", " ".join([default, *map(repr, field.metadata)]))
    return found


@pytest.mark.parametrize("name", MODELS | TOLD)
def test_defaults_are_as_they_were_looked_at_last(name):
    assert declared((MODELS | TOLD)[name]) == json.loads(FILE.read_text(encoding="utf-8"))[name]


@pytest.mark.parametrize("name", MODELS)
def test_a_key_that_is_not_known_is_refused(name):
    with pytest.raises(ValueError, match="zzz"):
        MODELS[name].model_validate({"zzz": 1})


if __name__ == "__main__":  # writes the table anew, to be looked at
    table = {name: declared(model) for name, model in (MODELS | TOLD).items()}
    FILE.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
