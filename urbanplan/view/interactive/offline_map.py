"""A real ``folium.Map`` that is an offline page: our frames as data, people's own layers by folium's calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import orjson
import shapely
from branca.element import Element
from folium.map import Layer
from folium.template import Template

from urbanplan.model.display import format_cell
from urbanplan.view.interactive.inert import InertFigure, TextElement
from urbanplan.view.linker import link
from urbanplan.view.map.sheet import to_degrees
from urbanplan.view.page import FONTS, Page, inline

if TYPE_CHECKING:
    import geopandas as gpd

COLOURS = ("#2563a8", "#c2410c", "#15803d", "#7e22ce", "#b45309", "#0e7490", "#be185d", "#4d4d4d")
_STYLE = ".leaflet-popup-content th { text-align: left; padding-right: 8px } .leaflet-container { font-family: FONTS }"


class FrameLayer(Layer):
    """A frame on the map; its values never pass a template."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = urbanplan.layer({{ this.get_name()|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, frame: gpd.GeoDataFrame, *, name: str, colour: str = COLOURS[0], show: bool = True) -> None:
        """Take a frame in any CRS.

        Args:
            frame: features; every column but the geometry is shown when a feature is clicked. name: plain text.
            colour: a CSS colour. show: whether it is on when the page opens.

        Raises:
            ViewError: the frame has no CRS.
        """
        super().__init__(name=name, overlay=True, show=show)
        self._name = "FrameLayer"
        self.layer_name = name
        self.shapes = shapely.transform(to_degrees(frame), lambda coords: np.round(coords, 7))
        self.values = frame.drop(columns=frame.geometry.name)
        self.style = {"color": colour, "weight": 3, "fillOpacity": 0.25}

    def payload(self) -> dict[str, Any]:
        """Features as GeoJSON in degrees, values as texts, and the style."""
        fields = [str(name) for name in self.values.columns]
        rows = zip(self.shapes, self.values.itertuples(index=False, name=None), strict=True)
        features = [
            {
                "type": "Feature",
                "geometry": orjson.loads(shapely.to_geojson(shape)),
                "properties": dict(zip(fields, map(_text, values), strict=True)),
            }
            for shape, values in rows
            if shape is not None and not shape.is_empty
        ]
        return {"features": features, "fields": fields, "style": self.style}

    def _get_self_bounds(self) -> list[list[float | None]]:
        west, south, east, north = shapely.total_bounds(self.shapes).tolist()
        return [[south, west], [north, east]] if np.isfinite(west) else [[None, None], [None, None]]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else format_cell(value)


class OfflineMap(folium.Map):
    """A ``folium.Map`` without tiles whose page holds all that it needs.

    In a notebook it shows without a network, and ``save`` writes the same page.  A layer or plug-in of folium whose
    files urbanplan does not carry, tiles among them, is a ViewError when the page is made.
    """

    def __init__(self, *, title: str = "", lang: str = "en", **options: Any) -> None:
        """Make an empty map.

        Args:
            title: of the page, plain text. lang: ``en`` or ``zh``. options: of ``folium.Map``.
        """
        settings = {"tiles": None, "prefer_canvas": True, "attribution_control": False, **options}
        super().__init__(**settings)
        self._name = "Map"
        self.options["max_zoom"] = 19  # folium drops it where there are no tiles
        OfflineFigure(title=title, lang=lang).add_child(self)

    def add_frame(
        self, frame: gpd.GeoDataFrame, *, name: str, colour: str | None = None, show: bool = True
    ) -> FrameLayer:
        """Add a frame in any CRS as a layer.

        Args:
            frame, name, colour, show: as in :class:`FrameLayer`; colours go round unless given.
        """
        count = sum(isinstance(child, FrameLayer) for child in self._children.values())
        layer = FrameLayer(frame, name=name, colour=colour or COLOURS[count % len(COLOURS)], show=show)
        self.add_child(layer)
        return layer

    def __repr__(self) -> str:
        names = [child.layer_name for child in self._children.values() if isinstance(child, FrameLayer)]
        return f"<OfflineMap: {len(names)} layers>"


class OfflineFigure(InertFigure):
    """The page around a map."""

    def __init__(self, *, title: str, lang: str) -> None:
        super().__init__()
        self.page_title, self.lang = title, lang

    def render(self, **kwargs: Any) -> str:
        """One HTML file that asks for nothing.

        Raises:
            ViewError: an element needs a file that urbanplan does not carry, or an address.
        """
        self.header.add_child(TextElement(f"<script>{link('interactive/page.js')}</script>"), name="urbanplan")
        layers = {layer.get_name(): layer.payload() for layer in _frame_layers(self)}
        page = Page(
            title=self.page_title,
            styles=[_STYLE.replace("FONTS", FONTS)],
            scripts=['document.body.dataset.ready = "";'],
            data=layers,
            lang=self.lang,
        )
        return inline(super().render(**kwargs), page)


def _frame_layers(element: Element) -> list[FrameLayer]:
    found: list[FrameLayer] = []
    for child in element._children.values():
        found += [child] if isinstance(child, FrameLayer) else _frame_layers(child)
    return found
