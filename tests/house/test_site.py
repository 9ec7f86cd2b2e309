"""The documentation as a site: it builds without a network, its links hold, and its pages ask for nothing."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
ROOT = Path(__file__).resolve().parents[2]
WEBSITE = ROOT / "docs" / "website"


def load(name: str):
    """A module of the site's builder."""
    spec = importlib.util.spec_from_file_location(f"website_{name}", WEBSITE / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("docs") / "site"
    run = subprocess.run(
        [sys.executable, str(WEBSITE / "build.py"), str(out)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return out


def test_every_public_name_is_described(site):
    import urbanplan

    page = (site / "api" / "urbanplan.html").read_text(encoding="utf-8")
    assert [name for name in urbanplan.__all__ if f'id="urbanplan.{name}"' not in page] == []


@pytest.mark.parametrize("folder", [".", "zh"])
def test_every_page_of_the_docs_is_there(site, folder):
    pages = (ROOT / "docs" / folder).glob("*.md")
    assert [page.name for page in pages if not (site / folder / f"{page.stem}.html").is_file()] == []
    assert (site / folder / "index.html").is_file()


def test_pages_ask_for_nothing_and_search_finds_both_languages(site, browser):
    asked, errors = [], []
    context = browser.new_context()
    context.set_offline(True)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for name in ("index", "quickstart", "findings", "api/urbanplan", "architecture", "zh/index", "zh/findings"):
        page.goto((site / f"{name}.html").as_uri())
    for folder, words in ((".", "certificate"), (".", "宗地"), ("zh", "要素重叠"), ("zh", "coverage")):
        page.goto((site / folder / "search.html").as_uri() + f"?q={words}")
        page.wait_for_selector("#search-results ul.search li")
    context.close()
    assert errors == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_chinese_is_searched_by_pairs():
    bigrams = load("bigrams")
    assert bigrams.pairs("健身场地") == ["健身", "身场", "场地"]
    assert bigrams.pairs("亩") == ["亩"]


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ('<a href="other.html">', "leads nowhere"),
        ('<a href="#nowhere">', "names an anchor"),
        ('<a href="page.html#here"><p id="here">', ""),
        ('<img src="picture.png">', "leads nowhere"),
        ('<img src="data:image/png;base64,AAAA">', ""),
        ('<script src="https://example.org/a.js"></script>', "from another machine"),
        ('<link rel="stylesheet" href="//example.org/a.css">', "from another machine"),
        ('<a href="https://example.org/">', ""),
        ("<style>p{}</style>", ""),
    ],
)
def test_links_are_checked(tmp_path, markup, problem):
    (tmp_path / "page.html").write_text(f"<html><body>{markup}</body></html>", encoding="utf-8")
    found = load("links").broken_links(tmp_path)
    assert len(found) == bool(problem)
    assert not problem or problem in found[0]


def test_a_font_of_another_machine_is_found(tmp_path):
    (tmp_path / "a.css").write_text("@font-face { src: url('https://example.org/f.woff2') }", encoding="utf-8")
    assert len(load("links").broken_links(tmp_path)) == 1


def test_the_picture_of_the_house_is_the_same_each_time_and_leaves_out_what_a_chain_implies():
    sys.path.insert(0, str(WEBSITE))
    try:
        rooms, picture = load("rooms"), load("picture")
    finally:
        sys.path.remove(str(WEBSITE))
    imports = {"top": ["middle", "base"], "middle": ["base"], "base": []}
    assert rooms.needed_arrows(imports) == [("top", "middle"), ("middle", "base")]
    house = rooms.House([["top"], ["middle"], ["base"]], imports, dict.fromkeys(imports, "A <text>"))
    assert picture.draw_house(house) == picture.draw_house(house)
    assert "A &lt;text&gt;" in picture.draw_house(house)
    assert picture.draw_house(house).count('class="import"') == 2
