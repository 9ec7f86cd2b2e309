"""Check the pages of a site: every link, anchor and picture is there, and no page asks another machine for anything."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADS = {
    "img": "src",
    "script": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
}
_PASSIVE = {"canonical", "license", "next", "prev"}  # what a <link> of this kind names is not loaded
_STYLE_ADDRESS = re.compile(r"""(?:url\(\s*|@import\s+)["']?(?!data:|#)([^"')\s;]+)""")


class _Page(HTMLParser):
    """The anchors of a page and the addresses that it names: ``links`` are followed, ``loads`` are fetched at once."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one element names."""
        values = {key: value or "" for key, value in attrs}
        self.anchors |= {values[key] for key in ("id", "name") if key in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif (key := _LOADS.get(tag)) and key in values and values.get("rel", "") not in _PASSIVE:
            self.loads.append(values[key])


@cache
def _parse(file: Path) -> _Page:
    page = _Page()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def broken_links(site: Path) -> list[str]:
    """What is wrong with the links of all pages and style sheets in the folder, one line each."""
    _parse.cache_clear()
    problems = []
    for file in sorted(site.rglob("*.html")):
        page = _parse(file)
        found = [_problem(address, file, loaded=False) for address in page.links]
        found += [_problem(address, file, loaded=True) for address in page.loads]
        problems += [f"{file.relative_to(site)}: {text}" for text in found if text]
    for file in sorted(site.rglob("*.css")):
        addresses = _STYLE_ADDRESS.findall(file.read_text(encoding="utf-8"))
        found = [_problem(address, file, loaded=True) for address in addresses]
        problems += [f"{file.relative_to(site)}: {text}" for text in found if text]
    return problems


def _problem(address: str, file: Path, *, loaded: bool) -> str:
    """What is wrong with an address that ``file`` names; empty where nothing is."""
    parts = urlsplit(address)
    if parts.scheme == "data":
        return ""
    if parts.scheme or parts.netloc:
        return f"loads {address} from another machine" if loaded else ""
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return f"{address} leads nowhere"
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in _parse(target).anchors:
        return f"{address} names an anchor that is not there"
    return ""
