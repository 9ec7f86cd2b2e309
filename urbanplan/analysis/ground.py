"""The ground under maps and sheets: a file of this machine, or a service that a page asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.analysis.plans import plan_folder
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.translation import current_language

if TYPE_CHECKING:
    from urbanplan.model.plan import Plan
    from urbanplan.view.map.ground import Ground

EMBEDDED_MB = 20.0
"""Megabytes of pictures that a page holds unless a user says another number."""


@dataclass(frozen=True)
class GroundRequest:
    """What a user asks for under a map.

    Attributes:
        base: a file, a folder of tiles, or a name of ``maps/bases``. online: whether a page may ask a service.
        key: the user's, kept in the page. tiles: the folder for the tiles of a file, beside the page.
        most_mb: megabytes of pictures that the page may hold.
    """

    base: str | None = None
    online: bool = False
    key: str | None = None
    tiles: Path | None = None
    most_mb: float | None = None


def open_ground(
    plan: Plan, base: str | None, *, tiles: Path | None = None, most_mb: float | None = None,
    notify: Callable[[Note], None] | None = None,
) -> Ground | None:  # fmt: skip
    """The ground of a file or of a folder of tiles; None where ``base`` is the name of a service, or nothing.

    Args:
        plan: whose ``maps/bases`` are looked in first. base: a path, or the name of a declared ground.
        tiles: a new folder beside the page for its tiles; the page holds them where it is None.
        most_mb: megabytes of pictures that the page may hold. notify: hears what was done.

    Raises:
        GateError, RasterError: the file is refused or cannot be read. ViewError: there is no ground of that name.
    """
    from urbanplan.exchange.tiles.source import TileOptions, open_tiles, tile_kind
    from urbanplan.view.map.base import read_base_map
    from urbanplan.view.map.ground import Ground

    if base is None:
        return None
    most = most_mb or EMBEDDED_MB
    if tile_kind(base) or "/" in base or "\\" in base:
        return Ground(open_tiles(base), Path(base).stem, most_mb=most, folder=tiles, notify=notify)
    home = plan_folder(plan)
    declared = read_base_map(base, beside=home)
    if declared.file is None:
        return None
    options = TileOptions(declared.tiling, declared.from_south)
    source = open_tiles(declared.file, options, root=home)
    language = current_language()
    title, credit = declared.title.get(language, base), declared.credit.get(language, "")
    return Ground(source, title, credit, declared.datum, most, tiles, notify)


def choose_ground(plan: Plan, asked: GroundRequest, notify: Callable[[Note], None]) -> tuple[Ground | None, str | None]:
    """The file that a map is drawn on, and the service that its page asks, in the words of ``map_page``.

    Raises:
        UsageError: an option has no ground that it is about. The other errors are those of :func:`open_ground`.
    """
    found = open_ground(plan, asked.base, tiles=asked.tiles, most_mb=asked.most_mb, notify=notify)
    if found is not None:
        if asked.online or asked.key:
            notify(note("--online and --key do nothing with a ground of this machine", level="warning"))
        return found, None
    if asked.tiles is not None or asked.most_mb is not None:
        raise UsageError("--tiles and --embed are about a file, and --base names none",
                         fix="Give --base a GeoTIFF, MBTiles, PMTiles or folder of tiles.")  # fmt: skip
    if not (asked.online or asked.key):
        if asked.base:
            notify(note("--base does nothing without --online", level="warning"))
        return None, None
    if asked.key:
        notify(note("the page holds your key: whoever has the page has the key", level="warning"))
    return None, f"{asked.base or 'tianditu'}:{asked.key or ''}"
