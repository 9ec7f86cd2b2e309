"""Every file of the shared data: inspected, written to every format and read back."""

from __future__ import annotations

import pytest
from exchange.real_files import FORMAT_PROFILES, IGNORED_SUFFIXES, INVALID_FILES, VALID_FILES, read_file, sample_rows
from exchange.round_trip_checks import check_round_trip, is_refused

from urbanplan.errors import ExchangeError, UrbanplanError
from urbanplan.exchange import inspect, read, write
from urbanplan.exchange.formats import by_name

# every sixth one, in diagonals: each file goes to a sixth of the formats, each format gets a sixth of the files; the
# others are part of `make corpus`
BOARD = [
    pytest.param(good, *profile, marks=[pytest.mark.corpus] * ((row + column) % 6 > 0))
    for row, good in enumerate(VALID_FILES)
    for column, profile in enumerate(FORMAT_PROFILES)
]
FILES = pytest.mark.parametrize("good", VALID_FILES, ids=lambda good: good.file.split("/")[-1])


def test_every_file_is_looked_at(shared):
    known = {good.file for good in VALID_FILES} | set(INVALID_FILES)
    left = [
        path.relative_to(shared / "data").as_posix()
        for path in (shared / "data").rglob("*")
        if path.is_file()
        and path.parent.name != "orlib"  # location problems of the literature: no layer
        and not any(word in path.name for word in IGNORED_SUFFIXES)
    ]
    assert set(left) <= known


@FILES
def test_a_good_file_is_inspected(shared, good):
    seen = inspect(shared / "data" / good.file)
    assert [layer.features for layer in seen.layers] == [good.features]
    assert not seen.layers[0].refused
    assert (seen.layers[0].crs is None) == (good.crs is not None or good.swap or good.type == "rows")


@pytest.mark.parametrize("file", INVALID_FILES, ids=lambda file: file.split("/")[-1])
def test_a_bad_file_is_refused_with_its_name_reason_and_repair(shared, file):
    for look in (inspect, read):
        with pytest.raises(ExchangeError) as caught:
            look(shared / "data" / file)
        assert file.split("/")[-1] in caught.value.where
        reason, repair = INVALID_FILES[file]
        assert reason in str(caught.value)
        assert repair in caught.value.text()


@pytest.mark.parametrize(
    ("good", "name", "profile"),
    BOARD,
    ids=lambda word: word.file.split("/")[-1] if hasattr(word, "file") else word or "",
)
def test_to_every_format_and_back(shared, tmp_path, good, name, profile):
    frame = sample_rows(good, shared, name)
    if is_refused(frame, name):
        with pytest.raises(UrbanplanError) as caught:
            read(write(frame, tmp_path / f"a{by_name(name).suffixes[0]}", profile=profile, allow_loss=True).path)
        assert caught.value.fix
        return
    check_round_trip(frame, tmp_path, name, profile)


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "profile"), FORMAT_PROFILES, ids=lambda word: word or "")
@FILES
def test_whole_files_to_every_format_and_back(shared, tmp_path, good, name, profile):
    frame = read_file(good, shared)
    if len(frame) == len(sample_rows(good, shared, name)) or is_refused(frame, name):
        pytest.skip("whole, or refused, in the default run too")
    check_round_trip(frame, tmp_path, name, profile)
