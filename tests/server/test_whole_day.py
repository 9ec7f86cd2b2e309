"""A planner's whole day in a browser on the shipped district, in both languages: with `make corpus`."""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from urllib.parse import quote

import geopandas as gpd
import pytest
import shapely
from browser import until
from server.desk_client import open_desk

from urbanplan.exchange import read, write
from urbanplan.verdict.waiver import read_waivers

pytestmark = [pytest.mark.browser, pytest.mark.corpus]
PATIENCE = 900  # seconds that a map or the sheets of all parcels may take on a busy machine


def office_files(folder, parcels):
    """What an office sends: 23 parcels in GBK without a CRS, a drawing of them with labels, and a ledger."""
    ezdxf = pytest.importorskip("ezdxf")
    folder.mkdir()
    frame = parcels.to_crs("EPSG:4547")[["id", "name", "use_code", "supply_year", "geometry"]]
    x, y = frame.geometry.iloc[0].centroid.coords[0]
    more = gpd.GeoDataFrame(
        {"id": ["GX-99"], "name": ["多一块"], "use_code": ["100101"], "supply_year": [2025]},
        geometry=[shapely.box(x, y, x + 9, y + 9)],
        crs=frame.crs,
    )
    whole = gpd.pd.concat([frame, more], ignore_index=True)
    names = {"id": "地块编号", "name": "地块名称", "use_code": "用地代码", "supply_year": "供应年度"}
    write(whole.rename(columns=names), folder / "出让地块.shp", profile="gbk")
    drawing = ezdxf.new("R2010", units=6)
    for name, shape in zip(frame["id"], frame.geometry, strict=True):
        for part in shapely.get_parts(shape):
            drawing.modelspace().add_lwpolyline(part.exterior.coords[:-1], close=True, dxfattribs={"layer": "JZD"})
            inside = part.representative_point()
            drawing.modelspace().add_text(name, dxfattribs={"insert": (inside.x, inside.y), "layer": "注记"})
    drawing.saveas(folder / "地块图.dxf")
    rows = "地块编号,备注\n" + "".join(f"{name},台账\n" for name in frame["id"])
    (folder / "台账.csv").write_bytes(rows.encode("gbk"))
    return [str(path) for path in sorted(folder.glob("出让地块.*")) if path.suffix in (".shp", ".shx", ".dbf")]


class Day:
    """A page of a desk, and what may be done on it."""

    def __init__(self, page, desk):
        self.page, self.desk, self.origin = page, desk, desk.desk.keys.origin

    def settle(self, part):
        """Wait until a page is there and nothing on it is under way."""
        jobs = self.desk.desk.jobs
        for _ in range(2):  # it may ask for more when it is looked at
            end = time.monotonic() + PATIENCE
            while part not in self.page.url or any(one.is_open for one in jobs.of_plan(1)):
                assert time.monotonic() < end, f"{self.page.url} is not {part}"
                self.page.wait_for_timeout(100)
            self.page.goto(self.page.url)
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, self.page.url

    def go(self, part):
        self.page.goto(f"{self.origin}/plans/1{part}")

    def click(self, selector, part):
        self.page.locator(selector).last.click()
        self.settle(part)

    def choose(self, name, value):
        self.page.select_option(f"#{name}", value)
        self.settle(f"{name}={quote(value)}")

    def drop(self, files, choices, clicks=()):
        """Drop files, answer what is asked, and add them."""
        self.go("/add")
        self.page.set_input_files("#file", files)
        self.settle("/add/")
        for selector, part in clicks:
            self.click(selector, part)
        for name, value in choices.items():
            self.choose(name, value)
        assert self.page.locator("[role=alert]").count() == 0, self.page.locator("[role=alert]").all_inner_texts()
        self.click("form[method=post] button", "/layers")

    def check(self):
        self.go("")
        self.click("form[action$=check] button", "/plans/1")

    def status(self, target):
        return self.page.locator(f"tr[data-target='{target}'] .badge").get_attribute("class")

    def fetch(self, selector):
        with self.page.expect_download() as download:
            self.page.locator(selector).first.click()
        return download.value.path()


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 1024)])
def test_a_whole_day(tmp_path, browser, district, language, width):
    home = tmp_path / "plan"
    shutil.copytree(district, home, ignore=shutil.ignore_patterns(".urbanplan", "generator", "*.py"))
    parcels = read(home / "parcels.geojson").frame
    shapefile = office_files(tmp_path / "office", parcels)
    with open_desk(tmp_path / "work", home, language=language) as desk:
        context = browser.new_context(viewport={"width": width, "height": 768}, accept_downloads=True)
        day = Day(context.new_page(), desk)
        wrong = []
        day.page.on("pageerror", lambda error: wrong.append(str(error)))
        day.page.goto(desk.desk.keys.address)
        day.check()
        target = "SP-001"  # 22 parcels for industry in 2025
        assert "s-met" in day.status(target)

        crs = ("input[name=crs][value='EPSG:4547']", "crs=EPSG")
        day.drop(shapefile, {"layer": "parcels"}, [crs])
        assert len(read(home / "parcels.geojson").frame) == 23
        day.check()
        assert "s-not_met" in day.status(target), "the verdict turned"
        assert day.page.locator(f"a[href$='targets/{target}']").count() == 2, "it is said above the table"
        day.go("/layers")
        day.click("form[action$='parcels/undo'] button", "/layers")
        assert len(read(home / "parcels.geojson").frame) == 22

        drawing = [
            ("input[name=cad_layer][value=JZD]", "cad_layer="),
            ("input[name=cad_layer][value='注记']", quote("注记")),
            crs,
        ]
        day.drop([str(tmp_path / "office" / "地块图.dxf")], {"layer": "parcels", "label": "id"}, drawing)
        assert sorted(read(home / "parcels.geojson").frame["id"]) == sorted(parcels["id"])
        day.go("/layers")
        day.click("form[action$='parcels/undo'] button", "/layers")

        join = [("input[name=how][value=join]", "how=join")]
        day.drop([str(tmp_path / "office" / "台账.csv")], {"layer": "parcels"}, join)
        assert set(read(home / "parcels.geojson").frame["备注"]) == {"台账"}

        day.go("/edit")
        words = {"id": "DAY-1", "number": "22", "unit": "宗", "measure": 'kind = "count"\nof = "parcels"'}
        for name, text in words.items():
            day.page.fill(f"#{name}", text)
        day.page.select_option("#comparator", ">=")
        day.page.locator("button[value=save]").click()
        until(day.page, lambda: day.page.url.endswith("/targets/DAY-1"))
        day.check()
        assert "s-met" in day.status("DAY-1")
        day.go("/layers")
        day.settle("/layers")
        day.page.locator("a[href*='/waive/']").first.click()
        day.page.fill("#reason", "已知")
        day.page.fill("#owner", "规划局")
        day.page.locator("main form button").click()
        until(day.page, lambda: day.page.url.endswith("/layers"))
        assert len(read_waivers(home / "waivers.toml")) == 1

        day.go("/results")
        day.click("form[action$=sheets] button", "/results")
        with zipfile.ZipFile(day.fetch("a[href$='sheets-parcels.zip']")) as packed:
            assert sum(name.endswith(".pdf") for name in packed.namelist()) >= 22
        day.click("form[action$=report] button", "/results")
        assert day.page.locator("a[href$='report.html']").count() == 1
        day.page.check("input[name=layer][value=parcels]")
        day.click("form[action$=export] button", "/results")
        assert len(json.loads(day.fetch("a[href$='parcels.geojson']").read_bytes())["features"]) == 22
        assert wrong == []
        context.close()
