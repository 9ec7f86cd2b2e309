"""A planner's day in a browser, in both languages: nothing but clicks, keys and files, on a screen and on a tablet."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely
from browser import PATIENCE, until
from page_layout import NAME, faults_at_each_size
from plans import small_district
from server.desk_client import open_desk

from urbanplan.exchange import read, write

pytestmark = pytest.mark.browser
SIZES = {"zh": (1280, 800), "en": (1024, 768)}
PARTS = "body > header > *, main > *:not(.split), .split > *"  # none stands on another, at no size
NOTICE = "2025年工作报告\n2024年，建成道路12条。\n新增停车位1200个，新建公园3个，力争引进企业50家。\n"


def write_plan(folder, name):
    """The small district with long names."""
    plan = small_district.write(folder)
    text = plan.read_text("utf-8").replace('title = "Small"', f'title = "{name}"')
    plan.write_text(text.replace('quote = "30 mu"', f'quote = "30 mu"\ntitle = "{name}"'), encoding="utf-8")
    return plan


def office_shapefile(folder):
    """Three parcels in GBK, without a CRS."""
    frame = small_district.frames()["parcels"][["id", "geometry"]]
    more = gpd.GeoDataFrame(
        {"id": ["甲三"]}, geometry=[shapely.box(500_600, 3_850_600, 500_700, 3_850_700)], crs=frame.crs
    )
    folder.mkdir()
    write(gpd.pd.concat([frame, more], ignore_index=True), folder / "地块.shp", profile="gbk")
    return [str(path) for path in sorted(folder.iterdir()) if path.suffix in (".shp", ".shx", ".dbf")]


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.corpus)])
def test_a_planner_s_day(tmp_path, browser, language):
    plan = write_plan(tmp_path / "plan", NAME[language][:60])
    width, height = SIZES[language]
    notice = tmp_path / f"{NAME[language][:40]}.txt"
    notice.write_text(NOTICE, encoding="utf-8")
    with open_desk(tmp_path / "work", plan, language=language) as desk:
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        page = context.new_page()
        wrong: list[str] = []
        seen: set[tuple[str, int]] = set()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)

        def settle(part):
            """Wait until a page is there and nothing on it is under way; it may be asked for again meanwhile."""
            until(page, lambda: part in page.url and all(not job.is_open for job in desk.desk.jobs.of_plan(1)))
            page.goto(page.url)
            until(page, lambda: all(not job.is_open for job in desk.desk.jobs.of_plan(1)))
            page.goto(page.url)
            look()

        def look():
            """Hold the layout of the page at each size of the window, once for each part of the desk and each kind of block."""
            kind = page.url.partition("?")[0], page.locator("main section, main .job, main [role=alert]").count()
            if kind in seen:
                return
            seen.add(kind)
            assert faults_at_each_size(page, PARTS, whole="button", tall=True) == [], page.url
            page.set_viewport_size({"width": width, "height": height})

        page.goto(desk.desk.keys.address)
        assert "token" not in page.url
        look()
        page.set_input_files("#file", str(notice))
        until(page, lambda: "/drafts/" in page.url and not any(job.is_open for job in desk.desk.jobs.of_plan(0)))
        page.goto(page.url)
        assert page.locator("[name^='is.']").count() == 4
        look()
        page.goto(desk.desk.keys.origin)
        page.locator("main a").first.click()
        page.locator("form[action$=check] button").press("Enter")  # by keyboard
        settle("/plans/1")
        assert page.locator("tr[data-target=PARCELS] .s-met").count() == 1

        page.goto(f"{desk.desk.keys.origin}/plans/1/add")
        page.set_input_files("#file", office_shapefile(tmp_path / "office"))
        settle("/add/")
        page.locator("input[name=crs][value='EPSG:4547']").click()
        until(page, lambda: "crs=" in page.url)
        page.wait_for_selector("input[name=crs]:focus", timeout=PATIENCE * 1000)  # whoever works by keyboard goes on
        settle("crs=")
        page.select_option("#layer", "parcels")
        settle("layer=parcels")
        page.locator("form[method=post] button").last.click()
        settle("/layers")
        assert len(read(plan.parent / "parcels.gpkg").frame) == 3

        page.goto(f"{desk.desk.keys.origin}/plans/1")
        assert page.locator("[role=status].banner").count() == 1, "the layer changed since the check"
        page.locator("form[action$=check] button").click()
        settle("/plans/1")
        assert page.locator("tr[data-target=PARCELS] .s-not_met").count() == 1, "three parcels are not two"
        page.goto(f"{desk.desk.keys.origin}/plans/1/layers")
        page.locator("form[action$='parcels/undo'] button").click()
        settle("/layers")
        assert len(read(plan.parent / "parcels.gpkg").frame) == 2

        for part in ("targets/MU", "edit?target=MU", "siting", "results"):
            page.goto(f"{desk.desk.keys.origin}/plans/1/{part}")
            look()
        page.goto(f"{desk.desk.keys.origin}/plans/1/edit")
        for name, text in {
            "id": "SITES",
            "number": "1",
            "unit": "处",
            "measure": 'kind = "count"\nof = "sites"',
        }.items():
            page.fill(f"#{name}", text)
        page.select_option("#comparator", ">=")
        page.locator("button[value=save]").click()
        until(page, lambda: page.url.endswith("/targets/SITES"))
        assert 'id = "SITES"' in plan.read_text("utf-8")

        page.goto(f"{desk.desk.keys.origin}/plans/1/results")
        page.check("input[name=layer][value=parcels]")
        page.locator("form[action$=export] button").click()
        settle("/results")
        with page.expect_download() as download:
            page.locator("a[href$='parcels.geojson']").click()
        assert len(json.loads(download.value.path().read_bytes())["features"]) == 2
        assert wrong == []
        context.close()
