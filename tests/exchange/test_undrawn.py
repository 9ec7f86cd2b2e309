"""Features without a shape: left out of the formats that hold none, where that loss is allowed; kept elsewhere."""

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box

from urbanplan.errors import ExchangeError, LossError
from urbanplan.exchange import read, write

SHAPES = [box(500000, 3850000, 500100, 3850100), None, box(500200, 3850000, 500300, 3850100), Polygon()]


def frame(shapes):
    return gpd.GeoDataFrame({"id": [f"P{at}" for at in range(len(shapes))]}, geometry=shapes, crs="EPSG:4547")


@pytest.mark.parametrize("name", ["a.txt", "a.dxf"])
def test_they_are_a_loss_and_left_out_where_it_is_allowed(tmp_path, name):
    with pytest.raises(LossError):
        write(frame(SHAPES), tmp_path / name)
    assert list(tmp_path.iterdir()) == []
    written = write(frame(SHAPES), tmp_path / name, allow_loss=True)
    assert written.features == 2
    back = read(tmp_path / name).frame
    assert back.geometry.area.round(1).tolist() == [10000, 10000]
    with pytest.raises(ExchangeError, match="no feature has a shape"):
        write(frame([None, None]), tmp_path / f"b{name}", allow_loss=True)
    assert not (tmp_path / f"b{name}").exists()


def test_geoparquet_holds_no_features_too(tmp_path):
    write(frame([]), tmp_path / "none.parquet")
    back = read(tmp_path / "none.parquet").frame
    assert len(back) == 0
    assert "id" in back.columns
