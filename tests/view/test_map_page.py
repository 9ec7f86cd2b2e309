"""The map in a browser without a network: what a user does, and that nothing else happens."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from browser import PageVisit, until, until_still
from pyproj import Geod, Transformer

pytestmark = pytest.mark.browser
Open = Callable[..., PageVisit]
KINDS = ("overview", "parcels", "roads", "circle", "parking", "findings")
FILLED = """() => {
  const canvas = document.querySelector('.plan-canvas');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let n = 0;
  for (let i = 3; i < data.length; i += 4) n += data[i] / 255;
  return n;
}"""


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_opens_clean_and_draws(visit: Open, kind: str) -> None:
    page = visit(kind).page
    assert page.evaluate(FILLED) > 1000
    assert page.locator("#title-block h2").inner_text().startswith("小镇")
    assert page.locator("#title-block .illustrative").is_visible()
    assert page.locator("#scale span").inner_text().endswith("m")
    assert page.locator("#north").is_visible()


def test_verdict_click_flies_to_its_evidence(visit: Open) -> None:
    page = visit().page
    before = page.evaluate("urbanplan.map.getZoom()")
    page.get_by_text("产业地块", exact=True).first.click()
    until(page, f"urbanplan.map.getZoom() > {before} + 0.5")
    until_still(page, "[urbanplan.map.getBounds().toBBoxString(), location.href]")
    assert page.locator('[data-target="SP-001"] blockquote').inner_text().startswith("出让产业地块4宗")
    bounds = page.evaluate("urbanplan.map.getBounds().toBBoxString()").split(",")
    west, east = page.evaluate(
        """() => {
          const { x } = urbanplan.layers.find((l) => l.name === 'parcels');
          return [Math.min(...x), Math.max(...x)].map((u) => (u - 0.5) * 360);
        }"""
    )
    assert float(bounds[0]) < west < east < float(bounds[2])
    assert "target=SP-001" in page.url


def test_filters_by_status_words_and_chapter(visit: Open) -> None:
    page = visit().page
    shown = page.locator("#verdict-list .verdict")
    assert shown.count() == 4
    page.locator(".chip-not_met").click()
    assert shown.count() == 2
    page.locator(".chip-not_met").click()
    page.fill("#verdict-words", "健身")
    assert shown.count() == 1
    page.fill("#verdict-words", "")
    page.select_option("#verdict-chapter", "城市品质提升")
    assert shown.count() == 1
    assert shown.locator(".basis").inner_text() == "示意"


def click_feature(page: Any, layer: str, row: int) -> None:
    page.evaluate(
        """([name, row]) => {
          const layer = urbanplan.layers.find((l) => l.name === name);
          const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * layer.spotY[row]))) * 180) / Math.PI;
          urbanplan.map.setView([latitude, (layer.spotX[row] - 0.5) * 360], 16, { animate: false });
        }""",
        [layer, row],
    )
    box = page.locator("#stage").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_feature_click_shows_facts_and_targets_with_quotes(visit: Open) -> None:
    page = visit().page
    click_feature(page, "parcels", 2)
    card = page.locator(".leaflet-popup .feature")
    assert card.locator("h3").inner_text() == "产业地块-03"
    assert "出让产业地块4宗" in card.locator(".counted").inner_text()
    card.locator(".counted button").click()
    assert page.evaluate("urbanplan.state.verdict") == "SP-001"


def test_search_by_number_with_keys(visit: Open) -> None:
    page = visit().page
    page.fill("#search", "gx-2025-02")
    page.keyboard.press("ArrowDown")
    assert page.locator('#search-list [aria-selected="true"]').inner_text().startswith("产业地块-02")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup .feature h3")
    assert page.locator(".leaflet-popup h3").inner_text() == "产业地块-02"


def test_time_slider_holds_back_what_opens_later(visit: Open) -> None:
    page = visit("roads").page
    full = page.evaluate(FILLED)
    page.locator("#time-range").focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    until(page, "location.href.includes('date=2025-03-01')")
    until(page, lambda: page.evaluate(FILLED) < full)
    assert page.locator("#time-shown").inner_text() == "截至 2025-03-01"
    assert "date=2025-03-01" in page.url
    assert page.evaluate(FILLED) < full


def test_band_switch_changes_the_classes(visit: Open) -> None:
    page = visit("circle").page
    count = """() => {
      const { band } = urbanplan.layers.find((l) => l.name === 'coverage_streets');
      return band.filter((b) => b !== null && b <= urbanplan.state.band).length;
    }"""
    at_600 = page.evaluate(count)
    page.locator('#tab-layers input[value="1000"]').check()
    assert page.evaluate(count) > at_600
    assert "band=1000" in page.url


def test_layers_groups_and_legend(visit: Open) -> None:
    page = visit("parcels").page
    page.click("#show-layers")
    assert "产业用地" in page.locator("#legend-body").inner_text()
    page.locator('input[data-layer="parcels"]').uncheck()
    assert "off=parcels" in page.url
    assert "产业用地" not in page.locator("#legend-body").inner_text()
    page.get_by_role("radio", name="按结论").check()
    page.locator('input[data-layer="parcels"]').check()
    assert "未达成" in page.locator("#legend-body").inner_text()


def test_compare_two_bands_side_by_side(visit: Open) -> None:
    page = visit("circle").page
    page.click("#tool-compare")
    assert page.locator(".plan-canvas").count() >= 2
    divider = page.locator("#divider")
    divider.focus()
    page.keyboard.press("ArrowRight")
    assert divider.get_attribute("aria-valuenow") == "55"
    page.select_option('#compare [data-side="left"]', "800")
    assert "compare=band%2C800%2C1000" in page.url
    page.click("#tool-compare")
    assert not divider.is_visible()


def test_measure_a_block(visit: Open) -> None:
    page = visit("parcels").page
    page.evaluate("urbanplan.map.setZoom(15, {animate: false})")
    page.click("#tool-measure")
    for x, y in ((600, 300), (800, 300), (800, 500)):
        page.mouse.click(x, y)
    text = page.locator("#measure").inner_text()
    length = float(re.search(r"长度 ([\d,.]+)", text)[1].replace(",", ""))  # type: ignore[index]
    expected = page.evaluate(
        """() => {
          const at = (clientX, clientY) => urbanplan.map.mouseEventToLatLng({ clientX, clientY });
          return at(600, 300).distanceTo(at(800, 300)) + at(800, 300).distanceTo(at(800, 500));
        }"""
    )
    assert length == pytest.approx(expected, rel=4e-3)  # Leaflet's own measure is on a sphere
    assert "亩" in text


def test_address_restores_what_its_sender_saw(visit: Open) -> None:
    page = visit("circle", address="#at=15/34.80/113.55&band=800&target=SP-104&tab=verdicts&off=streets").page
    state = page.evaluate(
        """() => {
          const { band, verdict, visible } = urbanplan.state;
          return { z: urbanplan.map.getZoom(), band, v: verdict, s: visible.streets };
        }"""
    )
    assert state == {"z": 15, "band": 800, "v": "SP-104", "s": False}


def test_address_cannot_do_harm(visit: Open) -> None:
    page = visit(address="#at=x/y&band=<b>&target=__proto__&tab=skip&on=constructor&chapter=%3Cimg%20src=x%3E").page
    assert page.evaluate("urbanplan.state.tab") == "verdicts"


def test_print_view_keeps_frame_title_legend_and_the_illustrative_mark(visit: Open) -> None:
    page = visit().page
    page.click("#tool-print")
    page.emulate_media(media="print")
    for part in ("#title-block", "#legend-body", "#scale", "#north", "#print-illustrative"):
        assert page.locator(part).is_visible(), part
    assert not page.locator("#panel").is_visible()
    assert not page.locator("#print-bar").is_visible()
    assert page.locator("#sign-off").inner_text().split() == ["制图", "审核", "批准", "日期"]
    number = float(page.locator("#print-scale").inner_text().removeprefix("1:"))
    ends = page.evaluate(
        "[-50, 50].map((x) => urbanplan.map.containerPointToLatLng(urbanplan.map.getSize().divideBy(2).add([x, 0])))"
    )
    (west, east) = [(end["lng"], end["lat"]) for end in ends]
    metres = Geod(ellps="WGS84").inv(*west, *east)[2]
    assert metres / (100 * 0.0254 / 96) == pytest.approx(number, rel=0.001)
    assert number / 10 ** math.floor(math.log10(number)) in (1, 2, 2.5, 5)
    assert page.locator("#print-grid-note").inner_text().endswith("EPSG:4547")
    label, place = page.evaluate(
        """() => {
          const node = document.querySelector("#print-grid text");
          const point = [Number(node.getAttribute("x")), 20];
          return [node.textContent, urbanplan.map.containerPointToLatLng(point)];
        }"""
    )
    east = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True).transform(place["lng"], place["lat"])[0]
    assert east == pytest.approx(float(label), abs=0.0001 * number)  # a tenth of a millimetre of paper
    size = page.locator("#stage").bounding_box()
    assert size["width"] / size["height"] == pytest.approx(281 / 193, rel=0.01)
    page.emulate_media(media="screen")
    page.click("#print-leave")
    assert page.locator("#panel").is_visible()


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)])
def test_the_browsers_own_print_shows_what_was_seen_and_leaves_it(visit: Open, size: tuple[int, int]) -> None:
    page = visit(size=size).page
    view = """() => {
      const middle = urbanplan.map.getCenter();
      return [middle.lat, middle.lng, urbanplan.map.getZoom()];
    }"""
    bounds = "urbanplan.map.getBounds()"
    before = page.evaluate(view)
    about = page.evaluate("JSON.parse(document.querySelector('#map-meta').textContent).bounds")
    assert page.evaluate(f"{bounds}.contains({about})")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    covered = page.evaluate(
        """([[south, west]]) => {
          const box = document.querySelector("#corner").getBoundingClientRect();
          const stage = document.querySelector("#stage").getBoundingClientRect();
          const scale = stage.width / document.querySelector("#stage").offsetWidth;
          const { x, y } = urbanplan.map.latLngToContainerPoint([south, west]).multiplyBy(scale);
          return x < box.right - stage.left && y > box.top - stage.top + 1;
        }""",
        about,
    )
    assert not covered, "the title block stands beside the district"
    assert page.evaluate(f"{bounds}.contains({about})")
    assert page.locator("#print-scale").text_content().startswith("1:")  # round
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(view) == pytest.approx(before)
    assert not page.evaluate("document.body.classList.contains('printing')")


def test_keyboard_alone_reaches_everything(visit: Open) -> None:
    page = visit().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#show-verdicts").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#tab-layers").is_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "table-layer"
    page.locator(".leaflet-container").focus()
    before = page.evaluate("urbanplan.map.getZoom()")
    page.keyboard.press("+")
    until(page, f"urbanplan.map.getZoom() > {before}")


def test_no_tool_loses_the_focus(visit: Open) -> None:
    page = visit("circle").page

    def press(key: str, at: str | None = None) -> str:
        if at:
            page.locator(at).first.focus()
        page.keyboard.press(key)
        return page.evaluate("((e) => e.id || e.dataset.side || e.dataset.step || e.className)(document.activeElement)")

    assert press("Enter", "#tool-measure") == "map_urbanplan"
    press("Enter")
    assert page.evaluate("document.querySelector('#measure button').disabled") is False, "a point is measured"
    press("Enter", "#measure button")  # takes the only point back, and can do no more
    assert page.evaluate("document.querySelector('#measure').contains(document.activeElement)")
    assert press("Escape") == "tool-measure"
    assert press("Enter", "#tool-compare") == "tool-compare"
    before = page.evaluate("JSON.stringify(urbanplan.state.compare)")
    assert press("ArrowDown", "#compare [data-side=left]") == "left"
    assert page.evaluate("JSON.stringify(urbanplan.state.compare)") != before
    assert press("Escape") == "tool-compare"
    assert page.evaluate("urbanplan.state.compare") is None
    assert press("Enter", "#tool-print") == "print-now"
    assert press("Escape") == "tool-print"
    page.evaluate("urbanplan.showFeature([0, 1].map((row) => [urbanplan.layers[0], row]))")
    assert press("Enter", ".card [data-step='1']") == "1"
    shown = page.evaluate("document.activeElement.closest('.pager').querySelector('span').textContent")
    assert shown.startswith("2"), "it is in the card that has come, not in the one that goes"


def test_table_twin_holds_every_row(visit: Open) -> None:
    page = visit().page
    page.click("#show-table")
    page.select_option("#table-layer", "")
    assert page.locator(".table-body tbody tr").count() == 4
    assert "未达成" in page.locator(".table-body").inner_text()
    sides = """(names) => names.map((name) => [...document.querySelectorAll(name)].map((one) => one.className))"""
    heads, cells = page.evaluate(sides, [".table-body thead th", ".table-body tbody tr:first-child > *"])
    assert heads == cells  # a head stands over its numbers
    assert "number" in heads
    page.select_option("#table-layer", "road_projects")
    assert page.locator(".table-body tbody tr").count() == 4
    assert page.locator(".table-body caption").inner_text().startswith("道路项目")
    page.get_by_role("button", name="丙路").click()
    page.wait_for_selector(".leaflet-popup .feature h3")
    assert page.locator(".leaflet-popup h3").inner_text() == "丙路"


def test_every_control_has_a_name_and_text_has_contrast(visit: Open) -> None:
    page = visit("circle").page
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, [role=tab], [role=slider], textarea')]
          .filter((e) => e.offsetParent)
          .filter((e) => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length || e.title))
          .map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert nameless == []
    assert page.evaluate(CONTRAST) == []


CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => [r, g, b].map((v) => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const poor = [];
  for (const tab of ['verdicts', 'layers', 'table', 'whatif']) {
    urbanplan.change({ tab });
    for (const e of document.querySelectorAll('#page *')) {
      const speaks = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      if (!e.offsetParent || !speaks || e.disabled) continue;
      let back = e;
      while (back && (rgb(getComputedStyle(back).backgroundColor)[3] ?? 1) < 0.8) back = back.parentElement;
      const paper = back ? rgb(getComputedStyle(back).backgroundColor) : [243, 242, 238];
      const [a, b] = [light(rgb(getComputedStyle(e).color)), light(paper)];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) poor.push([e.outerHTML.slice(0, 60), ratio]);
    }
  }
  return poor;
}"""


