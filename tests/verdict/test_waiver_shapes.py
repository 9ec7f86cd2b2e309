"""The shape in a waiver's key: the same however it is drawn, another where it is another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from urbanplan.errors import PlanError
from urbanplan.model.finding import build_finding
from urbanplan.verdict import waiver
from urbanplan.verdict.waiver import finding_key, geometry_hash

RING = [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0], [0.0, 0.0]]
LINE = [[0.0, 0.0], [9.0, 0.0]]


def shape(kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": kind, "coordinates": coordinates}


SQUARE = shape("Polygon", [RING])


@pytest.mark.parametrize(
    "other",
    [
        shape("MultiPolygon", [[RING]]),
        shape("Polygon", [RING[::-1]]),
        shape("Polygon", [[*RING[2:], *RING[1:3]]]),
        shape("Polygon", [[[x, y, 50.0] for x, y in RING]]),
        shape("Polygon", [[[x + 0.0004, -0.0 if y == 0 else y] for x, y in RING]]),
    ],
)
def test_one_shape_drawn_another_way_has_the_same_hash(other: dict[str, Any]) -> None:
    assert geometry_hash(other) == geometry_hash(SQUARE)


@pytest.mark.parametrize(
    "other",
    [
        None,
        shape("LineString", RING),
        shape("Polygon", [[*RING[:2], [9.0, 9.1], *RING[3:]]]),
        {"type": "GeometryCollection", "geometries": [SQUARE]},
    ],
)
def test_another_shape_has_another_hash(other: dict[str, Any] | None) -> None:
    assert geometry_hash(other) != geometry_hash(SQUARE)


@pytest.mark.parametrize(("kind", "coordinates"), [("LineString", LINE), ("MultiLineString", [LINE])])
def test_a_line_is_the_line_of_several(kind: str, coordinates: Any) -> None:
    assert geometry_hash(shape(kind, coordinates)) == geometry_hash(shape("LineString", LINE[::-1]))
    assert len(geometry_hash(shape(kind, coordinates))) == 16


def test_a_key_names_rule_layer_feature_detail_and_shape() -> None:
    found = build_finding("layer-overlap", layer="lots", feature="A", geometry=SQUARE, other="B", area_m2=81.0)
    assert finding_key(found) == ("layer-overlap", "lots", "A", "B", geometry_hash(SQUARE))
    null = build_finding("layer-value-null", layer="lots", feature="A", column="far")
    assert finding_key(null) == ("layer-value-null", "lots", "A", "far", "")


def test_a_file_of_waivers_may_be_as_large_as_they_need_and_no_larger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert waiver.MAX_BYTES == 50_000_000
    file = tmp_path / "waivers.toml"
    file.write_text("# of nine\n", encoding="utf-8")
    monkeypatch.setattr(waiver, "MAX_BYTES", 10)
    assert waiver.read_waivers(file) == []
    monkeypatch.setattr(waiver, "MAX_BYTES", 9)
    with pytest.raises(PlanError, match="larger than"):
        waiver.read_waivers(file)
