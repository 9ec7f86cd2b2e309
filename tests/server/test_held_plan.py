"""A plan is read anew when anything in its folder changes, and only then."""

from __future__ import annotations

import os

import pytest
from plans import small_district

from urbanplan.analysis.plans import open_plan
from urbanplan.errors import PlanError
from urbanplan.server import held_plan
from urbanplan.server.held_plan import HeldPlans


@pytest.fixture
def file(tmp_path):
    return small_district.write(tmp_path / "plan")


@pytest.fixture
def read(monkeypatch):
    """What was read, file by file."""
    files = []

    def counted(file):
        files.append(file)
        return open_plan(file)

    monkeypatch.setattr(held_plan, "open_plan", counted)
    return files


def test_it_is_read_once_and_again_after_each_change(file, read):
    held = HeldPlans()
    first = held.read(file)
    assert held.read(file) is first
    assert read == [file]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('title = "', 'title = "New ', 1), encoding="utf-8")
    assert held.read(file).title == f"New {first.title}"
    (file.parent / "types").mkdir(exist_ok=True)
    (file.parent / "types" / "well.toml").write_text('title = { zh = "井", en = "wells" }\ngeometry = "point"\n')
    held.read(file)
    assert len(read) == 3


def test_an_equal_size_in_another_file_is_a_change(file, read):
    held = HeldPlans()
    first = held.read(file)
    before = file.stat()
    draft = file.with_suffix(".draft")
    draft.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    os.utime(draft, ns=(before.st_atime_ns, before.st_mtime_ns))
    draft.replace(file)  # as programs save: another file under the name
    assert held.read(file) is not first
    assert len(read) == 2


def test_a_mistake_is_told_and_nothing_older_is_given(file):
    held = HeldPlans()
    held.read(file)
    file.write_text("id = [", encoding="utf-8")
    with pytest.raises(PlanError):
        held.read(file)
    with pytest.raises(PlanError):
        held.read(file)


def test_a_folder_of_many_files_is_read_each_time(file, read, monkeypatch):
    monkeypatch.setattr(held_plan, "MOST_FILES", 2)
    held = HeldPlans()
    held.read(file)
    held.read(file)
    assert len(read) == 2


def test_what_a_run_writes_is_no_change(file, read):
    held = HeldPlans()
    held.read(file)
    (file.parent / ".urbanplan").mkdir()
    (file.parent / ".urbanplan" / "runs.jsonl").write_text("{}\n")
    held.read(file)
    assert len(read) == 1
