"""A raster of heights added to a plan: copied as it is, the one before kept; refused where it is none."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from PIL import Image
from plans import small_district

from urbanplan.analysis.intake import add_layer
from urbanplan.analysis.layer_copies import undo_add
from urbanplan.analysis.listing import list_layers
from urbanplan.analysis.plans import open_plan
from urbanplan.errors import GateError, RasterError, UsageError
from urbanplan.exchange.gdal.raster_writing import write_grid

PLACE = [100.0, 0.0, 500_000.0, 0.0, -100.0, 3_851_000.0]


@pytest.fixture
def home(tmp_path):
    pytest.importorskip("rasterio")
    small_district.write(tmp_path / "plan")
    return tmp_path / "plan"


WKT = pyproj.CRS(small_district.CRS).to_wkt()


def raster(tmp_path, name="dem.tif", rise=0.0):
    path = tmp_path / name
    heights = np.arange(12.0).reshape(3, 4) + rise
    return write_grid(path, heights, transform=PLACE, crs=WKT) or path


def rendered(notes):
    return "\n".join(one.render() for one in notes)


def test_heights_are_added_kept_and_brought_back(tmp_path, home):
    first, second = raster(tmp_path), raster(tmp_path, "later.tif", rise=5.0)
    plan = (home / "plan.toml").read_bytes()
    with pytest.raises(UsageError, match="the plan has no layer elevation"):
        add_layer(home, "elevation", first)
    tried = add_layer(home, "elevation", first, declare=True, dry_run=True)
    assert "the raster would be copied to elevation.tif" in rendered(tried.notes)
    assert (home / "plan.toml").read_bytes() == plan
    assert not (home / "elevation.tif").exists()
    made = add_layer(home, "elevation", first, declare=True)
    assert "dem.tif: 4 × 3 cells, 0 without a height, the others from 0.0 to 11.0" in rendered(made.notes)
    assert made.layer.frame.geometry.area.tolist() == [400.0 * 300.0]
    assert {row["name"]: row["state"] for row in list_layers(home)}["elevation"] == "read"
    again = add_layer(home, "elevation", second)
    assert "the version until now is kept as elevation.tif.bak" in rendered(again.notes)
    assert (home / "elevation.tif").read_bytes() == second.read_bytes()
    undo_add(home, "elevation")
    assert (home / "elevation.tif").read_bytes() == first.read_bytes()
    assert (home / "elevation.tif.bak").read_bytes() == second.read_bytes()
    undo_add(home, "elevation")
    assert (home / "elevation.tif").read_bytes() == second.read_bytes(), "what was brought back can be undone, too"


def test_what_is_no_raster_of_heights_is_refused(tmp_path, home):
    dem = raster(tmp_path)
    with pytest.raises(UsageError, match="the layer parcels is no raster of heights"):
        add_layer(home, "parcels", dem)
    with pytest.raises(UsageError, match="a raster is copied as it is"):
        add_layer(home, "elevation", dem, declare=True, columns={"id": "x"})
    Image.fromarray(np.zeros((3, 4), dtype="float32")).save(tmp_path / "nowhere.tif")
    with pytest.raises(RasterError, match="declares no coordinate system"):
        add_layer(home, "elevation", tmp_path / "nowhere.tif", declare=True)
    (tmp_path / "bad.tif").write_bytes(b"GIF89a" * 9)
    with pytest.raises(GateError, match="this is no GeoTIFF"):
        add_layer(home, "elevation", tmp_path / "bad.tif", declare=True)
    add_layer(home, "elevation", dem, declare=True)
    with pytest.raises(UsageError, match="no earlier version"):
        undo_add(home, "elevation")
    with pytest.raises(UsageError, match="the file is the layer's own"):
        add_layer(home, "elevation", home / "elevation.tif")
    assert [spec.name for spec in open_plan(home).layer].count("elevation") == 1
