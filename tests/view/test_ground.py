"""The ground under a map: tiles of files in and beside the page, services as addresses, all parts fit to a pixel."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import PageVisit
from ground_samples import MARK, TOWN, town_tiles, write_folder, write_geotiff, write_mbtiles
from map_scenario import map_inputs
from pyproj import Geod, Transformer

from urbanplan.errors import ViewError
from urbanplan.exchange.tiles.picture import check_picture
from urbanplan.exchange.tiles.source import TileOptions, open_tiles
from urbanplan.exchange.tiles.tiling import DEGREES, MERCATOR, TILINGS
from urbanplan.view.map.base import read_base_map
from urbanplan.view.map.draw import draw_map
from urbanplan.view.map.ground import Ground

TO_DEGREES = Transformer.from_crs("EPSG:4547", "EPSG:4490", always_xy=True)


def block(page: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    return None if found is None else json.loads(found[1])


def policy(page: str) -> str:
    found = re.search(r"img-src ([^;]*);", page)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def raster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_geotiff(tmp_path_factory.mktemp("raster") / "town.tif")


def test_a_page_holds_the_tiles_of_a_raster_and_asks_for_nothing(raster: Path) -> None:
    said = []
    page = draw_map(*map_inputs(), ground=Ground(open_tiles(raster), "<b>航片</b>", notify=said.append))
    ground, tiles = block(page, "map-meta")["ground"], block(page, "map-tiles")
    assert (ground["kind"], ground["title"], ground["levels"]) == ("embedded", "<b>航片</b>", [13, 13])
    assert policy(page) == "data: blob:"
    assert {key.split("/")[0] for key in tiles} == {"13"}
    for address in tiles.values():
        media, data = re.fullmatch(r"data:([a-z/]+);base64,(.*)", address).groups()
        assert check_picture(base64.b64decode(data), "") == media == "image/webp"
    assert "13" in str(said[0])
    assert "<b>" not in page.split("<body>")[1].split("<script")[0]


def test_a_page_holds_as_many_levels_as_fit(tmp_path: Path) -> None:
    source = open_tiles(write_mbtiles(tmp_path / "a.mbtiles", town_tiles()))
    whole = draw_map(*map_inputs(), ground=Ground(source, "a"))
    sizes = dict.fromkeys(range(12, 16), 0)
    for key, address in block(whole, "map-tiles").items():
        sizes[int(key.split("/")[0])] += len(address)
    assert block(whole, "map-meta")["ground"]["levels"][1] == 15
    most = sum(sizes[level] for level in range(12, 15)) / 1e6
    part = draw_map(*map_inputs(), ground=Ground(source, "a", most_mb=most))
    assert block(part, "map-meta")["ground"]["levels"][1] == 14
    with pytest.raises(ViewError, match="MB"):
        draw_map(*map_inputs(), ground=Ground(source, "a", most_mb=1e-5))


def test_a_folder_beside_the_page_is_all_that_its_policy_allows(tmp_path: Path, raster: Path) -> None:
    page = draw_map(*map_inputs(), ground=Ground(open_tiles(raster), "a", folder=tmp_path / "a {x} tiles"))
    ground = block(page, "map-meta")["ground"]
    assert ground["addresses"] == ["a%20%7Bx%7D%20tiles/{z}/{x}/{y}.webp"]
    assert policy(page) == "data: blob: 'self'"
    assert block(page, "map-tiles") is None
    assert list((tmp_path / "a {x} tiles").rglob("*.webp"))


def test_a_ground_that_lies_elsewhere_is_named_with_both_places(tmp_path: Path) -> None:
    tiles = [(12, 10, 10, data) for *_, data in list(town_tiles(levels=range(12, 13)))[:1]]
    source = open_tiles(write_folder(tmp_path / "a", tiles))
    with pytest.raises(ViewError, match=r"covers -179\.\d+ .* 113\.5"):
        draw_map(*map_inputs(), ground=Ground(source, "a"))


SERVICES = {
    "xyz": ('addresses = ["http://10.1.2.3:8080/t/{z}/{x}/{y}.png"]', "http://10.1.2.3:8080/t/{z}/{x}/{y}.png", "xy"),
    "rest": (
        'addresses = ["http://gis.local/wmts/ortho/{TileMatrix}/{TileRow}/{TileCol}.jpg"]\nlevel_offset = -1',
        "http://gis.local/wmts/ortho/{z}/{y}/{x}.jpg",
        "xy",
    ),
    "wmts": (
        'matrix_set = "EPSG:4490"\n[wmts]\naddress = "http://t{s}.gis.local/img_c/wmts?tk={key}"\nlayer = "img"\n'
        'matrix_set = "c"\nformat = "tiles"',
        "http://t{s}.gis.local/img_c/wmts?tk={key}&SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=img&STYLE=default"
        "&TILEMATRIXSET=c&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
        "xy",
    ),
    "wms 1.3.0": (
        'matrix_set = "EPSG:4490"\n[wms]\naddress = "http://gis.local/wms"\nlayers = "规划:总图"',
        "http://gis.local/wms?SERVICE=WMS&REQUEST=GetMap&VERSION=1.3.0&LAYERS=%E8%A7%84%E5%88%92:%E6%80%BB%E5%9B%BE"
        "&STYLES=&FORMAT=image/png&TRANSPARENT=TRUE&CRS=EPSG:4490&WIDTH=256&HEIGHT=256&BBOX={bbox}",
        "yx",
    ),
    "wms 1.1.1": (
        'matrix_set = "EPSG:4490"\n[wms]\naddress = "http://gis.local/wms?map=a&"\nlayers = "a"\nversion = "1.1.1"',
        "http://gis.local/wms?map=a&SERVICE=WMS&REQUEST=GetMap&VERSION=1.1.1&LAYERS=a"
        "&STYLES=&FORMAT=image/png&TRANSPARENT=TRUE&SRS=EPSG:4490&WIDTH=256&HEIGHT=256&BBOX={bbox}",
        "xy",
    ),
}


def declare(folder: Path, text: str) -> Path:
    (folder / "maps" / "bases").mkdir(parents=True, exist_ok=True)
    (folder / "maps" / "bases" / "mine.toml").write_text('title = {zh = "图", en = "m"}\n' + text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", SERVICES)
def test_a_service_is_asked_as_its_standard_says(tmp_path: Path, kind: str) -> None:
    text, address, axes = SERVICES[kind]
    base = read_base_map("mine", beside=declare(tmp_path, text))
    said = base.payload("zh")
    assert (said["addresses"], said["axes"], said["asks"]) == ([address], axes, "{key}" in address)
    plan, *rest = map_inputs()
    page = draw_map(plan.model_copy(update={"file": str(tmp_path / "plan.toml")}), *rest, online="mine:")
    host = re.match(r"https?://[^/?]+", address)
    assert host is not None
    assert policy(page) == f"data: blob: {host[0].replace('{s}', 'a')}"
    assert block(page, "map-meta")["tiling"] == TILINGS[base.matrix_set].name


def test_what_is_no_service_of_http_is_refused(tmp_path: Path) -> None:
    for address in (
        "file:///etc/passwd", "ftp://a/{z}", "http://a b/{z}", "http://a/{z};script-src *", 'http://a/{z}"', "//a/{z}",
        "javascript:alert(1)", "http://user@host/{z}", "http://a'b/{z}",
    ):  # fmt: skip
        declare(tmp_path, f"addresses = [{json.dumps(address)}]")
        with pytest.raises(ViewError):
            read_base_map("mine", beside=tmp_path)
    for text in ('addresses = ["http://a/{z}"]\nfile = "a.tif"', "", 'file = "a.tif"\nlevels = [9, 3]'):
        declare(tmp_path, text)
        with pytest.raises(ViewError, match=r"mine\.toml"):
            read_base_map("mine", beside=tmp_path)


def ground_files(folder: Path) -> dict[str, Ground]:
    degrees = write_folder(folder / "c", town_tiles(DEGREES, range(13, 17)))
    return {
        "mercator": Ground(open_tiles(write_mbtiles(folder / "a.mbtiles", town_tiles(levels=range(13, 17)))), "影像"),
        "degrees": Ground(open_tiles(degrees, TileOptions(DEGREES)), "影像"),
    }


@pytest.fixture(scope="module")
def ground_page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """The town's map on a ground of either tiling, each in one page of the browser."""
    folder = tmp_path_factory.mktemp("grounds")
    grounds, visits = ground_files(folder), dict[str, PageVisit]()

    def opened(tiling: str) -> Any:
        if tiling not in visits:
            file = folder / f"{tiling}.html"
            lang = "zh" if tiling == "mercator" else "en"
            file.write_text(draw_map(*map_inputs(), lang=lang, ground=grounds[tiling]), encoding="utf-8")
            visits[tiling] = PageVisit(browser, file, reduced_motion="reduce")
        return visits[tiling].page

    yield opened
    for visit in visits.values():
        visit.close()


