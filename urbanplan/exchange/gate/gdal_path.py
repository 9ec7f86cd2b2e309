"""A path that GDAL takes as a path: marks such as ! and ; are a language of their own there."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SAFE_PATTERN = re.compile(r"[\w/. ~+,=()@-]+" if os.sep == "/" else r"[\w/. ~+,=()@:\\-]+")


@contextmanager
def readable_path(path: Path) -> Iterator[Path]:
    """The path itself where it is plain, else a link to it (and its namesakes) in a temporary folder."""
    if _SAFE_PATTERN.fullmatch(str(path)) and not path.name.startswith("-"):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        for file in path.parent.iterdir():
            if file == path or (file.stem == path.stem and file.is_file()):
                (Path(folder) / f"data{file.suffix.lower()}").symlink_to(file)
        yield Path(folder) / f"data{path.suffix.lower()}"


@contextmanager
def writable_path(path: Path) -> Iterator[Path]:
    """The path itself where it is plain, else a plain one whose files are moved to it at the end."""
    if _SAFE_PATTERN.fullmatch(str(path)) and not path.name.startswith("-"):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / f"data{path.suffix}"
        yield plain
        import shutil

        for file in sorted(Path(folder).iterdir()):
            shutil.copyfile(file, path.with_name(f"{path.stem}{file.suffix}"))


def clean_layer_name(text: str) -> str:
    """A layer's name without the marks that a database refuses."""
    return re.sub(r"[^\w .()-]", "_", text).lstrip("-") or "layer"
