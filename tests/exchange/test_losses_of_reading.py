"""What a file holds and is not taken over is refused unless it is allowed, in each format whose table names such a thing."""

from __future__ import annotations

import json
import tomllib
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from exchange.test_boundary import EXAMPLE
from exchange.vct_texts import WHOLE

from urbanplan.analysis.convert import convert_file
from urbanplan.analysis.files import ReadOptions
from urbanplan.errors import LossError

TABLE = Path(__file__).parents[2] / "docs" / "formats.toml"
FRAME = gpd.GeoDataFrame({"id": ["A"]}, geometry=[shapely.box(438000, 3850000, 438100, 3850100)], crs="EPSG:4547")
POINT = "<Point><coordinates>113.5,34.8</coordinates></Point>"
KML = f"<kml><Document><Placemark>{POINT}</Placemark><NetworkLink><name>n</name></NetworkLink></Document></kml>"
MIF = "Version 300\nCoordSys Earth Projection 1, 104\nColumns 1\n  id Char(5)\nData\n\nPoint 113.5 34.8\n"
ESRI = {
    "geometryType": "esriGeometryPoint", "spatialReference": {"wkid": 4490}, "exceededTransferLimit": True,
    "features": [{"attributes": {"id": 1}, "geometry": {"x": 113.5, "y": 34.8}}],
}  # fmt: skip
GML = (
    '<w:FeatureCollection xmlns:w="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><gml:featureMember><p fid="a"><g><gml:Point srsName="EPSG:4326">'
    '<gml:pos>113.5 34.8</gml:pos></gml:Point></g><other xlink:href="b.xml"/></p></gml:featureMember></w:FeatureCollection>'
)


def _parquet(path):
    FRAME.assign(further=FRAME.centroid).to_parquet(path)


def _shapefile(path):
    FRAME.to_file(path)
    data = bytearray(path.with_suffix(".dbf").read_bytes())
    data[43:44] = b"M"
    path.with_suffix(".dbf").write_bytes(bytes(data))


def _drawing(path):
    ezdxf = pytest.importorskip("ezdxf")
    drawing = ezdxf.new("R2010", units=6)
    drawing.modelspace().add_leader([(438000, 3850000), (438001, 3850001)])
    drawing.modelspace().add_line((438000, 3850000), (438001, 3850001))
    drawing.saveas(path)


def _kmz(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("doc.kml", KML.replace("<NetworkLink><name>n</name></NetworkLink>", ""))
        packed.writestr("more.kml", KML)


POINTS = [{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [113.5, 34.8, 1, 2]}}]
MAKERS = {  # of each format, its file and words of what is lost
    "geojson": (".geojson", json.dumps({"type": "FeatureCollection", "features": POINTS}), "a fourth number"),
    "shapefile": (".shp", _shapefile, "a field of the kind M"),
    "geoparquet": (".parquet", _parquet, "further"),
    "kml": (".kml", KML, "NetworkLink"),
    "kmz": (".kmz", _kmz, "more.kml"),
    "txt": (".txt", EXAMPLE.replace(".445", ".445,88.5"), "behind the coordinates"),
    "dxf": (".dxf", _drawing, "LEADER"),
    "mif": (".mif", MIF, ".mid"),
    "gml": (".gml", GML, "xlink:href"),
    "esrijson": (".esrijson", json.dumps(ESRI), "limit was exceeded"),
    "gpx": (".gpx", '<gpx><trk><trkseg><trkpt lat="34" lon="113"/></trkseg></trk><trk><trkseg><trkpt lat="34" lon="113"/>'
            '<trkpt lat="35" lon="113"/></trkseg></trk></gpx>', "a single point"),
    "vct": (".vct", WHOLE.replace("AttributeBegin", "AnnotationBegin\n1\nAnnotationEnd\nAttributeBegin"), "Annotation"),
}  # fmt: skip


def test_every_format_that_loses_something_is_tried():
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    losing = {name for row in rows.values() if row["names"] and row["en"][5] != "–" for name in row["names"]}
    others = {"shapezip", "dwg", "mapinfo", "access"}  # by the same readers; Access has tests of its own
    assert losing - others - set(MAKERS) == set()


@pytest.mark.parametrize("name", MAKERS)
def test_a_loss_is_refused_and_told_where_it_is_allowed(tmp_path, name):
    ending, make, words = MAKERS[name]
    source, target = tmp_path / f"a{ending}", tmp_path / "b.gpkg"
    make(source) if callable(make) else source.write_text(make, encoding="utf-8")
    layer = {"vct": "DLTB", "gpx": "tracks"}.get(name)
    reading = ReadOptions(layer=layer, crs="EPSG:4547" if name in ("dxf", "shapefile") else None)
    with pytest.raises(LossError, match=words):
        convert_file(source, target, reading=reading)
    assert not target.exists()
    notes = convert_file(source, target, reading=reading, allow_loss=True).notes
    assert any(words in one.render() for one in notes if one.level == "loss")
