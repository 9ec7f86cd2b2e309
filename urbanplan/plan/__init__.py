"""Reading and selecting plans."""

from urbanplan.plan.read import read_plan
from urbanplan.plan.selection import select_targets

__all__ = ["read_plan", "select_targets"]
