"""Tiles written as a folder, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.errors import ExchangeError
from urbanplan.exchange.tiles.picture import ENDINGS, check_picture
from urbanplan.model.library_messages import translate_problem

if TYPE_CHECKING:
    from urbanplan.exchange.tiles.source import TileSource
    from urbanplan.exchange.tiles.tiling import Box

_MARK = ".urbanplan-tiles"  # a folder with it is ours to replace


def write_tiles(source: TileSource, folder: Path, *, levels: range, degrees: Box) -> tuple[int, int, str]:
    """Write tiles as ``folder/level/column/row.ending``; a folder of tiles that urbanplan wrote is replaced.

    Args:
        source: of the tiles. folder: new, or one that this function wrote. levels: to write. degrees: box to cover.

    Returns:
        How many tiles, how many bytes, and the media type of the first, whose ending all of them bear.

    Raises:
        ExchangeError: something else stands there, or nothing can be written there.
    """
    where = str(folder)
    if folder.exists() and not (folder / _MARK).is_file():
        raise ExchangeError("the folder is there already, and holds no tiles of urbanplan", where=where,
                            fix="Name a new folder.")  # fmt: skip
    count = size = 0
    media = ""
    try:
        with tempfile.TemporaryDirectory(prefix=".urbanplan-", dir=folder.parent) as held:
            made = Path(held) / "tiles"
            made.mkdir()
            (made / _MARK).write_bytes(b"")
            for level in levels:
                for column, row, data in source.tiles(level, degrees):
                    media = media or check_picture(data, where)
                    file = made / str(level) / str(column) / f"{row}.{ENDINGS[media]}"
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(data)
                    count, size = count + 1, size + len(data)
            if count:
                if folder.exists():
                    shutil.move(folder, Path(held) / "before")
                shutil.move(made, folder)
    except OSError as error:
        if isinstance(error, ExchangeError):
            raise
        raise ExchangeError("the tiles cannot be written: {reason}", where=where, fix="Name another folder.",
                            reason=translate_problem(error.strerror or type(error).__name__)) from error  # fmt: skip
    return count, size, media
