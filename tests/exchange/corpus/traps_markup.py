"""Hostile GeoJSON and KML: nesting that ends a process, numbers that are none, doors to other files."""

from __future__ import annotations

import json
from typing import Any

SQUARE = [[[113.5, 34.8], [113.6, 34.8], [113.6, 34.9], [113.5, 34.8]]]


def geojson(data: bytes, around: Any) -> dict[str, bytes]:
    """GeoJSON."""
    collections = '{"type":"GeometryCollection","geometries":[' * 100_000 + "]}" * 100_000
    return {
        "deep": _feature(collections),
        "deep-lists": _feature('{"type":"Polygon","coordinates":' + "[" * 500_000 + "]" * 500_000 + "}"),
        "deep-values": b'{"type":"Feature","geometry":null,"properties":{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}}",
        "nan": _feature('{"type":"Point","coordinates":[NaN,1]}'),
        "infinite": _feature('{"type":"Point","coordinates":[1e999,-1e999]}'),
        "big-number": b'{"type":"Feature","geometry":null,"properties":{"a":1180591620717411303424}}',
        "open-ring": _feature('{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,2]]]}'),
        "unknown-shape": _feature('{"type":"Torus","coordinates":[1,1]}'),
        "half-character": b'{"type":"Feature","geometry":null,"properties":{"a":"\\ud800"}}',
        "topology": b'{"type":"Topology","objects":{"a":{"type":"Polygon","arcs":[[7]]}},"arcs":[]}',
        "crs-address": json.dumps({
            "type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": around.address}},
            "features": [{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": SQUARE}}],
        }).encode(),
        "texts": _feature('{"type":"LineString","coordinates":[["1","1"],["2","2"]]}'),
    }  # fmt: skip


def _feature(shape: str) -> bytes:
    return f'{{"type":"Feature","properties":{{"id":"a"}},"geometry":{shape}}}'.encode()


def kml(data: bytes, around: Any) -> dict[str, bytes]:
    """KML."""
    doctype = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE k SYSTEM "{around.address}"><kml/>'
    link = f"<NetworkLink><Link><href>{around.address}</href></Link></NetworkLink>"
    overlay = f"<GroundOverlay><Icon><href>file://{around.secret}</href></Icon></GroundOverlay>"
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{around.secret}"/>'
    return {
        "deep": b"<kml><Placemark>" + b"<MultiGeometry>" * 100_000 + b"</MultiGeometry>" * 100_000 + b"</Placemark></kml>",
        "deep-folders": b"<kml>" + b"<Folder>" * 300_000 + b"</Folder>" * 300_000 + b"</kml>",
        "deep-open": b"<kml>" + b"<a>" * 1_000_000,
        "nan": _placemark("<Point><coordinates>nan,1</coordinates></Point>"),
        "infinite": _placemark("<Point><coordinates>1e999,1</coordinates></Point>"),
        "one-number": _placemark("<Point><coordinates>113.5</coordinates></Point>"),
        "open-ring": _placemark(
            "<Polygon><outerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,2</coordinates></LinearRing>"
            "</outerBoundaryIs></Polygon>"
        ),
        "utf16-doctype": doctype.encode("utf-16"),
        "late-doctype": b"<?xml version='1.0'?>" + b"<!-- " + b"x" * 5000 + b" -->" + external_references(around) + b"<kml>&x;</kml>",
        "network-link": f"<kml><Document>{link}{overlay}</Document></kml>".encode(),
        "include": _placemark(f"<Point><coordinates>{include}</coordinates></Point>"),
        "no-kml": b"<?xml version='1.0'?><gml><Placemark/></gml>",
    }  # fmt: skip


def external_references(around: Any) -> bytes:
    return f'<!doctype k [<!ENTITY x SYSTEM "file://{around.secret}">]>'.encode()


def _placemark(shape: str) -> bytes:
    return f"<kml><Document><Placemark><name>a</name>{shape}</Placemark></Document></kml>".encode()


TRAPS = {".geojson": geojson, ".kml": kml}
