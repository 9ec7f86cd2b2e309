"""A city's own system: brought to the public one by its file, of which no number is repeated anywhere."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from urbanplan.cli.app import run
from urbanplan.errors import CrsError
from urbanplan.exchange import read, write
from urbanplan.layer.local_system import read_local_system

DX, DY, ROTATION, PPM = 412_345.6789, 3_798_765.4321, 1234.56789, -17.654321
SECRETS = ("412345", "3798765", "1234.567", "17.6543")
PARAMETERS = f'crs = "EPSG:4547"\ndx_m = {DX}\ndy_m = {DY}\nrotation_arcsec = {ROTATION}\nscale_ppm = {PPM}\n'


def public(x, y):
    angle, scale = math.radians(ROTATION / 3600), 1 + PPM * 1e-6
    return (
        DX + scale * (x * math.cos(angle) - y * math.sin(angle)),
        DY + scale * (x * math.sin(angle) + y * math.cos(angle)),
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "city.toml").write_text(PARAMETERS, "utf-8")
    write(gpd.GeoDataFrame({"id": ["a"]}, geometry=[box(45_000, 55_000, 45_200, 55_100)]), tmp_path / "local.gpkg")
    return tmp_path


def test_parameters_and_control_points_lead_to_the_same_place(folder):
    points = [[x, y, *public(x, y)] for x, y in ((40_000.0, 50_000.0), (60_000.0, 52_000.0), (47_000.0, 71_000.0))]
    (folder / "points.toml").write_text(f'crs = "EPSG:4547"\npoints = {points}\n', "utf-8")
    for name in ("city.toml", "points.toml"):
        system = read_local_system(folder / name)
        moved = system.transform(np.array([[45_000.0, 55_000.0]]))[0]
        assert moved == pytest.approx(public(45_000.0, 55_000.0), abs=1e-6)
        assert not any(secret in repr(system) for secret in SECRETS)
    assert read_local_system(folder / "points.toml").error_m < 1e-6


def test_convert_brings_a_file_to_the_public_system_and_tells_nothing(folder, capsys):
    assert run(["convert", "local.gpkg", "out.gpkg", "--local-system", "city.toml"]) == 0
    frame = read(folder / "out.gpkg").frame
    assert frame.crs.to_epsg() == 4547
    assert shapely.get_coordinates(frame.geometry.to_numpy())[:, 0].min() == pytest.approx(
        min(public(x, y)[0] for x in (45_000, 45_200) for y in (55_000, 55_100)), abs=1e-6
    )
    assert frame.geometry.area.iloc[0] == pytest.approx(20_000 * (1 + PPM * 1e-6) ** 2)
    said = "".join(capsys.readouterr())
    written = b"".join(path.read_bytes() for path in folder.iterdir() if path.name.startswith("out"))
    assert not any(secret in said or secret.encode() in written for secret in SECRETS)
    assert b"city.toml" not in written
    assert run(["--debug", "convert", "local.gpkg", "again.geojson", "--local-system", "city.toml"]) == 0
    assert not any(secret in "".join(capsys.readouterr()) for secret in SECRETS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PARAMETERS.replace("dx_m", "dx"), "key 'dx_m' of the local system cannot be used"),
        (PARAMETERS.replace("4547", "4326"), "key 'crs' of the local system"),
        (PARAMETERS.replace("rotation_arcsec = 1", "rotation_arcsec = 'x1") + "'", "is not TOML"),
        ('crs = "EPSG:4547"\npoints = [[412345.6, 0, 0, 0]]', "key 'points'"),
        ('crs = "EPSG:4547"\npoints = [[1, 2, 412345.6, 1], [1, 2, 412345.6, 1]]', "are one point"),
        ('crs = "EPSG:4547"\npoints = [[0, 0, 0, 0], [100, 0, 100, 0], [0, 100, 0, 105]]', "are off by 1."),
    ],
)
def test_what_cannot_be_used_is_told_by_key(folder, capsys, text, said):
    (folder / "city.toml").write_text(text, "utf-8")
    with pytest.raises(CrsError, match=said):
        read_local_system(folder / "city.toml")
    assert run(["--lang", "en", "--debug", "convert", "local.gpkg", "out.gpkg", "--local-system", "city.toml"]) == 2
    told = "".join(capsys.readouterr())
    assert said in told
    assert not any(secret in told for secret in SECRETS)
    assert not (folder / "out.gpkg").exists()
