"""OpenStreetMap extracts (.osm.pbf) as layers of points, lines and areas, read; networks take such a file as it is."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from urbanplan.exchange import ogr
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.table import Source, Table


def read(source: Source) -> Table:
    """Read one of the layers ``points``, ``lines``, ``multilinestrings``, ``multipolygons``, ``other_relations``.

    Tags that are no columns stand in ``other_tags``; columns without any value are left out.

    Raises:
        ExchangeError: the file is damaged, or the layer must be named.
    """
    name = select_layer(layer_names(source.path), source)
    table = ogr.read(source, layer=name)
    empty = [] if source.columns is not None else [one for one in table.frame.columns if table.frame[one].isna().all()]
    spatial = getattr(table.frame, "_geometry_column_name", None)
    frame = table.frame.drop(columns=[one for one in empty if one != spatial])
    return dataclasses.replace(table, frame=frame)


def layer_names(path: Path) -> list[str]:
    """Names of the layers."""
    return ogr.layer_names(Source(path, by_name("osm")))
