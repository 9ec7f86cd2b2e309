"""The GeoPackage of a run: findings by shape with columns for work, verdicts, evidence; and the CSV."""

from __future__ import annotations

import csv
import io

import geopandas as gpd
import pyogrio
import pytest
from plans import small_district
from view.test_terminal import report, verdict

from urbanplan.model.finding import build_finding
from urbanplan.plan import read_plan
from urbanplan.verdict import audit
from urbanplan.view.geopackage_report import WORK_COLUMNS, finding_frames, write_geopackage_report
from urbanplan.view.spreadsheet import verdict_csv

POINT = {"type": "Point", "coordinates": [1.0, 2.0]}
LINE = {"type": "LineString", "coordinates": [[1.0, 2.0], [3.0, 4.0]]}
FACE = {"type": "Polygon", "coordinates": [[[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 0.0]]]}


def hit(geometry):
    return build_finding("layer-overlap", layer="parcels", feature="A", geometry=geometry, other="B", area_m2=1.0)


def test_findings_lie_in_the_layer_of_their_shape_with_columns_for_work():
    frames = finding_frames([hit(POINT), hit(LINE), hit(FACE), hit(None), hit(FACE)], "EPSG:4547")
    assert {name: len(frame) for name, frame in frames.items()} == {
        "findings_points": 1,
        "findings_lines": 1,
        "findings_polygons": 2,
        "findings_nowhere": 1,
    }
    assert all(set(WORK_COLUMNS) <= set(frame.columns) for frame in frames.values())
    assert frames["findings_polygons"]["number"].tolist() == [3, 5]
    assert frames["findings_polygons"].geometry[0].area == 40.5


def test_no_findings_make_empty_layers():
    assert all(len(frame) == 0 for frame in finding_frames([], "EPSG:4547").values())


def test_geopackage_holds_findings_verdicts_and_evidence(tmp_path):
    frames = small_district.frames()
    frames["parcels"].loc[1, "geometry"] = frames["parcels"].geometry[0]
    run = audit(read_plan(small_district.write(tmp_path, frames)))
    path = write_geopackage_report(run.report, tmp_path / "run.gpkg", layers=run.layers, results=run.results)
    names = {name for name, _ in pyogrio.list_layers(path)}
    assert {"findings_points", "findings_polygons", "verdicts", "evidence_parcels"} <= names
    faces = gpd.read_file(path, layer="findings_polygons")
    assert "layer-overlap" in set(faces["code"])
    assert faces.crs == small_district.CRS
    assert set(faces["status"]) == {"open"}
    assert len(gpd.read_file(path, layer="verdicts")) == len(run.report.verdicts)
    assert set(gpd.read_file(path, layer="evidence_parcels")["targets"]) == {"PARCELS, MU"}


def rows(made):
    return list(csv.DictReader(io.StringIO(verdict_csv(made).removeprefix("\ufeff"))))


def test_csv_holds_unrounded_numbers():
    made = report([verdict("T", low=0.1 + 0.2, high=1 / 3)])
    (row,) = rows(made)
    assert (float(row["low"]), float(row["high"])) == (0.1 + 0.2, 1 / 3)
    assert row["layers"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_no_cell_of_text_runs_as_a_formula_and_numbers_stay_numbers(text):
    made = report([verdict("T", low=-5.0, high=-1.0).model_copy(update={"title": text})])
    (row,) = rows(made)
    assert row["title"] == "'" + text
    assert row["low"] == "-5.0"
