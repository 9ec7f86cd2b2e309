"""GeoPackage, with the styles that QGIS opens it in."""
