"""The ground of a file in a page: tiles around the district, inside the page up to a size, or in a folder beside."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from urbanplan.errors import ViewError
from urbanplan.exchange.tiles.picture import ENDINGS, check_picture
from urbanplan.model.note import Note, note
from urbanplan.view.map.base import Datum

if TYPE_CHECKING:
    from urbanplan.exchange.tiles.source import TileSource
    from urbanplan.exchange.tiles.tiling import Box

EMBEDDED_MB = 20.0
"""Megabytes of pictures in a page, unless a user says another number."""
_LAST_LEVEL = 19  # of the page's map
_FIRST_TILES = 6  # of the coarsest level
_AROUND = 0.25  # of the map's width and height, on each side
_GROWTH = 3.0  # at least so many times the bytes of a level has the next


@dataclass(frozen=True)
class Ground:
    """A file of pictures under a map.

    Attributes:
        source: of its tiles. title: how the page calls it. credit: whose it is. datum: of the pictures.
        most_mb: megabytes that the page may hold of it. folder: where its tiles go instead, a new folder beside the
            page. notify: hears what was done.
    """

    source: TileSource
    title: str
    credit: str = ""
    datum: Datum = "cgcs2000"
    most_mb: float = EMBEDDED_MB
    folder: Path | None = None
    notify: Callable[[Note], None] | None = None

    def tell(self, said: Note) -> None:
        """Pass a note on."""
        if self.notify is not None:
            self.notify(said)


def ground_of_page(ground: Ground, bounds: list[list[float]]) -> tuple[dict[str, Any], dict[str, str]]:
    """What a page knows of a ground, and the tiles that it holds by ``level/column/row``.

    Args:
        ground: the file. bounds: south-west and north-east of the map, degrees (latitude first).

    Raises:
        ViewError: the ground lies elsewhere, or does not fit into the page.
        GateError, RasterError: the file cannot be read.
    """
    facts = ground.source.facts
    box = _common(facts.degrees, _around(bounds))
    highest = min(facts.levels[1], _LAST_LEVEL)
    fitting = [level for level in range(facts.levels[0], highest + 1)
               if facts.tiling.count(level, box) <= _FIRST_TILES]  # fmt: skip
    first = max(fitting, default=min(facts.levels[0], highest))
    if ground.folder is None:
        tiles, last = _embed(ground, range(first, highest + 1), box)
        addresses = [""]
    else:
        tiles, last = {}, highest
        addresses = [_write_tiles(ground, range(first, highest + 1), box)]
    return {
        "title": ground.title,
        "credit": ground.credit,
        "kind": "embedded" if ground.folder is None else "folder",
        "addresses": addresses,
        "subdomains": "a",
        "key": "",
        "asks": False,
        "levels": [first, last],
        "offset": 0,
        "fromSouth": False,
        "axes": "xy",
        "bounds": [[box[1], box[0]], [box[3], box[2]]],
    }, tiles


def _around(bounds: list[list[float]]) -> Box:
    (south, west), (north, east) = bounds
    x, y = (east - west) * _AROUND, (north - south) * _AROUND
    return west - x, south - y, east + x, north + y


def _common(ground: Box, page: Box) -> Box:
    """The box in both.

    Raises:
        ViewError: there is none.
    """
    box = max(ground[0], page[0]), max(ground[1], page[1]), min(ground[2], page[2]), min(ground[3], page[3])
    if box[0] >= box[2] or box[1] >= box[3]:
        raise ViewError(
            "the ground covers {theirs} and the map {ours}: they do not meet", fix="Check the CRS of the ground.",
            theirs=_say(ground), ours=_say(page),
        )  # fmt: skip
    return box


def _say(box: Box) -> str:
    return " ".join(f"{value:.3f}" for value in box)


def _embed(ground: Ground, levels: range, box: Box) -> tuple[dict[str, str], int]:
    """Tiles as data addresses from the coarsest level on, as many levels as fit, and the last of them."""
    most, whole, last = ground.most_mb * 1e6, 0, levels[0]
    held: dict[str, str] = {}
    step = 0
    for level in levels:
        if step and whole + _GROWTH * step > most:
            break
        made = {f"{level}/{x}/{y}": _data_address(data) for x, y, data in ground.source.tiles(level, box)}
        step = sum(map(len, made.values()))
        if whole + step > most:
            break
        held, whole, last = held | made, whole + step, level
    if not held:
        raise ViewError(
            "no picture of the ground fits into {most} MB, or it has none here",
            fix="Say more megabytes with --embed, or a folder with --tiles.",
            most=ground.most_mb,
        )
    what = "the page holds the ground to level {last} of {all}: {size} MB; --tiles FOLDER keeps every level beside it"
    ground.tell(note(what, last=last, all=levels[-1], size=f"{whole / 1e6:.1f}"))
    return held, last


def _data_address(data: bytes) -> str:
    return f"data:{check_picture(data, '')};base64,{base64.b64encode(data).decode('ascii')}"


def _write_tiles(ground: Ground, levels: range, box: Box) -> str:
    """Write the tiles into the folder: its address in the page, relative to it."""
    from urbanplan.exchange.tiles.writing import write_tiles

    folder = ground.folder
    assert folder is not None
    count, size, media = write_tiles(ground.source, folder, levels=levels, degrees=box)
    if not count:
        raise ViewError("the ground has no picture where the map lies", fix="Check the CRS of the ground.")
    ground.tell(note("{count} tiles of the ground in {folder}: {size} MB", level="result", count=count,
                       folder=folder, size=f"{size / 1e6:.1f}"))  # fmt: skip
    return f"{quote(folder.name)}/{{z}}/{{x}}/{{y}}.{ENDINGS[media]}"
