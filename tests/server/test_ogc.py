"""OGC API – Features: what the standard demands by the letter, and GDAL's own client reading every layer whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hostile_texts import acting_texts
from plans import small_district
from server.desk_client import Client

from urbanplan.store.feature_file import FeatureFile, write_features
from urbanplan.store.features import Collection


@pytest.fixture(name="client")
def stranger(client):
    """GIS programs have no cookie."""
    return Client(client.desk)


def get(client, target):
    answer = client.get(target)
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


def links(document):
    return {one["rel"]: one["href"] for one in document["links"]}


def local(client, address):
    assert address.startswith(client.desk.keys.origin)
    return address.removeprefix(client.desk.keys.origin)


def test_the_landing_page_leads_everywhere(client):
    found = links(get(client, "/ogc"))
    assert {"self", "service-desc", "conformance", "data"} <= set(found)
    for address in found.values():
        assert client.get(local(client, address)).status == 200
    declared = get(client, local(client, found["conformance"]))["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in declared
    answer = client.get(local(client, found["service-desc"]))
    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json;version=3.0")
    definition = json.loads(answer.body)
    assert definition["openapi"].startswith("3.0")
    assert {f"/collections/{name}/items" for name in small_district.frames()} <= set(definition["paths"])
    limit = definition["components"]["parameters"]["limit"]["schema"]
    assert (limit["minimum"], limit["default"]) == (1, 100)


def test_collections_are_the_layers(client):
    found = get(client, "/ogc/collections")
    names = [one["id"] for one in found["collections"]]
    assert names[: len(small_district.frames())] == list(small_district.frames())
    for one in found["collections"]:
        assert get(client, local(client, links(one)["self"])) == one
        assert "items" in links(one)
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert 73 < west <= east < 136
        assert 18 < south <= north < 54
    assert client.get("/ogc/collections/none").status == 404


def test_items_are_geojson_in_degrees(client):
    answer = client.get("/ogc/collections/parcels/items")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    page = json.loads(answer.body)
    assert (page["numberMatched"], page["numberReturned"]) == (2, 2)
    assert {"self", "collection"} <= set(links(page))
    expected = small_district.frames()["parcels"].to_crs("EPSG:4326")
    for feature, (name, shape) in zip(
        page["features"], zip(expected["id"], expected.geometry, strict=True), strict=True
    ):
        assert feature["id"] == feature["properties"]["id"] == name
        assert shapely.equals_exact(shapely.geometry.shape(feature["geometry"]), shape, tolerance=1e-12)
        alone = get(client, f"/ogc/collections/parcels/items/{name}")
        assert alone["geometry"] == feature["geometry"]
        assert {"self", "collection"} <= set(links(alone))
    assert client.get("/ogc/collections/parcels/items/none").status == 404


def test_pages_follow_each_other_to_the_end(client):
    target, seen = "/ogc/collections/homes/items?limit=3", []
    while target:
        page = get(client, target)
        assert len(page["features"]) <= 3
        seen += [one["id"] for one in page["features"]]
        target = local(client, links(page)["next"]) if "next" in links(page) else ""
    assert seen == list(dict.fromkeys(seen))
    assert len(seen) == len(small_district.frames()["homes"])


def test_a_box_holds_what_touches_it(client):
    west, south, east, north = get(client, "/ogc/collections/parcels")["extent"]["spatial"]["bbox"][0]
    whole = get(client, f"/ogc/collections/parcels/items?bbox={west},{south},{east},{north}")
    assert whole["numberReturned"] == 2
    first = shapely.geometry.shape(whole["features"][0]["geometry"]).centroid
    near = get(client, f"/ogc/collections/parcels/items?bbox={first.x},{first.y},{first.x},{first.y}")
    assert [one["id"] for one in near["features"]] == [whole["features"][0]["id"]]
    assert near["numberMatched"] == 1
    six = get(client, f"/ogc/collections/parcels/items?bbox={west},{south},0,{east},{north},9")
    assert six["numberReturned"] == 2
    assert get(client, "/ogc/collections/parcels/items?bbox=0,0,1,1")["features"] == []


WRONG = ["bbox=1,2,3", "bbox=a,b,c,d", "bbox=nan,0,1,1", "bbox=0,5,1,1", "bbox=", "limit=0", "limit=-1", "limit=x", "limit=1.5",
         "limit=", "datetime=yesterday", "datetime=../..", "datetime=2025-02-30", "datetime=2026-01-01/2025-01-01", "offset=-1",
         "unknown=1", "crs=EPSG:4326", "bbox-crs=EPSG:4326", "limit=1&limit=2", "f=xml", "bbox=1e400,0,1,1", "limit=" + "9" * 40]  # fmt: skip


@pytest.mark.parametrize("query", WRONG)
def test_what_is_not_of_the_standard_is_400(client, query):
    answer = client.get(f"/ogc/collections/parcels/items?{query}")
    assert answer.status == 400
    assert set(json.loads(answer.body)) == {"code", "description"}


@pytest.mark.parametrize(
    "target", ["/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/parcels", "/ogc/api"]
)
def test_an_unknown_parameter_is_400_everywhere(client, target):
    assert client.get(f"{target}?x=1").status == 400


def test_it_only_reads(client):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.ask(method, "/ogc/collections/parcels/items").status == 405
    assert client.get("/ogc/collections", Origin="http://evil.example").status == 403


def test_no_text_breaks_it(client):
    for text in acting_texts("canary"):
        quoted = "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
        for target in (
            f"collections/{quoted}",
            f"collections/parcels/items/{quoted}",
            f"collections/parcels/items?bbox={quoted}",
        ):
            answer = client.get(f"/ogc/{target}")
            assert answer.status in (400, 404)
            assert answer.headers["content-type"] == "application/json"


CLIENT = """
import json, sys, pyogrio, shapely
found = {}
if "OAPIF" not in pyogrio.list_drivers():
    sys.exit(77)