@pytest.mark.parametrize("kind", ["overview", "circle"])
def test_usable_at_390_pixels(visit: Open, kind: str) -> None:
    page = visit(kind, size=(390, 780), has_touch=True).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("#stage").bounding_box()
    assert box["height"] > 600
    page.locator("#show-verdicts").tap()
    until_still(page, "document.querySelector('#tab-verdicts').getBoundingClientRect()")
    page.locator("#tab-verdicts .verdict button").first.tap()
    assert page.locator("#tab-verdicts .detail").is_visible()
    targets = page.evaluate(
        """() => [...document.querySelectorAll('#tools button, #tabs button')].filter((b) => b.offsetParent)
          .map((b) => Math.min(b.offsetWidth, b.offsetHeight))"""
    )
    assert min(targets) >= 36
    floating = ["#search-box", "#tools", "#title-block", "#legend", "#time"]
    page.locator("#show-verdicts").tap()
    boxes = [b for name in floating if (b := page.locator(name).bounding_box())]
    assert overlaps(boxes) == []
    page.locator("#tool-print").tap()
    box = page.locator("#stage").bounding_box()
    assert (box["width"] <= 390, box["width"] > 330) == (True, True), "the whole sheet is seen"
    assert box["height"] / box["width"] == pytest.approx(277 / 193, rel=0.01), "it stands as the window does"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print")
    assert page.locator("#stage").bounding_box()["width"] == pytest.approx(193 / 25.4 * 96, abs=1), "paper has its size"
    page.emulate_media(media="screen")
    page.locator("#print-leave").tap()
    assert page.locator("#stage").bounding_box()["width"] == 390


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_nothing_over_the_map_overlaps(visit: Open, size: tuple[int, int]) -> None:
    page = visit(size=size).page
    names = ["#search-box", "#tools", "#title-block", "#legend", "#time", "#scale", "#north"]
    assert overlaps([b for name in names if (b := page.locator(name).bounding_box())]) == []


