"""The collections of all plans: a store of each, made beside the server when somebody asks for it first."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request

from urbanplan.analysis.plans import fingerprint
from urbanplan.server.desk import Desk, desk_of
from urbanplan.server.jobs import Job
from urbanplan.server.opened import OpenPlan
from urbanplan.store.feature_file import FeatureFile
from urbanplan.store.features import Collection, FeatureStore

_PAUSE = 0.05  # seconds between two looks at a job


@dataclass(frozen=True)
class Found:
    """A collection as the API names it, and where it is held under its own name."""

    about: Collection
    store: FeatureStore
    inner: str


def list_collections(request: Request) -> list[Collection]:
    """The collections of every plan that can be read; those of later plans bear the plan's number."""
    return [found.about for found in _all(request)]


def layer_names(request: Request) -> list[str]:
    """Names of the collections of layers, of which the plans know without their files."""
    desk = desk_of(request)
    plans = [(opened, desk.held.read(opened.file)) for opened in desk.plans]
    return [f"{_prefix(opened)}{spec.name}" for opened, plan in plans for spec in plan.layer]


def begin_stores(request: Request) -> None:
    """Begin to make the stores of all plans, so that the next question waits less."""
    desk = desk_of(request)
    for opened in desk.plans:
        _start(desk, opened)


def find_collection(request: Request) -> Found:
    """The collection of a request's address.

    Raises:
        HTTPException: 404, there is none.
    """
    name = request.path_params["collection"]
    for found in _all(request):
        if found.about.name == name:
            return found
    raise HTTPException(404)


def _all(request: Request) -> list[Found]:
    desk = desk_of(request)
    found: list[Found] = []
    for opened in desk.plans:
        store = _store(desk, opened)
        prefix = _prefix(opened)
        found += [Found(replace(one, name=f"{prefix}{one.name}"), store, one.name) for one in store.collections()]
    return found


def _prefix(opened: OpenPlan) -> str:
    return "" if opened.number == 1 else f"{opened.number}."


def _start(desk: Desk, opened: OpenPlan) -> Job:
    """The job that makes the store of a plan as its files stand now.

    Raises:
        PlanError: the plan cannot be read.
    """
    seen = fingerprint(desk.held.read(opened.file))
    checked = any(job.state == "done" and job.seen == seen for job in desk.jobs.of_plan(opened.number, "check"))
    return desk.jobs.start_once("features", opened, {"results": checked}, seen=seen)


def _store(desk: Desk, opened: OpenPlan) -> FeatureStore:
    """The store of a plan as its files stand now; who asks first waits until it is made.

    Raises:
        PlanError: the plan cannot be read. HTTPException: 409, its layers cannot be.
    """
    job = _start(desk, opened)
    while job.is_open:
        time.sleep(_PAUSE)
    if job.state != "done":
        raise HTTPException(409, desk.hide_paths(job.problem))
    return _open(desk, job)


def _open(desk: Desk, job: Job) -> FeatureStore:
    if job.number not in desk.stores:
        desk.stores[job.number] = FeatureFile(job.out)
    return desk.stores[job.number]
