"""The desk as an application: its routes, and the doors around them."""

from __future__ import annotations

from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from urbanplan.errors import UrbanplanError
from urbanplan.server import ogc
from urbanplan.server.add_page import add_page, add_upload, take_upload, undo_layer, upload_page
from urbanplan.server.answers import answer_error, answer_status
from urbanplan.server.desk import Desk
from urbanplan.server.drafts_page import draft_page, save_draft, take_document
from urbanplan.server.edit_page import edit_page, save_target
from urbanplan.server.guard import Guard
from urbanplan.server.job_pages import cancel_job, job_file, job_state
from urbanplan.server.language import LanguageChoice
from urbanplan.server.layers_page import layers_page
from urbanplan.server.plans_page import end_desk, plans_page
from urbanplan.server.results_page import make_result, results_page
from urbanplan.server.siting_page import ask_sites, siting_page
from urbanplan.server.targets_page import start_check, target_page, targets_page
from urbanplan.server.waive_page import save_waiver, waive_page
from urbanplan.version import __version__
from urbanplan.view.linker import link
from urbanplan.view.page import FONTS, read_asset

_ERRORS: Any = {UrbanplanError: answer_error, HTTPException: answer_status}


def build_app(desk: Desk) -> ASGIApp:
    """The application of a desk, with its doors shut."""
    routes = [
        Route("/", plans_page),
        Route("/end", end_desk, methods=["POST"]),
        Route("/health", _health),
        Route("/static/desk.css", _style),
        Route("/static/desk.js", _script),
        *(Route(path, ogc.landing_page) for path in ("/ogc", "/ogc/")),
        Route("/ogc/api", ogc.api),
        Route("/ogc/conformance", ogc.conformance),
        Route("/ogc/collections", ogc.collections),
        Route("/ogc/collections/{collection}", ogc.collection),
        Route("/ogc/collections/{collection}/items", ogc.items),
        Route("/ogc/collections/{collection}/items/{feature:path}", ogc.item),
        Route("/documents", take_document, methods=["POST"]),
        Route("/drafts/{upload}", draft_page),
        Route("/drafts/{upload}", save_draft, methods=["POST"]),
        Route("/plans/{plan}", targets_page),
        Route("/plans/{plan}/check", start_check, methods=["POST"]),
        Route("/plans/{plan}/targets/{target}", target_page),
        Route("/plans/{plan}/edit", edit_page),
        Route("/plans/{plan}/edit", save_target, methods=["POST"]),
        Route("/plans/{plan}/waive/{finding}", waive_page),
        Route("/plans/{plan}/waive/{finding}", save_waiver, methods=["POST"]),
        Route("/plans/{plan}/layers", layers_page),
        Route("/plans/{plan}/layers/{layer}/undo", undo_layer, methods=["POST"]),
        Route("/plans/{plan}/add", add_page),
        Route("/plans/{plan}/uploads", take_upload, methods=["POST"]),
        Route("/plans/{plan}/add/{upload}", upload_page),
        Route("/plans/{plan}/add/{upload}", add_upload, methods=["POST"]),
        Route("/plans/{plan}/siting", siting_page),
        Route("/plans/{plan}/siting", ask_sites, methods=["POST"]),
        Route("/plans/{plan}/results", results_page),
        Route("/plans/{plan}/results/{name}", make_result, methods=["POST"]),
        Route("/plans/{plan}/jobs/{job}/state", job_state),
        Route("/plans/{plan}/jobs/{job}/cancel", cancel_job, methods=["POST"]),
        Route("/plans/{plan}/jobs/{job}/files/{name}", job_file),
    ]
    app = Starlette(routes=routes, exception_handlers=_ERRORS)
    app.router.redirect_slashes = False
    app.state.desk = desk
    return Guard(LanguageChoice(app, desk.language), desk.keys)


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok", "urbanplan": __version__})


@cache
def _style_text() -> str:
    return read_asset("desk.css").replace("FONTS", FONTS)


async def _style(request: Request) -> Response:
    return PlainTextResponse(_style_text(), media_type="text/css")


async def _script(request: Request) -> Response:
    return PlainTextResponse(link("desk/page.js"), media_type="text/javascript")
