"""The layout of a page in a browser: what stands on something else, leaves the window or its cell, or stands empty."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from browser import PageVisit

SIZES = [(1920, 1080), (1366, 768), (1280, 800), (1024, 768), (768, 1024), (390, 844)]
NAME = {
    "zh": "郑州高新技术产业开发区西北部第二期" * 4,
    "en": "North-western district of science and technology, second part",
}
FIGURE = 123_456_789_012.0
MAP_PARTS = "#panel, #search-box, .strip, #tools, #north, #title-block, #scale, #legend, #time"
FAULTS = """([parts, whole, tall]) => {
  const told = [];
  const name = (e) => e.id || `${e.tagName}.${e.className} ${e.textContent.slice(0, 20)}`;
  const rows = [...document.querySelectorAll(parts)].map((e) => [name(e), e.getBoundingClientRect()])
    .filter(([, r]) => r.width && r.height);
  const edge = 0.6;
  for (const [k, [one, a]] of rows.entries()) {
    if (a.left < -edge || a.right > innerWidth + edge || (!tall && (a.top < -edge || a.bottom > innerHeight + edge)))
      told.push(`${one} leaves the window`);
    for (const [other, b] of rows.slice(k + 1)) {
      if (a.left < b.right - edge && b.left < a.right - edge && a.top < b.bottom - edge && b.top < a.bottom - edge)
        told.push(`${one} on ${other}`);
    }
  }
  const [slider, block] = ['#time', '#corner'].map((one) => document.querySelector(one)?.getBoundingClientRect());
  if (slider?.height && block?.height && block.top - slider.bottom > 16) told.push('the slider stands amid the map');
  if (document.documentElement.scrollWidth > innerWidth) told.push('the page scrolls sideways');
  for (const e of document.body.querySelectorAll('*:not(svg, svg *, .leaflet-pane *, #divider, .unseen, .skip)')) {
    if (!e.clientWidth || !e.offsetParent) continue;
    const { overflowX } = getComputedStyle(e);
    if (overflowX === 'visible' && e.scrollWidth > e.clientWidth + 1) told.push(`${name(e)} leaves its cell`);
  }
  for (const e of document.querySelectorAll('html:lang(zh) [aria-label]')) {
    const label = e.getAttribute('aria-label');
    if (/^[a-z]+(_[a-z]+)*$/.test(label)) told.push(`${name(e)} is called ${label}, a word of the program`);
  }
  for (const e of tall ? document.querySelectorAll('*') : []) {
    if (e.matches('textarea, select') || !e.clientHeight || !/auto|scroll/.test(getComputedStyle(e).overflowY)) continue;
    const content = document.createRange();
    content.selectNodeContents(e);
    const held = content.getBoundingClientRect().bottom;
    const top = e.getBoundingClientRect().top - e.scrollTop;
    if (e.clientHeight > 2 * (held - top) + 40) told.push(`${name(e)} stands mostly empty`);
  }
  for (const e of document.querySelectorAll(whole)) {
    if (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) told.push(`${name(e)} is cut`);
  }
  return told;
}"""


def faults_at_each_size(page: Any, parts: str, *, whole: str = ".reading", tall: bool = False) -> list[str]:
    """What is wrong at each size of the window, with the size before it.

    Args:
        page: in the browser. parts: what may not overlap. whole: what must show all of its text.
        tall: whether the page may be higher than the window.
    """
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("new Promise(requestAnimationFrame)")
        found += [f"{width} x {height}: {fault}" for fault in page.evaluate(FAULTS, [parts, whole, tall])]
    return found


PRINT_FAULTS = """() => {
  const told = [];
  const name = (e) => `${e.tagName}.${e.className} ${e.textContent.slice(0, 30)}`;
  for (const e of document.querySelectorAll('main *:not(svg *)')) {
    if (!e.clientWidth) continue;
    const { fontSize, breakInside, breakAfter, overflowX } = getComputedStyle(e);
    if (e.getBoundingClientRect().right > innerWidth + 1) told.push(`${name(e)} leaves the paper`);
    if (overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1) told.push(`${name(e)} is cut`);
    if (e.matches('.level, .basis') && e.offsetHeight > 2.2 * parseFloat(fontSize)) told.push(`${name(e)} is broken`);
    if (e.matches('tr, .row') && breakInside !== 'avoid') told.push(`${name(e)} may be cut by the paper's end`);
    if (e.matches('h2, h3') && breakAfter !== 'avoid') told.push(`${name(e)} may end a page`);
  }
  return told;
}"""


def print_faults(page: Any) -> list[str]:
    """What is wrong with a page as it is printed on an upright A4 with margins of 14 mm."""
    page.set_viewport_size({"width": 688, "height": 1017})
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    found = page.evaluate(PRINT_FAULTS)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    return [f"in print: {fault}" for fault in found]


def map_faults(browser: Any, file: Path, acts: Iterable[str | None]) -> list[str]:
    """What is wrong with a map, each fault once.

    Args:
        browser: a browser. file: the map's page. acts: scripts, one after the other; at None the page is looked at.
    """
    visit = PageVisit(browser, file, reduced_motion="reduce")
    found = []
    for act in acts:
        if act is None:
            found += faults_at_each_size(visit.page, MAP_PARTS)
        else:
            visit.page.evaluate(act)
    visit.close()
    return sorted(set(found))
