"""Offline pages: one HTML file that asks for nothing and runs only the scripts it was written with.

Data stand in the page as JSON, outside every template; the page's own scripts write
them with ``textContent``.  A Content-Security-Policy by hashes is the second wall.
:func:`offline_page` composes a page from texts, :func:`inline` of a page that folium
rendered.  Both fail closed: an address that is not carried in the file is an error.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import orjson

from urbanplan.errors import ViewError
from urbanplan.view import page_policy, vendor

# Planners' machines carry one of these; a page never asks for a font.
FONTS = (
    '"Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", '
    '"Hiragino Sans GB", "Microsoft YaHei", "WenQuanYi Micro Hei", "Segoe UI", system-ui, sans-serif'
)
HTML_LANGUAGES = {"zh": "zh-Hans", "en": "en"}
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_JSON_ESCAPES = {
    b"<": b"\\u003c",
    b">": b"\\u003e",
    b"&": b"\\u0026",
    b"\xe2\x80\xa8": b"\\u2028",
    b"\xe2\x80\xa9": b"\\u2029",
}


def read_asset(name: str) -> str:
    """A style sheet or the markup of a page, of ``view/assets``; for scripts see :func:`urbanplan.view.linker.link`."""
    return (files("urbanplan.view") / "assets" / name).read_text(encoding="utf-8")


def safe_json(data: Any) -> str:
    r"""JSON that ends no script and starts no template: ``< > & { }`` and U+2028/9 in strings are ``\uXXXX``.

    Args:
        data: what orjson writes, numpy arrays too; dates as ISO 8601.

    Raises:
        ViewError: a value that JSON has no word for.
    """
    try:
        raw = orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)
    except orjson.JSONEncodeError as error:
        raise ViewError("a value cannot be written into the page: {error}", error=str(error)) from error
    for mark, escaped in _JSON_ESCAPES.items():
        raw = raw.replace(mark, escaped)
    return (_JSON_STRING.sub(_escape_braces, raw) if _has_brace_in_string(raw) else raw).decode("utf-8")


def _has_brace_in_string(raw: bytes) -> bool:
    """Whether a string of JSON holds a brace: few do, and a look at each string takes ten times as long."""
    strings = b"".join(raw.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[1::2])
    return b"{" in strings or b"}" in strings


def _escape_braces(match: re.Match[bytes]) -> bytes:
    return match.group().replace(b"{", b"\\u007b").replace(b"}", b"\\u007d")


def escape(text: object) -> str:
    """Text as it may stand in markup or in an attribute's quotes; braces too, so that no template sees them."""
    return html.escape(str(text)).replace("{", "&#123;").replace("}", "&#125;")


@dataclass(frozen=True)
class Page:
    """What a page is made of.

    Attributes:
        title: plain text.
        styles, scripts: texts of style sheets and classic scripts, in order; scripts run at the end of the body.
        data: element id → data, embedded as JSON (``JSON.parse(document.getElementById(id).textContent)``).
        body: markup; texts in it have passed :func:`escape`. No inline style or handler, no address.
        lang: ``zh`` or ``en``.
        links: files beside the page that its markup may lead to; opening one is a user's click, the page asks for none.
        pictures_from: origins that pictures may come from, only ever those that a user asked for (``--online``).
    """

    title: str = ""
    styles: Sequence[str] = ()
    scripts: Sequence[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""
    lang: str = "zh"
    pictures_from: Sequence[str] = ()
    links: Sequence[str] = ()

    def html(self) -> str:
        """The page as one file.

        Raises:
            ViewError: an address in the markup or the styles, a handler, or a script that would end its element.
        """
        page_policy.check_markup(self.body, self.links)
        for style in self.styles:
            page_policy.check_style(style)
        for script in self.scripts:
            page_policy.check_script(script)
        for origin in self.pictures_from:
            page_policy.check_origin(origin)
        page = replace(self, styles=_normalize_newlines(self.styles), scripts=_normalize_newlines(self.scripts))
        return "\n".join([*page._head(), "<body>", self.body, *page._ending(), "</body>", "</html>", ""])

    def _head(self) -> list[str]:
        policy = _policy(self.styles, self.scripts, self.pictures_from)
        return [
            "<!DOCTYPE html>",
            f'<html lang="{HTML_LANGUAGES.get(self.lang, self.lang)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape(self.title)}</title>",
            *[f"<style>{style}</style>" for style in self.styles],
            "</head>",
        ]

    def _ending(self) -> list[str]:
        return [
            *[
                f'<script type="application/json" id="{escape(k)}">{safe_json(v)}</script>'
                for k, v in self.data.items()
            ],
            *[f"<script>{script}</script>" for script in self.scripts],
        ]


def offline_page(
    title: str,
    *,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
    body: str = "",
    lang: str = "zh",
) -> str:
    """Compose one HTML file that asks for nothing; the arguments are those of :class:`Page`.

    Raises:
        ViewError: an address in the markup or the styles, a handler, or a script that would end its element.
    """
    return Page(title, styles, scripts, data or {}, body, lang).html()


def inline(rendered: str, page: Page | None = None) -> str:
    """Make an offline page of one that folium rendered: every file it asks for goes inside.

    Args:
        rendered: ``folium.Map(...).get_root().render()``; no data may have passed its templates.
        page: what goes around folium's own parts; its body holds folium's markup where it says
            ``<!--map-->``, else at its end.

    Raises:
        ViewError: the page asks for an address that urbanplan does not carry.
    """
    page = page or Page()
    parts = _PageParser()
    parts.feed(rendered)
    parts.close()
    markup = "".join(parts.body).strip()
    for script in parts.scripts:
        page_policy.check_addresses(script, page.pictures_from)
    carried = [
        (kind, vendor.replacement_text(address, "".join(parts.scripts) + markup)) for kind, address in parts.wanted
    ]
    return replace(
        page,
        styles=[*[t for kind, t in carried if t and kind == "style"], *parts.styles, *page.styles],
        scripts=[*[t for kind, t in carried if t and kind == "script"], *parts.scripts, *page.scripts],
        body=page.body.replace("<!--map-->", markup) if "<!--map-->" in page.body else page.body + markup,
    ).html()


class _PageParser(HTMLParser):
    """The parts of a rendered page: addresses it wants, its own scripts and styles, its body."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.wanted: list[tuple[str, str]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.body: list[str] = []
        self._inside: str | None = None
        self._in_body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        match tag:
            case "script" if named.get("src"):
                self.wanted.append(("script", str(named["src"])))
            case "link":
                self.wanted.append(("style", str(named.get("href"))))
            case "script" | "style":
                self._inside = tag
            case "body":
                self._in_body = True
            case _ if self._in_body:
                self.body.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside = None
        elif tag == "body":
            self._in_body = False
        elif self._in_body:
            self.body.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data.strip())
        elif self._inside == "style":
            self.styles.append(data.strip())
        elif self._in_body:
            self.body.append(data)


def _normalize_newlines(texts: Sequence[str]) -> list[str]:
    """Browsers hash what they read, and they read every line end as ``\\n``."""
    return [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]


def _policy(styles: Sequence[str], scripts: Sequence[str], pictures_from: Sequence[str]) -> str:
    pictures = " ".join(["data:", "blob:", *pictures_from])
    return (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; img-src {pictures}; "
        "font-src data:; connect-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _hashes(texts: Sequence[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(t.encode("utf-8")).digest()).decode("ascii") for t in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
