"""Rendering folium's elements so that texts in them stay texts.

branca compiles what an element has rendered a second time as a template; here it is taken as it stands.  Popups and
tooltips are written by templates of our own, whose texts are JSON and pass ``urbanplan.markup`` of the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import folium
from branca.element import Element, Figure, Html, MacroElement
from folium.template import Template

from urbanplan.view.vendor import manifest

_POPUP = """
var {{ this.get_name() }} = L.popup({{ this.options|tojavascript }});
{{ this.get_name() }}.setContent(urbanplan.markup({{ texts|tojson }}));
{{ this._parent.get_name() }}.bindPopup({{ this.get_name() }}){% if this.show %}.openPopup(){% endif %};
"""
_TOOLTIP = """{% macro script(this, kwargs) %}
{{ this._parent.get_name() }}.bindTooltip(urbanplan.markup({{ kwargs.texts|tojson }}), {{ this.options|tojavascript }});
{% endmacro %}"""
_TABLE = """{%% macro script(this, kwargs) %%}
{{ this._parent.get_name() }}.%s(
  (shape) => urbanplan.table(shape.feature.properties, {{ this.fields|tojson }},
    {%% if this.labels %%}{{ this.aliases|tojson }}{%% else %%}null{%% endif %%}),
  {{ this.%s|tojavascript }});
{%% endmacro %%}"""
_KEPT = {
    *("b", "i", "u", "s", "em", "strong", "br", "p", "div", "span", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "td", "th", "ul", "ol", "li", "code", "pre", "small", "sub", "sup"),
}
_DROPPED = {
    *("script", "style", "template", "iframe", "object", "embed", "title"),
    *("textarea", "noscript", "xmp", "select", "svg", "math"),
}


class _PlainMarkup(HTMLParser):
    """Plain elements without attributes, and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._dropped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropped.append(tag)
        elif tag in _KEPT and not self._dropped:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._dropped:
            del self._dropped[self._dropped.index(tag) :]
        elif tag in _KEPT and not self._dropped:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self.parts.append(html.escape(data))


def plain_markup(text: str) -> str:
    """Markup without attributes, addresses, scripts and styles."""
    parser = _PlainMarkup()
    parser.feed(text)
    parser.close()
    return "".join(parser.parts)


_OWN = {
    folium.Tooltip: Template(_TOOLTIP),
    folium.GeoJsonTooltip: Template(_TABLE % ("bindTooltip", "tooltip_options")),
    folium.GeoJsonPopup: Template(_TABLE % ("bindPopup", "popup_options")),
}
_DATA = (folium.GeoJson, folium.Popup, folium.Tooltip, folium.GeoJsonPopup, folium.GeoJsonTooltip, folium.LayerControl)
_POPUP_TEMPLATE = Template(_POPUP)


class TextElement(Element):
    """A text that goes into the page as it stands."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:
        """The text."""
        return self.text


class PlainSlot(Element):
    """The head, markup or script of a figure: texts that elements rendered are no templates here."""

    marker = ""

    def add_child(self, child: Element, name: str | None = None, index: int | None = None) -> Element:
        """Take a child, a bare text as text."""
        if type(child) is Element and child._template_str is not None:
            child = TextElement(child._template_str.replace(self.marker, "{") if self.marker else child._template_str)
        return super().add_child(child, name=name, index=index)


class InertFigure(Figure):
    """A figure whose elements render once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for slot in (self.header, self.html, self.script):
            slot.__class__ = PlainSlot

    def render(self, **kwargs: Any) -> str:
        """The page as folium renders it, with addresses; texts of elements stay texts."""
        marker = f"\ue000{uuid4().hex}\ue001"
        slots = [slot for slot in (self.header, self.html, self.script) if isinstance(slot, PlainSlot)]
        with _marked_braces(list(_macros(self)), marker):
            before = [slot._children.copy() for slot in slots]
            for slot in slots:
                slot.marker = marker
            try:
                return super().render(**kwargs)
            finally:  # the next time renders anew
                for slot, children in zip(slots, before, strict=True):
                    slot.marker, slot._children = "", children


def _macros(element: Element) -> Iterator[MacroElement]:
    for child in element._children.values():
        if isinstance(child, MacroElement):
            yield child
        yield from _macros(child)


@contextmanager
def _marked_braces(elements: list[MacroElement], marker: str) -> Iterator[None]:
    """Within it the elements' templates write a marker for each opening brace, so that nothing of it compiles."""
    for element in elements:
        element._template = _MarkedTemplate(element, marker)  # pyright: ignore[reportAttributeAccessIssue]
    try:
        yield
    finally:
        for element in elements:
            del element._template


class _MarkedTemplate:
    """The template of an element, its braces marked."""

    def __init__(self, element: MacroElement, marker: str) -> None:
        own = next((template for kind, template in _OWN.items() if isinstance(element, kind)), None)
        template = own or element.__dict__.get("_template") or type(element)._template
        self._is_popup = isinstance(element, folium.Popup)
        self._template = template
        self._holds_data = isinstance(element, _DATA)
        self._marker = marker

    @property
    def module(self) -> SimpleNamespace:
        """The template's macros."""
        macros = self._template.module.__dict__
        return SimpleNamespace(**{name: self._wrap(made) for name, made in macros.items() if callable(made)})

    def render(self, **kwargs: Any) -> str:
        """The text of the whole template."""
        if self._is_popup:
            return self._mark(_POPUP_TEMPLATE.render(texts=plain_markup(popup_markup(kwargs["this"])), **kwargs))
        return self._mark(self._template.render(**kwargs))

    def _wrap(self, macro: Any) -> Any:
        def write(this: Any, kwargs: dict[str, Any]) -> str:
            more = {"texts": plain_markup(this.text)} if isinstance(this, folium.Tooltip) else {}
            return self._mark(str(macro(this, {**kwargs, **more})))

        return write

    def _mark(self, text: str) -> str:
        text = _escape_words(text) if self._holds_data else text
        return text.replace("{", self._marker)


def _escape_words(script: str) -> str:
    """The script with addresses, and words that would need a file, escaped: in data nobody asks for them."""
    for word in ["://", *(word for unused in manifest().unused for word in unused.needed_by)]:
        script = script.replace(word, f"\\u{ord(word[0]):04x}{word[1:]}")
    return script


def popup_markup(popup: folium.Popup) -> str:
    """The markup that a person gave a popup, escaped where it was to be parsed."""
    parts: list[str] = []
    for child in popup.html._children.values():
        if not isinstance(child, Html):
            parts.append(child.render())
            continue
        text = re.sub(r"\\`", "`", child.data)
        parts.append(text if child.script else html.escape(text))
    return "\n".join(parts)
