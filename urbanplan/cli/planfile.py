"""Which plan a command works on."""

from __future__ import annotations

from pathlib import Path

from urbanplan.errors import UsageError


def plan_file(argument: Path | None, option: Path | None) -> Path:
    """The plan given as argument or with ``--plan``, else ``plan.toml`` here.

    Raises:
        UsageError: both are given and differ.
    """
    if argument is not None and option is not None and argument != option:
        raise UsageError("the plan is given twice: {one} and {two}", fix="Give it once", one=argument, two=option)
    return argument or option or Path("plan.toml")
