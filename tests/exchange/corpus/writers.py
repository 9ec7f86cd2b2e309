"""Every writer: each format, several layers, the store, a layer of a plan, and the pages and tables of the commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exchange.corpus.valid_files import SUFFIXES, frame_for


@dataclass(frozen=True)
class Writer:
    """A writer that can be killed.

    Attributes:
        name: for the table.
        write: writes version ``text`` (old or new; every row says it) below a folder; False where it was refused.
        read: which version the folder holds; raises where it is not whole.
    """

    name: str
    write: Callable[[Path, str], bool]
    read: Callable[[Path], str]


def version_frame(suffix: str, text: str) -> Any:
    """The frame of a format with ``text`` in every row; the rows of two versions differ in number too."""
    import pandas as pd

    frame = frame_for(suffix)
    frame = pd.concat([frame] * (1 if text == "old" else 2), ignore_index=True)
    frame["id"] = [f"{text}-{at}" for at in range(len(frame))]
    return frame


def _read_version(values: Any) -> str:
    """The one version that all values say."""
    versions = {str(value).rpartition("-")[0] for value in values}
    assert len(versions) == 1, versions
    version = versions.pop()
    assert len(values) == (3 if version == "old" else 6), len(values)
    return version


def format_writer(suffix: str) -> Writer:
    """``write`` in one format, with companions and metadata file."""

    def put(home: Path, text: str) -> bool:
        from urbanplan.exchange import write

        return bool(write(version_frame(suffix, text), home / f"a{suffix}", allow_loss=True, metadata={"title": text}))

    def get(home: Path) -> str:
        import json

        from urbanplan.exchange import read

        frame = read(home / f"a{suffix}").frame
        version = _read_version(frame["地块编号" if suffix == ".txt" and "地块编号" in frame else "id"].tolist())
        about = json.loads((home / f"a{suffix}.meta.json").read_text(encoding="utf-8"))
        assert about["title"] == version, (about["title"], version)
        return version

    return Writer(suffix[1:], put, get)


def _write_layers(home: Path, text: str) -> bool:
    from urbanplan.exchange.writing import write_layers

    frames = {name: version_frame(".gpkg", text) for name in ("one", "two")}
    return bool(write_layers(frames, home / "a.gpkg", metadata={"title": text}))


def _read_layers(home: Path) -> str:
    from urbanplan.exchange import read

    found = {_read_version(read(home / "a.gpkg", layer=name).frame["id"].tolist()) for name in ("one", "two")}
    assert len(found) == 1, found
    return found.pop()


def _write_store(home: Path, text: str) -> bool:
    from urbanplan.store import cache

    cache.MIN_STORED_BYTES = 0
    _sources(home)
    store = cache.open_store(home / ".urbanplan")
    store.read(home / "sources" / f"{text}.geojson")
    return store.keep()


def _sources(home: Path) -> None:
    """Files to be read, one for each version, made once."""
    from urbanplan.exchange import write

    if not (home / "sources").exists():
        (home / "sources").mkdir()
        for text in ("old", "new"):
            write(version_frame(".geojson", text)[["id", "geometry"]], home / "sources" / f"{text}.geojson")


def _read_store(home: Path) -> str:
    """The store never says a wrong number: it is what was sealed, or it counts as empty."""
    from urbanplan.store import cache

    cache.MIN_STORED_BYTES = 0
    store = cache.open_store(home / ".urbanplan")
    held = set()
    for source in sorted((home / "sources").glob("*.geojson")):
        asked = len(store.fresh)
        assert _read_version(store.read(source).frame["id"].tolist()) == source.stem
        held |= {source.stem} if len(store.fresh) == asked else set()
    assert held, "the store is gone"
    return "new" if "new" in held else "old"


def _command(*words: str) -> bool:
    from urbanplan.cli.app import run

    return run(list(words)) == 0


def _write_added(home: Path, text: str) -> bool:
    from exchange.corpus.h1_files import PLAN

    if not (home / "plan.toml").exists():
        (home / "plan.toml").write_text(PLAN, encoding="utf-8")
    _sources(home)
    source = home / "sources" / f"{text}.geojson"
    return _command("add", "parcels", str(source), "--plan", str(home), "--allow-loss")


def _read_added(home: Path) -> str:
    from urbanplan.exchange import read

    return _read_version(read(home / "parcels.geojson").frame["id"].tolist())


def _write_page(home: Path, text: str) -> bool:
    """What every page, sheet and report goes through: one whole text under its name."""
    from urbanplan.cli.output import Output

    Output("html", home / "page.html").put(f"<p>{text}-" * (3 if text == "old" else 6) + "\n" + " " * 300_000)
    return True


def _read_page(home: Path) -> str:
    return _read_version((home / "page.html").read_text(encoding="utf-8").split("<p>")[1:])


def _write_sheets(home: Path, text: str) -> bool:
    """A batch of sheets: files of their own that go together."""
    from urbanplan.exchange.files.atomic import replace_files

    with replace_files(home, name=str(home)) as folder:
        for at in range(6):
            (folder / f"{at}.pdf").write_text(f"{text}-" + "x" * 50_000, encoding="utf-8")
    return True


def _read_sheets(home: Path) -> str:
    versions = {file.read_text(encoding="utf-8").partition("-")[0] for file in home.glob("*.pdf")}
    assert len(versions) == 1, versions
    return versions.pop()


WRITERS = (
    *(format_writer(suffix) for suffix in SUFFIXES),
    Writer("gpkg of layers", _write_layers, _read_layers),
    Writer("store", _write_store, _read_store),
    Writer("add", _write_added, _read_added),
    Writer("page", _write_page, _read_page),
    Writer("sheets", _write_sheets, _read_sheets),
)
