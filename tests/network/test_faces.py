"""Faces between lines are those of GEOS's polygonizer, to the bit and in its order, and each line knows its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely import LineString, box

from urbanplan.network import faces
from urbanplan.network.faces import NO_FACE, Faces, build_faces


def flat_faces(lines: list[LineString] | NDArray[Any]) -> Faces:
    coords, owner = shapely.get_coordinates(np.asarray(lines, dtype=object), return_index=True)
    return build_faces(coords, np.append(0, np.cumsum(np.bincount(owner, minlength=len(lines)))).astype(np.int64))


def drawing(seed: int) -> NDArray[np.object_]:
    """Lines at random on a coarse grid, in blocks inside blocks, cut where they meet; some are drawn twice."""
    rng = np.random.default_rng(seed)
    side, lines = int(rng.integers(3, 12)), []
    for size, origin in ((1.0, 0.0), (0.05, 0.3), (1.0, 40.0)):
        for _ in range(int(rng.integers(1, 12))):
            spots = rng.integers(0, side, (int(rng.integers(2, 5)), 2)) * size + origin + rng.integers(0, 2) * size / 3
            lines.append(LineString(spots))
        low = origin - 0.1 * size
        lines.append(box(low, low, low + 2 * size, low + 2 * size).exterior)
        lines.append(LineString(low + 0.1 * size * np.array([(0, 0), (0.9, 0.3), (0.3, 0.9), (0, 0)])))  # in its corner
    noded = shapely.get_parts(shapely.node(shapely.MultiLineString(lines)))
    noded = np.concatenate([noded, noded[rng.integers(0, len(noded), 2)]])
    rng.shuffle(noded)
    return np.where(rng.random(len(noded)) < 0.5, noded, shapely.reverse(noded))


@pytest.mark.parametrize("seed", range(40))
def test_the_faces_are_those_of_the_polygonizer(seed: int) -> None:
    lines = drawing(seed)
    expected = shapely.get_parts(shapely.polygonize(lines))
    found = flat_faces(lines)
    assert len(found.shapes) == len(expected) >= 3
    assert shapely.equals_identical(found.shapes, expected).all()
    faced = np.argwhere(found.beside != NO_FACE)
    rims = shapely.boundary(found.shapes[found.beside[faced[:, 0], faced[:, 1]]])
    assert shapely.covers(rims, lines[faced[:, 0]]).all()
    assert shapely.length(lines[faced[:, 0]]).sum() == pytest.approx(shapely.length(found.shapes).sum())


def test_the_drawings_have_what_is_hard() -> None:
    shapes = np.concatenate([flat_faces(drawing(seed)).shapes for seed in range(40)])
    holes = shapely.get_num_interior_rings(shapes)
    assert (holes > 1).sum() > 10
    rings = [shapely.get_rings(shape) for shape in shapes[holes > 0]]
    shells = [shapely.polygons(one[0]) for one in rings]
    apart = [shapely.contains_properly(shell, one[1:]) for shell, one in zip(shells, rings, strict=True)]
    assert sum(some.any() for some in apart) > 20
    assert sum(not some.all() for some in apart) > 20


def test_each_line_knows_the_face_to_its_right_and_to_its_left() -> None:
    square = LineString([(0, 0), (0, 0), (10, 0), (10, 10), (0, 10), (0, 0)])  # counter-clockwise, a point twice
    island = LineString([(4, 4), (4, 6), (6, 6), (6, 4), (4, 4)])  # clockwise
    lane, point, bar = LineString([(0, 0), (2, 1)]), LineString([(1, 1), (1, 1)]), LineString([(20, 0), (30, 0)])
    found = flat_faces([square, lane, point, island, bar])
    outer, inner = [int(np.flatnonzero(found.shapes == shape)[0]) for shape in found.shapes]
    assert [shape.area for shape in found.shapes] == [96, 4]
    none = [NO_FACE, NO_FACE]
    assert found.beside.tolist() == [[NO_FACE, outer], none, none, [inner, outer], none]


def test_a_figure_of_eight_is_two_faces_and_a_line_over_another_without_a_node_makes_none() -> None:
    eight = flat_faces([LineString([(0, 0), (1, 1), (1, -1), (0, 0)]), LineString([(0, 0), (-1, 1), (-1, -1), (0, 0)])])
    assert [shape.area for shape in eight.shapes] == [1, 1]
    bow = flat_faces([LineString([(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)])])
    assert not len(bow.shapes)
    assert (bow.beside == NO_FACE).all()


def test_of_rings_in_rings_each_face_ends_at_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "HOLES_AT_ONCE", 7)
    found = flat_faces([box(-k, -k, k, k).exterior for k in range(1, 31)])
    assert [shape.area for shape in found.shapes] == [4 * (2 * k - 1) for k in range(1, 31)]
    assert found.beside.tolist() == [[NO_FACE if k == 29 else k + 1, k] for k in range(30)]


def test_no_line_has_no_face() -> None:
    found = build_faces(np.empty((0, 2)), np.zeros(1, dtype=np.int64))
    assert found.shapes.shape == (0,)
    assert found.beside.shape == (0, 2)
    assert not len(flat_faces([LineString([(0, 0), (1, 1)])]).shapes)
