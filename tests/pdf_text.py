"""What stands in a PDF: text objects with their true, turned boxes, and paths in millimetres; read by pdfium."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
import shapely

MM = 25.4 / 72


@dataclass(frozen=True)
class Text:
    page: int
    text: str
    box: shapely.Polygon  # in mm


def _string(item, page) -> str:
    size = raw.FPDFTextObj_GetText(item.raw, page.raw, None, 0)
    buffer = (ctypes.c_ushort * size)()
    raw.FPDFTextObj_GetText(item.raw, page.raw, buffer, size)
    return bytes(buffer).decode("utf-16-le").rstrip("\0").strip()


def texts(path: Path, *, first: bool = False) -> list[Text]:
    """Every piece of text of a PDF, or of its first page."""
    found = []
    document = pdfium.PdfDocument(path)
    for number in range(1 if first else len(document)):
        page = document[number]
        reader = page.get_textpage()
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=15):
            quad = raw.FS_QUADPOINTSF()
            raw.FPDFPageObj_GetRotatedBounds(item.raw, ctypes.byref(quad))
            corners = np.array([(quad.x1, quad.y1), (quad.x2, quad.y2), (quad.x3, quad.y3), (quad.x4, quad.y4)]) * MM
            words = _string(item, reader)
            if words:
                found.append(Text(number, words, shapely.Polygon(corners)))
    return found


def page_words(made: Path | bytes) -> list[str]:
    """The words of each page of a PDF without white space, of which pdfium gives more than there is."""
    texts = (page.get_textpage().get_text_range() for page in pdfium.PdfDocument(made))
    return ["".join(text.split()).replace("\ufffe", "-") for text in texts]  # it says so of a dash that ends a line


def overlaps(found: list[Text], *, least: float = 0.01) -> list[tuple[str, str]]:
    """Pairs of texts on one page that share more than ``least`` mm²."""
    pairs = []
    for page in {each.page for each in found}:
        here = [each for each in found if each.page == page]
        shapes = np.array([each.box for each in here])
        left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        once = left < right
        left, right = left[once], right[once]
        shared = shapely.area(shapely.intersection(shapes[left], shapes[right])) > least
        pairs += [(here[i].text, here[j].text) for i, j in zip(left[shared], right[shared], strict=True)]
    return pairs


def strokes(path: Path, colour: tuple[int, int, int]) -> list[tuple[float, np.ndarray]]:
    """Stroked paths of a colour on the first page: (width in mm, points in mm from the upper left)."""
    page = pdfium.PdfDocument(path)[0]
    height = page.get_height()
    found = []
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=15):
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not raw.FPDFPageObj_GetStrokeColor(item.raw, red, green, blue, alpha):
            continue
        mode, stroked = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item.raw, mode, stroked)
        if not stroked.value or (red.value, green.value, blue.value) != colour:
            continue
        width = ctypes.c_float()
        raw.FPDFPageObj_GetStrokeWidth(item.raw, width)
        points = _points(item)
        found.append((width.value * MM, np.column_stack([points[:, 0], height - points[:, 1]]) * MM))
    return found


def _points(item) -> np.ndarray:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item.raw, matrix)
    points = []
    for i in range(raw.FPDFPath_CountSegments(item.raw)):
        segment = raw.FPDFPath_GetPathSegment(item.raw, i)
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(
            (matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f)
        )
    return np.array(points)
