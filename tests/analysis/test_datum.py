"""Files leave in another datum only by a way that is known, or with an error that somebody accepted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Transformer
from shapely import Point, box

from urbanplan.analysis.convert import convert_file
from urbanplan.analysis.files import ReadOptions
from urbanplan.errors import CrsError, UsageError
from urbanplan.exchange import read, write

XIAN_80, CGCS2000 = "EPSG:2383", "EPSG:4547"  # zones of three degrees around 114 E


def parcels(tmp_path, crs, x=500_000.0, y=3_850_000.0):
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[box(x, y, x + 100, y + 100)], crs=crs)
    write(frame, tmp_path / "parcels.gpkg")
    return tmp_path / "parcels.gpkg"


@pytest.mark.parametrize("name", ["out.geojson", "out.kml", "out.gpkg"])
def test_no_file_leaves_by_a_way_between_datums_that_nobody_knows(tmp_path, name):
    source, to_crs = parcels(tmp_path, XIAN_80), CGCS2000 if name.endswith("gpkg") else None
    with pytest.raises(CrsError, match="a hundred metres") as caught:
        convert_file(source, tmp_path / name, to_crs=to_crs)
    assert "--datum-error" in str(caught.value.fix)
    assert not (tmp_path / name).exists()
    accepted = ReadOptions(datum_error="5 m")
    done = convert_file(source, tmp_path / name, to_crs=to_crs, reading=accepted)
    assert any("5 m" in str(one) for one in done.notes)
    assert len(read(tmp_path / name).frame) == 1


def test_an_accepted_error_is_a_length(tmp_path):
    with pytest.raises(UsageError, match="5 metre-ish is no length"):
        convert_file(parcels(tmp_path, XIAN_80), tmp_path / "out.kml", reading=ReadOptions(datum_error="5 metre-ish"))


def test_datums_that_surveyors_take_as_one_need_no_word(tmp_path):
    done = convert_file(parcels(tmp_path, CGCS2000), tmp_path / "out.geojson")
    assert not [one for one in done.notes if "may be off" in str(one)]
    west, south, *_ = read(tmp_path / "out.geojson").frame.total_bounds
    assert (west, south) == pytest.approx(
        Transformer.from_crs(4547, 4490, always_xy=True).transform(500_000, 3_850_000)
    )


def test_a_transformation_that_proj_knows_for_the_place_is_taken(tmp_path):
    """PROJ knows one from Beijing 1954 to WGS 84 in the Ordos basin, to a metre; elsewhere none."""
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[Point(108.5, 37.0)], crs="EPSG:4214")
    write(frame, tmp_path / "ordos.gpkg")
    convert_file(tmp_path / "ordos.gpkg", tmp_path / "out.geojson")
    found = read(tmp_path / "out.geojson").frame.geometry[0]
    ballpark = Transformer.from_pipeline("+proj=noop").transform(108.5, 37.0)
    metres = np.hypot((found.x - ballpark[0]) * 88_900, (found.y - ballpark[1]) * 111_000)
    assert 10 < metres < 200


def test_layers_of_a_plan_leave_by_a_known_way_too(tmp_path):
    from urbanplan.analysis.export import export_layers

    parcels(tmp_path, XIAN_80)
    (tmp_path / "plan.toml").write_text(
        'id = "p"\ntitle = "P"\nas_of = 2025-12-31\n'
        f'[district]\nname = "P"\ncrs = "{XIAN_80}"\nboundary = "parcels"\n'
        '[[layer]]\nname = "parcels"\ntype = "boundary"\nfile = "parcels.gpkg"\nbasis = "surveyed"\n',
        encoding="utf-8",
    )
    with pytest.raises(CrsError, match="a hundred metres"):
        export_layers(tmp_path / "plan.toml", ["parcels"], tmp_path / "out.geojson")
    done = export_layers(tmp_path / "plan.toml", ["parcels"], tmp_path / "out.geojson", datum_error="5 m")
    assert any("5 m" in str(one) for one in done.notes)
