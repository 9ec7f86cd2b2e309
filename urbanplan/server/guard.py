"""The doors: who may ask at all, how much may be sent, and what every answer forbids the browser.

A page elsewhere on the web cannot talk to the desk: a request must name this host (no rebinding of names), come from
the desk's own pages where it says where it comes from, and show the cookie of this run.  ``/health``, the style and
script of the pages and ``/ogc``, which only read, ask for no cookie, because GIS programs on this machine have none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from urbanplan.server.keys import Keys

MAX_FORM_BYTES = 1_000_000
MAX_UPLOAD_BYTES = 500_000_000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer a browser posts the desk's own forms from the origin "null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_SAFE_METHODS = ("GET", "HEAD")


@dataclass(frozen=True)
class Refusal:
    """Why a request is not let in: a status of HTTP and a line of plain text."""

    status: int
    text: str


class Guard:
    """An ASGI application around another that lets in only what the doors allow."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self.app = app
        self.keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            return  # nothing else is spoken; the server ends the connection
        closed = _with_headers(send)
        refusal = self._check_source(scope) or _check_size(scope)
        if refusal is not None:
            await _answer(closed, refusal.status, refusal.text)
        elif self._redeems_token(scope):
            headers = [(b"location", b"/"), (b"set-cookie", self.keys.cookie().encode("ascii"))]
            await _answer(closed, 303, "", headers)
        elif not _is_open(scope["path"]) and not self.keys.opens("; ".join(_header_values(scope, b"cookie"))):
            await _answer(closed, 401, "Open the desk with the address that the terminal shows.")
        else:
            await self.app(scope, _with_limit(receive, _body_limit(scope)), closed)

    def _check_source(self, scope: Scope) -> Refusal | None:
        """Refuse another host's name, another page's request, and a post that does not say where it comes from."""
        hosts, origins = _header_values(scope, b"host"), _header_values(scope, b"origin")
        if len(hosts) != 1 or not self.keys.knows_host(hosts[0]):
            return Refusal(421, "This server answers to no such host.")
        if len(origins) > 1 or any(not self.keys.knows_origin(origin) for origin in origins):
            return Refusal(403, "Pages elsewhere may not talk to this server.")
        if not origins and scope["method"] not in _SAFE_METHODS:
            return Refusal(403, "A request that changes something says where it comes from.")
        site, goal = (_header_values(scope, name) for name in (b"sec-fetch-site", b"sec-fetch-dest"))
        if any(one not in ("same-origin", "none") for one in site) and goal != ["document"]:
            return Refusal(403, "Pages elsewhere may not use what this server gives.")
        return None

    def _redeems_token(self, scope: Scope) -> bool:
        if scope["path"] != "/" or scope["method"] != "GET":
            return False
        tokens = parse_qs(scope["query_string"].decode("ascii", "replace")).get("token", [])
        return len(tokens) == 1 and self.keys.redeem(tokens[0])


def _is_open(path: str) -> bool:
    return path == "/ogc" or path.startswith(("/ogc/", "/static/")) or path == "/health"


def _header_values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1").strip() for key, value in scope["headers"] if key.lower() == name]


def _body_limit(scope: Scope) -> int:
    return MAX_UPLOAD_BYTES if scope["path"].endswith(("/uploads", "/documents")) else MAX_FORM_BYTES


def _check_size(scope: Scope) -> Refusal | None:
    """Refuse a request whose length is over the limit before any of it is read."""
    for length in _header_values(scope, b"content-length"):
        if not length.isdecimal() or len(length) > 18:
            return Refusal(400, "The length of the request is no number.")
        if int(length) > _body_limit(scope):
            return Refusal(413, f"At most {_body_limit(scope):,} bytes are taken.")
    return None


def _with_limit(receive: Receive, limit: int) -> Receive:
    """A reader of the request's body that stops where it is over the limit, whatever its head says."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413, f"At most {limit:,} bytes are taken.")
        return message

    return limited


def _with_headers(send: Send) -> Send:
    """A writer of answers that adds the headers of safety which an answer does not set itself."""

    async def closed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            own = {name.lower() for name, _ in headers}
            headers += [(n.encode(), v.encode()) for n, v in HEADERS.items() if n.encode() not in own]
            message = {**message, "headers": headers}
        await send(message)

    return closed


async def _answer(send: Send, status: int, text: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    body = text.encode("utf-8")
    about = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*about, *headers]})
    await send({"type": "http.response.body", "body": body})
