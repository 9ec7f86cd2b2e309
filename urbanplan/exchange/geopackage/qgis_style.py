"""A style of ``maps/styles`` as a QGIS style, so that a GeoPackage opens as the map shows it."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from urbanplan.model.style import Style, Symbol
from urbanplan.model.translation import current_language

_PIXEL_MM = 0.26  # of a CSS pixel
_SYMBOL_TYPES = {"point": "marker", "line": "line", "polygon": "fill"}


def to_qml(style: Style, fields: list[str], shape: str) -> str:
    """The style as QML.

    Args:
        style: the style. fields: names that the layer has. shape: ``point``, ``line`` or ``polygon``.
    """
    field = next((name for name in style.field if name in fields), None)
    symbols = [_symbol_xml(0, style.symbol, shape)]
    tongue = current_language()
    if field and any(row.values for row in style.classes):
        rows = [(value, row) for row in style.classes for value in row.values]
        symbols = [_symbol_xml(at, row, shape) for at, (_, row) in enumerate(rows)]
        symbols.append(_symbol_xml(len(rows), style.symbol, shape))
        cases = [_category_xml(value, at, row.title.get(tongue, value)) for at, (value, row) in enumerate(rows)]
        cases.append(_category_xml("", len(rows), style.other.get(tongue, "")))
        head = f'type="categorizedSymbol" attr={quoteattr(field)}'
        body = f"<categories>{''.join(cases)}</categories>"
    else:
        head, body = 'type="singleSymbol"', ""
    renderer = f'<renderer-v2 {head} enableorderby="0">{body}<symbols>{"".join(symbols)}</symbols></renderer-v2>'
    head = '<!DOCTYPE qgis>\n<qgis version="3.22" styleCategories="Symbology|Labeling">'
    return f"{head}{renderer}{_labeling_xml(style, fields)}</qgis>"


def _category_xml(value: str, symbol: int, title: str) -> str:
    return f'<category render="true" value={quoteattr(value)} symbol="{symbol}" label={quoteattr(title)}/>'


def _symbol_xml(name: int, symbol: Symbol, shape: str) -> str:
    layer = {"point": _marker_xml, "line": _line_xml, "polygon": _fill_xml}[shape](symbol)
    return f'<symbol type="{_SYMBOL_TYPES[shape]}" name="{name}" alpha="1" clip_to_extent="1">{layer}</symbol>'


def _symbol_layer_xml(kind: str, options: dict[str, Any]) -> str:
    rows = "".join(f'<Option type="QString" name="{key}" value={quoteattr(str(v))}/>' for key, v in options.items())
    props = "".join(f"<prop k={quoteattr(key)} v={quoteattr(str(v))}/>" for key, v in options.items())
    return f'<layer class="{kind}" enabled="1" locked="0" pass="0"><Option type="Map">{rows}</Option>{props}</layer>'


def _fill_xml(symbol: Symbol) -> str:
    return _symbol_layer_xml(
        "SimpleFill",
        {
            "color": _to_rgba(symbol.fill or "#ffffff", symbol.fill_opacity if symbol.fill else 0.0),
            "style": "solid" if symbol.fill else "no",
            "outline_color": _to_rgba(symbol.stroke or "#000000", symbol.opacity),
            "outline_style": "solid" if symbol.stroke else "no",
            "outline_width": round(symbol.width * _PIXEL_MM, 3),
            "outline_width_unit": "MM",
        },
    )


def _line_xml(symbol: Symbol) -> str:
    drawn = [
        {
            "line_color": _to_rgba(symbol.stroke or "#333333", symbol.opacity),
            "line_width": round(symbol.width * _PIXEL_MM, 3),
        }
    ]
    if symbol.casing:
        width = (symbol.width + 2 * symbol.casing_width) * _PIXEL_MM
        drawn.insert(0, {"line_color": _to_rgba(symbol.casing, 1.0), "line_width": round(width, 3)})
    common = {"line_width_unit": "MM", "capstyle": "round", "joinstyle": "round", "line_style": "solid"}
    return "".join(_symbol_layer_xml("SimpleLine", {**row, **common}) for row in drawn)


def _marker_xml(symbol: Symbol) -> str:
    return _symbol_layer_xml(
        "SimpleMarker",
        {
            "name": {"plus": "cross_fill"}.get(symbol.shape, symbol.shape),
            "color": _to_rgba(symbol.fill or "#ffffff", symbol.fill_opacity),
            "outline_color": _to_rgba(symbol.stroke or symbol.fill or "#333333", symbol.opacity),
            "outline_width": round(symbol.width * _PIXEL_MM / 2, 3),
            "size": round(2 * symbol.size * _PIXEL_MM, 3),
            "size_unit": "MM",
        },
    )


def _to_rgba(colour: str, opacity: float) -> str:
    text = colour.lstrip("#")
    text = "".join(2 * digit for digit in text) if len(text) == 3 else text
    red, green, blue = (int(text[at : at + 2], 16) for at in (0, 2, 4))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def _labeling_xml(style: Style, fields: list[str]) -> str:
    label = style.label
    field = next((name for name in (label.field if label else []) if name in fields), None)
    if label is None or field is None:
        return ""
    text = (
        f'<text-style fieldName={quoteattr(field)} fontSize="{label.size * 0.75}" fontSizeUnit="Point" '
        f'textColor="{_to_rgba(label.colour, 1.0)}" fontWeight="{75 if label.bold else 50}" isExpression="0">'
        '<text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" bufferColor="255,255,255,220"/></text-style>'
    )
    return f'<labeling type="simple"><settings calloutType="simple">{text}</settings></labeling>'
