"""One waiver added to a file by hand of the program: what stands there stays, and a second of one finding is refused."""

from __future__ import annotations

import datetime

import pytest

from urbanplan.errors import UsageError
from urbanplan.model.finding import build_finding
from urbanplan.verdict.waiver import append_waiver, finding_key, read_waivers

SHAPE = {"type": "Point", "coordinates": [1.0, 2.0]}
ONE = build_finding("layer-value-null", layer="homes", feature="H-1", column="n", geometry=SHAPE)
TWO = build_finding("layer-value-null", layer="homes", feature="H-2", column="n")
SAID = {"reason": "known since 2024", "owner": "Li", "as_of": "2025-12-31"}


def test_a_waiver_is_added_behind_what_stands_in_the_file(tmp_path):
    file = tmp_path / "waivers.toml"
    append_waiver(file, ONE, **SAID)
    first = file.read_text(encoding="utf-8")
    assert first.startswith(f"# {ONE.message}\n[[waiver]]\nrule = ")
    append_waiver(file, TWO, **SAID)
    assert file.read_text(encoding="utf-8").startswith(f"{first.rstrip()}\n\n# {TWO.message}\n[[waiver]]")
    rows = read_waivers(file)
    assert [one.key for one in rows] == [finding_key(ONE), finding_key(TWO)]
    assert {(one.reason, one.owner, one.expires, one.file) for one in rows} == {
        ("known since 2024", "Li", datetime.date(2026, 3, 31), "waivers.toml")
    }


def test_a_second_waiver_of_a_finding_is_refused_and_the_file_stays(tmp_path):
    file = tmp_path / "waivers.toml"
    append_waiver(file, ONE, **SAID)
    before = file.read_bytes()
    with pytest.raises(UsageError, match="stands there already") as caught:
        append_waiver(file, ONE, **{**SAID, "reason": "other"})
    assert caught.value.where == str(file)
    assert file.read_bytes() == before


def test_a_file_that_begins_with_a_mark_is_read(tmp_path):
    file = tmp_path / "waivers.toml"
    file.write_text("\ufeff# mine\n\n\n", encoding="utf-8")
    append_waiver(file, ONE, **SAID)
    assert file.read_text(encoding="utf-8").startswith(f"# mine\n\n# {ONE.message}\n")
