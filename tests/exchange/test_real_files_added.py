"""Every good file of the shared data: added to a plan by the command, exported to every format and read back."""

from __future__ import annotations

import pytest
from exchange.real_files import FORMAT_PROFILES, VALID_FILES, ValidFile, write_plan
from exchange.round_trip_checks import assert_as_declared, is_refused

from urbanplan.analysis.export import read_layers
from urbanplan.analysis.export import to_frame as exported
from urbanplan.cli.app import run
from urbanplan.exchange import read
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.losses import find_losses
from urbanplan.plan import read_plan


def add_file(shared, tmp_path, good: ValidFile):
    """A plan into which the file was brought by the command."""
    home = write_plan(good, tmp_path / "plan")
    words = ["--lang", "en", "add", "layer", str(shared / "data" / good.file), "--plan", str(home), *good.pins]
    assert run(words) == 0
    return home


# of many corners, and drawings whose kinds others hold: in `make corpus`
MANY = (
    "echarts",
    "beijing",
    "chongqing",
    "shanghai",
    "neatnet",
    "floorplan",
    "splines",
    "extendeddata",
    "/lines",
    "points",
    "texts",
)


def is_long(good: ValidFile) -> bool:
    return any(word in good.file for word in MANY)


@pytest.mark.parametrize(
    ("good", "profiles"),
    [
        *((one, FORMAT_PROFILES[at % 5 :: 5]) for at, one in enumerate(VALID_FILES) if not is_long(one)),
        *(pytest.param(one, FORMAT_PROFILES, marks=pytest.mark.corpus) for one in VALID_FILES),
    ],
    ids=lambda word: word.file.split("/")[-1] if isinstance(word, ValidFile) else len(word),
)
def test_a_good_file_is_added_and_exported(shared, tmp_path, good, profiles, capsys):
    """Each to every fifth format, other ones for the next file; `make corpus` has all files to all formats."""
    home = add_file(shared, tmp_path, good)
    assert f"{good.features} features" in capsys.readouterr().out
    layer = read_layers(read_plan(home), ["layer"])["layer"]
    assert len(layer.frame) == good.features
    frame = exported(layer)
    rows = len(frame) and frame.geometry.isna().all()
    to = ["--plan", str(home), "--allow-loss"]
    for name, profile in profiles:
        if rows and name not in ("gpkg", "geoparquet", "csv", "xlsx"):
            if by_name(name).drawn_only:
                assert run(["export", "layer", "-o", str(tmp_path / f"no{by_name(name).suffixes[0]}"), *to]) == 2
            continue  # a table has no place in formats of shapes; see the other test
        out = tmp_path / f"out-{profile or ''}{by_name(name).suffixes[0]}"
        words = ["export", "layer", "-o", str(out), *to]
        code = run([*words, *(["--profile", profile] if profile else [])])
        if is_refused(frame, name):
            assert code == 2 or not len(frame)
            continue
        assert code == 0, name
        assert_as_declared(frame, read(out).frame, list(find_losses(frame, by_name(name), profile=profile)), name)
