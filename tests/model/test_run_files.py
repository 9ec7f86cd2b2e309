"""Files of one run: no input is written over, no two outputs are one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanplan.errors import UsageError
from urbanplan.model.run_files import (
    RunFiles,
    add_inputs,
    add_output,
    allow_replacing,
    check_output,
    may_overwrite,
    use_run_files,
)


def test_an_output_is_no_input_in_either_order(tmp_path: Path) -> None:
    read, made = tmp_path / "a.gpkg", tmp_path / "b.gpkg"
    with use_run_files(RunFiles()):
        add_inputs([read])
        add_output(made)
        with pytest.raises(UsageError, match="would replace the input"):
            add_output(tmp_path / "A.GPKG")  # one file in any letter case
        with pytest.raises(UsageError, match=r"would replace the input .*b\.gpkg"):
            add_inputs([made])
        with pytest.raises(UsageError, match="two outputs go into one file"):
            add_output(made)


@pytest.mark.parametrize("name", ["a.dbf", "a.shx", "a.prj", "a.cpg", "a.names.json", "a.shp.meta.json"])
def test_the_files_beside_a_shapefile_are_read_too(tmp_path: Path, name: str) -> None:
    with use_run_files(RunFiles()):
        add_inputs([tmp_path / "a.shp"])
        with pytest.raises(UsageError):
            check_output(tmp_path / name)
    with use_run_files(RunFiles()):
        add_inputs([tmp_path / "a.gpkg"])
        if name != "a.shp.meta.json":
            check_output(tmp_path / name)


def test_a_link_is_the_file_that_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    (tmp_path / "b.csv").hardlink_to(tmp_path / "a.csv")
    with use_run_files(RunFiles()):
        add_inputs([tmp_path / "a.csv"])
        with pytest.raises(UsageError):
            add_output(tmp_path / "b.csv")


def test_a_file_that_a_command_is_there_to_replace(tmp_path: Path) -> None:
    with use_run_files(RunFiles()):
        allow_replacing(tmp_path / "a.shp")
        add_inputs([tmp_path / "a.shp"])
        add_output(tmp_path / "a.shp")
        with pytest.raises(UsageError, match="two outputs"):
            add_output(tmp_path / "a.shp.meta.json")  # the shapefile brings it
        add_inputs([tmp_path / "a.shp"])


def test_outside_a_run_nothing_is_asked(tmp_path: Path) -> None:
    assert may_overwrite()
    for _ in range(2):
        add_inputs([tmp_path / "a"])
        add_output(tmp_path / "a")
        allow_replacing(tmp_path / "a")
    with use_run_files(RunFiles()):
        assert not may_overwrite()
        add_inputs([tmp_path / "a"])
    with use_run_files(RunFiles(overwrite=True)):
        assert may_overwrite()
        add_output(tmp_path / "a")
