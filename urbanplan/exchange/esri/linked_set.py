"""A shapefile in a folder of its own: its files as links, without some of them or with others in their place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_PARTS = (".shp", ".shx", ".dbf", ".cpg", ".prj")


@contextmanager
def linked_set(path: Path, changed: Mapping[str, bytes | None]) -> Iterator[Path]:
    """The path of the .shp there.

    Args:
        path: the .shp. changed: by ending the content of a part, None for a part that is not to lie there.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / path.name
        for file in path.parent.iterdir():
            ending = file.suffix.lower()
            if file.stem.lower() == path.stem.lower() and ending in _PARTS and ending not in changed:
                _link(file, made.with_name(f"{path.stem}{file.suffix}"))
        for ending, content in changed.items():
            if content is not None:
                made.with_suffix(ending).write_bytes(content)
        yield made


def _link(file: Path, target: Path) -> None:
    try:
        target.symlink_to(file.resolve())
    except OSError:  # a system without links
        shutil.copyfile(file, target)
