"""Readiness: how much of a plan can be measured today, and which missing data would settle most."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ReadinessCounts(BaseModel):
    """How far a group of targets can be judged.

    Attributes:
        name: kind or chapter. targets: how many. measured: with a reading. decided: met or not met.
        open: measured, but undecidable. missing: without a reading.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    targets: int
    measured: int
    decided: int
    open: int
    missing: int


class Want(BaseModel):
    """What is missing, who would have it, and the targets that it would settle."""

    model_config = ConfigDict(frozen=True)

    what: str
    owner: str = ""
    kind: str = ""
    targets: list[str] = Field(default_factory=list)


class Readiness(BaseModel):
    """Readiness of a plan, in all, by kind and by chapter; wants in order of how many targets they settle."""

    model_config = ConfigDict(frozen=True)

    total: ReadinessCounts
    kinds: list[ReadinessCounts] = Field(default_factory=list)
    chapters: list[ReadinessCounts] = Field(default_factory=list)
    wants: list[Want] = Field(default_factory=list)
