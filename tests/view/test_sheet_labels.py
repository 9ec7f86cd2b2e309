"""Placing labels: boxes of numbers meet where shapes do, and each label takes its cheapest place still free."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from shapely.affinity import rotate

from urbanplan.view.sheets.boxes import Boxes, boxes_meet, circles_meet, line_boxes, turned_boxes, upright_box
from urbanplan.view.sheets.circles import line_middles
from urbanplan.view.sheets.fonts import PACKAGE_FONT, CjkFont
from urbanplan.view.sheets.frame import Frame
from urbanplan.view.sheets.labels import LABEL_SPACING, Label, Obstacles, place_labels
from urbanplan.view.sheets.lettering import line_labels
from urbanplan.view.sheets.strips import axes
from urbanplan.view.sheets.surroundings import Ground, Surrounding, draw_ground
from urbanplan.view.vendor import asset_path

ROOM = (164.0, 124.0)


def shape(x: float, y: float, width: float, height: float, degrees: float) -> Any:
    return rotate(shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2), degrees)


def some_boxes(rng: np.random.Generator, count: int) -> tuple[Boxes, np.ndarray]:
    """Boxes in a small room, a third of them upright, and the same as shapes."""
    x, y = rng.uniform(0, 20, (2, count))
    width, height = rng.uniform(0.5, 12, count), rng.uniform(0.5, 3, count)
    degrees = np.where(rng.random(count) < 1 / 3, 0.0, rng.uniform(-90, 90, count))
    return turned_boxes(x, y, width, height, degrees), np.array(list(map(shape, x, y, width, height, degrees)))


@pytest.mark.parametrize("seed", range(3))
def test_boxes_meet_where_their_shapes_do(seed: int) -> None:
    rng = np.random.default_rng(seed)
    (one, left), (other, right) = some_boxes(rng, 1000), some_boxes(rng, 1000)
    starts, ends = rng.uniform(0, 20, (2, 1000, 2))
    spots = rng.uniform(0, 20, (1000, 2))
    lines = shapely.linestrings(np.stack([starts, ends], axis=1))
    assert boxes_meet(one, other).tolist() == shapely.intersects(left, right).tolist()
    assert boxes_meet(one, line_boxes(starts, ends)).tolist() == shapely.intersects(left, lines).tolist()
    assert (
        circles_meet(one, spots[:, 0], spots[:, 1], 2.0).tolist()
        == (shapely.distance(left, shapely.points(spots)) <= 2).tolist()
    )
    assert np.abs(one.bounds() - shapely.bounds(left)).max() < 1e-9
    single = Boxes(*(float(values[0]) for values in one)), Boxes(*(float(values[0]) for values in other))
    assert boxes_meet(*single) == bool(shapely.intersects(left[0], right[0]))


def test_a_line_without_length_is_a_point() -> None:
    point = line_boxes(np.array([[3.0, 4.0]]), np.array([[3.0, 4.0]]))
    assert boxes_meet(upright_box(3.0, 4.5, 1.0, 1.0), point).tolist() == [True]
    assert boxes_meet(upright_box(3.0, 5.0, 1.0, 1.0), point).tolist() == [False]


def town(seed: int) -> tuple[list[Label], Obstacles, dict[str, Any]]:
    """Labels with places at random, what stands in their way as boxes, and the same as shapes."""
    rng = np.random.default_rng(seed)
    labels = []
    for i in range(60):
        count = int(rng.integers(0, 12)) if i else 1
        places = np.column_stack([rng.uniform(0, 164, count), rng.uniform(0, 124, count), rng.uniform(-90, 90, count),
                                  rng.random(count)])  # fmt: skip
        width, height = rng.uniform(2, 25), rng.uniform(1, 6)
        labels.append(Label(str(i), "name", 2.0, width, height, float(rng.integers(0, 4)), places, fixed=i == 0))
    starts, ends = rng.uniform(0, 124, (2, 12, 2))
    circles, path = rng.uniform(0, 124, (9, 2)), rng.uniform(0, 124, (5, 2))
    obstacles = Obstacles([line_boxes(starts, ends)], circles, 2.0, [(line_boxes(path[:-1], path[1:]), 0.8)])
    lines: Any = shapely.linestrings(np.stack([starts, ends], axis=1))
    rounds: Any = shapely.buffer(shapely.points(circles), 2.0, quad_segs=256)
    hard = [*lines, *rounds]
    return labels, obstacles, {"hard": shapely.union_all(hard), "soft": shapely.linestrings(path)}


@pytest.mark.parametrize("seed", range(4))
def test_each_label_takes_its_cheapest_free_place(seed: int) -> None:
    """Against the rule itself, said with shapes: by rank, the cheapest place that meets nothing hard or placed."""
    labels, obstacles, shapes = town(seed)
    frame, taken, wanted = shapely.box(0, 0, *ROOM), [], {}
    for i in sorted(range(len(labels)), key=lambda i: (not labels[i].fixed, labels[i].rank)):
        open_ = []
        for k, (x, y, degrees, cost) in enumerate(np.asarray(labels[i].places)):
            box = shape(x, y, labels[i].width + LABEL_SPACING, labels[i].height + LABEL_SPACING, degrees)
            free = frame.contains(box) and not box.intersects(shapes["hard"])
            free = free and not any(box.intersects(other) for other in taken)
            if free or labels[i].fixed:
                open_.append((cost + 0.8 * box.intersects(shapes["soft"]), k, box))
        if open_:
            _, wanted[i], box = min(open_, key=lambda each: each[:2])
            taken.append(box)
    placed, left = place_labels(labels, obstacles, ROOM)
    assert [(int(each.label.text), tuple(each.place)) for each in placed] == [
        (i, tuple(labels[i].places[wanted[i]])) for i in sorted(wanted)
    ]
    assert [int(label.text) for label in left] == [i for i in range(len(labels)) if i not in wanted]
    assert 5 < len(placed) < 60


def test_a_line_that_a_coarse_grid_has_made_a_point_is_not_drawn() -> None:
    spot, line = shapely.Point(1, 1), shapely.LineString([(0, 0), (40, 0)])
    assert axes(np.array([spot, line])) == [line]
    assert axes(np.array([spot])) == []
    assert line_middles(np.array([spot, line])).tolist() == [spot, shapely.Point(20, 0)]
    row = Surrounding(layers=[], role="road", stroke="#000000", casing="#ffffff")
    road = Ground(row, "streets", "", "illustrative", np.array([spot, line]), ["短", "长"], np.full(2, 10.0))
    font = CjkFont("a", asset_path(PACKAGE_FONT))
    frame = Frame(100.0, 100.0, 1000, (0.0, 0.0))
    assert [len(piece["paths"]) for piece in draw_ground(road, frame)] == [1, 1]
    assert [label.text for label in line_labels(road, frame, font)] == ["长"]
