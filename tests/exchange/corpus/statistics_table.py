"""What a corpus found: cases, outcomes, the slowest and the largest, and every slip by name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from exchange.corpus.child import Outcome

_TWO = re.compile(r": .{6,}?[.?!^] .{4,}[.?]$", re.DOTALL)  # where: reason. Repair.


@dataclass
class Figures:
    """The figures of one row of the table of hazards."""

    id: str
    what: str
    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    slips: list[str] = field(default_factory=list)
    seconds: float = 0.0
    peak: int = 0

    def take(self, name: str, outcome: str, slips: list[str], ended: Outcome | None = None) -> None:
        """One more case."""
        self.cases += 1
        self.outcomes[outcome] += 1
        self.slips += [f"{name}: {slip}" for slip in slips]
        if ended is not None:
            self.seconds, self.peak = max(self.seconds, ended.seconds), max(self.peak, ended.peak)

    def join(self, other: Figures) -> None:
        """The figures of another part of the same row."""
        self.cases += other.cases
        self.outcomes += other.outcomes
        self.slips += other.slips
        self.seconds, self.peak = max(self.seconds, other.seconds), max(self.peak, other.peak)

    def row(self) -> str:
        """A row of the table in Markdown."""
        told = ", ".join(f"{count:,} {name}" for name, count in self.outcomes.most_common())
        most = f"{self.seconds:.1f} s, {self.peak >> 20} MiB" if self.peak else "–"
        return f"| {self.id} | {self.what} | {self.cases:,} | {told} | {most} | {len(self.slips)} |"


def refusal_faults(ended: Outcome, name: str, *, row: bool = False) -> list[str]:
    """What a refusal lacks: exit 2, the file, the row or feature, a reason and a repair."""
    text = ended.err.strip()
    found = list(ended.slips)
    if ended.code != 2:
        found.append(f"exit {ended.code} instead of 2")
        return found
    if name not in text:
        found.append("the file is not named")
    if not _TWO.search(text):
        found.append(f"no reason or no repair in {text[-200:]!r}")
    if row and not re.search(r"feature \d+|:\d+\b", text):
        found.append(f"no row in {text[-200:]!r}")
    return found
