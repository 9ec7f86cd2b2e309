"""Make the pictures of the desk's how-to from a copy of the shipped district.

python docs/desk_pictures.py

Needs Chromium, a Chinese font and the extra ``desk``.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent / "tests"))
from browser import find_chromium  # noqa: E402 - the tests' own way to it

DISTRICT = DOCS.parent / "layers" / "zhengzhou-hitech"
WIDTH, HEIGHT = 1280, 800
COLORS = 64
NAMES = ("desk-plan", "desk-add", "desk-draft", "desk-siting")


def main() -> int:
    """Make every picture."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(DISTRICT, home / "plan", ignore=shutil.ignore_patterns(".urbanplan", "generator", "*.py"))
        _serve_and_shoot(home)
        for name in NAMES:
            _shrink(home / f"{name}.png")
            shutil.copyfile(home / f"{name}.png", DOCS / "pictures" / f"{name}.png")
    print(f"written: {len(NAMES)} pictures")
    return 0


def _serve_and_shoot(home: Path) -> None:
    """Run a desk in a thread and photograph it."""
    from urbanplan.server.desk import Desk
    from urbanplan.server.jobs import Jobs
    from urbanplan.server.keys import Keys
    from urbanplan.server.opened import open_plans
    from urbanplan.server.run import listen, make_server
    from urbanplan.server.uploads import Uploads

    listener = listen(None)
    work = home / "work"
    desk = Desk(
        Keys(listener.getsockname()[1]),
        open_plans([home / "plan"]),
        work,
        Jobs(work / "jobs"),
        Uploads(work / "in"),
        "zh",
        home=home / "plans",
    )
    server = make_server(desk)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _shoot(desk.keys.address, desk.keys.origin, home)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        desk.jobs.close()


def _shoot(address: str, origin: str, home: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN")
        page.goto(address)
        page.goto(f"{origin}/plans/1")
        page.locator("form[action$=check] button").click()
        _settle(page, lambda: page.locator("[data-job]").count() == 0)
        page.screenshot(path=home / "desk-plan.png")
        page.goto(f"{origin}/plans/1/add")
        page.set_input_files("#file", _office_file(home))
        _settle(page, lambda: "/add/" in page.url and page.locator("[data-job]").count() == 0)
        page.screenshot(path=home / "desk-add.png")
        page.goto(origin)
        page.set_input_files("#file", str(DOCS / "tutorial" / "notice.txt"))
        _settle(page, lambda: "/drafts/" in page.url and page.locator("[data-job]").count() == 0)
        page.screenshot(path=home / "desk-draft.png")
        page.goto(f"{origin}/plans/1/siting")
        page.select_option("#candidates", "parking")
        page.select_option("#goal", "most")
        page.fill("#count", "3")
        page.locator("form[action$=siting] button").click()
        _settle(page, lambda: page.locator("[data-job]").count() == 0)
        page.screenshot(path=home / "desk-siting.png")
        browser.close()


def _settle(page: Any, is_done: Callable[[], bool]) -> None:
    page.wait_for_timeout(1000)
    while not is_done():
        page.wait_for_timeout(300)
    page.wait_for_load_state()


def _office_file(home: Path) -> list[str]:
    """The parcels as an office sends them: a shapefile in GBK that says nothing of its CRS."""
    import geopandas as gpd

    from urbanplan.exchange import write

    frame = gpd.read_file(DISTRICT / "parcels.geojson").to_crs("EPSG:4547")[["id", "name", "geometry"]]
    out = home / "office"
    out.mkdir()
    write(frame.rename(columns={"id": "地块编号", "name": "地块名称"}), out / "出让地块.shp", profile="gbk")
    return [str(path) for path in sorted(out.iterdir()) if path.suffix in (".shp", ".shx", ".dbf")]


def _shrink(path: Path) -> None:
    """Few colours: the pictures are of flat surfaces."""
    from PIL import Image

    with Image.open(path) as image:
        small = image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
