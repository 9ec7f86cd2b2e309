"""FileGDB as a folder: layers and tables through GDAL's own driver, in a process that has no other."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange import ogr
from urbanplan.exchange.fields.code_tables import code_notes
from urbanplan.exchange.filegdb import writing
from urbanplan.exchange.filegdb.items import Items, parse_items
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.frames import is_spatial
from urbanplan.exchange.gdal import vector
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.table import Source, Table

write = writing.write
losses = writing.losses


def read(source: Source) -> Table:
    """Read one layer or table, with the aliases and code tables of its fields.

    Raises:
        ExchangeError: it is damaged, the layer must be named, or rows are not all there.
    """
    name = select_layer(layer_names(source.path), source)
    table = ogr.read_counted(source, layer=name, where=f"{source.path} {name}")
    items = read_items(source)
    codes = {field: held for field, held in items.code_tables(name).items() if field in table.frame}
    aliases = {field: alias for field, alias in items.aliases.get(name, {}).items() if field in table.frame}
    notes = (*table.notes, *code_notes(codes))
    return dataclasses.replace(
        table, frame=_single_parts(table.frame), aliases={**table.aliases, **aliases}, codes=codes, notes=notes
    )


def read_items(source: Source) -> Items:
    """The catalogue of the geodatabase; empty where it cannot be read."""
    with ogr.query(source, layer="GDB_Items", columns=["Definition"], geometry=False) as asked:
        try:
            table = vector.read(asked).table
        except ExchangeError:
            return Items()
    if "Definition" not in table.column_names:
        return Items()
    texts = table["Definition"].cast(pa.binary()).to_pylist()
    return parse_items([None if text is None else text.decode("utf-8", "replace") for text in texts])


def _single_parts(frame: Any) -> Any:
    """The frame with shapes of one part as such: the format knows multi-parts alone."""
    if not is_spatial(frame) or not len(frame):
        return frame
    shapes = frame.geometry.to_numpy()
    alone = np.isin(shapely.get_type_id(shapes), (5, 6)) & (shapely.get_num_geometries(shapes) == 1)
    if not alone.any():
        return frame
    made = shapes.copy()
    made[alone] = shapely.get_geometry(shapes[alone], 0)
    return frame.set_geometry(made, crs=frame.crs)


def layer_names(path: Path) -> list[str]:
    """Names of the layers and tables."""
    with ogr.query(Source(path, by_name("filegdb"))) as asked:
        return list(vector.layers(asked))


def count(path: Path) -> int:
    """Number of rows of the only layer."""
    with ogr.query(Source(path, by_name("filegdb"))) as asked:
        return vector.count(dataclasses.replace(asked, layer=next(iter(vector.layers(asked)))))
