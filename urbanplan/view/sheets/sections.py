"""What the sheets of all sections of drainage works share: the water of one rain, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from urbanplan.view.sheets.fonts import CjkFont
from urbanplan.view.sheets.surroundings import Ground


@dataclass(frozen=True, eq=False)
class RainAtlas:
    """What the sheets of all sections share.

    Attributes:
        result: an :class:`urbanplan.analysis.rain_result.RainResult`. before, after: the water of the rain that is
            drawn; after is None where no work says what it does. sections: the worst first. basis: the weakest of
            the elevation and the works, empty where nobody says it.
    """

    result: Any
    before: Any
    after: Any
    sections: list[Any]
    font: CjkFont
    around: list[Ground]
    basis: str

    @property
    def title(self) -> str:
        """What the sheets are of: the plan, else the elevation."""
        return self.result.inputs.title or self.result.inputs.elevation.name

    @property
    def maker(self) -> str | None:
        """Who made the plan."""
        return self.result.inputs.maker
