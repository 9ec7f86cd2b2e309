"""``urbanplan add``: repairs on request with their areas, nothing unasked, guesses told, the refused kept."""

from __future__ import annotations

import json

import pytest
import shapely
from exchange.real_files import ValidFile, write_plan
from exchange.sample_frames import E, N

from urbanplan.cli.app import run
from urbanplan.exchange import read, write

SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
NICK = [(0, 0), (100, 0), (100, 100), (50.5, 100), (50, 99.5), (50, 100), (50.5, 99.5), (0, 100), (0, 0)]


def at(points, *, east=0.0):
    """Points in metres from the zone's test point as degrees, as a GeoJSON ring."""
    import geopandas as gpd

    made = gpd.GeoSeries.from_xy([E + east + x for x, _ in points], [N + y for _, y in points], crs=4547).to_crs(4326)
    return [[float(point.x), float(point.y)] for point in made]


def feature(name, ring, **fields):
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"id": name, **fields}, "geometry": shape}


@pytest.fixture
def home(tmp_path):
    return write_plan(ValidFile("", 0), tmp_path / "plan")


def run_add(home, tmp_path, capsys, *features, options=()):
    """Run ``add`` on these features: exit code, what was said, and the layer or None."""
    file = tmp_path / "in.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    code = run(["--lang", "en", "add", "layer", str(file), "--plan", str(home), *options])
    said = capsys.readouterr()
    layer = home / "layer.gpkg"
    return code, said.out + said.err, read(layer).frame if layer.exists() else None


def test_an_open_ring_is_refused_unless_closing_is_asked_for(home, tmp_path, capsys):
    good, open_ = feature("A", at(SQUARE)), feature("B", at(SQUARE[:-1], east=200))
    code, said, frame = run_add(home, tmp_path, capsys, good, open_)
    assert code == 0
    assert "feature 2 B: a ring that is not closed" in said
    assert frame["id"].tolist() == ["A"]
    kept = json.loads((home / "layer.gpkg.meta.json").read_text(encoding="utf-8"))["refused"]
    assert kept == [{"row": 2, "id": "B", "reason": "a ring that is not closed"}]

    code, said, frame = run_add(home, tmp_path, capsys, good, open_, options=("--repair", "close"))
    assert "~ B close: mended, 0.000 → 10000.000 m²" in said
    assert "~ A" not in said
    assert frame.geometry.area.tolist() == pytest.approx([10_000, 10_000], abs=0.02)


def test_a_small_crossing_is_mended_and_a_bow_tie_refused(home, tmp_path, capsys):
    tie = [(0, 0), (100, 100), (100, 0), (0, 100), (0, 0)]
    both = feature("nick", at(NICK)), feature("tie", at(tie, east=300))
    code, said, frame = run_add(home, tmp_path, capsys, *both, options=("--repair", "cross"))
    assert code == 0
    line = next(line for line in said.splitlines() if line.startswith("~ nick cross: mended"))
    before, after = (float(word) for word in line.split() if word.replace(".", "").isdigit())
    assert before == pytest.approx(after, abs=1.0)
    assert after == pytest.approx(9_999.9, abs=13)
    assert "~ tie cross: refused" in said
    assert "the area would change by more than the tolerance" in said
    assert shapely.is_valid(frame.geometry.to_numpy()).tolist() == [True, False]

    _, said, frame = run_add(home, tmp_path, capsys, *both, options=("--repair", "cross", "--tolerance", "6000"))
    assert "~ tie cross: mended" in said
    assert frame.geometry.is_valid.all()
    assert frame.geometry.area.iloc[1] == pytest.approx(5_000, abs=0.1), "two triangles of 100 by 50"


def test_repeated_points_and_the_order_of_rings(home, tmp_path, capsys):
    twice = feature("twice", at([(0, 0), (100, 0), (100, 0), (100, 100), (0, 100), (0, 0)]))
    clockwise = feature("clockwise", at(SQUARE[::-1], east=200))
    options = ("--repair", "repeated", "--repair", "order")
    _, said, frame = run_add(home, tmp_path, capsys, twice, clockwise, options=options)
    areas = "10000.000 → 10000.000 m²"
    assert f"~ twice repeated: mended, {areas}" in said
    assert f"~ clockwise order: mended, {areas}" in said
    assert shapely.get_num_coordinates(frame.geometry.to_numpy()).tolist() == [5, 5]
    assert shapely.is_ccw(shapely.get_exterior_ring(frame.geometry.to_numpy())).all()


