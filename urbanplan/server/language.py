"""The language of the desk's pages: what the reader chose, kept in a cookie, else the server's."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from urbanplan.model.run_files import RunFiles, use_run_files
from urbanplan.model.translation import LANGUAGES, use_language

COOKIE = "urbanplan-language"


class LanguageChoice:
    """An ASGI application around another that answers each request in its reader's language.

    Each request is a run of its own: a plan that one reads may be written by another.
    """

    def __init__(self, app: ASGIApp, default: str) -> None:
        self.app = app
        self.default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request in the language of ``?lang=``, of the cookie, or of the server."""
        request = Request(scope)
        asked = request.query_params.get("lang", "")
        chosen = asked if asked in LANGUAGES else request.cookies.get(COOKIE, "")
        with use_language(chosen if chosen in LANGUAGES else self.default), use_run_files(RunFiles(overwrite=True)):
            await self.app(scope, receive, _with_cookie(send, asked) if asked in LANGUAGES else send)


def _with_cookie(send: Send, language: str) -> Send:
    cookie = f"{COOKIE}={language}; Path=/; SameSite=Strict; Max-Age=31536000".encode("ascii")

    async def keeping(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), (b"set-cookie", cookie)]}
        await send(message)

    return keeping
