"""Drafting: a work report read by rules in data, without a model, into promises with verbatim quotes."""

from urbanplan.plan.draft.promises import Promise, Reading, read_promises
from urbanplan.plan.draft.rules import DraftRules, read_rules

__all__ = ["DraftRules", "Promise", "Reading", "read_promises", "read_rules"]