def test_a_sliver_joins_its_neighbour_or_is_refused(home, tmp_path, capsys):
    square = feature("host", at(SQUARE))
    thin, wide = (
        feature(name, at([(0, 100), (100, 100), (100, 100 + tall), (0, 100 + tall), (0, 100)]))
        for name, tall in (("thin", 0.005), ("wide", 0.05))
    )
    _, said, frame = run_add(home, tmp_path, capsys, square, thin, options=("--repair", "sliver"))
    assert "~ thin sliver: mended, 0.500 → 0.000 m² host" in said
    assert frame["id"].tolist() == ["host"]
    assert frame.geometry.area.iloc[0] == pytest.approx(10_000.5, abs=0.02)
    _, said, frame = run_add(home, tmp_path, capsys, square, wide, options=("--repair", "sliver"))
    assert "~ wide sliver: refused, 5.000 → 5.000 m²" in said
    assert frame["id"].tolist() == ["host", "wide"]


def test_nothing_is_repaired_unless_asked(home, tmp_path, capsys):
    rows = feature("nick", at(NICK)), feature("clockwise", at(SQUARE[::-1], east=300))
    _, said, frame = run_add(home, tmp_path, capsys, *rows)
    assert not [line for line in said.splitlines() if line.startswith("~")]
    assert shapely.get_num_coordinates(frame.geometry.to_numpy()).tolist() == [9, 5]
    assert not frame.geometry.is_valid.iloc[0]
    assert not shapely.is_ccw(shapely.get_exterior_ring(frame.geometry.iloc[1]))
    assert run_add(home, tmp_path, capsys, *rows, options=("--repair", "everything"))[0] == 2


def test_a_dry_run_says_it_all_and_writes_nothing(home, tmp_path, capsys):
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    rows = feature("A", at(SQUARE)), feature("B", at(SQUARE[:-1], east=200))
    code, said, frame = run_add(home, tmp_path, capsys, *rows, options=("--dry-run", "--repair", "close"))
    assert code == 0
    assert "2 features would be written to layer.gpkg" in said
    assert "~ B close: mended" in said
    assert frame is None
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_nearest_names_are_proposed_and_taken_only_when_named(tmp_path, capsys):
    home = write_plan(ValidFile("", 0, "subdistricts"), tmp_path / "plan")
    square = feature("A", at(SQUARE), 街道名="石佛", NAMES="Shifo")
    _, said, frame = run_add(home, tmp_path, capsys, square)
    assert "layer-column-absent" in said
    line = next(line for line in said.splitlines() if "layer-column-absent" in line)
    assert "NAMES" in line
    assert "街道名" in line
    assert "name" not in frame or frame["name"].isna().all()
    _, said, frame = run_add(home, tmp_path, capsys, square, options=("--column", "name=街道名"))
    assert "layer-column-absent" not in said
    assert frame["name"].tolist() == ["石佛"]


def test_encoding_and_crs_are_asked_for_and_can_be_pinned(home, tmp_path, capsys):
    text = f"id,名称,x,y\n1,石佛办事处,{E},{N}\n2,枫杨办事处,{E + 10},{N}\n"
    file = tmp_path / "in.csv"
    file.write_bytes(text.encode("gbk"))
    words = ["--lang", "en", "add", "layer", str(file), "--plan", str(home)]
    assert run(words) == 2
    said = capsys.readouterr().err
    assert "the text looks like gbk" in said
    assert "EPSG:4547" in said
    assert "--crs" in said
    assert not (home / "layer.gpkg").exists()
    assert run([*words, "--crs", "EPSG:4547", "--encoding", "gbk"]) == 0
    said = capsys.readouterr().err
    assert "looks like" not in said
    assert "CRS: EPSG:4547 (pinned by the caller)" in said
    frame = read(home / "layer.gpkg").frame
    assert frame["名称"].tolist() == ["石佛办事处", "枫杨办事处"]
    assert frame.geometry.x.tolist() == [E, E + 10]
    assert run([*words, "--crs", "EPSG:4547", "--encoding", "utf-8"]) == 2
    assert "the text is not utf-8" in capsys.readouterr().err