PIXELS = """([points, zoom]) => {
  const { map, planCanvas, unitX, unitY } = urbanplan;
  map.setView(points[0].slice().reverse(), zoom, { animate: false });
  const scale = 256 * 2 ** zoom;
  const shift = map.getPixelOrigin().add(map.containerPointToLayerPoint([0, 0]));
  const stage = map.getContainer().getBoundingClientRect();
  const layer = Object.values(map._layers).find((one) => one._tiles);
  return {
    leaflet: points.map(([x, y]) => { const p = map.latLngToContainerPoint([y, x]); return [p.x, p.y]; }),
    canvas: points.map(([x, y]) => [unitX(x) * scale - shift.x, unitY(y) * scale - shift.y]),
    tiles: Object.values(layer._tiles).map(({ el, coords }) => {
      const box = el.getBoundingClientRect();
      return [coords.z, coords.x, coords.y, box.left - stage.left, box.top - stage.top, box.width];
    }),
    bar: [document.querySelector('#scale .scale-a').getBoundingClientRect().width * 2,
          document.querySelector('#scale span').textContent, map.getSize().y / 2, map.getSize().x],
  };
}"""


@pytest.mark.browser
@pytest.mark.parametrize("tiling", [MERCATOR, DEGREES], ids=["3857", "4490"])
def test_layers_tiles_and_scale_bar_fit_to_a_pixel(ground_page: Callable[[str], Any], tiling: Any) -> None:
    page = ground_page(tiling.name)
    corners = [MARK, TOWN[:2], TOWN[2:], (TOWN[0], TOWN[3])]
    points = [list(TO_DEGREES.transform(*corner)) for corner in corners]
    project = Transformer.from_crs("EPSG:4490", tiling.crs, always_xy=True).transform
    for zoom in (13.5, 15, 16.25):
        found = page.evaluate(PIXELS, [points, zoom])
        pixel = tiling.span / 256 / 2**zoom  # in units of the CRS
        first = project(*points[0])
        for point, leaflet, canvas in zip(points, found["leaflet"], found["canvas"], strict=True):
            x, y = project(*point)
            true = (found["leaflet"][0][0] + (x - first[0]) / pixel, found["leaflet"][0][1] - (y - first[1]) / pixel)
            assert leaflet == pytest.approx(true, abs=1)
            assert canvas == pytest.approx(true, abs=1)
        assert found["tiles"]
        for level, column, row, left, top, width in found["tiles"]:
            west, _, east, north = tiling.box(level, column, row)
            true = [found["leaflet"][0][0] + (west - first[0]) / pixel,
                    found["leaflet"][0][1] - (north - first[1]) / pixel]  # fmt: skip
            assert [left, top] == pytest.approx(true, abs=1)
            assert width == pytest.approx((east - west) / pixel, abs=1)
        bar, text, middle, _ = found["bar"]
        number, unit = text.split()
        metres = float(number) * (1000 if unit == "km" else 1)
        ends = page.evaluate(
            "([bar, y]) => [0, bar].map((x) => urbanplan.map.containerPointToLatLng([x, y]))",
            [bar, middle],
        )
        true_metres = Geod(ellps="GRS80").inv(ends[0]["lng"], ends[0]["lat"], ends[1]["lng"], ends[1]["lat"])[2]
        assert abs(true_metres - metres) / metres * bar < 1


