"""How soon the page answers when a site is dragged, on the shipped district.

    python benchmarks/map_whatif.py [--steps 60]

Prints milliseconds: reading the town and first answer (once, when the tab is opened), putting a site, and the median
and the 95th percentile of moves of 30 m, each with coverage, residents and verdicts over the whole band.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browser import find_chromium

from urbanplan.model.resources import resource_path
from urbanplan.plan import read_plan
from urbanplan.verdict import audit
from urbanplan.view import draw_map

TIMED = """(what) => {
  const began = performance.now();
  if (what === 'open') urbanplan.change({ tab: 'whatif' });
  else urbanplan.whatIf.put(urbanplan.map.getCenter());
  return performance.now() - began;
}"""
MOVES = """(steps) => [...Array(steps)].map((_, k) => {
  const key = ['ArrowRight', 'ArrowUp', 'ArrowLeft', 'ArrowDown'][Math.floor(k / 8) % 4];
  const began = performance.now();
  urbanplan.whatIf.plans.added[0].marker.getElement().dispatchEvent(new KeyboardEvent('keydown', { key }));
  return performance.now() - began;
})"""


def main() -> None:
    """Run and print one JSON line."""
    words = argparse.ArgumentParser()
    words.add_argument("--steps", type=int, default=60)
    steps = words.parse_args().steps
    run = audit(read_plan(resource_path("layers", "zhengzhou-hitech")), select=["SP-104", "SP-105"], every_layer=True)
    file = Path(tempfile.mkdtemp()) / "circle.html"
    file.write_text(draw_map(run.plan, run.report, run.layers, run.results, kind="circle"), encoding="utf-8")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-ready]")
        told = {"open_ms": page.evaluate(TIMED, "open"), "put_ms": page.evaluate(TIMED, "put")}
        moves = sorted(page.evaluate(MOVES, steps))
        edges = page.evaluate("urbanplan.whatIf.town.streets.edges")
        browser.close()
    told |= {"move_ms": moves[len(moves) // 2], "move_95_ms": moves[int(0.95 * len(moves))], "edges": edges}
    print(json.dumps({key: round(value, 1) for key, value in told.items()}))


if __name__ == "__main__":
    main()
