"""A file that a person keeps with the line ends of another system keeps them through every edit."""

from __future__ import annotations

import pytest
from plans import small_district

from urbanplan.analysis.declaration import write_declaration
from urbanplan.analysis.plans import open_plan
from urbanplan.analysis.target_edit import draft_target, file_digest, write_target
from urbanplan.exchange.files.edited_text import read_edited, write_edited
from urbanplan.model.finding import build_finding
from urbanplan.model.plan import LayerSpec
from urbanplan.verdict.waiver import append_waiver, read_waivers


@pytest.fixture
def plan(tmp_path):
    path = small_district.write(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return path


def assert_windows_ends(data: bytes, *, longer_than: bytes) -> None:
    assert data.count(b"\n") == data.count(b"\r\n") > longer_than.count(b"\r\n")
    assert set(longer_than.rstrip().split(b"\r\n")) <= set(data.split(b"\r\n")), "what is not edited stays as it is"


def test_a_target_is_added(plan):
    before = plan.read_bytes()
    said = {"id": "NEW", "quote": "some words", "title": "New"}
    write_target(plan, draft_target(plan, None, said), seen=file_digest(plan))
    assert_windows_ends(plan.read_bytes(), longer_than=before)
    assert open_plan(plan).target[-1].id == "NEW"


def test_a_layer_is_declared(plan):
    before = plan.read_bytes()
    write_declaration(open_plan(plan), LayerSpec(name="more", file="more.gpkg", type="parcels", basis="reported"))
    assert_windows_ends(plan.read_bytes(), longer_than=before)
    assert open_plan(plan).layer[-1].name == "more"


def test_a_waiver_is_added(tmp_path):
    file = tmp_path / "waivers.toml"
    file.write_bytes(b"# mine\r\n")
    for feature in ("H-1", "H-2"):
        before = file.read_bytes()
        hit = build_finding("layer-value-null", layer="homes", feature=feature, column="n")
        append_waiver(file, hit, reason="known", owner="Li", as_of="2025-12-31")
        assert_windows_ends(file.read_bytes(), longer_than=before)
    assert [one.feature for one in read_waivers(file)] == ["H-1", "H-2"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, b"a\nb\n"),
        (b"x\n", b"a\nb\n"),
        (b"x", b"a\nb\n"),
        (b"x\r\ny\r\nz\n", b"a\r\nb\r\n"),
        (b"x\r\ny\nz\n", b"a\nb\n"),
    ],
)
def test_most_line_ends_of_a_file_are_those_of_all(tmp_path, before, after):
    file = tmp_path / "a.toml"
    if before is not None:
        file.write_bytes(before)
    write_edited(file, "a\nb\n")
    assert file.read_bytes() == after
    assert read_edited(file) == "a\nb\n"
