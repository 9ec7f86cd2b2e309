"""FileGDB, the geodatabase of ArcGIS: a folder of tables, or that folder in a zip."""
