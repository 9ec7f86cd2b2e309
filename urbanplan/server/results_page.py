"""What a plan gives: maps, report, director's page, sheets and exports, as pages and downloads."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from urbanplan.analysis.maps import map_kinds
from urbanplan.analysis.plans import fingerprint
from urbanplan.exchange.formats import FORMATS
from urbanplan.model.disclosure import profile_names
from urbanplan.model.translation import localize
from urbanplan.server.desk import desk_of
from urbanplan.server.fields import Pair, cells, checks, select
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
    title = f"<h1>{escape(localize('Results'))}</h1>"
    body = f'{title}<div class="split made"><div>{_forms(view)}</div><div>{made}</div></div>'
    return page(request, localize("Results"), body, place=view.place("results"))


def _forms(view: PlanView) -> str:
    kinds = map_kinds(view.plan)
    sheets = {"parcels": localize("Parcels"), "roads": localize("Road projects"), "circle": localize("Walking circle")}
    return "".join(
        [
            _form(view, "map", localize("Map"), select("kind", localize("Kind"), kinds.items(), {}), audience=True),
            _form(view, "report", localize("Report"), "", audience=True),
            _form(view, "brief", localize("Director's page"), "", audience=True),
            _form(view, "sheets", localize("Sheets"), select("of", localize("Of"), sheets.items(), {}), audience=True),
            _form(view, "export", localize("Export"), _export_fields(view)),
        ]
    )


def _form(view: PlanView, name: str, title: str, fields: str, *, audience: bool = False) -> str:
    if audience:
        fields = f'<div class="pair">{cells(one for one in (fields, _audience(view, name)) if one)}</div>'
    return (
        f'<section><h2>{escape(title)}</h2><form class="fields" method="post" '
        f'action="{view.opened.path}/results/{name}"><div>{fields}</div>'
        f"<p><button>{escape(localize('Make'))}</button></p></form></section>"
    )


def _export_fields(view: PlanView) -> str:
    layers = [(spec.name, view.layer_name(spec.name)) for spec in view.plan.layer]
    writable = [row for row in FORMATS if row.writable and not row.folder and row.name != "shapefile"]
    variants = sorted({one for row in writable for one in getattr(row.load(), "PROFILES", ())})
    return (
        f'<div class="columns">{checks("layer", localize("Layers"), layers, ())}</div>'
        + '<div class="pair">'
        + cells((
            select("format", localize("Format"), [(row.name, row.title) for row in writable], {"format": "geojson"}),
            select("profile", localize("Profile"), [("", "—"), *((one, one) for one in variants)], {}),
            _audience(view, "export"),
        ))
        + "</div>"
    )  # fmt: skip


def _audience(view: PlanView, name: str) -> str:
    return select("disclosure", localize("For whom"), _disclosures(view), {}, form=name)


def _disclosures(view: PlanView) -> list[Pair]:
    """Profiles of disclosure, the plan's own among them."""
    words = {"internal": localize("internal"), "partner": localize("partners"), "public": localize("the public")}
    named = profile_names(beside=view.opened.file.parent)
    return [("", "—"), *((name, words.get(name, name)) for name in named)]


async def make_result(request: Request) -> Response:
    """Begin to make a result and go back to the page that shows it."""
    desk, name = desk_of(request), request.path_params["name"]
    opened = desk.plan(request.path_params["plan"])
    async with request.form(max_files=0, max_fields=1000) as form:
        values = _values(name, form)
    seen = await run_in_threadpool(lambda: fingerprint(desk.held.read(opened.file)))
    desk.jobs.start(name, opened, values, seen=seen)
    target = str(form.get("target", ""))
    return RedirectResponse(f"{opened.path}/targets/{quote(target)}" if target else f"{opened.path}/results", 303)


def _values(name: str, form: FormData) -> dict[str, Any]:
    """The parameters of the task that makes a result, of the words of its form.

    Raises:
        HTTPException: 404, there is no such result.
    """
    audience = {"disclosure": str(form.get("disclosure", "")).strip() or None}
    match name:
        case "map":
            return {"kind": str(form.get("kind", "overview")), **audience}
        case "report" | "brief":
            return audience
        case "sheets":
            return {"of": str(form.get("of", "parcels")), **audience}
        case "export":
            return {
                "layers": [str(one) for one in form.getlist("layer")],
                "format": str(form.get("format", "geojson")),
                "profile": str(form.get("profile", "")).strip() or None,
                **audience,
            }
        case _:
            raise HTTPException(404)
