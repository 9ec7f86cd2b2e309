"""The plans that were opened, and the state of their files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


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


def open_plans(files: Iterable[Path], home: Path | None = None) -> list[OpenPlan]:
    """The plans of files or folders, each once, read to see that they can be used.

    Without any they are ``plan.toml`` here, else those that were made on the desk before and the shipped example.

    Args:
        files: plan files or folders. home: folder of the plans that were made on the desk.

    Raises:
        PlanError: one cannot be read.
    """
    from urbanplan.analysis.plans import example_district, open_plan

    given = list(files)
    made: list[Path] = []
    if not given:
        made = [] if home is None or Path("plan.toml").is_file() else sorted(home.glob("*/plan.toml"))
        given = [Path("plan.toml")] if Path("plan.toml").is_file() else [example_district()]
    example = example_district().resolve()
    found = dict.fromkeys(
        [*(file.resolve() for file in made), *(Path(open_plan(file).file).resolve() for file in given)]
    )
    return [OpenPlan(number, file, file.parent != example) for number, file in enumerate(found, 1)]
