"""A CRS without a name, as MapInfo has it, is told by projection, meridian and datum; nobody reads WKT."""

from __future__ import annotations

import pytest
from pyproj import CRS

from urbanplan.analysis.convert import convert_file
from urbanplan.exchange import inspect
from urbanplan.model.metric_crs import crs_label, crs_name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("EPSG:4547", "CGCS2000 / 3-degree Gauss-Kruger CM 114E"),
        ("+proj=tmerc +lon_0=114 +x_0=500000 +datum=WGS84", "Transverse Mercator 114°, World Geodetic System 1984"),
        ("+proj=tmerc +lon_0=112.5 +x_0=500000 +ellps=krass", "Transverse Mercator 112.5°, Unknown based on Krassovsky, 1942 ellipsoid"),
    ],
)  # fmt: skip
def test_a_name_for_people(given, name):
    crs = CRS.from_user_input(given)
    assert crs_name(crs) == name
    assert crs_label(crs) == (f"{given} ({name})" if given.startswith("EPSG") else name)


def test_a_mapinfo_file_tells_its_system_in_words(tmp_path):
    path, words = tmp_path / "a.mif", "Transverse Mercator 114°"
    head = 'Version 300\nCoordSys Earth Projection 8, 104, "m", 114, 0, 1, 500000, 0\nColumns 1\n  a Char(4)\nData\n\n'
    path.write_text(head + "Point 500100 3850000\n")
    path.with_suffix(".mid").write_text('"x"\n')
    assert str(inspect(path).layers[0].crs_name).startswith(words)
    told = "\n".join(one.render() for one in convert_file(path, tmp_path / "a.gpkg").notes)
    assert words in told
    assert "[" not in told
