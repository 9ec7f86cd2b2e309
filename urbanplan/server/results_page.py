"""What a plan gives: maps, report, director's page, sheets and exports, as pages and downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from urbanplan.analysis.maps import map_kinds
from urbanplan.exchange.formats import FORMATS
from urbanplan.model.plan import Plan
from urbanplan.model.translation import localize
from urbanplan.server.desk import desk_of
from urbanplan.server.job_pages import job_box
from urbanplan.server.markup import page
from urbanplan.server.plan_view import PlanView, view_plan
from urbanplan.view.page import escape

RESULTS = ("map", "report", "brief", "sheets", "export")
_SHEETS = ("parcels", "roads", "circle")


def results_page(request: Request) -> Response:
    """Answer with what can be made, and what was."""
    view = view_plan(request)
    jobs = [job for job in view.desk.jobs.of_plan(view.opened.number) if job.name in RESULTS]
    boxes = "".join(job_box(view.desk, job) for job in jobs[:20])
    made = f"<h2>{escape(localize('Made here'))}</h2>{boxes}" if boxes else ""
    body = f'<h1>{escape(localize("Results"))}</h1><div class="split"><div>{_forms(view)}</div><div>{made}</div></div>'
    return page(request, localize("Results"), body, place=view.place("results"))


def _forms(view: PlanView) -> str:
    kinds = map_kinds(view.plan)
    sheets = {"parcels": localize("Parcels"), "roads": localize("Road projects"), "circle": localize("Walking circle")}
    return "".join(
        [
            _form(view, "map", localize("Map"), _choice("kind", localize("Kind"), kinds)),
            _form(view, "report", localize("Report"), ""),
            _form(view, "brief", localize("Director's page"), ""),
            _form(view, "sheets", localize("Sheets"), _choice("of", localize("Of"), sheets)),
            _form(view, "export", localize("Export"), _export_fields(view.plan)),
        ]
    )


def _form(view: PlanView, name: str, title: str, fields: str) -> str:
    return (
        f'<section><h2>{escape(title)}</h2><form class="fields" method="post" '
        f'action="{view.opened.path}/results/{name}"><div>{fields}</div>'
        f"<p><button>{escape(localize('Make'))}</button></p></form></section>"
    )


def _choice(name: str, label: str, options: Mapping[str, str]) -> str:
    listed = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options.items())
    return f'<label for="{name}">{escape(label)}</label><select id="{name}" name="{name}">{listed}</select>'


def _export_fields(plan: Plan) -> str:
    boxes = "".join(
        f'<label class="choice"><input type="checkbox" name="layer" value="{escape(spec.name)}">'
        f"{escape(spec.title or spec.name)}</label>"
        for spec in plan.layer
    )
    formats = {row.name: row.title for row in FORMATS if row.writable and not row.folder and row.name != "shapefile"}
    profile = localize("Profile")
    return (
        f'<fieldset><legend>{escape(localize("Layers"))}</legend><div class="pair">{boxes}</div></fieldset>'
        f'<div class="pair"><div>{_choice("format", localize("Format"), formats)}</div>'
        f'<div><label for="profile">{escape(profile)}</label><input id="profile" name="profile" size="12"></div></div>'
    )


async def make_result(request: Request) -> Response:
    """Begin to make a result and go back to the page that shows it."""
    desk, name = desk_of(request), request.path_params["name"]
    opened = desk.plan(request.path_params["plan"])
    async with request.form(max_files=0, max_fields=1000) as form:
        values: dict[str, Callable[[], dict[str, Any]]] = {
            "map": lambda: {"kind": str(form.get("kind", "overview"))},
            "report": dict,
            "brief": dict,
            "sheets": lambda: {"of": str(form.get("of", "parcels"))},
            "export": lambda: {
                "layers": [str(one) for one in form.getlist("layer")],
                "format": str(form.get("format", "geojson")),
                "profile": str(form.get("profile", "")).strip() or None,
            },
        }
        if name not in values:
            raise HTTPException(404)
        desk.jobs.start(name, opened, values[name]())
    return RedirectResponse(f"{opened.path}/results", status_code=303)
