"""What a person chooses of a drawing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CadOptions:
    """What is taken of a drawing, and how.

    Attributes:
        layers: patterns of names (``JZD*``) of the drawing layers to take, all where there are none.
        label: name of the column that holds the text inside each outline; its texts are no features then.
        close: metres between the ends of a line that is taken as an outline.
        unit: of the drawing (``m``, ``mm``, ``ft`` …), whatever its header says.
        layout: the layout of paper space to read instead of the model space.
        visible_only: leave out what lies on layers that are frozen or off, and what is hidden.
        inspecting: tell what reading would refuse.
    """

    layers: tuple[str, ...] = ()
    label: str | None = None
    close: float = 0.0
    unit: str | None = None
    layout: str | None = None
    visible_only: bool = False
    inspecting: bool = False
