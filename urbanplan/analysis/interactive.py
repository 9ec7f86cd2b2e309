"""Frames, files and results on a folium map that a person adds layers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from urbanplan.errors import UsageError

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.view.interactive.offline_map import OfflineMap


def map(*values: Any, title: str = "", **named: Any) -> OfflineMap:
    """Draw frames, files and results on a real ``folium.Map`` that needs no network.

    It shows in a notebook and ``save(FILE)`` writes the same page.  Layers of folium go on it by folium's own calls;
    those that ask for tiles or files of the network are a ViewError when the page is made.

    Args:
        values: GeoDataFrames or GeoSeries in any CRS, paths, or anything with ``layers`` or ``to_frame()``.
        title: of the page. named: the same, each under its name.

    Raises:
        UsageError: a value has no shapes. CrsError: it declares no CRS. ExchangeError: a file cannot be read.
    """
    from urbanplan.layer.crs import no_crs_error
    from urbanplan.model.translation import current_language
    from urbanplan.view.interactive.offline_map import OfflineMap

    made = OfflineMap(title=title, lang=current_language())
    numbered = {f"{i}": value for i, value in enumerate(values, 1)}
    for name, value in {**numbered, **named}.items():
        for label, frame in _frames(value, name):
            if frame.crs is None:
                raise no_crs_error(label)
            made.add_frame(frame, name=label)
    bounds = made.get_bounds()
    if bounds[0][0] is not None:
        made.fit_bounds(bounds)  # pyright: ignore[reportArgumentType]
    return made


def _frames(value: Any, name: str) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """What a value draws, with names."""
    import geopandas as gpd

    if isinstance(value, gpd.GeoDataFrame):
        yield name, value
    elif isinstance(value, gpd.GeoSeries):
        yield name, gpd.GeoDataFrame(geometry=value)
    elif isinstance(value, str | Path):
        from urbanplan.exchange import read

        yield from _frames(read(Path(value)), Path(value).stem if name.isdigit() else name)
    elif isinstance(value, Mapping):
        for key, one in cast("Mapping[str, Any]", value).items():
            yield from _frames(one, key)
    elif hasattr(value, "layers"):
        layers: Any = value.layers() if callable(value.layers) else value.layers
        if "streets" not in layers and isinstance(frame := value.to_frame(), gpd.GeoDataFrame):
            yield "streets", frame
        yield from _frames(layers, name)
    elif hasattr(value, "to_frame") and isinstance(frame := value.to_frame(), gpd.GeoDataFrame):
        yield getattr(value, "name", name), frame
    else:
        raise UsageError(
            "{name} is a {kind}, not a frame of shapes",
            fix="Give a GeoDataFrame, or the path of a file.",
            name=name,
            kind=type(value).__name__,
        )
