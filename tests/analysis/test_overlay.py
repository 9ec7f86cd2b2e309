"""Overlay of layers: areas known by hand, rows of their own for what is covered twice or not, both definitions."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point, box

from urbanplan.analysis.overlay import overlay
from urbanplan.cli.app import run
from urbanplan.errors import LayerError, UsageError
from urbanplan.exchange import read, write
from urbanplan.layer.ellipsoid import ellipsoid_areas

X, Y, CRS = 500_000.0, 3_850_000.0, "EPSG:4547"


def frame(*boxes, **columns):
    return gpd.GeoDataFrame(columns, geometry=[box(X + w, Y + s, X + e, Y + n) for w, s, e, n in boxes], crs=CRS)


def parcels():
    return frame((0, 0, 100, 100), (200, 0, 300, 100), id=["P1", "P2"])


def zoning():
    return frame((-10, 0, 40, 100), (30, 0, 60, 100), (200, 0, 300, 50), (200, 50, 300, 100),
                 id=["a", "b", "c", "d"], 用途=["1001", "0701", "1001", None])  # fmt: skip


def rows(found):
    return {(row["a"], row["b"], row["kind"]): row["area_m2"] for row in found.document()["rows"]}


def test_area_by_land_use():
    found = overlay(parcels(), zoning(), by="用途")
    assert rows(found) == pytest.approx(
        {
            ("P1", "1001", "covered"): 3000.0,
            ("P1", "0701", "covered"): 2000.0,
            ("P1", "0701 + 1001", "overlap"): 1000.0,
            ("P1", None, "uncovered"): 4000.0,
            ("P2", "1001", "covered"): 5000.0,
            ("P2", None, "unknown"): 5000.0,
        },
        rel=1e-9,
    )
    totals = {(row["b"], row["kind"]): row for row in found.document()["totals"]}
    assert totals["1001", "covered"]["area_m2"] == pytest.approx(8000.0)
    assert totals["1001", "covered"]["mu"] == pytest.approx(12.0)
    assert totals["1001", "covered"]["share"] == pytest.approx(0.4)
    assert totals["1001", "covered"]["features"] == 2
    said = "\n".join(map(str, found.notes))
    assert "1 pieces, 1,000.00 m², lie under several values of second" in said
    assert "1 pieces, 4,000.00 m², are not covered by second" in said


def test_on_the_ellipsoid_the_pieces_sum_to_the_polygon():
    east = [one.set_geometry(one.translate(60_000)) for one in (parcels(), zoning())]  # off the central meridian
    found = overlay(*east, area="ellipsoid")
    sums = found.to_frame().groupby("a")["area_m2"].sum()
    assert sums.tolist() == pytest.approx(ellipsoid_areas(east[0].geometry, CRS), rel=1e-9)
    assert sums["P1"] != pytest.approx(10_000, rel=1e-9)


def test_what_is_no_polygon_or_not_there_is_refused():
    points = gpd.GeoDataFrame({"id": ["x"]}, geometry=[Point(X, Y)], crs=CRS)
    with pytest.raises(LayerError, match="1 features of second are no polygons"):
        overlay(parcels(), points)
    with pytest.raises(UsageError, match="there is no column 用地"):
        overlay(parcels(), zoning(), by="用地")
    with pytest.raises(UsageError, match="there is no file zoning"):
        overlay(parcels(), "zoning")


def test_the_command_writes_table_and_pieces(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(parcels(), tmp_path / "parcels.gpkg")
    write(zoning(), tmp_path / "zoning.gpkg")
    words = ["--lang", "en", "overlay", "parcels.gpkg", "zoning.gpkg", "-o", "areas.xlsx", "--pieces", "p.gpkg"]
    assert run([*words, "--by", "用途", "--output", "json:areas.json"]) == 0
    assert "overlap: 0701 + 1001" in capsys.readouterr().out
    table, pieces = read(tmp_path / "areas.xlsx").frame, read(tmp_path / "p.gpkg").frame
    assert len(table) == len(pieces) == len(json.loads((tmp_path / "areas.json").read_text("utf-8"))["rows"]) == 6
    assert table["area_m2"].sum() == pytest.approx(20_000, rel=1e-9)
    assert pieces.geometry.area.tolist() == pytest.approx(pieces["area_m2"].tolist(), rel=1e-9)
    assert run(["overlay", "parcels.gpkg", "zoning.gpkg", "-o", "zoning.gpkg"]) == 2
    assert run(["overlay", "parcels.gpkg", "zoning.gpkg", "--area", "spherical"]) == 2


def test_lines_give_lengths_by_land_use():
    roads = gpd.GeoDataFrame(
        {"id": ["R1", "R2", "R3"]},
        geometry=[LineString([(X + 0, Y + 50), (X + 100, Y + 50)]), LineString([(X + 200, Y + 50), (X + 300, Y + 50)]),
                  LineString([(X + 1000, Y), (X + 1030, Y + 40)])],
        crs=CRS,
    )  # fmt: skip
    found = overlay(roads, zoning(), by="用途")
    assert found.definition == "length"
    lengths = {(row["a"], row["b"], row["kind"]): row["length_m"] for row in found.document()["rows"]}
    assert lengths == pytest.approx({
        ("R1", "1001", "covered"): 30.0, ("R1", "0701 + 1001", "overlap"): 10.0, ("R1", "0701", "covered"): 20.0,
        ("R1", None, "uncovered"): 40.0, ("R2", "1001", "covered"): 100.0,  # along a border: once
        ("R3", None, "uncovered"): 50.0,
    })  # fmt: skip
    assert found.to_frame().groupby("a")["length_m"].sum().tolist() == pytest.approx([100, 100, 50], rel=1e-9)
    assert found.totals["length_m"].sum() == pytest.approx(250, rel=1e-9)


def test_polygons_that_are_not_drawn_are_rows_of_their_own():
    lost = gpd.GeoDataFrame({"id": ["P3", "P4"]}, geometry=[None, box(0, 0, 0, 0).buffer(-1)], crs=CRS)
    found = overlay(
        pd.concat([parcels(), lost], ignore_index=True),
        pd.concat([zoning(), lost.iloc[:1]], ignore_index=True),
        by="用途",
    )
    undrawn = [row for row in found.document()["rows"] if row["kind"] == "undrawn"]
    assert [(row["a"], row["area_m2"], row["b"]) for row in undrawn] == [("P3", None, None), ("P4", None, None)]
    assert found.to_frame()["area_m2"].sum() == pytest.approx(20_000, rel=1e-9)
    said = "\n".join(map(str, found.notes))
    assert "first: 2 polygons are not drawn: rows of their own, their area is not known" in said
    assert "second: 1 polygons are not drawn: what is not covered may lie under them" in said
