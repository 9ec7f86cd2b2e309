"""What an offline page refuses: markup, styles and scripts that would ask for something or run unasked."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from html.parser import HTMLParser

from urbanplan.errors import ViewError

_LOADING_ATTRIBUTES = {
    "src",
    "href",
    "srcset",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "manifest",
    "ping",
    "xlink:href",
}


class _MarkupChecker(HTMLParser):
    """Refuses what loads, runs or styles from markup; a link may lead to a file that stands beside the page."""

    def __init__(self, links: Collection[str]) -> None:
        super().__init__()
        self.links = links

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "link", "iframe", "object", "embed", "base", "meta"):
            raise ViewError("the page's markup holds a <{tag}>", fix="Give it as a style, script or data.", tag=tag)
        for name, value in attrs:
            leads = tag == "a" and name == "href" and value in self.links
            if not (leads and not str(value).startswith("/")):  # //host/x would lead elsewhere
                _check_attribute(name, value or "")


def _check_attribute(name: str, value: str) -> None:
    if name == "style" or name.startswith("on"):
        raise ViewError("the page's markup has the attribute {name}", fix="Use a class and a script.", name=name)
    if name in _LOADING_ATTRIBUTES and not value.startswith(("#", "data:image/")):
        raise foreign_address_error(value)


def foreign_address_error(address: str) -> ViewError:
    """The error of an address that is not carried."""
    return ViewError(
        "the page asks for {address}, which urbanplan does not carry",
        fix="Leave the folium element out that needs it, or add the file to vendor/manifest.toml.",
        address=address,
    )


def check_markup(body: str, links: Collection[str] = ()) -> None:
    """Refuse markup that loads, runs or styles; ``links`` are the files beside the page that it may lead to."""
    parser = _MarkupChecker(links)
    parser.feed(body)
    parser.close()


def check_style(style: str) -> None:
    """Refuse a style sheet that asks for anything or ends its element."""
    if "</" in style or "@import" in style:
        raise ViewError("a style sheet of the page imports another or ends its element", fix="Give it whole.")
    for address in re.findall(r"""url\(\s*["']?([^"')]*)""", style):
        if not address.startswith(("data:", "#")):
            raise foreign_address_error(address)


def check_addresses(script: str, allowed: Sequence[str]) -> None:
    """An address in a script that folium wrote, for example of tiles, would be asked for when the page runs."""
    for address in re.findall(r"""https?:\\?/\\?/[^\s"'`]*""", script):
        if not address.startswith(tuple(allowed)):
            raise foreign_address_error(address)


def check_origin(origin: str) -> None:
    """Refuse what is no origin of pictures: anything else would be read as more of the page's policy."""
    if origin != "'self'" and re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?", origin) is None:
        raise ViewError("{origin} is no address that pictures may come from", fix="Mend the base map.", origin=origin)


def check_script(script: str) -> None:
    """Refuse a script that would end its element."""
    if re.search(r"</script|<!--", script, re.IGNORECASE):
        raise ViewError("a script of the page would end its element", fix="Split the word in the script.")
