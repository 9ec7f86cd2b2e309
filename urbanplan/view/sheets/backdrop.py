"""The ground under a sheet's drawing: a picture of its frame at print resolution, what is drawn on it made light."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from urbanplan.errors import ViewError
from urbanplan.exchange.tiles.framing import Framing
from urbanplan.view.sheets.typesetting import Picture

if TYPE_CHECKING:
    from urbanplan.view.map.ground import Ground as PageGround
    from urbanplan.view.sheets.frame import Frame
    from urbanplan.view.sheets.surroundings import Ground

_Book = TypeVar("_Book")
_PIXELS = 300 / 25.4  # per mm: print resolution
_LIGHT = "#ffffff"
_ROAD_WIDTH = 0.25  # mm


@dataclass(frozen=True)
class Backdrop:
    """The ground that all drawings of a book stand on, in the CRS of its layers."""

    framing: Framing

    def svg(self, frame: Frame) -> Picture | None:
        """The ground of a frame as SVG that holds its picture; None where there is no ground."""
        west, south, east, north = frame.window
        return self._svg(frame, (west, south, east, north), (0.0, 0.0, frame.width, frame.height), 0.0)

    def turned_svg(self, frame: Frame, middle: tuple[float, float], turn: float) -> Picture | None:
        """The ground of a frame that is turned about its middle.

        Args:
            frame: in turned coordinates. middle: its centre on the land. turn: radians against the clock.
        """
        half = math.hypot(frame.width, frame.height) / 2  # mm
        reach = frame.metres(half)
        x, y = middle
        box = x - reach, y - reach, x + reach, y + reach
        place = frame.width / 2 - half, frame.height / 2 - half, 2 * half, 2 * half
        return self._svg(frame, box, place, turn)

    def _svg(
        self, frame: Frame, box: tuple[float, float, float, float], place: tuple[float, float, float, float],
        turn: float,
    ) -> Picture | None:  # fmt: skip
        x, y, width, height = place
        size = max(1, round(width * _PIXELS)), max(1, round(height * _PIXELS))
        made = self.framing.picture(box, size)
        if not made.data:
            return None
        west, south, east, north = made.bounds
        per_m = 1000 / frame.scale  # mm of paper
        x, y = x + (west - box[0]) * per_m, y + (box[3] - north) * per_m
        width, height = (east - west) * per_m, (north - south) * per_m
        w, h = frame.width, frame.height
        return Picture(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">'
            f'<image x="{x:.4f}" y="{y:.4f}" width="{width:.4f}" height="{height:.4f}" preserveAspectRatio="none" '
            f'transform="rotate({-math.degrees(turn)} {w / 2} {h / 2})" '
            f'href="data:image/jpeg;base64,{base64.b64encode(made.data).decode("ascii")}"/></svg>'
        )


def open_backdrop(ground: PageGround | None, crs: Any) -> Backdrop | None:
    """The backdrop of a book; None where no ground is asked for.

    Args:
        ground: a file of pictures. crs: of the layers.

    Raises:
        ViewError: its pictures lie shifted, in GCJ-02.
    """
    if ground is None:
        return None
    if ground.datum == "gcj02":
        raise ViewError("the ground is in GCJ-02: its pictures lie hundreds of metres off",
                        fix="Give a ground in CGCS2000, or leave --base out: sheets are true to their coordinates. On "
                            "a map the layers are shifted with such a ground.")  # fmt: skip
    return Backdrop(Framing(ground.source, crs))


def stand_on(book: _Book, ground: PageGround | None, crs: Any) -> _Book:
    """A book whose drawings stand on a ground, what is around drawn light; the book itself where there is none.

    Args:
        book: an atlas with ``around`` and ``backdrop``. ground: a file of pictures. crs: of the layers.

    Raises:
        ViewError: as :func:`open_backdrop`.
    """
    backdrop = open_backdrop(ground, crs)
    if backdrop is None:
        return book
    return cast("_Book", replace(cast("Any", book), backdrop=backdrop, around=lighten(cast("Any", book).around)))


def lighten(around: Iterable[Ground]) -> list[Ground]:
    """What is drawn around on a ground: areas by their outline, roads as thin light lines."""
    return [replace(ground, row=ground.row.model_copy(update=_light_style(ground))) for ground in around]


def _light_style(ground: Ground) -> dict[str, Any]:
    row = ground.row
    if row.casing is not None:
        return {"fill": None, "casing": None, "stroke": _LIGHT, "width": _ROAD_WIDTH}
    return {"fill": None, "stroke": row.stroke and _LIGHT, "width": max(row.width, 0.1)}