@pytest.mark.browser
@pytest.mark.parametrize("tiling", ["mercator", "degrees"])
def test_the_swipe_is_moved_by_keys_and_shows_ground_on_its_left(
    ground_page: Callable[[str], Any], tiling: str
) -> None:
    page = ground_page(tiling)
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("urbanplan.change({ compare: null, ground: false })")
    page.click("#tool-compare")
    assert page.evaluate("[urbanplan.state.compare.kind, urbanplan.state.ground]") == ["ground", True]
    divider = page.locator("#divider")
    assert divider.get_attribute("aria-label")
    before = divider.get_attribute("aria-valuenow")
    divider.focus()
    page.keyboard.press("ArrowRight")
    assert int(divider.get_attribute("aria-valuenow") or 0) == int(before or 0) + 5
    at = page.evaluate("urbanplan.map.getSize().x * urbanplan.state.at")
    cut = page.evaluate("getComputedStyle(document.querySelector('.plan-canvas')).clipPath")
    edge = page.evaluate("urbanplan.map.containerPointToLayerPoint([0, 0]).x - urbanplan.planCanvas._bounds.min.x")
    assert float(re.findall(r"[\d.]+", cut)[3 if cut.count("px") > 3 else -1]) == pytest.approx(at + edge, abs=1)
    assert page.evaluate("location.hash").count("compare=ground") == 1
    page.click("#compare button")
    assert page.evaluate("urbanplan.state.compare") is None
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.browser
def test_the_ground_can_be_switched_off_and_keeps_areas_of_the_base_clear(ground_page: Callable[[str], Any]) -> None:
    page = ground_page("mercator")
    page.evaluate("urbanplan.change({ tab: 'layers', ground: true })")
    count = "Object.values(urbanplan.map._layers).filter((one) => one._tiles).length"
    assert page.evaluate(count) == 1
    page.uncheck("#ground")
    assert page.evaluate(count) == 0
    page.check("#ground")
    assert page.evaluate(count) == 1
