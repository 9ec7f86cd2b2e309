"""What the pages of a plan show: the plan as it stands, and the last check of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from starlette.requests import Request

from urbanplan.analysis.listing import layer_titles
from urbanplan.analysis.plans import fingerprint
from urbanplan.model.plan import Plan
from urbanplan.model.report import Report, Verdict
from urbanplan.server.desk import Desk, desk_of
from urbanplan.server.jobs import Job
from urbanplan.server.markup import Place
from urbanplan.server.opened import OpenPlan


@dataclass(frozen=True)
class PlanView:
    """A plan that a page is of.

    Attributes:
        desk, opened, plan: the plan as its files say it now. seen: the state of its files.
        report: of the last check that ended, None before one. stale: whether a file changed since it began.
        check: the check that waits or runs, None where none does.
    """

    desk: Desk
    opened: OpenPlan
    plan: Plan
    seen: str
    report: Report | None
    stale: bool
    check: Job | None

    @cached_property
    def titles(self) -> dict[str, str]:
        """What people call each layer."""
        return layer_titles(self.plan)

    def layer_name(self, name: str) -> str:
        """A layer as people call it; the name itself of what is no layer of the plan."""
        return self.titles.get(name, name)

    def place(self, part: str = "") -> Place:
        """Where a page of it stands."""
        return Place(self.opened, self.plan.title, part)

    def verdict(self, target: str) -> Verdict | None:
        """What the last check said of a target."""
        found = () if self.report is None else self.report.verdicts
        return next((one for one in found if one.target == target), None)


def view_plan(request: Request) -> PlanView:
    """The plan of a request's address.

    Raises:
        HTTPException: 404, there is none. PlanError: its files cannot be used as they stand.
    """
    desk = desk_of(request)
    opened = desk.plan(request.path_params["plan"])
    plan = desk.held.read(opened.file)
    seen = fingerprint(plan)
    checks = desk.jobs.of_plan(opened.number, "check")
    done = next((job for job in checks if job.state == "done"), None)
    report = None if done is None else read_report(done.out / "report.json")
    under_way = next((job for job in checks if job.is_open), None)
    return PlanView(desk, opened, plan, seen, report, done is not None and done.seen != seen, under_way)


@lru_cache(maxsize=8)
def read_report(path: Path) -> Report:
    """The report that a check wrote; it does not change."""
    return Report.model_validate_json(path.read_bytes())
