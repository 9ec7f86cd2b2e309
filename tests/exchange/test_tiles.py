"""Pictures of the ground: tilings by pyproj, tiles of rasters where they must lie, files of tiles read and refused."""

from __future__ import annotations

import random
import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from exchange.corpus.mutate import mutate
from exchange.corpus.traps_ground import GOOD, hostile_grounds
from exchange.corpus.valid_files import file_digests
from ground_samples import (
    MARK,
    TOWN,
    picture,
    town_pixels,
    town_tiles,
    write_folder,
    write_geotiff,
    write_mbtiles,
    write_pmtiles,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from urbanplan.errors import ExchangeError, GateError, RasterError, UrbanplanError
from urbanplan.exchange import inspect
from urbanplan.exchange.gdal import pixels
from urbanplan.exchange.gdal.pictures import PictureQuery
from urbanplan.exchange.gdal.pictures import picture as ground_picture
from urbanplan.exchange.gdal.pixels import decode
from urbanplan.exchange.gdal.raster import open_tiff
from urbanplan.exchange.tiles.picture import check_picture
from urbanplan.exchange.tiles.source import TileOptions, open_tiles
from urbanplan.exchange.tiles.tiling import DEGREES, MERCATOR
from urbanplan.exchange.tiles.writing import write_tiles

TO_MERCATOR = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
TO_DEGREES = Transformer.from_crs("EPSG:4547", "EPSG:4326", always_xy=True)


@given(st.floats(-180, 180), st.floats(-85, 85), st.integers(0, 20))
@settings(max_examples=30, deadline=None)
def test_a_place_lies_in_its_tile_as_pyproj_places_it(longitude: float, latitude: float, level: int) -> None:
    for tiling, (x, y) in ((MERCATOR, TO_MERCATOR.transform(longitude, latitude)), (DEGREES, (longitude, latitude))):
        assert tiling.project(longitude, latitude) == pytest.approx((x, y), abs=1e-6)
        assert tiling.unproject(x, y) == pytest.approx((longitude, latitude), abs=1e-9)
        column, _, row, _ = tiling.cover(level, (longitude, latitude, longitude, latitude))
        west, south, east, north = tiling.box(level, column, row)
        slack = 1e-7 * tiling.span
        assert west - slack <= x <= east + slack
        assert south - slack <= y <= north + slack


def test_levels_of_degrees_are_those_of_the_set_c() -> None:
    # level 1 of c: 2 x 1 tiles, 0.703125 degrees a pixel; level 18 at 34.8 N, 113.5 E, counted by hand
    assert DEGREES.size(1) / 256 == 0.703125
    assert DEGREES.cover(1, (-179.0, -89.0, 179.0, 89.0)) == (0, 1, 0, 0)
    assert DEGREES.cover(18, (113.5, 34.8, 113.5, 34.8)) == (213720, 213720, 40195, 40195)


def mark_in(source, level: int) -> tuple[float, float]:
    """Where the white square's middle lies in the tiles of a level, in the tiling's units."""
    tiling = source.facts.tiling
    found, weight = np.zeros(2), 0.0
    for column, row, data in source.tiles(level, source.facts.degrees):
        pixels = decode(data, "")
        rows, columns = np.nonzero((pixels[:3].min(axis=0) > 150) & (pixels[3] > 0))
        west, _, _, north = tiling.box(level, column, row)
        step = tiling.size(level) / 256
        found += [(west + (columns + 0.5) * step).sum(), (north - (rows + 0.5) * step).sum()]
        weight += len(rows)
    assert weight
    return tuple(found / weight)


@pytest.mark.parametrize("tiling", [MERCATOR, DEGREES], ids=["3857", "4490"])
def test_a_raster_lies_within_a_pixel_of_where_pyproj_puts_it(tmp_path: Path, tiling) -> None:
    source = open_tiles(write_geotiff(tmp_path / "a.tif"), TileOptions(tiling))
    level = source.facts.levels[1] - 1
    place = Transformer.from_crs("EPSG:4547", tiling.crs, always_xy=True).transform(*MARK)
    pixel = tiling.size(level) / 256
    assert np.hypot(*(np.array(mark_in(source, level)) - place)) < pixel


def test_rasters_of_any_crs_and_colour_show_the_same_town(tmp_path: Path) -> None:
    colours = town_pixels(marked=False)
    grey = (colours[:1].astype(np.uint16) + colours[1:2]) * 20
    index = (np.indices((120, 120))[0] // 60 * 2 + np.indices((120, 120))[1] // 60)[None].astype(np.uint8)
    palette = {0: (200, 0, 0, 255), 1: (0, 200, 0, 255), 2: (0, 0, 200, 255), 3: (200, 200, 0, 255)}
    opaque = np.concatenate([colours, np.full((1, 120, 120), 255, np.uint8)])
    opaque[3, :60] = 0
    files = {
        "utm": write_geotiff(tmp_path / "utm.tif", colours, crs="EPSG:32649"),
        "degrees": write_geotiff(tmp_path / "degrees.tif", colours, crs="EPSG:4490"),
        "palette": write_geotiff(tmp_path / "palette.tif", index, palette=palette),
        "grey": write_geotiff(tmp_path / "grey.tif", grey),
        "clear": write_geotiff(tmp_path / "clear.tif", opaque, photometric="RGB", alpha="yes"),
    }
    west, south, east, north = TOWN
    middles = {}
    for name, file in files.items():
        query = PictureQuery(name, "EPSG:4547", (west, south, east, north), 40, 40, str(file))
        pixels = decode(ground_picture(query).data, name)
        middles[name] = [tuple(int(v) for v in pixels[:, y, x]) for y in (64, 192) for x in (64, 192)]
    for name in ("utm", "degrees", "palette"):
        for found, wanted in zip(middles[name], palette.values(), strict=True):
            assert np.abs(np.array(found) - wanted).max() < 30, name
    assert [min(one[:3]) > 240 for one in middles["clear"]] == [True, True, False, False]
    assert [one[0] == one[1] == one[2] for one in middles["grey"]] == [True] * 4
    assert middles["grey"][2][0] < middles["grey"][0][0] <= middles["grey"][3][0]  # blue is darkest, yellow lightest


@pytest.mark.parametrize(("size", "most"), [(97, 1), (40, 20)], ids=["as fine", "thinned"])
def test_a_raster_in_its_own_crs_is_read_where_it_would_be_warped_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, most: int
) -> None:
    east, north = np.meshgrid(np.arange(120), np.arange(120))
    colours = np.stack([east * 2, north * 2, east + north]).astype(np.uint8)  # smooth: a shift by a pixel is 2
    file = write_geotiff(tmp_path / "a.tif", colours)
    west, south, east, north = TOWN
    step = (east - west) / 120
    target = pixels.Frame("EPSG:4547", (west + 3.3 * step, south + 7.7 * step, west + 99.9 * step, south + 104.3 * step),
                          size, size)  # fmt: skip
    with open_tiff(str(file), "") as source:
        assert pixels.straight_window(source, target) is not None
        read = pixels.warp_raster(source, target, None, "")
        monkeypatch.setattr(pixels, "straight_window", lambda *_: None)
        warped = pixels.warp_raster(source, target, None, "")
    assert read is not None
    assert warped is not None
    assert np.abs(read.astype(int) - warped.astype(int)).max() <= most
    assert np.abs(read.astype(int) - warped.astype(int)).mean() < 1


def test_a_picture_of_a_raster_in_its_own_crs_is_no_finer_than_it(tmp_path: Path) -> None:
    west, south, east, north = TOWN  # 120 pixels of 20 m
    half = (west, south, (west + east) / 2, (south + north) / 2)
    with open_tiff(str(write_geotiff(tmp_path / "a.tif")), "") as source:
        for crs, box, asked, own in (
            ("EPSG:4547", half, 200, 60),
            ("EPSG:4547", TOWN, 40, 40),
            ("EPSG:4546", half, 200, 200),
        ):
            found = pixels.own_frame(source, pixels.Frame(crs, box, asked, asked))
            assert (found.width, found.height, found.bounds) == (own, own, box)


def test_a_frame_of_a_raster_in_its_own_crs_lies_on_whole_pixels(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    colours = rng.integers(0, 256, (3, 120, 120), dtype=np.uint8)
    west, south, _, north = TOWN  # pixels of 20 m
    asked = pixels.Frame("EPSG:4547", (west + 33, south + 41, west + 639, south + 700), 500, 500)
    file = str(write_geotiff(tmp_path / "a.tif", colours))
    with open_tiff(file, "") as source:
        own = pixels.own_frame(source, asked)
        read = pixels.warp_raster(source, own, None, "")
    assert own.bounds == (west + 20, south + 40, west + 640, south + 700)
    assert (own.width, own.height) == (31, 33)
    assert read is not None
    row = round((north - own.bounds[3]) / 20)
    assert np.array_equal(read[:3], colours[:, row : row + 33, 1:32])  # pixels as they are, none between two
    made = ground_picture(PictureQuery("a", "EPSG:4547", asked.bounds, 500, 500, file))
    assert made.bounds == own.bounds


def test_a_raster_that_is_held_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import rasterio

    from urbanplan.exchange.gdal.raster import hold_tiff

    file, other = (str(write_geotiff(tmp_path / name)) for name in ("a.tif", "b.tif"))
    opened: list[str] = []
    plain = rasterio.open
    monkeypatch.setattr(rasterio, "open", lambda path, **how: opened.append(path) or plain(path, **how))
    monkeypatch.setattr("urbanplan.exchange.gdal.drivers.closed", lambda: True)
    with hold_tiff(file, ""):
        for path in (file, other, file):
            with open_tiff(path, "") as source:
                assert source.name == path
    with open_tiff(file, "") as source:
        assert source.width == 120
    assert opened == [file, other, file]


def test_a_frame_beyond_a_raster_or_in_another_crs_is_warped(tmp_path: Path) -> None:
    west, south, east, north = TOWN
    with open_tiff(str(write_geotiff(tmp_path / "a.tif")), "") as source:
        assert pixels.straight_window(source, pixels.Frame("EPSG:4547", TOWN, 120, 120)) is not None
        beyond = pixels.Frame("EPSG:4547", (west - 1, south, east, north), 120, 120)
        assert pixels.straight_window(source, beyond) is None
        assert pixels.straight_window(source, pixels.Frame("EPSG:4546", TOWN, 120, 120)) is None


@pytest.fixture(scope="module")
def tile_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, tiles = tmp_path_factory.mktemp("tiles"), list(town_tiles())
    made = {"mbtiles": write_mbtiles(folder / "a.mbtiles", tiles), "folder": write_folder(folder / "a", tiles)}
    if find_spec("pmtiles"):
        made["pmtiles"] = write_pmtiles(folder / "a.pmtiles", tiles)
    return made


@pytest.mark.parametrize("kind", ["mbtiles", "pmtiles", "folder"])
def test_tiles_are_read_as_they_were_written(tile_files: dict[str, Path], kind: str) -> None:
    if kind not in tile_files:
        pytest.skip("pmtiles is not installed")
    source = open_tiles(tile_files[kind])
    assert (source.facts.kind, source.facts.levels) == (kind, (12, 15))
    written = {(z, x, y): data for z, x, y, data in town_tiles()}
    for level in range(12, 16):
        found = {(level, x, y): data for x, y, data in source.tiles(level, (113.5, 34.75, 113.6, 34.9))}
        assert found == {key: data for key, data in written.items() if key[0] == level}
    assert list(source.tiles(14, (10, 10, 11, 11))) == []


def test_tiles_that_count_from_the_south_or_in_degrees_say_so(tmp_path: Path) -> None:
    tiles = list(town_tiles(DEGREES, range(14, 15)))
    south = [(z, x, 2 ** (z - 1) - 1 - y, data) for z, x, y, data in tiles]
    source = open_tiles(write_folder(tmp_path / "a", south), TileOptions(DEGREES, from_south=True))
    assert sorted(source.tiles(14, (113.5, 34.75, 113.6, 34.9))) == sorted((x, y, data) for _, x, y, data in tiles)
    west, south_, east, north = source.facts.degrees
    assert west < 113.55 < east
    assert south_ < 34.81 < north


def test_tiles_are_written_whole_and_never_over_another_folder(tmp_path: Path, tile_files: dict[str, Path]) -> None:
    source = open_tiles(tile_files["mbtiles"])
    for _ in range(2):  # the second replaces the first
        count, _, media = write_tiles(source, tmp_path / "out", levels=range(12, 14), degrees=source.facts.degrees)
        assert (count, media) == (len(list((tmp_path / "out").rglob("*.png"))), "image/png")
    (tmp_path / "mine").mkdir()
    with pytest.raises(ExchangeError, match="there already"):
        write_tiles(source, tmp_path / "mine", levels=range(12, 14), degrees=source.facts.degrees)
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".urban")] == []


