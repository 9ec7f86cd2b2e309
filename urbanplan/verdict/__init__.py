"""Judging targets and auditing plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.verdict.run import Audit, audit

__all__ = ["Audit", "audit"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from urbanplan.verdict import run

        return getattr(run, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
