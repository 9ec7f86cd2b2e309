"""H5: hostile and mutated pictures of the ground, to inspect and under a map."""

from __future__ import annotations

import random
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

from exchange.corpus.child import Outcome, command, prepare, run_forked
from exchange.corpus.h1_files import listen
from exchange.corpus.hostile_files import CANARY, HostileSetting, make_setting
from exchange.corpus.mutate import mutate
from exchange.corpus.statistics_table import Figures, refusal_faults
from exchange.corpus.traps_ground import GOOD, hostile_grounds
from exchange.corpus.valid_files import COUNT_TARGET, file_digests, plan_head
from ground_samples import TOWN, town_tiles, write_folder, write_geotiff

PLAN = f"""{plan_head()}[[layer]]
name = "parcels"
file = "parcels.geojson"
type = "parcels"
basis = "reported"
{COUNT_TARGET}"""
HEIGHTS = ".heights.tif"
KINDS = ("made", *GOOD, "folder", HEIGHTS)


def _write_plan(home: Path) -> None:
    """A parcel in the middle of the town that the grounds show."""
    import geopandas as gpd
    import shapely

    home.mkdir()
    west, south, east, north = TOWN
    middle = shapely.box(west + 900, south + 900, east - 900, north - 900)
    frame = gpd.GeoDataFrame({"id": ["A"]}, geometry=[middle], crs="EPSG:4547").to_crs("EPSG:4326")
    (home / "parcels.geojson").write_text(frame.to_json(), encoding="utf-8")  # the drivers that write one are off here
    (home / "plan.toml").write_text(PLAN, encoding="utf-8")


def _files(home: Path, kind: str, mutations: int, around: HostileSetting) -> Iterator[Path]:
    """Grounds of a kind, one after the other; those made by hand are all there from the first."""
    draw = random.Random(kind)
    if kind == "made":
        yield from hostile_grounds(home, around.secret).values()
        return
    if kind == "folder":
        yield from _folders(home, around)
        return
    path = home / f"good{kind}"
    (write_heights if kind == HEIGHTS else GOOD[kind])(path)
    data, turned = path.read_bytes(), home / f"turned{kind}"
    for companion in (".aux.xml", ".ovr", ".msk"):
        link = turned.with_name(turned.name + companion)
        link.symlink_to(around.secret)
        turned.write_bytes(data)
        yield turned
        link.unlink()
    for _ in range(mutations):
        turned.write_bytes(mutate(data, draw))
        yield turned


def write_heights(path: Path) -> Path:
    """A raster of heights over the town."""
    import numpy as np

    pixels = np.add.outer(np.arange(60.0), np.arange(60.0)).astype("float32")[None]
    return write_geotiff(path, pixels, tiled=True, blockxsize=16, blockysize=16, compress="deflate")


def _folders(home: Path, around: HostileSetting) -> Iterator[Path]:
    """Folders of tiles with links, pages, huge pictures, levels without an end, and names of every kind."""
    import os

    tiles = list(town_tiles(levels=range(14, 15)))
    huge = bytearray(tiles[0][3])
    huge[16:24] = struct.pack(">II", 2**31 - 1, 2**31 - 1)
    contents = {
        "html": b"<!DOCTYPE html>",
        "svg": b"<svg onload='x()'/>",
        "empty": b"",
        "huge": bytes(huge),
        "cut": tiles[0][3][:40],
    }
    for name, content in contents.items():
        yield write_folder(home / name, [(*tile[:3], content) for tile in tiles])
    for name, target in {"out": around.secret, "device": Path("/dev/zero"), "loop": Path("loop.png")}.items():
        folder = write_folder(home / f"link-{name}", tiles)
        for tile in folder.rglob("*.png"):
            tile.unlink()
            tile.symlink_to(target)
        yield folder
    folder = write_folder(home / "pipes", tiles)
    for tile in folder.rglob("*.png"):
        tile.unlink()
        os.mkfifo(tile)
    yield folder
    folder = write_folder(home / "levels", tiles)
    for name in ("99", "9" * 200, "-1", "1e9", "14x", "\u0661", "x"):
        (folder / name / "1").mkdir(parents=True)
    yield folder
    around_up = home / "circle"
    around_up.mkdir()
    (around_up / "14").symlink_to(around_up)
    yield around_up


def _lines(path: Path, home: Path) -> dict[str, list[str]]:
    if path.name.endswith(HEIGHTS):
        rain = [
            "rain",
            "--elevation",
            str(path),
            "--crs",
            "EPSG:4547",
            "--quiet",
            "--grid",
            str(home / "out" / "a.tif"),
        ]
        return {"inspect": ["inspect", str(path)], "rain": rain}
    page = ["map", str(home / "plan"), "--base", str(path), "-o", str(home / "out" / "a.html")]
    return {"map": page} if path.is_dir() else {"inspect": ["inspect", str(path)], "map": page}


def run(mutations: int, *, kinds: tuple[str, ...] = KINDS) -> Figures:
    """Each ground to each command: refused by name, or shown; nothing else happens."""
    figures = Figures("H5", "hostile grounds")
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder, listen() as (address, called):
            home = Path(folder)
            prepare(lambda home=home: _write_plan(home / "plan"))
            around = make_setting(home / "elsewhere", address)
            for path in _files(home / "files" if (home / "files").mkdir() is None else home, kind, mutations, around):
                for name, line in _lines(path, home).items():
                    (home / "out").mkdir(exist_ok=True)
                    before = file_digests(home / "elsewhere", home / "plan")
                    ended = run_forked(command([*line, "--lang", "en"]))
                    slips = ended.slips if ended.code == 0 else refusal_faults(ended, path.name.partition(".")[0])
                    slips += _leaks(ended, home / "out")
                    slips += ["something changed"] * (file_digests(home / "elsewhere", home / "plan") != before)
                    figures.take(f"{name} {path.name}", "refused" if ended.code == 2 else "shown", slips, ended)
            figures.slips += [f"a call from {place}" for place in called]
    return figures


def _leaks(ended: Outcome, out: Path) -> list[str]:
    """The secret in what was said or written; what was written is taken away."""
    written = b""
    for file in sorted(out.rglob("*"), reverse=True):
        if file.is_dir():
            file.rmdir()
            continue
        written += file.read_bytes() if file.suffix == ".html" else b""
        file.unlink()
    return ["the canary shows"] * (CANARY in ended.said or CANARY.encode() in written)
