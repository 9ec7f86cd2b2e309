"""The report: one offline page, and its indicators as a workbook."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.view.report.page import report_page
    from urbanplan.view.report.pdf import report_pdf

__all__ = ["report_page", "report_pdf"]

_HOMES = {"report_page": "urbanplan.view.report.page", "report_pdf": "urbanplan.view.report.pdf"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