def overlaps(boxes: list[dict[str, float]]) -> list[tuple[int, int]]:
    def meet(a: dict[str, float], b: dict[str, float]) -> bool:
        across = a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
        return across and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]

    return [(i, j) for i in range(len(boxes)) for j in range(i) if meet(boxes[i], boxes[j])]


def test_english(visit: Open) -> None:
    page = visit("circle", lang="en").page
    assert page.locator("html").get_attribute("lang") == "en"
    text = (
        page.locator("#tabs").inner_text()
        + page.locator("#tab-layers").inner_text()
        + page.locator("#title-block").inner_text()
    )
    assert "Targets" in text
    assert "Illustrative data" in text
    named = json.dumps([*"健身图例街道路网示意"], ensure_ascii=False)
    assert not any(sign in page.locator("#legend").inner_text() for sign in named if sign.isalpha())


def test_the_policy_stops_foreign_scripts_and_requests(visit: Open) -> None:
    one = visit()
    one.page.evaluate("""() => {
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="window.pwned = 2">');
    }""")

    def stopped() -> int:
        return len([e for e in one.errors if "Content Security Policy" in e])

    until(one.page, lambda: stopped() >= 2)
    assert one.page.evaluate("window.pwned") is None
    refused = one.page.evaluate("fetch('https://example.invalid/').then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    until(one.page, lambda: stopped() >= 3)
    one.errors.clear()
    one.requests[1:] = []  # what the test itself tried