for name, kind in pyogrio.list_layers(sys.argv[1]):
    frame = pyogrio.read_dataframe(sys.argv[1], layer=name)
    found[name] = [len(frame), float(shapely.length(frame.geometry.to_numpy()).sum())]
print(json.dumps(found))
"""


def test_gdal_reads_every_layer_whole(client):
    line = [sys.executable, "-W", "ignore", "-c", CLIENT, f"OAPIF:{client.desk.keys.origin}/ogc"]
    around = {name: value for name, value in os.environ.items() if name != "GDAL_SKIP"}
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=120, env=around)
    if done.returncode == 77:
        pytest.skip("this GDAL has no client of the API")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for name, frame in small_district.frames().items():
        assert found[name][0] == len(frame), name
        lengths = shapely.length(frame.to_crs("EPSG:4326").geometry.to_numpy())
        assert found[name][1] == pytest.approx(lengths.sum(), rel=1e-9), name


def test_pages_of_a_box_are_what_a_scan_finds(tmp_path):
    """Diagonal lines, whose bounds touch many boxes that they do not."""
    rng = np.random.default_rng(1)
    starts = rng.uniform([113, 34], [114, 35], (2000, 2))
    shapes = shapely.linestrings(np.stack([starts, starts + rng.uniform(-0.05, 0.05, (2000, 2))], axis=1))
    frame = gpd.GeoDataFrame(
        {"id": [f"n{i}" for i in range(2000)], "ok": rng.random(2000) > 0.5}, geometry=shapes, crs="EPSG:4326"
    )
    frame.loc[[3, 4], "geometry"] = None
    write_features(tmp_path, [(Collection("lines", "Lines", "", 0, None), frame, "id")])
    store = FeatureFile(tmp_path)
    about = store.collections()[0]
    assert (about.count, about.fields) == (2000, {"id": "string", "ok": "boolean"})
    for size in (0.001, 0.03, 0.3):
        west, south = rng.uniform([113, 34], [113.7, 34.7])
        box = (west, south, west + size, south + size)
        expected = {f"n{i}" for i in np.flatnonzero(shapely.intersects(frame.geometry.to_numpy(), shapely.box(*box)))}
        seen, start = [], 0
        while start is not None:
            page = store.page("lines", boxes=[box], limit=7, start=start)
            seen += [one["id"] for one in page.features]
            start = page.following
        assert len(seen) == len(set(seen))
        assert set(seen) == expected
    assert store.feature("lines", "n3")["geometry"] is None
    assert store.feature("lines", "n5")["properties"]["ok"] in (True, False)
    with pytest.raises(KeyError):
        store.page("none", limit=1)


@pytest.mark.parametrize("ids", [["a", "b"], [7, -8], [0.5, 1.5], [3, 3], [True, False]], ids=str)
def test_a_feature_is_found_by_its_id_of_any_kind(tmp_path, ids):
    """Ids that stand twice are none: the row's number is one."""
    frame = gpd.GeoDataFrame({"id": ids}, geometry=[shapely.Point(114, 34), shapely.Point(115, 35)], crs="EPSG:4326")
    write_features(tmp_path, [(Collection("x", "X", "", 0, None), frame, "id")])
    store = FeatureFile(tmp_path)
    for feature in store.page("x", limit=9).features:
        assert store.feature("x", feature["id"]) == feature
    for odd in ("", "x", "1e3", "--1", "9" * 40, "' OR 1=1 --", "\x00"):
        assert store.feature("x", odd) is None
