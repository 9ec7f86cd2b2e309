"""Reading elevations: any CRS, voids, whole numbers, units; what cannot be read is an error with a repair."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod

from urbanplan.errors import GateError, RasterError
from urbanplan.exchange.gdal import drivers
from urbanplan.raster.elevation import elevation_from_array, read_elevation

pytest.importorskip("rasterio")
rasterio = drivers.load_rasterio()
FLAT = (1.0, 0.0, 500_000.0, 0.0, -1.0, 3_800_000.0)


def write(path, heights, *, crs="EPSG:32649", transform=FLAT, unit=None, scale=None, **profile):
    with rasterio.open(
        path, "w", driver="GTiff", height=heights.shape[0], width=heights.shape[1], count=1, dtype=heights.dtype,
        crs=crs, transform=rasterio.Affine(*transform), **profile,
    ) as file:  # fmt: skip
        file.write(heights, 1)
        if unit:
            file.units = [unit]
        if scale:
            file.scales = [scale]
    return path


def test_heights_voids_and_place_are_read(tmp_path):
    heights = np.array([[1.25, 2.0, -9999.0], [3.0, 4.0, 5.5]], np.float32)
    found = read_elevation(write(tmp_path / "dem.tif", heights, nodata=-9999.0))
    assert np.array_equal(found.heights, [[1.25, 2.0, np.nan], [3.0, 4.0, 5.5]], equal_nan=True)
    assert (found.voids, found.name, found.crs.to_epsg()) == (1, "dem", 32649)
    assert found.to_coordinates(0.5, 0.5) == (500_000.5, 3_799_999.5)
    assert found.to_cells(500_000.5, 3_799_999.5) == (0.5, 0.5)


@pytest.mark.parametrize("kind", ["uint8", "int16", "float32"])
def test_whole_numbers_are_off_by_half_a_metre(tmp_path, kind):
    found = read_elevation(write(tmp_path / "dem.tif", np.arange(12).reshape(3, 4).astype(kind)))
    assert (found.step, found.rounding) == (1.0, 0.5)


def test_a_scaled_file_has_the_step_of_its_scale(tmp_path):
    found = read_elevation(write(tmp_path / "dem.tif", np.array([[100, 205]], np.int16), scale=0.01))
    assert found.heights.tolist() == [[1.0, 2.05]]
    assert found.rounding == 0.005


def test_decimetres_in_floats_are_seen_and_finer_heights_have_no_step():
    steps = np.round(np.random.default_rng(0).random((20, 20)) * 30, 1)
    assert elevation_from_array(steps.astype(np.float32), transform=FLAT, crs="EPSG:32649").step == 0.1
    fine = np.random.default_rng(0).random((20, 20))
    assert elevation_from_array(fine, transform=FLAT, crs="EPSG:32649").step == 0.0


def test_feet_become_metres(tmp_path):
    path = write(tmp_path / "dem.tif", np.array([[10.0, 20.0]], np.float32), unit="ft")
    assert read_elevation(path).heights[0].tolist() == pytest.approx([3.048, 6.096])
    assert read_elevation(path, unit="m").heights.tolist() == [[10.0, 20.0]]
    with pytest.raises(RasterError, match="fathom"):
        read_elevation(path, unit="fathom")


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        ("EPSG:4326", (0.001, 0, 113.5, 0, -0.001, 34.8)),
        ("EPSG:3857", (100.0, 0, 12_634_000.0, 0, -100.0, 4_130_000.0)),
        ("EPSG:4547", (50.0, 0, 460_000.0, 0, -50.0, 3_850_000.0)),
        ("EPSG:2264", (100.0, 0, 1_500_000.0, 0, -100.0, 600_000.0)),  # US feet
    ],
)
def test_a_cell_covers_its_ground_in_any_crs(crs, transform):
    found = elevation_from_array(np.zeros((4, 3)), transform=transform, crs=crs)
    from pyproj import Transformer

    geod = Geod(ellps="GRS80")
    columns, rows = np.array([1, 2, 2, 1.0]), np.array([2, 2, 3, 3.0])
    lon, lat = Transformer.from_crs(found.crs, found.crs.geodetic_crs, always_xy=True).transform(
        *found.to_coordinates(columns, rows)
    )
    assert found.row_area[2] == pytest.approx(abs(geod.polygon_area_perimeter(lon, lat)[0]), rel=1e-4)
    east, north = (geod.inv(lon[0], lat[0], lon[one], lat[one])[2] for one in (1, 3))
    assert 1 / found.steepness[2, [4, 6]] == pytest.approx([east, north], rel=1e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"crs": None}, "no coordinate system"), ({"nodata": 0.0}, "no height")],
)
def test_what_cannot_be_used_is_an_error(tmp_path, change, message):
    path = write(tmp_path / "dem.tif", np.zeros((2, 2), np.float32), **change)
    with pytest.raises(RasterError, match=message):
        read_elevation(path)


def test_a_file_that_is_no_tiff_is_refused(tmp_path):
    path = tmp_path / "dem.tif"
    path.write_text("<VRTDataset/>")
    with pytest.raises(GateError, match="no GeoTIFF"):
        read_elevation(path)
    with pytest.raises(RasterError, match="no band 2"):
        read_elevation(write(path, np.zeros((2, 2), np.float32)), band=2)


def test_a_real_grid_of_bytes_is_read(shared):
    found = read_elevation(shared / "data" / "cities" / "porto_alegre" / "poa_elevation.tif")
    assert found.heights.shape == (403, 413)
    assert found.rounding == 0.5
    assert found.row_area == pytest.approx(np.full(403, 30.86 * 26.78), rel=0.01)


def test_without_a_compiler_the_answer_is_the_same():
    code = """
import sys, numpy as np
sys.modules["numba"] = None
from raster.grounds import bowl, ground
from urbanplan.raster.basins import depressions, find_basins
from urbanplan.raster.rain import pond
tree = find_basins(ground(bowl(21, (10, 10), 8, 4.0)))
print(depressions(tree).volume_m3[0], pond(tree, rain_mm=50).stored_m3)
"""
    from raster.grounds import bowl, ground

    from urbanplan.raster.basins import depressions, find_basins
    from urbanplan.raster.rain import pond

    root = Path(__file__).parents[2]
    path = f"import sys; sys.path[:0] = [{str(root)!r}, {str(root / 'tests')!r}]\n"
    done = subprocess.run([sys.executable, "-c", path + code], capture_output=True, text=True, check=True)
    tree = find_basins(ground(bowl(21, (10, 10), 8, 4.0)))
    expected = depressions(tree).volume_m3[0], pond(tree, rain_mm=50).stored_m3
    assert [float(word) for word in done.stdout.split()] == pytest.approx(expected)
