from .brief import brief_page as brief_page
from .page import report_page as report_page
from .pdf import report_pdf as report_pdf

__all__ = [
    "brief_page",
    "report_page",
    "report_pdf",
]
