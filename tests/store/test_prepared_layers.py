"""Prepared layers: the same to the bit as freshly read ones, and read anew whenever anything they rest on changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from plans import small_district

from urbanplan.exchange.files.sidecar import metadata_path
from urbanplan.exchange.files.user_cache import plan_folder
from urbanplan.layer.datum_change import DatumChange
from urbanplan.model.translation import use_language
from urbanplan.plan import read_plan
from urbanplan.store import folder
from urbanplan.store.frames import _from_arrow, _is_plain, _is_same, _to_arrow
from urbanplan.store.prepared_layers import LAYERS_FILE, clear_prepared_layers, open_prepared_layers


@pytest.fixture
def path(tmp_path):
    return small_district.write(tmp_path / "small")


@pytest.fixture
def read_names(monkeypatch):
    """Names of the layers whose files were read since the list was emptied."""
    names, prepare = [], folder._prepare_layer

    def prepared(layer, table, plan, spec):
        names.append(layer.name)
        return prepare(layer, table, plan, spec)

    monkeypatch.setattr(folder, "_prepare_layer", prepared)
    return names


def read(path):
    return folder.read_plan_layers(read_plan(path))


def test_a_rerun_has_the_same_layers_and_reads_no_file(path, read_names):
    first, found = read(path)
    assert set(read_names) == set(first)
    read_names.clear()
    again, told = read(path)
    assert read_names == []
    assert told == found
    for name, layer in first.items():
        assert _is_same(layer.frame, again[name].frame)
        refused = again[name].refused
        assert refused is not None
        assert len(refused) == 0
        rest = {"frame": None, "refused": None}
        assert replace(layer, **rest) == replace(again[name], **rest)


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_frames_of_plain_types_come_back_as_they_were(rows):
    numbers = np.resize([1.5, -0.0, 1e300, 2.0], rows)
    unknown = np.resize([False, True], rows)

    def known(values: Any) -> Any:
        return np.where(unknown, np.array(None), values)

    frame = gpd.GeoDataFrame(
        {
            "geometry": known(shapely.points(numbers, 1.0)),
            "text": pd.Series(known("名 \0"), dtype="str"),
            "nullable": pd.array(known("x"), dtype="string"),
            "whole": pd.array(known(2**60 + 1), dtype="Int64"),
            "number": pd.array(known(numbers), dtype="Float64"),
            "flag": pd.array(known(True), dtype="boolean"),
            "day": pd.Series(np.resize(np.array(["2025-01-01", "NaT"], dtype="datetime64[s]"), rows)),
            "plain": np.where(unknown, np.nan, numbers),
            "count": np.arange(rows),
            "is": unknown,
        },
        crs="EPSG:4547",
    )
    data = _to_arrow(frame)
    assert data is not None
    assert _is_plain(frame)
    assert _is_same(frame, _from_arrow(data))


@pytest.mark.parametrize(
    "column",
    [pd.Series(["a", 1], dtype=object), pd.Series(["a", None], dtype=object), pd.Categorical(["a", "b"])],
)
def test_other_types_are_compared_before_they_are_kept(column):
    frame = gpd.GeoDataFrame({"column": column}, geometry=gpd.points_from_xy([0, 1], [0, 1]), crs="EPSG:4547")
    assert not _is_plain(frame)
    data = _to_arrow(frame)
    assert data is None or _is_same(frame, _from_arrow(data))


def test_a_number_that_is_none_is_not_taken_for_a_null():
    whole = pd.arrays.FloatingArray(np.array([np.nan, 1.0]), np.array([False, False]))
    frame = gpd.GeoDataFrame({"number": whole}, geometry=gpd.points_from_xy([0, 1], [0, 1]), crs="EPSG:4547")
    assert not _is_plain(frame)


def test_findings_of_kept_layers_speak_the_language_of_the_run(path):
    kind = path.parent / "types" / "parcels.toml"
    text = kind.read_text(encoding="utf-8")
    kind.write_text(text.replace("[fields.stage]", "[fields.owner]\nrequired = true\n[fields.stage]"), encoding="utf-8")
    fresh = {}
    for tongue in ("en", "zh"):
        clear_prepared_layers(read_plan(path))
        with use_language(tongue):
            fresh[tongue] = [hit.message for hit in read(path)[1]]
    assert fresh["en"]
    assert fresh["en"] != fresh["zh"]
    for tongue in ("en", "zh"):
        with use_language(tongue):
            assert [hit.message for hit in read(path)[1]] == fresh[tongue]


def test_what_changed_is_read_anew(path, read_names):
    def reread():
        read_names.clear()
        read(path)
        return read_names

    read(path)
    small_district.frames()["homes"].iloc[:2].to_file(path.parent / "homes.gpkg")
    assert reread() == ["homes"]
    assert len(read(path)[0]["homes"].frame) == 2
    metadata_path(path.parent / "parcels.gpkg").write_text("{}", encoding="utf-8")
    assert reread() == ["parcels"]
    text = path.read_text(encoding="utf-8")
    spec = 'name = "streets"\nfile = "streets.gpkg"'
    assert spec in text
    path.write_text(text.replace(spec, spec + "\ncount = 4"), encoding="utf-8")
    assert reread() == ["streets"]
    assert reread() == []


def test_damaged_and_forgotten_layers_are_read_anew(path, read_names):
    first = set(read(path)[0])
    kept = plan_folder(path.parent)
    assert kept is not None
    frames = sorted(kept.glob("layer-*.arrow"))
    for file in frames:
        file.write_bytes(file.read_bytes()[:-1] + b"!")
    read_names.clear()
    assert set(read(path)[0]) == set(read_names) == first
    whole = json.loads((kept / LAYERS_FILE).read_text(encoding="utf-8"))
    (kept / LAYERS_FILE).write_text(json.dumps({**whole, "body": whole["body"].replace("parcels", "PARCELS")}))
    assert open_prepared_layers(read_plan(path)).rows == {}
    read_names.clear()
    read(path)
    clear_prepared_layers(read_plan(path))
    read(path)
    assert sorted(read_names) == sorted([*first, *first])


def test_layers_that_grids_moved_or_that_lost_rows_are_not_kept(path):
    plan = read_plan(path)
    layer = read(path)[0]["parcels"]
    prepared = open_prepared_layers(plan)
    prepared.rows.clear()
    prepared.put(replace(layer, datum=DatumChange("a", "b", "proj", 1.0, moved=True)), "key")
    prepared.put(replace(layer, refused=layer.frame.iloc[:1]), "key")
    assert prepared.rows == {}
    prepared.put(layer, "key")
    assert set(prepared.rows) == {"parcels"}
