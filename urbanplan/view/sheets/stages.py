"""How the stages of roads are drawn: maps/sheets/road.toml."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from urbanplan.view.declared import read_declaration


class StageStyle(BaseModel):
    """A stage's names and line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: list[str] = Field(min_length=1)
    stroke: str = Field(pattern="^#[0-9a-fA-F]{6}$")
    width: float
    dash: bool = False


class RoadSheet(BaseModel):
    """maps/sheets/road.toml: which layers have sheets, the columns of their heads, the lines of their stages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: list[str]
    columns: dict[str, list[str]]
    stage: list[StageStyle] = Field(min_length=1)

    def rank(self, stage: str) -> int:
        """Place of a stage in the order of the file; an unknown one comes last."""
        return next((i for i, style in enumerate(self.stage) if stage in style.names), len(self.stage))

    def style(self, stage: str) -> StageStyle:
        """How a stage is drawn."""
        return self.stage[min(self.rank(stage), len(self.stage) - 1)]

    def drawn(self, stages: set[str]) -> list[StageStyle]:
        """Lines of the stages that occur, in order, each under the name that occurs."""
        known = sorted(stages, key=lambda stage: (self.rank(stage), stage))
        return [self.style(stage).model_copy(update={"names": [stage or "?"]}) for stage in known]


def road_sheet(folder: Path | None = None) -> RoadSheet:
    """The declaration of the road sheet."""
    return read_declaration(RoadSheet, "sheets/road.toml", folder)