@pytest.mark.parametrize(("datum", "sign"), [("gcj02", "GCJ-02"), ("bd09", "BD-09")])
def test_a_web_maps_shift_shows_against_the_district(district, tmp_path, capsys, datum, sign):
    from urbanplan.layer import datum as shifts

    streets = read(district / "streets.geojson").frame.iloc[::5].to_crs(4326)
    shift = {"gcj02": shifts.wgs84_to_gcj02, "bd09": shifts.wgs84_to_bd09}[datum]
    moved = shapely.transform(
        streets.geometry.to_numpy(), lambda points: shapely.get_coordinates(shapely.points(*shift(*points.T)))
    )
    write(streets.set_geometry(moved, crs=4326), tmp_path / "shifted.geojson")
    write(streets, tmp_path / "right.geojson")
    words = ["--lang", "en", "add", "streets", "--plan", str(district), "--dry-run"]
    assert run([*words, str(tmp_path / "shifted.geojson")]) == 0
    said = capsys.readouterr().err
    assert f"when {sign} is undone" in said
    assert "--datum" in said
    assert run([*words, str(tmp_path / "shifted.geojson"), "--datum", datum]) == 0
    assert "is undone" not in capsys.readouterr().err, "the shift was undone"
    assert run([*words, str(tmp_path / "right.geojson")]) == 0
    assert not [line for line in capsys.readouterr().err.splitlines() if line.startswith("! ") and "district" in line]


def test_a_wrong_zone_and_swapped_axes_show_against_the_district(district, tmp_path, capsys):
    parcels = read(district / "parcels.geojson").frame.to_crs(4547)
    write(parcels.set_crs(4548, allow_override=True), tmp_path / "zone.gpkg")
    words = ["--lang", "en", "add", "parcels", "--plan", str(district), "--dry-run"]
    assert run([*words, str(tmp_path / "zone.gpkg")]) == 0
    said = capsys.readouterr().err
    assert "km from the plan's district; EPSG:4547 would put them there" in said
    turned = shapely.transform(parcels.geometry.to_numpy(), lambda points: points[:, ::-1])
    write(parcels.set_geometry(turned, crs=4547), tmp_path / "turned.gpkg")
    run([*words, str(tmp_path / "turned.gpkg")])
    assert "the axes are swapped" in capsys.readouterr().err
    assert run([*words, str(tmp_path / "turned.gpkg"), "--swap-axes"]) == 0
    assert "the axes are swapped" not in capsys.readouterr().err


def test_a_feature_with_no_place_in_its_crs_is_set_aside(home, tmp_path, capsys):
    far = {"type": "Point", "coordinates": [200.0, 95.0]}
    rows = [feature("A", at(SQUARE)), feature("far", []), feature("B", at(SQUARE[:-1])), feature("C", at(SQUARE))]
    rows[1]["geometry"] = far
    code, said, frame = run_add(home, tmp_path, capsys, *rows, options=("--crs", "EPSG:4326"))
    assert code == 0
    assert "2 features read, 2 set aside" in said
    assert "✗ feature 2 far: a coordinate that has no place in EPSG:4326" in said
    assert frame["id"].tolist() == ["A", "C"]
    kept = json.loads((home / "layer.gpkg.meta.json").read_text(encoding="utf-8"))["refused"]
    assert [(row["row"], row["id"]) for row in kept] == [(2, "far"), (3, "B")]


def test_a_column_that_is_not_there_is_an_error(home, tmp_path, capsys):
    code, said, frame = run_add(home, tmp_path, capsys, feature("A", at(SQUARE)), options=("--column", "id=ide"))
    assert (code, frame) == (2, None)
    assert "the file has no column ide. Did you mean id" in said


def test_rows_without_a_place_do_not_come_in_unsaid(home, tmp_path, capsys):
    file = tmp_path / "plain.csv"
    file.write_text("id,name\nA,x\n", encoding="utf-8")
    assert run(["--lang", "en", "add", "layer", str(file), "--plan", str(home), "--dry-run"]) == 0
    said = capsys.readouterr().err
    assert "plain.csv (csv, encoding utf-8): 1 features read, 0 set aside" in said
    assert "they come in without geometry. Name the columns with --place EAST,NORTH." in said
