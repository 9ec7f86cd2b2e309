"""OGC API – Features, core, reading only: what GIS programs on this machine see of the plans at ``/ogc``."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from urbanplan.model.translation import localize
from urbanplan.server.collections import begin_stores, find_collection, layer_names, list_collections
from urbanplan.server.desk import desk_of
from urbanplan.server.openapi import api_definition
from urbanplan.server.query import CRS84, read_query
from urbanplan.store.features import Collection

JSON, GEOJSON = "application/json", "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
Document = dict[str, Any]


def landing_page(request: Request) -> Response:
    """Answer with where everything is."""
    read_query(request, ())
    begin_stores(request)
    home = _home(request)
    links = [
        _link(home, "self", JSON, localize("This document")),
        _link(f"{home}/api", "service-desc", OPENAPI, localize("The definition of the API")),
        _link(f"{home}/conformance", "conformance", JSON, localize("What the API conforms to")),
        _link(f"{home}/collections", "data", JSON, localize("The collections")),
    ]
    titles = ", ".join(one.file.parent.name for one in desk_of(request).plans)
    return _answer({"title": "urbanplan", "description": titles, "links": links})


def conformance(request: Request) -> Response:
    """Answer with the classes that the API conforms to."""
    read_query(request, ())
    return _answer({"conformsTo": CONFORMANCE})


def api(request: Request) -> Response:
    """Answer with the definition of the API."""
    read_query(request, ())
    return _answer(api_definition(_home(request), layer_names(request)), OPENAPI)


def collections(request: Request) -> Response:
    """Answer with all collections."""
    read_query(request, ())
    home = _home(request)
    listed = [_collection(home, one) for one in list_collections(request)]
    links = [_link(f"{home}/collections", "self", JSON, localize("This document"))]
    return _answer({"links": links, "collections": listed})


def collection(request: Request) -> Response:
    """Answer with one collection."""
    read_query(request, ())
    return _answer(_collection(_home(request), find_collection(request).about))


def items(request: Request) -> Response:
    """Answer with a page of features."""
    asked = read_query(request, ("bbox", "bbox-crs", "crs", "datetime", "limit", "offset"))
    found = find_collection(request)
    got = found.store.page(found.inner, boxes=asked.boxes, when=asked.when, limit=asked.limit, start=asked.offset)
    address = f"{_home(request)}/collections/{quote(found.about.name)}"
    links = [
        _link(_with(f"{address}/items", asked.words), "self", GEOJSON, localize("This document")),
        _link(address, "collection", JSON, found.about.title),
    ]
    if got.following is not None:
        words = {**asked.words, "limit": str(asked.limit), "offset": str(got.following)}
        links.append(_link(_with(f"{address}/items", words), "next", GEOJSON, localize("The next page")))
    page: Document = {
        "type": "FeatureCollection",
        "timeStamp": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberReturned": len(got.features),
        "links": links,
        "features": got.features,
    }
    if got.matched is not None:
        page["numberMatched"] = got.matched
    return _answer(page, GEOJSON)


def item(request: Request) -> Response:
    """Answer with one feature."""
    read_query(request, ("crs",))
    found = find_collection(request)
    key = request.path_params["feature"]
    feature = found.store.feature(found.inner, key)
    if feature is None:
        raise HTTPException(404, localize("There is no such feature."))
    address = f"{_home(request)}/collections/{quote(found.about.name)}"
    links = [
        _link(f"{address}/items/{quote(key, safe='')}", "self", GEOJSON, localize("This document")),
        _link(address, "collection", JSON, found.about.title),
    ]
    return _answer({**feature, "links": links}, GEOJSON)


def _home(request: Request) -> str:
    """Where the API begins, by the name that the client calls this machine."""
    return f"http://{request.headers['host']}/ogc"


def _with(address: str, words: dict[str, str]) -> str:
    return f"{address}?{urlencode(words)}" if words else address


def _link(address: str, relation: str, kind: str, title: str) -> Document:
    return {"href": address, "rel": relation, "type": kind, "title": title}


def _collection(home: str, one: Collection) -> Document:
    address = f"{home}/collections/{quote(one.name)}"
    date = None if one.date is None else f"{one.date.isoformat()}T00:00:00Z"
    extent: Document = {"temporal": {"interval": [[date, date]], "trs": _GREGORIAN}} if date else {}
    if one.bounds is not None:
        extent["spatial"] = {"bbox": [_rounded(one.bounds)], "crs": CRS84}
    return {
        "id": one.name,
        "title": one.title,
        "description": one.description,
        "extent": extent,
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": [
            _link(address, "self", JSON, localize("This document")),
            _link(f"{address}/items", "items", GEOJSON, one.title),
        ],
    }


_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def _rounded(bounds: Iterable[float]) -> Sequence[float]:
    return [round(value, 7) for value in bounds]


def _answer(document: Document, kind: str = JSON) -> Response:
    headers = {"content-crs": f"<{CRS84}>"} if kind == GEOJSON else {}
    return Response(orjson.dumps(document), media_type=kind, headers=headers)
