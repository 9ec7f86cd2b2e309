"""Errors as answers of HTTP: one table of statuses, one page for people, one document for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from urbanplan.errors import GateError, LossError, MissingExtraError, StoreError, UrbanplanError, UsageError
from urbanplan.model.translation import localize, translate
from urbanplan.server.desk import desk_of
from urbanplan.server.markup import page
from urbanplan.view.page import escape

# the first that fits; what is not named is content that cannot be used
STATUSES: tuple[tuple[type[UrbanplanError], int], ...] = (
    (UsageError, 400),
    (GateError, 415),
    (LossError, 409),
    (StoreError, 409),
    (MissingExtraError, 424),
    (UrbanplanError, 422),
)


def status_of(error: UrbanplanError) -> int:
    """The status of HTTP of an error."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


async def answer_error(request: Request, error: Exception) -> Response:
    """The answer to a request that ended in one of the package's errors."""
    assert isinstance(error, UrbanplanError)
    return problem(request, status_of(error), desk_of(request).hide_paths(error.text(translate)))


async def answer_status(request: Request, error: Exception) -> Response:
    """The answer to a request that ended in a status of HTTP."""
    assert isinstance(error, HTTPException)
    texts = {404: localize("There is no such page."), 405: localize("This cannot be done here.")}
    return problem(request, error.status_code, texts.get(error.status_code, error.detail))


def problem(request: Request, status: int, text: str) -> Response:
    """A problem in words: a page for people, JSON for programs and for the OGC API."""
    if request.url.path.startswith("/ogc") or "json" in request.headers.get("accept", ""):
        content: dict[str, Any] = {"code": HTTPStatus(status).phrase, "description": text}
        return JSONResponse(content, status_code=status)
    lines = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())
    body = f'<h1>{escape(localize("This did not work"))}</h1><div role="alert">{lines}</div>'
    return page(request, localize("This did not work"), body, status=status)
