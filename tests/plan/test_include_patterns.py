"""Files that a plan includes by a pattern: which are found, and where looking ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanplan.errors import PlanError
from urbanplan.plan import include_patterns
from urbanplan.plan.include_patterns import expand_pattern


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.toml", "a.toml", "note.txt", "in/a.toml", "in/deep/a.toml", "folder.toml/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.toml", ["a.toml", "b.toml"]),
        ("a.toml", ["a.toml"]),
        ("A.toml", []),
        ("in/*.toml", ["in/a.toml"]),
        ("*/a.toml", ["in/a.toml"]),
        ("**/a.toml", ["a.toml", "in/a.toml", "in/deep/a.toml"]),
        ("in/**", ["in/a.toml", "in/deep/a.toml"]),
        ("in/deep/a.toml/x", []),
        ("/".join(["a"] * 200), []),
        ("a" * 300, []),
    ],
)
def test_what_a_pattern_finds(folder: Path, pattern: str, found: list[str]) -> None:
    paths = expand_pattern(pattern, folder, where="plan.toml:1")
    assert [path.relative_to(folder).as_posix() for path in paths] == found


def test_looking_ends_where_too_much_is_found_or_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(include_patterns, "MAX_FOUND", 2)
    expand_pattern("*.toml", folder / "in", where="p:1")
    monkeypatch.setattr(include_patterns, "MAX_FOUND", 1)
    with pytest.raises(PlanError, match="finds more than 1 files"):
        expand_pattern("*.toml", folder, where="p:1")
    monkeypatch.setattr(include_patterns, "MAX_SEEN", 5)
    assert expand_pattern("x*", folder, where="p:1") == []  # five entries are looked at
    monkeypatch.setattr(include_patterns, "MAX_SEEN", 4)
    with pytest.raises(PlanError, match="finds more than 4 files"):
        expand_pattern("x*", folder, where="p:1")
