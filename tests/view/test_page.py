"""Offline pages: nothing is asked for, nothing foreign runs, data stay data."""

from __future__ import annotations

import json
import re

import folium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbanplan.errors import ViewError
from urbanplan.view import vendor
from urbanplan.view.page import Page, escape, inline, offline_page, safe_json

_LEAF = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
VALUES = st.recursive(_LEAF, lambda v: st.lists(v) | st.dictionaries(st.text(), v))


@given(VALUES)
def test_safe_json_says_the_same_and_holds_no_mark(value: object) -> None:
    text = safe_json(value)
    assert json.loads(text) == value
    assert not re.search("[<>&\u2028\u2029]", text)
    assert not any("{" in word or "}" in word for word in re.findall(r'"(?:[^"\\]|\\.)*"', text))


def test_braces_in_strings_are_escaped() -> None:
    assert safe_json({"a": "{{1}}{%"}) == '{"a":"\\u007b\\u007b1\\u007d\\u007d\\u007b%"}'


def test_chinese_stays_readable() -> None:
    assert "科学大道" in safe_json({"name": "科学大道"})


def test_inline_carries_leaflet_and_asks_for_nothing() -> None:
    page = inline(folium.Map(location=[34.8, 113.5], tiles=None).get_root().render(), Page("图"))
    assert not re.search(r'<(?:script|link|img)[^>]* (?:src|href)="', page)
    assert "Leaflet 1.9.4" in page
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "unsafe" not in policy[1]


@pytest.mark.parametrize(
    "element",
    [
        folium.Marker([34.8, 113.5], icon=folium.Icon(prefix="fa")),
        folium.TileLayer("OpenStreetMap"),
    ],
    ids=["icon", "tiles"],
)
def test_inline_fails_closed(element: folium.Element) -> None:
    plan = folium.Map(location=[34.8, 113.5], tiles=None)
    element.add_to(plan)
    with pytest.raises(ViewError):
        inline(plan.get_root().render())


@pytest.mark.parametrize(
    "parts",
    [
        {"body": '<img src="https://a.example/x.png">'},
        {"body": '<p onclick="f()">'},
        {"body": '<p style="color:red">'},
        {"body": "<script>f()</script>"},
        {"body": '<a href="javascript:f()">'},
        {"styles": ["@import 'x.css'"]},
        {"styles": ["p {background: url(x.png)}"]},
        {"scripts": ["'</script>'"]},
    ],
)
def test_offline_page_fails_closed(parts: dict) -> None:
    with pytest.raises(ViewError):
        offline_page("t", **parts)


def test_markup_leads_only_to_files_beside_the_page_that_are_named() -> None:
    body = '<a href="map.html">x</a>'
    assert body in Page(body=body, links=["map.html"]).html()
    for other in ('<a href="https://example.invalid">x</a>', '<img src="map.html">', '<a href="other.html">x</a>'):
        with pytest.raises(ViewError, match="does not carry"):
            Page(body=other, links=["map.html"]).html()


def test_vendored_files_are_those_of_the_manifest() -> None:
    for asset in vendor.manifest().asset:
        assert vendor.asset_bytes(asset.name)
        assert asset.licence


def test_escape_ends_no_quote_and_starts_no_template() -> None:
    assert escape('<a href="{{x}}">') == "&lt;a href=&quot;&#123;&#123;x&#125;&#125;&quot;&gt;"
