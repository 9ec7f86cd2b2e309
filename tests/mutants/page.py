"""docs/mutants.md: how many changes the tests noticed, and why those that survive may."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mutants.near_tests import BUDGETS

HEAD = """# Mutants

How far the tests hold what the rooms that judge compute. `make mutants` changes one thing at a time (an operator, a
constant, a condition, an argument, a call) in `measure`, `verdict`, `model`, `plan` and in the filter, area and length
of `layer`, runs the tests near the change, and writes this page. Each change of these modules is as likely as any other.

Not changed is what can change no answer: texts for people, annotations, imports, the list of names in `__all__`, calls
that prepare a shape to be asked faster, and the arguments `strict` (of `zip`) and `encoding`, which only guard.

Near are the tests that run the changed line, as one count of lines found them: first those of the file named like the
module, then those of its room, then others; one case of each test function before a second. What a module of tests sets
up once, or runs as it is read, all its tests see. A change is asked for {first:g} seconds of the processor; one that
lives on is asked once more, for {second:g} seconds of further tests, those of the same files among them. A change is
killed where one of these tests fails, or where they no longer end; a test that fails without the change too is left
out. Tests of other rooms, which may notice, are not asked. A change that makes no difference counts as survived.

"""
MAX_TEXT = 60
TABLE = "| room | changes | killed | no end | survived | share |\n|---|---|---|---|---|---|\n"


def read_arguments() -> dict[tuple[str, str, str], str]:
    """Why a change makes no difference, by file, text before and text after."""
    rows = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text(encoding="utf-8")).get("survivor", [])
    return {(row["file"], row["before"], row["after"]): row["because"] for row in rows}


def mutants_page(outcomes: Sequence[Any], *, seed: int) -> str:
    """The page for the outcomes of a run."""
    rooms: dict[str, list[Any]] = {}
    for one in outcomes:
        rooms.setdefault(one.mutation.file.split("/")[1], []).append(one)
    rows = [_row(room, some) for room, some in sorted(rooms.items())]
    text = (
        f"{HEAD.format(first=BUDGETS[0], second=BUDGETS[1])}{TABLE}"
        + "\n".join([*rows, _row("**all**", outcomes)])
        + f"\n\nSeed {seed}.\n"
    )
    alive = [one for one in outcomes if one.result == "survived"]
    if alive:
        arguments = read_arguments()
        text += "\n## Survivors\n\n" + "\n".join(_survivor(one.mutation, arguments) for one in alive) + "\n"
    return text


def _row(room: str, outcomes: Sequence[Any]) -> str:
    ends = [sum(one.result == result for one in outcomes) for result in ("killed", "timeout", "survived")]
    share = 1 - ends[2] / max(len(outcomes), 1)
    return f"| {room} | {len(outcomes)} | {ends[0]} | {ends[1]} | {ends[2]} | {share:.1%} |"


def _survivor(mutation: Any, arguments: dict[tuple[str, str, str], str]) -> str:
    before, after = (_shortened(text) for text in (mutation.before, mutation.after))
    because = arguments.get((mutation.file, mutation.before, mutation.after), "not argued yet")
    return f"- {mutation.file}: `{before}` → `{after}`: {because}"


def _shortened(text: str) -> str:
    line = " ".join(text.split()).replace("`", "'")
    return line if len(line) <= MAX_TEXT else f"{line[: MAX_TEXT - 1]}…"


def write_page(root: Path, outcomes: Sequence[Any], *, seed: int) -> None:
    """Write the page into the docs."""
    (root / "docs" / "mutants.md").write_text(mutants_page(outcomes, seed=seed), encoding="utf-8")
