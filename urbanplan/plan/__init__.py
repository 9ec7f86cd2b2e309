"""Reading and selecting plans."""

from urbanplan.plan.read import read
from urbanplan.plan.selection import select_targets

__all__ = ["read", "select_targets"]
