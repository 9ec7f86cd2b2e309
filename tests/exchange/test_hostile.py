"""Hostile and mutated files at a size for CI; ``make corpus`` gives each to every command and adds what is left out."""

from __future__ import annotations

import warnings

import pytest
from exchange.corpus import child, h1_files, h1_library, h2_mutations, h4_paths
from exchange.corpus.hostile_files import hostile_files, make_setting
from exchange.corpus.valid_files import SUFFIXES

from urbanplan.errors import ExchangeError
from urbanplan.exchange import read


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    child.preload()


@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.corpus)])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_hostile_file_is_refused_on_the_command_line(suffix, step):
    """H1: each file to one of the three commands in turn; one of them to the program as a process of its own.

    Every eighth file of an ending, of the next ending the next ones, and the program itself for every sixth ending;
    `make corpus` has all.
    """
    turn = SUFFIXES.index(suffix)
    figures = h1_files.run(
        suffixes=(suffix,),
        given=lambda at: (h1_files.COMMANDS[(at + turn) % 3],) if (at + turn) % step == 0 else (),
        alone=lambda at, name: at == -turn % 8 and (turn % 6 == 0 or step == 1),
    )
    assert figures.slips == []
    assert figures.outcomes == {"refused": 24 // step}


@pytest.mark.parametrize(
    ("suffixes", "first", "step"),
    [
        *((SUFFIXES[at::2], first, 12) for at, first in enumerate(h1_library.FIRST)),
        *(
            pytest.param((suffix,), first, 1, marks=pytest.mark.corpus)
            for suffix in SUFFIXES
            for first in h1_library.FIRST
        ),
    ],
)
def test_every_hostile_file_is_refused_in_a_hosts_process(suffixes, first, step):
    """H1 through ``urbanplan.read`` and ``urbanplan.inspect``; the host stays as it was.

    Every other ending in one order of imports, the rest in the other; `make corpus` has all files in both.
    """
    figures = h1_library.run(suffixes=suffixes, first=first, step=step)
    assert figures.slips == []
    assert figures.outcomes == {"refused": 2 * len(suffixes) * 24 // step}


def test_what_is_refused_by_name_is_not_warned_of_too(tmp_path):
    around = make_setting(tmp_path / "elsewhere", "http://127.0.0.1:9/x")
    path = next(path for path in hostile_files(tmp_path / "files", ".shp", around) if path.stem == "nan")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(ExchangeError, match="feature 1"):
            read(path, crs="EPSG:4547")
    assert caught == []


@pytest.fixture(scope="module")
def judge():
    with h2_mutations.start_judge() as judge:
        yield judge


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_mutated_files_are_refused_or_answered_as_another_reader_would(suffix, judge):
    """H2."""
    figures = h2_mutations.run(4, suffixes=(suffix,), seed=1, judge=judge)
    assert figures.slips == []
    assert figures.cases == 4


@pytest.mark.parametrize("key", h4_paths.KEYS)
def test_hostile_paths_of_a_plan_are_refused(key):
    """H4; of the keys that one function resolves, one gets every sixth path, and the others every thirteenth."""
    step = 6 if key == "layer" else 13
    figures = h4_paths.run(keys=(key,), commands=("check",), step=step)
    assert figures.slips == []
    assert figures.outcomes["refused"] >= 60 // step
    assert figures.cases == 78 // step