def test_inspect_tells_what_a_ground_is(tmp_path: Path, tile_files: dict[str, Path]) -> None:
    seen = inspect(write_geotiff(tmp_path / "a.tif"))
    assert seen.raster is not None
    assert (seen.format, seen.raster.width, seen.raster.bands, seen.raster.crs) == ("geotiff", 120, 3, "EPSG:4547")
    assert seen.raster.pixel_m == pytest.approx(20, rel=0.02)
    low = TO_DEGREES.transform(*TOWN[:2])
    assert seen.raster.degrees is not None
    assert seen.raster.degrees[:2] == pytest.approx(low, abs=2e-4)
    for kind, file in tile_files.items():
        found = inspect(file)
        assert found.raster is not None
        assert (found.format, found.raster.levels, found.raster.crs) == (kind, (12, 15), "EPSG:3857")
    placeless = inspect(write_geotiff(tmp_path / "b.tif", crs=None)).raster
    assert placeless is not None
    assert placeless.crs is None
    with pytest.raises(RasterError, match="no coordinate system"):
        open_tiles(tmp_path / "b.tif")


def test_a_picture_is_whole_and_of_a_kind_that_pages_show() -> None:
    good = {driver: picture((1, 2, 3), driver) for driver in ("PNG", "JPEG", "WEBP")}
    for driver, data in good.items():
        assert check_picture(data, "") == f"image/{driver.lower()}"
        for cut in (data[: len(data) // 2], data[:20]):
            with pytest.raises(GateError):
                check_picture(cut, "a tile")
    large = bytearray(good["PNG"])
    large[16:24] = struct.pack(">II", 2**31 - 1, 2**31 - 1)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    html = b"<!DOCTYPE html><title>404</title>"
    for bad in (bytes(large), svg, html, b"", b"GIF89a" + b"\0" * 99, picture((1, 2, 3), side=1100)):
        with pytest.raises(GateError):
            check_picture(bad, "a tile")


def read_level(file: Path) -> list:
    return list(open_tiles(file).tiles(14, (113.53, 34.79, 113.58, 34.84)))


def test_hostile_grounds_are_refused_at_their_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urbanplan.exchange.tiles.mbtiles.MAX_LOOKS", 2000)
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-8d1f0c", encoding="utf-8")
    files = hostile_grounds(tmp_path, secret)
    files["linked"] = write_folder(tmp_path / "linked", list(town_tiles(levels=range(14, 15))))
    tile = next(files["linked"].rglob("*.png"))
    tile.unlink()
    tile.symlink_to(secret)
    (tmp_path / "empty").mkdir()
    files["empty"] = tmp_path / "empty"
    for name, file in files.items():
        with pytest.raises(UrbanplanError) as caught:
            read_level(file)
        assert name.split(".")[0] in caught.value.where, name
        assert caught.value.fix, name
        assert "canary" not in str(caught.value)


def refusal(look, file: Path) -> UrbanplanError | None:
    """The error of a look at a file, None where it was read."""
    try:
        look(file)
    except UrbanplanError as error:
        return error
    return None


@pytest.mark.parametrize("count", [6, pytest.param(400, marks=pytest.mark.corpus)], ids=["few", "many"])
@pytest.mark.parametrize("suffix", GOOD)
def test_a_mutated_ground_is_read_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, count: int
) -> None:
    if suffix == ".pmtiles":
        pytest.importorskip("pmtiles")
    monkeypatch.setattr("urbanplan.exchange.tiles.mbtiles.MAX_LOOKS", 2000)
    data, draw = GOOD[suffix](tmp_path / f"good{suffix}").read_bytes(), random.Random(suffix)
    file = tmp_path / f"turned{suffix}"
    for _ in range(count):
        file.write_bytes(mutate(data, draw))
        before = file_digests(tmp_path)
        for look in (inspect, read_level):
            error = refusal(look, file)
            assert error is None or (file.name in error.where and error.fix), error
        assert file_digests(tmp_path) == before
