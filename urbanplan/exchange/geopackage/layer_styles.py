"""The table ``layer_styles`` of a GeoPackage: QGIS takes a layer's look from it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

_CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT '2000-01-01T00:00:00.000Z')
"""


@dataclass(frozen=True)
class LayerStyle:
    """A layer's style: its name and QML text."""

    name: str
    qml: str


def add_styles(path: Path, styles: dict[str, LayerStyle]) -> None:
    """Put styles, by layer name, into a GeoPackage that nobody else has open."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(_CREATE_TABLE)
        base.execute(
            "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '2000-01-01T00:00:00.000Z')"
        )
        for layer, style in styles.items():
            column = base.execute(
                "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
            ).fetchone()
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
                "styleName, styleQML, styleSLD, useAsDefault, description, owner) "
                "VALUES ('', '', ?, ?, ?, ?, '', 1, '', '')",
                (layer, column[0] if column else "", style.name, style.qml),
            )
