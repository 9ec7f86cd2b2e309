"""A table joined to a layer: keys found, partners named both ways, duplicates refused, changes said."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
from analysis.desk_plan import CRS, X, Y, make_plan
from shapely import box

from urbanplan.analysis.intake import add_layer
from urbanplan.analysis.table_join import JoinOptions
from urbanplan.cli.app import run
from urbanplan.errors import UsageError
from urbanplan.exchange import read, write
from urbanplan.layer.key_join import find_key_columns, join_rows, match_keys, repeated_keys
from urbanplan.plan import read_plan


def match(left, right):
    return match_keys(pd.Series(left), pd.Series(right))


def test_text_and_number_meet_as_numbers_and_texts_stay_texts():
    mixed = match(["007", "8", "x9"], [7, 8, 9])
    assert mixed.rows.tolist() == [0, 1, -1]
    assert mixed.numeric
    assert match([7.0, None], ["0007", "8"]).rows.tolist() == [0, -1]
    texts = match(["007", "７"], ["7", "07"])
    assert texts.rows.tolist() == [-1, 0], "full width is half width, leading zeros count"
    assert not texts.numeric
    large = match(["410100202500000123"], [410100202500000123])
    assert large.rows.tolist() == [0], "18 digits are no float"


def test_numbers_and_texts_in_one_column_meet_as_numbers():
    found = match([7, "008", "A-1", None], ["007", 8.0, "A-1"])
    assert (found.rows.tolist(), found.numeric) == ([0, 1, 2, -1], True)
    assert repeated_keys(match(["7"], ["7", 7.0])) == {"7": [1, 2]}, "a key is not there twice for its type"
    assert match(["7", "8"], ["07", "8"]).rows.tolist() == [-1, 1], "texts alone stay texts"


def test_what_cannot_be_seen_in_a_key_does_not_count():
    assert match(["A-1\u200b", "\ufeffB", "C\u00a0"], ["A-1", "B", "C"]).rows.tolist() == [0, 1, 2]


def test_a_null_matches_nothing_not_even_a_null():
    found = match(["a", None, ""], [None, "a", " "])
    assert found.rows.tolist() == [1, -1, -1]
    assert found.unmatched_features.tolist() == []
    assert found.unmatched_rows.tolist() == []


def test_partners_that_are_missing_are_known_both_ways():
    found = match(["a", "b", "c"], ["c", "d", "a"])
    assert found.unmatched_features.tolist() == [1]
    assert found.unmatched_rows.tolist() == [1]
    assert repeated_keys(match(["a"], ["b", "a", "b", "007"])) == {"b": [1, 3]}
    assert repeated_keys(match([7], ["7", "007"])) == {"7": [1, 2]}


def test_values_of_the_table_win_where_it_has_one():
    features = pd.DataFrame({"id": ["a", "b", "c"], "mu": [1.0, 2.0, None]})
    table = pd.DataFrame({"id": ["c", "a", "b"], "mu": [3, 1, None], "year": [2023, 2024, 2025]})
    joined, changed = join_rows(features, table, match_keys(features["id"], table["id"]), skip="id")
    assert joined["mu"].tolist() == [1.0, 2.0, 3.0]
    assert joined["year"].tolist() == [2024, 2025, 2023]
    assert changed["mu"].tolist() == []
    table["mu"] = [3, 9, None]
    joined, changed = join_rows(features, table, match_keys(features["id"], table["id"]), skip="id")
    assert joined["mu"].tolist() == [9.0, 2.0, 3.0]
    assert changed["mu"].tolist() == [0]


def test_key_columns_are_found():
    features = pd.DataFrame({"id": ["P1", "P2"], "n": [1, 2]})
    table = pd.DataFrame({"地块": ["P2", "P1", "P3"], "year": [2024, 2024, 2025]})
    assert find_key_columns(features, table) == [("id", "地块")]
    assert find_key_columns(features, table.assign(serial=[1, 2, 3])) == [("id", "地块"), ("n", "serial")]


@pytest.fixture
def plan(tmp_path):
    made = make_plan(tmp_path)
    frame = gpd.GeoDataFrame(
        {"id": ["P1", "P2", "P3"], "name": ["甲", "乙", "丙"], "announced_mu": [15.0, None, 15.0]},
        geometry=[box(X + 200 * n, Y, X + 200 * n + 100, Y + 100) for n in range(3)],
        crs=CRS,
    )
    write(frame, tmp_path / "plan" / "parcels.gpkg")
    return made


def table(tmp_path, **columns):
    write(pd.DataFrame(columns), tmp_path / "table.xlsx", allow_loss=True)
    return tmp_path / "table.xlsx"


def join(plan, file, on=None):
    done = add_layer(plan, "parcels", join=JoinOptions(file, on))
    return done.layer.frame, "\n".join(map(str, done.notes))


def test_a_table_joins_the_layer_of_the_plan(plan, tmp_path):
    file = table(tmp_path, 地块编号=["P3", "P1", "P9"], 公告面积=[16.5, 15.0, 1.0], 供应年度=[2025, 2024, 2023])
    frame, said = join(plan, file)
    assert frame["supply_year"].tolist()[0] == 2024
    assert frame["supply_year"].isna().tolist() == [False, True, False]
    assert frame["announced_mu"].isna().tolist() == [False, True, False]
    assert frame["announced_mu"].tolist()[2] == 16.5
    assert "joined table.xlsx on id = id: 2 of 3 features found their row, of 3 rows" in said
    assert "features without a row: P2" in said
    assert "rows without a feature: P9" in said
    assert "announced_mu: 1 values are now the table's: P3: 15 → 16.5" in said
    assert "replaced 3 features by 3" in said
    again = read_plan(tmp_path / "plan")
    frame, said = join(again, file, on="地块编号")
    assert "values are now" not in said


def test_a_column_that_is_called_geometry_and_holds_texts_leaves_the_shapes(plan, tmp_path):
    frame, _ = join(plan, table(tmp_path, 地块编号=["P1", "P2"], geometry=["方", "圆"]))
    assert frame.geometry.area.tolist() == [10_000] * 3
    assert frame["geometry_text"].tolist()[:2] == ["方", "圆"]


def test_a_key_that_stands_twice_is_refused_by_name(plan, tmp_path):
    file = table(tmp_path, 地块编号=["P3", "P1", "P3"], 公告面积=[16.5, 15.0, 1.0])
    with pytest.raises(UsageError, match="P3: 1, 3"):
        join(plan, file, on="地块编号")


def test_no_key_and_several_keys_are_told(plan, tmp_path):
    with pytest.raises(UsageError, match="no column of the table") as caught:
        join(plan, table(tmp_path, 某列=["x", "y", "z"]))
    assert "某列" in str(caught.value)
    two = table(tmp_path, 某列=["P1", "P2", "P3"], 又列=["P1", "P3", "P2"])
    with pytest.raises(UsageError, match="several columns may be the key") as caught:
        join(plan, two)
    assert "id=某列" in str(caught.value)
    assert "2 of 3" not in join(plan, two, on="id=又列")[1]
    with pytest.raises(UsageError, match="there is no key column 地块号"):
        join(plan, two, on="地块号")


def test_what_is_said_of_a_file_is_of_the_table_where_only_that_is_joined(plan, tmp_path, capsys):
    file = tmp_path / "台账.csv"
    file.write_bytes("区里的台账\n地块编号,备注\nP1,一等\nP2,二等\nP3,三等\n".encode("gb18030"))
    words = ["add", "parcels", "--plan", str(tmp_path / "plan"), "--join", str(file), "--encoding", "gb18030"]
    assert run([*words, "--head", "2"]) == 0
    layer = read(tmp_path / "plan" / "parcels.gpkg").frame
    assert sorted(layer["备注"]) == ["一等", "三等", "二等"]


def test_inspect_says_which_layer_a_file_may_be_and_what_a_join_would_find(plan, tmp_path, capsys):
    file = table(tmp_path, 地块编号=["P3", "P1", "P9"], 公告面积=[16.5, 15.0, 1.0])
    out = tmp_path / "seen.json"
    words = ["--lang", "en", "inspect", str(file), "--plan", str(tmp_path / "plan")]
    assert run([*words, "--join", "parcels", "--output", f"json:{out}"]) == 0
    said = capsys.readouterr().out
    assert "--on id=地块编号: 2 of 3 features find their row" in said or "--on id: 2 of 3" in said
    seen = json.loads(out.read_text(encoding="utf-8"))
    assert seen["keys"][0]["matched"] == 2
    assert "parcels" in next(iter(seen["plan_layers"].values()))
    assert run(["inspect", str(file), "--join", "parcels"]) == 2
    assert run([*words, "--join", "none"]) == 2
