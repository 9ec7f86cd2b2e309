"""3,000 targets with 10,000 findings: the report page against a naive table of the same rows, in one run.

    python benchmarks/report_large.py [--targets 3000] [--findings 10000]

The naive page holds the same rows as two plain HTML tables.  Time is from opening the file to the first frame after
which every section stands, in the same Chromium, in turn.  The goal: a fifth.
"""

from __future__ import annotations

import argparse
import html
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browser import find_chromium
from playwright.sync_api import sync_playwright
from sample_report import sample_layers, sample_plan, sample_report

from urbanplan.model.translation import use_language
from urbanplan.view.report import report_page
from urbanplan.view.report.page import page_data

ROUNDS = 7
_FRAME = "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))"


def table(heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f"<th>{html.escape(h)}</th>" for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(str(c))}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def naive(data: dict) -> str:
    """The same rows as plain tables."""
    keys = ["status", "id", "title", "bound", "reading", "basis"]
    targets = [[row[key] for key in keys] for row in data["targets"]]
    names = ["level", "place", "layer", "feature", "message", "fix", "code"]
    findings = [list(row) for row in zip(*(data["findings"][n] for n in names), strict=True)]
    return (
        '<!DOCTYPE html><html data-ready="yes"><head><meta charset="utf-8"><style>td{padding:4px}</style></head><body>'
        f"{table(keys, targets)}{table(names, findings)}</body></html>"
    )


def opened(browser, path: Path) -> float:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    took = page.evaluate(_FRAME)
    page.close()
    return took


def main(targets: int, findings: int) -> int:
    report = sample_report(targets, findings)
    begin = time.perf_counter()
    text = report_page(sample_plan(), report, sample_layers(), {})
    built = time.perf_counter() - begin
    with use_language("zh"):
        plain = naive(page_data(sample_plan(), report, sample_layers(), {}))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as running:
        ours, theirs = Path(folder, "report.html"), Path(folder, "naive.html")
        ours.write_text(text, encoding="utf-8")
        theirs.write_text(plain, encoding="utf-8")
        browser = running.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        opened(browser, ours), opened(browser, theirs)
        pairs = [(opened(browser, ours), opened(browser, theirs)) for _ in range(ROUNDS)]
        browser.close()
    ratios = [a / b for a, b in pairs]
    result = {
        "targets": targets,
        "findings": findings,
        "build_s": round(built, 3),
        "file_kb": [round(len(text.encode()) / 1000), round(len(plain.encode()) / 1000)],
        "report_ms": round(statistics.median(a for a, _ in pairs)),
        "naive_ms": round(statistics.median(b for _, b in pairs)),
        "ratio": round(statistics.median(ratios), 3),
    }
    print(json.dumps(result))
    return result["ratio"] > 0.2


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--targets", type=int, default=3000)
    options.add_argument("--findings", type=int, default=10000)
    asked = options.parse_args()
    sys.exit(main(asked.targets, asked.findings))
