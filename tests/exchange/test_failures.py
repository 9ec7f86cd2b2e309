"""Kills, full disks, two writers, odd places, hours and flipped pages at a size for CI; the full size: ``make corpus``."""

from __future__ import annotations

import pytest
from exchange.corpus import (
    child,
    f1_kills,
    f2_full_disk,
    f3_two_writers,
    f4_paths,
    f6_locales,
    f7_pages,
)
from exchange.corpus.writers import WRITERS


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    child.preload()


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_killed_at_any_moment_it_is_old_or_new(writer):
    """F1."""
    figures = f1_kills.run(2, writers=(writer,))
    assert figures.slips == []
    assert set(figures.outcomes) <= {"old", "new"}


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_a_full_disk_changes_nothing(writer):
    """F2."""
    figures = f2_full_disk.run(2, writers=(writer,))
    assert figures.slips == []
    assert "told, nothing changed" in figures.outcomes


def test_two_writers_and_a_reader():
    """F3."""
    figures = f3_two_writers.run(2)
    assert figures.slips == []
    assert figures.cases == 6


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp", ".dxf"])
def test_odd_names_work_and_impossible_places_are_told(suffix):
    """F4; all places for a file of several parts, every second one in turn for the others."""
    places = tuple(f4_paths.PLACES)
    if suffix != ".shp":
        places = places[(".geojson", ".gpkg", ".dxf").index(suffix) % 2 :: 2]
    names = f4_paths.NAMES[:: 8 if suffix == ".shp" else 13]
    figures = f4_paths.run(names=names, suffixes=(suffix,), places=places)
    assert figures.slips == []
    assert figures.outcomes["written and read back"] >= 2
    assert figures.cases == len(names) + len(places)


@pytest.mark.corpus
def test_place_and_hour_change_no_byte():
    """F6."""
    figures = f6_locales.run([("UTC", "C", "0"), ("Asia/Shanghai", "zh_CN.UTF-8", "4242")], step=3)
    assert figures.slips == []
    assert figures.cases == 2


def test_flipped_pages_give_no_wrong_number():
    """F7."""
    figures = f7_pages.run(24)
    assert figures.slips == []
    assert figures.cases == 24
