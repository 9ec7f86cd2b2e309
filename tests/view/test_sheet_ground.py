"""The ground under sheets: where it must lie to a pixel of print, straight and turned, from rasters and from tiles."""

from __future__ import annotations

import base64
import io
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from ground_samples import MARK, TOWN, town_pixels, town_tiles, write_geotiff, write_mbtiles
from map_scenario import map_inputs
from pdf_text import strokes
from pyproj import CRS

pytest.importorskip("typst")

from urbanplan.errors import UsageError, ViewError
from urbanplan.exchange.tiles.framing import Framing
from urbanplan.exchange.tiles.source import open_tiles
from urbanplan.view.map.ground import Ground
from urbanplan.view.sheets import circle_sheets, parcel_sheets
from urbanplan.view.sheets.backdrop import Backdrop, open_backdrop
from urbanplan.view.sheets.frame import Frame
from urbanplan.view.sheets.strips import Strip

WORKING = CRS.from_epsg(4547)


@pytest.fixture(scope="module")
def backdrop(tmp_path_factory: pytest.TempPathFactory) -> Backdrop:
    file = write_geotiff(tmp_path_factory.mktemp("raster") / "town.tif", town_pixels(480))
    found = open_backdrop(Ground(open_tiles(file), "town"), WORKING)
    assert found is not None
    return found


def mark_on_paper(svg: str | None) -> tuple[np.ndarray, float]:
    """Where the white square's middle lies in mm of the drawing, and mm of a pixel of the picture."""
    from PIL import Image

    assert svg is not None
    numbers = {name: float(value) for name, value in re.findall(r' (x|y|width|height)="([-\d.]+)"', svg)}
    found = re.search(r"rotate\(([-\d.e]+) ([-\d.]+) ([-\d.]+)\).*base64,([^\"]+)", svg)
    assert found is not None
    turn, *about = map(float, found.groups()[:3])
    data = base64.b64decode(found[4])
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    rows, columns = np.nonzero(pixels.min(axis=2) > 190)
    step = numbers["width"] / pixels.shape[1]
    place = np.array([numbers["x"] + (columns.mean() + 0.5) * step, numbers["y"] + (rows.mean() + 0.5) * step])
    angle = math.radians(turn)
    off = place - about
    spun = [off[0] * math.cos(angle) - off[1] * math.sin(angle), off[0] * math.sin(angle) + off[1] * math.cos(angle)]
    return np.array(about) + spun, step


@pytest.mark.parametrize(("frame", "least", "most"), [
    (Frame(40.0, 30.0, 60_000, (459_000.0, 3_854_000.0)), 25.4 / 300, 25.4 / 300),  # as fine as print shows
    (Frame(80.0, 60.0, 10_000, (458_750.0, 3_854_200.0)), 0.25, 0.5),  # pixels of 5 m: finer would only be larger
])  # fmt: skip
def test_the_ground_lies_where_the_frame_puts_it(backdrop: Backdrop, frame: Frame, least: float, most: float) -> None:
    place, step = mark_on_paper(backdrop.svg(frame))
    assert 0.99 * least <= step <= 1.01 * most
    assert np.hypot(*(place - frame.paper([MARK])[0])) < 1.5 * step


def test_the_ground_of_a_strip_turns_with_it(backdrop: Backdrop) -> None:
    turn, pivot = 0.6, (458_600.0, 3_854_250.0)
    middle_turned = (458_650.0, 3_854_290.0)
    strip = Strip(0, 0.0, 100.0, Frame(60.0, 30.0, 8_000, middle_turned), turn, pivot)
    place, step = mark_on_paper(backdrop.turned_svg(strip.frame, strip.middle(), turn))
    mark = shapely.get_coordinates(strip.turned(np.array([shapely.Point(MARK)])))
    assert np.hypot(*(place - strip.frame.paper(mark)[0])) < 1.5 * step


def test_tiles_make_the_picture_of_the_level_that_print_asks_for(tmp_path: Path) -> None:
    source = open_tiles(write_mbtiles(tmp_path / "a.mbtiles", town_tiles(levels=range(12, 15))))
    west, south, east, north = TOWN
    data = Framing(source, WORKING).picture((west + 400, south + 400, east - 400, north - 400), (200, 200)).data
    assert data.startswith(b"\xff\xd8")
    assert Framing(source, WORKING).picture((0.0, 0.0, 10.0, 10.0), (20, 20)).data == b""


def test_a_parcel_sheet_holds_the_ground(tmp_path: Path, backdrop: Backdrop) -> None:
    from pypdf import PdfReader

    plan, _, layers, _ = map_inputs()
    made: dict[str, Any] = {}
    for name, ground in (("with", Ground(backdrop.framing.source, "town")), ("without", None)):
        (file,) = parcel_sheets(plan, layers, out=tmp_path / name, parcels=["GX-2025-01"], ground=ground).files
        made[name] = PdfReader(file).pages[0]
    assert [len(made[name].images) for name in ("with", "without")] == [1, 0]
    words = {name: set(page.extract_text().split()) for name, page in made.items()}  # lettered twice: edge, then ink
    assert words["with"] == words["without"]


def test_what_no_sheet_can_stand_on_is_refused(backdrop: Backdrop, district: Path, tmp_path: Path) -> None:
    from urbanplan.analysis.sheets import sheets

    with pytest.raises(ViewError, match="GCJ-02"):
        open_backdrop(Ground(backdrop.framing.source, "a", datum="gcj02"), WORKING)
    with pytest.raises(UsageError, match="tianditu"):
        sheets(district, tmp_path, base="tianditu")


def test_streets_of_a_circle_have_a_light_edge_on_a_ground_alone(tmp_path: Path) -> None:
    plan, _, layers, results = map_inputs()
    ground = Ground(open_tiles(write_geotiff(tmp_path / "town.tif")), "town")
    widest = {}
    for name, under in (("plain", None), ("ground", ground)):
        made = circle_sheets(plan, layers, results=results, out=tmp_path / name, ground=under)
        lines = [width for width, points in strokes(made.files[0], (255, 255, 255)) if len(points) > 6]
        widest[name] = max(lines, default=0.0)
    assert widest == {"plain": 0.0, "ground": pytest.approx(0.2 + 2 * 0.15, abs=0.01)}
