"""What the desk holds: the plans that were opened, and a folder of its own for what it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from urbanplan.server.jobs import Jobs
from urbanplan.server.keys import Keys
from urbanplan.server.opened import OpenPlan

if TYPE_CHECKING:
    from starlette.requests import Request


@dataclass(frozen=True)
class Desk:
    """The state of one run of the server.

    Attributes:
        keys: what opens it. plans: those that were opened, and no others. work: a folder of its own, gone at its end.
        jobs: what works beside it. language: of pages whose reader chose none.
    """

    keys: Keys
    plans: Sequence[OpenPlan]
    work: Path
    jobs: Jobs
    language: str = "en"

    def plan(self, number: str) -> OpenPlan:
        """The plan of an address.

        Raises:
            HTTPException: 404, there is none.
        """
        for one in self.plans:
            if str(one.number) == number:
                return one
        raise HTTPException(404)

    def hide_paths(self, text: str) -> str:
        """A text for the reader, in which files of opened folders are named from there and no folder is."""
        known = [(one.file.parent, one.file.parent.name) for one in self.plans] + [(self.work, "")]
        for folder, name in sorted(known, key=lambda pair: -len(str(pair[0]))):
            text = text.replace(f"{folder}/", f"{name}/" if name else "").replace(str(folder), name)
        return text


def desk_of(request: Request) -> Desk:
    """The desk that answers a request."""
    return request.app.state.desk
