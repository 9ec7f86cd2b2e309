"""The folium map that a person adds layers to: offline, real, and texts in it stay texts."""

from __future__ import annotations

import html
import re

import folium
import geopandas as gpd
import pytest
from browser import PageVisit, until
from hostile_texts import payloads
from shapely.geometry import LineString, Point

from urbanplan.errors import CrsError, UsageError, ViewError
from urbanplan.view.interactive.offline_map import OfflineMap

STREETS = gpd.GeoDataFrame(
    {"name": ["Ring", "科学大道"], "lanes": [2, None]},
    geometry=[LineString([(460000, 3850000), (460900, 3850000)]), LineString([(460000, 3850400), (460900, 3850400)])],
    crs="EPSG:4547",
)


def drawn(frame=STREETS, name="streets"):
    made = OfflineMap(title="t")
    made.add_frame(frame, name=name)
    made.fit_bounds(made.get_bounds())
    return made


def test_it_is_a_real_folium_map():
    made = drawn()
    assert isinstance(made, folium.Map)
    (south, west), (north, east) = made.get_bounds()
    assert 34 < south < north < 35
    assert 113 < west < east < 114
    assert repr(made) == "<OfflineMap: 1 layers>"


def test_frames_files_and_results_on_one_map(tmp_path):
    import urbanplan

    file = urbanplan.write(STREETS, tmp_path / "roads.geojson").path
    made = urbanplan.map(STREETS, file, network=urbanplan.road_network(STREETS).network, more={"a": STREETS})
    names = [child.layer_name for child in made._children.values() if hasattr(child, "layer_name")]
    assert names == ["1", "roads", "network", "a"]
    with pytest.raises(CrsError):
        urbanplan.map(STREETS.set_crs(None, allow_override=True))
    with pytest.raises(UsageError):
        urbanplan.map(3)


def test_no_value_passes_a_template(tmp_path):
    canary = tmp_path / "canary"
    for text in payloads(str(canary)):
        page = drawn(STREETS.assign(name=text), name=text).get_root().render()
        assert "Ring" not in page
    assert not canary.exists()


def test_what_a_person_adds_passes_one_template_only(tmp_path):
    canary = tmp_path / "canary"
    for text in payloads(str(canary)):
        made = drawn()
        folium.Marker([34.77, 113.56], popup=text, tooltip=text).add_to(made)
        folium.Marker([34.77, 113.56], popup=folium.Popup(text, parse_html=True)).add_to(made)
        data = folium.GeoJson(STREETS.assign(name=text).to_crs(4326), name=text)
        folium.GeoJsonPopup(["name"], aliases=[text]).add_to(data)
        folium.GeoJsonTooltip(["name"]).add_to(data)
        data.add_to(made)
        folium.LayerControl().add_to(made)
        first = made.get_root().render()
        assert made.get_root().render() == first
    assert not canary.exists()


def test_tiles_are_refused_where_they_would_be_asked_for():
    made = drawn()
    folium.TileLayer("OpenStreetMap").add_to(made)
    with pytest.raises(ViewError, match="does not carry"):
        made.get_root().render()


def test_a_notebook_shows_the_page_that_is_saved(tmp_path):
    made = drawn()
    made.save(tmp_path / "map.html")
    frame = re.search(r'srcdoc="([^"]*)"', made._repr_html_())
    assert frame
    assert html.unescape(frame[1]) == (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "src=" not in (tmp_path / "map.html").read_text(encoding="utf-8").split("<script>")[0]


@pytest.mark.browser
def test_hostile_texts_do_nothing_in_the_browser(tmp_path, browser):
    texts = payloads(str(tmp_path / "canary"))
    places = [[34.77 + 0.0005 * (i // 10), 113.56 + 0.001 * (i % 10)] for i in range(len(texts))]
    points = gpd.GeoDataFrame(
        {"name": texts}, geometry=[Point(east, north + 0.01) for north, east in places], crs="EPSG:4326"
    )
    made = OfflineMap()
    ours = made.add_frame(points, name=texts[0])
    for text, place in zip(texts, places, strict=True):
        folium.Marker(place, popup=text, tooltip=folium.Tooltip(text, permanent=True)).add_to(made)
        made.add_child(folium.FeatureGroup(name=text))
    data = folium.GeoJson(points, name="own", marker=folium.CircleMarker())
    folium.GeoJsonPopup(["name"]).add_to(data)
    folium.GeoJsonTooltip(["name"]).add_to(data)
    data.add_to(made)
    folium.LayerControl(collapsed=False).add_to(made)
    made.fit_bounds(made.get_bounds())
    made.save(tmp_path / "map.html")
    visit = PageVisit(browser, tmp_path / "map.html")
    page = visit.page
    name = made.get_name()
    assert page.evaluate(f"{name} instanceof L.Map")
    until(page, f"document.querySelectorAll('.leaflet-tooltip').length >= {len(texts)}")
    for group in (ours.get_name(), data.get_name()):
        shown = page.evaluate(
            f"""{group}.getLayers().map((one) => {{
              one.fire("click", {{ latlng: one.getLatLng() }}, true);
              return [...document.querySelectorAll(".leaflet-popup-content td")].at(-1).textContent;
            }})"""
        )
        assert shown == texts
    page.evaluate(f"{name}.eachLayer((one) => {{ if (one instanceof L.Marker) one.openPopup(); }})")
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("document.querySelectorAll('.leaflet-marker-icon').length") == len(texts)
    assert page.evaluate("[...document.querySelectorAll('.leaflet-marker-icon')].every((one) => one.naturalWidth > 0)")
    visit.close()
    assert not (tmp_path / "canary").exists()
