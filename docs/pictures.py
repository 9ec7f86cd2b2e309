"""Make the pictures of the docs from the shipped district, and note the figures that stand in them.

python docs/pictures.py

Needs Chromium, a Chinese font and the extra ``sheets``. ``docs/pictures/figures.json`` holds the figures of the run
that was pictured and the digests of the pictures; a test compares both with a fresh run.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(ROOT / "tests"))
from browser import find_chromium  # noqa: E402 - the tests' own way to it

PICTURES = DOCS / "pictures"
FIGURES = PICTURES / "figures.json"
PLAN = "layers/zhengzhou-hitech"
MAP_SIZE, REPORT_SIZE = (1280, 800), (1400, 900)
REPORT_WIDTH = 1050  # of the picture: letters three quarters as large
SHEET_WIDTH = 621  # of the picture: 75 dots per inch of A4


@dataclass(frozen=True)
class Shot:
    """A picture of a page: its name, the page, where in it (the address' fragment) and what is done there first."""

    name: str
    page: str
    fragment: str = ""
    act: Callable[[Any], None] | None = None


def _try_two_sites(page: Any) -> None:
    """Put two sites beside streets without coverage; the panel shows who gains."""
    for x, y in ((778, 345), (862, 335)):
        page.click("#put-site")
        page.mouse.click(x, y)
        page.wait_for_timeout(400)
        page.keyboard.press("Escape")
    page.wait_for_timeout(400)


SHOTS = [
    Shot("map-overview", "overview.html"),
    Shot("map-parcels", "parcels.html", "#target=SP-002"),
    Shot("map-whatif", "circle.html", "#at=14/34.81477/113.53196&tab=whatif", _try_two_sites),
    Shot("report", "report.html"),
    Shot("report-target", "report.html", "#t=SP-104"),
]
SHEETS = {  # picture: (kind of sheet, its id or name)
    "sheet-parcel": ("parcels", "GX-2025-08"),
    "sheet-road": ("roads", "RD-09"),
    "sheet-circle": ("circle", "梧桐"),
}


def main() -> int:
    """Make every picture and the file of figures."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        report = run_demo(made / "demo")
        _write_pages(made)
        _shoot(made)
        _draw_sheets(made)
        names = sorted([shot.name for shot in SHOTS] + list(SHEETS))
        for name in names:
            _shrink(made / f"{name}.png")
            shutil.copyfile(made / f"{name}.png", PICTURES / f"{name}.png")
    text = json.dumps(figures(report) | {"pictures": digests(names)}, ensure_ascii=False, indent=1)
    FIGURES.write_text(text + "\n", encoding="utf-8", newline="\n")
    print(f"written: {len(names)} pictures and {FIGURES.name}")
    return 0


def run_demo(out: Path) -> dict[str, Any]:
    """The report of a fresh run of the demo, as JSON; ``out`` is the demo's folder."""
    _urbanplan("demo", PLAN, "-o", str(out))
    return json.loads((out / "report.json").read_text(encoding="utf-8"))


def figures(report: dict[str, Any]) -> dict[str, Any]:
    """What of a report stands in the pictures: its inputs, its totals, and each target's verdict with the reading."""
    inputs = sha256("".join(f"{layer['name']} {layer['digest']}\n" for layer in report["layers"]).encode())
    readings = {
        verdict["target"]: [verdict["status"], *_ends(verdict["reading"])]
        for verdict in sorted(report["verdicts"], key=lambda verdict: verdict["target"])
    }
    return {
        "plan": report["plan"]["digest"],
        "layers": inputs.hexdigest(),
        "summary": {key: report["summary"][key] for key in ("status", "measured", "findings")},
        "readings": readings,
    }


def _ends(reading: dict[str, Any] | None) -> list[str | None]:
    """Both ends as seven digits: a picture shows fewer, and the last ones may differ between machines."""
    if reading is None:
        return [None, None]
    return [None if reading[end] is None else f"{reading[end]:.7g}" for end in ("low", "high")]


def digests(names: list[str]) -> dict[str, str]:
    """SHA-256 of each picture as it lies in the docs."""
    return {name: sha256((PICTURES / f"{name}.png").read_bytes()).hexdigest() for name in names}


def _urbanplan(*words: str) -> None:
    command = [sys.executable, "-m", "urbanplan", *words, "--lang", "zh"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")


def _write_pages(out: Path) -> None:
    for kind in ("overview", "parcels", "circle"):
        _urbanplan("map", PLAN, "--kind", kind, "-o", str(out / f"{kind}.html"))
    _urbanplan("report", PLAN, "--no-log", "-o", str(out / "report.html"))


def _shoot(out: Path) -> None:
    """Photograph the pages in headless Chromium, without a network."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for shot in SHOTS:
            width, height = REPORT_SIZE if shot.page == "report.html" else MAP_SIZE
            context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
            context.set_offline(True)
            page = context.new_page()
            page.goto((out / shot.page).as_uri() + shot.fragment)
            page.wait_for_selector("[data-ready]", state="attached", timeout=60_000)
            page.wait_for_timeout(800)
            if shot.act:
                shot.act(page)
            page.screenshot(path=str(out / f"{shot.name}.png"))
            context.close()
        browser.close()


def _draw_sheets(out: Path) -> None:
    import pypdfium2
    from PIL import Image

    for name, (kind, feature) in SHEETS.items():
        folder = out / name
        _urbanplan("sheets", feature, "--plan", PLAN, "--of", kind, "-o", str(folder))
        document = pypdfium2.PdfDocument(next(folder.glob("*.pdf")))
        image = document[0].render(scale=2).to_pil()
        size = (SHEET_WIDTH, round(image.height * SHEET_WIDTH / image.width))
        image.resize(size, Image.Resampling.LANCZOS).save(out / f"{name}.png")


def _shrink(picture: Path) -> None:
    """Reports and sheets in at most 256 colours, a third of the size; maps have more."""
    from PIL import Image

    image = Image.open(picture).convert("RGB")
    if image.size == REPORT_SIZE:
        image = image.resize((REPORT_WIDTH, REPORT_SIZE[1] * REPORT_WIDTH // REPORT_SIZE[0]), Image.Resampling.LANCZOS)
    if image.size != MAP_SIZE:
        image = image.quantize(256, dither=Image.Dither.NONE)
    image.save(picture, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
