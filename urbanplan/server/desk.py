"""What the desk holds: the plans that were opened, and a folder of its own for what it makes."""

from __future__ import annotations

import os
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from urbanplan.model.translation import localize
from urbanplan.server.held_plan import HeldPlans
from urbanplan.server.jobs import Jobs
from urbanplan.server.keys import Keys
from urbanplan.server.opened import OpenPlan
from urbanplan.server.uploads import Uploads

if TYPE_CHECKING:
    from starlette.requests import Request

    from urbanplan.store.features import FeatureStore


_OWN = re.compile(
    r"\0(?:uploads[/\\]\d+[/\\](?:\.unpacked[/\\]\d+[/\\])?|jobs[/\\]\d+[/\\])?"
)  # what was dropped, and made


@dataclass(frozen=True)
class Desk:
    """The state of one run of the server.

    Attributes:
        keys: what opens it. plans: those that were opened or made here, and no others.
        work: a folder of its own, gone at its end. jobs: what works beside it. uploads: what was dropped.
        language: of pages whose reader chose none.
        stores: of features, by the number of the job that made them. home: folder of plans that are made here, None
            where none can be. reviews: of documents, by the number of the lot, as they were sent last.
        held: the plans as they were read last. closing: set when a page asks the server to end.
    """

    keys: Keys
    plans: list[OpenPlan]
    work: Path
    jobs: Jobs
    uploads: Uploads
    language: str = "en"
    stores: dict[int, FeatureStore] = field(default_factory=dict[int, "FeatureStore"])
    home: Path | None = None
    reviews: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    held: HeldPlans = field(default_factory=HeldPlans)
    closing: threading.Event = field(default_factory=threading.Event)

    def open(self, file: Path) -> OpenPlan:
        """Open one more plan: a file that was made here."""
        known = next((one for one in self.plans if one.file == file.resolve()), None)
        if known is None:
            known = OpenPlan(max((one.number for one in self.plans), default=0) + 1, file.resolve())
            self.plans.append(known)
        return known

    def plan(self, number: str) -> OpenPlan:
        """The plan of an address.

        Raises:
            HTTPException: 404, there is none.
        """
        for one in self.plans:
            if str(one.number) == number:
                return one
        raise HTTPException(404)

    def writable_plan(self, number: str) -> OpenPlan:
        """The plan of an address whose folder the desk may change.

        Raises:
            HTTPException: 404, there is none; 403, it is the example.
        """
        opened = self.plan(number)
        if not opened.writable:
            raise HTTPException(403, localize("The example of urbanplan; it cannot be changed here."))
        return opened

    def hide_paths(self, text: str) -> str:
        """A text for the reader, in which files of opened folders are named from there and no folder is."""
        text = _OWN.sub("", text.replace(f"{self.work}{os.sep}", "\0"))
        known = [(one.file.parent, one.file.parent.name) for one in self.plans] + [(self.work, "")]
        known += [] if self.home is None else [(self.home, self.home.name)]
        for folder, name in sorted(known, key=lambda pair: -len(str(pair[0]))):
            text = text.replace(f"{folder}/", f"{name}/" if name else "").replace(str(folder), name)
        return text


def desk_of(request: Request) -> Desk:
    """The desk that answers a request."""
    return request.app.state.desk
