"""What the desk holds: the plans that were opened, and a folder of its own for what it makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from urbanplan.server.keys import Keys

if TYPE_CHECKING:
    from starlette.requests import Request


@dataclass(frozen=True)
class OpenPlan:
    """A plan that the desk shows.

    Attributes:
        number: of its address, from 1. file: its plan file. writable: whether the desk may change its folder.
    """

    number: int
    file: Path
    writable: bool = True

    @property
    def path(self) -> str:
        """Where its pages begin."""
        return f"/plans/{self.number}"


@dataclass(frozen=True)
class Desk:
    """The state of one run of the server.

    Attributes:
        keys: what opens it. plans: those that were opened, and no others. work: a folder of its own, gone at its end.
        language: of pages whose reader chose none.
    """

    keys: Keys
    plans: Sequence[OpenPlan]
    work: Path
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


def open_plans(files: Iterable[Path]) -> list[OpenPlan]:
    """The plans of files or folders, each once, read to see that they can be used; the shipped example without any.

    Raises:
        PlanError: one cannot be read.
    """
    from urbanplan.analysis.plans import example_district, open_plan

    given = list(files)
    if not given:
        given = [Path("plan.toml")] if Path("plan.toml").is_file() else [example_district()]
    example = example_district().resolve()
    found = dict.fromkeys(Path(open_plan(file).file).resolve() for file in given)
    return [OpenPlan(number, file, file.parent != example) for number, file in enumerate(found, 1)]


def desk_of(request: Request) -> Desk:
    """The desk that answers a request."""
    return request.app.state.desk
