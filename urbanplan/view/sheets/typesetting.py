"""From a sheet's data to a PDF, by typst: data go in as JSON, never as markup; the same data give the same bytes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from urbanplan.errors import ViewError
from urbanplan.model.resources import resource_path
from urbanplan.model.translation import current_language
from urbanplan.view.sheets.fonts import CjkFont

TEMPLATE = "sheets.typ"
_PLAIN: tuple[Any, ...] = (str, dict, list, int)  # as which their subclasses are written
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)")  # of JSON: orjson writes controls alone as \u


class Picture(str):
    """A picture as SVG: it goes to the template beside the JSON of the data, which names it."""

    __slots__ = ()


@dataclass(frozen=True)
class Typesetter:
    """Sets sheets in one font with the templates of maps/sheets."""

    font: CjkFont
    templates: Path | None = None
    template: str = TEMPLATE

    @cached_property
    def _compiler(self) -> Any:
        import typst

        folder = self.templates or resource_path("maps", "sheets")
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[self.font.folder])
        return typst.Compiler(folder / self.template, root=folder, font_paths=fonts, ignore_system_fonts=True)

    def pdf(self, inputs: dict[str, str]) -> bytes:
        """The PDF of what :meth:`packed` made.

        Raises:
            ViewError: the template cannot be set.
        """
        import typst

        try:
            return self._compiler.compile(format="pdf", sys_inputs=inputs, pdf_tags=False)
        except typst.TypstError as error:
            raise ViewError("the sheet cannot be set: {reason}", reason=error.message) from error

    def packed(self, sheets: list[dict[str, Any]], *, title: str, author: str) -> dict[str, str]:
        """Sheets as what the template reads."""
        return self.written({"title": title, "author": author, "sheets": sheets})

    def written(self, data: dict[str, Any]) -> dict[str, str]:
        """Data of a template as what it reads: JSON with font and language, and pictures by the names that it holds."""
        whole = {**data, "font": self.font.family, "lang": current_language()}
        pictures: dict[str, str] = {}

        def plain(value: Any) -> Any:
            if isinstance(value, Picture):
                name = f"picture-{len(pictures)}"
                pictures[name] = str(value)
                return name
            for kind in _PLAIN:
                if isinstance(value, kind):
                    return kind(value)
            raise TypeError(type(value))

        options = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_PASSTHROUGH_SUBCLASS
        text = orjson.dumps(whole, default=plain, option=options).decode("utf-8")
        return {"data": _without_acting_signs(text), **pictures}


def _without_acting_signs(text: str) -> str:
    """JSON in whose texts spaces stand for controls, directions and separators; ends of lines stay.

    A reader of a PDF obeys a turned writing direction, in the pages and in the title of its window.
    """
    plain = _ESCAPE.sub(lambda found: " " if found[0][1] in "ubfrt" else found[0], text)
    acting = "".join(sign for sign in sorted(set(plain)) if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp"))
    return re.sub(f"[{re.escape(acting)}]", " ", plain) if acting else plain
