from .page import report_page as report_page
from .pdf import report_pdf as report_pdf

__all__ = [
    "report_page",
    "report_pdf",
]
