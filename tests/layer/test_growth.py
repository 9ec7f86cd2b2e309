"""Layers whose meetings grow with the square of their size: answered in bounded work, or refused with the limit."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from layer.finding_samples import layer, rectangle
from shapely.geometry import LineString, MultiPolygon, Polygon

from urbanplan.errors import LayerError
from urbanplan.layer import intricacy
from urbanplan.layer.area import dissolved_area
from urbanplan.layer.intricacy import check_intricacy
from urbanplan.layer.length import dissolved_length
from urbanplan.layer.nearest import MAX_CORNERS, nearest_distances, split_shapes
from urbanplan.layer.overlaps import shared_pieces
from urbanplan.layer.tiling import tiling_findings
from urbanplan.model.finding import MAX_PER_CODE, further_findings
from urbanplan.model.finding_json import finding_from_json, finding_to_json
from urbanplan.model.limits import crossing_limit, pair_limit

SIZES = (40, 160, 640)
PAIRS, CROSSINGS = 2_000, 20_000  # limits of these tests, so that they take no time


def spokes(count, start=-1):
    turns = np.pi * (1 + (start == 0)) * np.arange(count) / count
    return [
        LineString([(start * 900 * np.cos(t), start * 900 * np.sin(t)), (900 * np.cos(t), 900 * np.sin(t))])
        for t in turns
    ]


def comb(count):
    spikes = [(x, y) for at in range(count) for x, y in ((at, 0), (at + 0.5, 1000))]
    return [(0, -10), *spikes, (count, 0), (count, -10)]


def scribble(count):
    return np.random.default_rng(1).uniform(0, 1000, (count, 2))


def tiles(count, side=8):
    width = int(count**0.5) + 1
    return [rectangle(10 * (at % width), 10 * (at // width), side) for at in range(count)]


def grid(count):
    half = count // 2
    return [LineString([(at, -1), (at, half)]) for at in range(half)] + [
        LineString([(-1, at), (half, at)]) for at in range(half)
    ]


SHAPES = {  # what comes of 40, 160 and 640: whole, limited (told), refused (with the limit)
    "equal parcels": (lambda n: [rectangle(0, 0)] * n, "whole refused refused"),
    "parcels a millimetre apart": (lambda n: [rectangle(at / 1000, 0) for at in range(n)], "whole refused refused"),
    "parcels inside one another": (lambda n: [rectangle(at, at, 2000 - 2 * at) for at in range(n)], "whole limited limited"),
    "parcels side by side": (lambda n: tiles(n, side=10), "whole whole whole"),
    "a comb of a parcel": (lambda n: [Polygon(comb(n))], "whole whole whole"),
    "combs across one another": (lambda n: [Polygon(comb(n)), Polygon([(y, x) for x, y in comb(n)])], "whole refused refused"),
    "a parcel scribbled": (lambda n: [Polygon(scribble(n))], "whole whole refused"),
    "a parcel of many vertices": (lambda n: [shapely.Point(0, 0).buffer(900, quad_segs=5 * n)], "whole whole whole"),
    "a parcel of many holes": (lambda n: [rectangle(-5, -5, 3000).difference(shapely.union_all(tiles(n)))], "whole whole whole"),
    "a parcel of many parts": (lambda n: [MultiPolygon(tiles(n))], "whole whole whole"),
    "equal streets": (lambda n: [LineString([(0, 0), (500, 1)])] * n, "whole limited refused"),
    "streets through one place": (spokes, "whole limited refused"),
    "streets to one place": (lambda n: spokes(n, start=0), "whole limited refused"),
    "a net of streets": (grid, "whole limited refused"),
    "a street of many vertices": (lambda n: [LineString([(at, np.sin(at)) for at in range(20 * n)])], "whole whole whole"),
    "a street scribbled": (lambda n: [LineString(scribble(n))], "whole whole refused"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def low_limits(monkeypatch):
    monkeypatch.setenv("URBANPLAN_PAIRS", str(PAIRS))
    monkeypatch.setenv("URBANPLAN_CROSSINGS", str(CROSSINGS))


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("at", range(3))
def test_work_and_answer_stay_bounded(name, at, monkeypatch):
    """Pairs are counted, not seconds: those of boxes that are looked at, and those that are intersected."""
    make, outcomes = SHAPES[name]
    shapes = np.array(make(SIZES[at]), dtype=object)
    looked = []
    pairs = intricacy.box_pairs

    def count_pairs(*given):
        for left, right in pairs(*given):
            looked.append(len(left))
            yield left, right

    monkeypatch.setattr(intricacy, "box_pairs", count_pairs)
    try:
        check_intricacy(shapes, np.arange(len(shapes)))
        found = shared_pieces(shapely.make_valid(shapes))
        assert len(found.pieces) <= PAIRS
        outcome = "whole" if found.compared == len(shapes) else "limited"
    except LayerError as error:
        outcome, text = "refused", str(error)
        assert all(part in text for part in ("20000 times", "URBANPLAN_CROSSINGS"))
        segments = int(shapely.get_num_coordinates(shapes).sum())
        assert sum(looked) <= CROSSINGS + 64 * segments, "the count ends soon after the limit"
    assert outcome == outcomes.split()[at]


def test_more_overlaps_than_the_limit_are_told_and_the_answer_is_bounded():
    many = layer(*(rectangle(at, at, 2000 - 2 * at) for at in range(200)), rules={"overlap": False})
    found = [hit for hit in tiling_findings(many, None) if hit.code.startswith(("layer-overlap", "layer-pairs"))]
    assert [hit.code for hit in found[MAX_PER_CODE:]] == ["layer-overlap", "layer-pairs-limited"]
    assert found[-2].count == PAIRS - MAX_PER_CODE
    assert "1000 more" in found[-2].message
    assert "more than 2000 pairs" in found[-1].message
    assert "URBANPLAN_PAIRS" in found[-1].fix


def test_what_is_told_as_a_number_is_remembered_as_one():
    rest = further_findings("layer-overlap", layer="parcels", features=["a", "b"], count=7)
    assert finding_from_json(finding_to_json(rest)) == rest


def test_land_is_right_beyond_the_limit():
    shapes = np.array([rectangle(at, at, 2000 - 2 * at) for at in range(200)], dtype=object)
    assert dissolved_area(shapes) == (4_000_000.0, 4_000_000.0)


def test_pairs_of_the_same_features_are_found_once(monkeypatch):
    shapes = np.array(tiles(30, side=12), dtype=object)
    first = shared_pieces(shapes)
    monkeypatch.setattr(shapely, "intersection", None)
    assert shared_pieces(shapes.copy()) is first
    assert len(first.pieces) == len({(a, b) for a in range(30) for b in range(a) if shapes[a].intersects(shapes[b])})


def test_neighbours_that_only_touch_are_no_pair():
    assert len(shared_pieces(np.array(tiles(100, side=10), dtype=object)).pieces) == 0


@pytest.mark.parametrize("text", ["", "many", "-1", "9" * 30])
def test_limits_are_raised_by_numbers_alone(monkeypatch, text):
    monkeypatch.setenv("URBANPLAN_PAIRS", text)
    monkeypatch.setenv("URBANPLAN_CROSSINGS", text)
    assert (pair_limit(10), crossing_limit(10)) == (50_000, 1_000_000)
    assert (pair_limit(10**6), crossing_limit(10**6)) == (16_000_000, 30_000_000)


def test_a_scribbled_parcel_is_refused_before_it_is_made_valid(monkeypatch):
    monkeypatch.delenv("URBANPLAN_CROSSINGS", raising=False)
    square, small = Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]), Polygon(scribble(40))
    check_intricacy([square, small, None], ["A", "B", "C"])
    with pytest.raises(LayerError) as refused:
        check_intricacy([square, Polygon(scribble(500))], ["A", "B"])
    assert "B" in str(refused.value)
    assert "URBANPLAN_CROSSINGS" in str(refused.value)
    monkeypatch.setenv("URBANPLAN_CROSSINGS", "1000000")
    check_intricacy([Polygon(scribble(500))], ["B"])


@pytest.mark.parametrize(
    ("make", "most"), [(spokes, 2_000), (lambda n: [LineString([(0, 0), (500, 1)])] * n, 4_000)], ids=["star", "equal"]
)
def test_of_lines_that_cross_or_are_equal_few_pairs_are_intersected(monkeypatch, make, most):
    lines = np.array(make(400), dtype=object)
    intersected = []
    intersection = shapely.intersection
    monkeypatch.setattr(
        shapely,
        "intersection",
        lambda *given, **more: (intersected.append(len(given[0])), intersection(*given, **more))[1],
    )
    length = dissolved_length(lines)
    assert sum(intersected) <= most, "of 79,800 pairs"
    assert length == pytest.approx(400 * 1800 if make is spokes else np.hypot(500, 1), rel=1e-4)


def test_length_counts_a_stretch_once_whichever_way_it_is_drawn():
    lines = [LineString([(0, 0), (100, 0)]), LineString([(150, 0), (50, 0.00002)]), LineString([(0, 5), (0, -5)]),
             LineString([(200, 0), (200, 30)])]  # fmt: skip
    assert dissolved_length(np.array(lines, dtype=object)) == pytest.approx(150 + 10 + 30, abs=1e-3)


def drawn_at_random(draw, count):
    kinds = [shapely.Point, lambda place: LineString(place + draw.normal(0, 50, (int(draw.integers(2, 300)), 2))),
             lambda place: shapely.Point(place).buffer(draw.uniform(1, 150), quad_segs=int(draw.integers(2, 90))),
             lambda place: MultiPolygon([shapely.Point(place + d).buffer(20, 40).difference(shapely.Point(place + d).buffer(9))
                                         for d in (0, 100)])]  # fmt: skip
    return np.array([kinds[int(draw.integers(4))](draw.uniform(-900, 900, 2)) for _ in range(count)], dtype=object)


@pytest.mark.parametrize("seed", range(10))
def test_the_nearest_in_pieces_is_the_nearest_of_the_whole(seed):
    draw = np.random.default_rng(seed)
    mine, others = drawn_at_random(draw, 12), drawn_at_random(draw, 5)
    least = shapely.distance(mine[:, None], others[None, :]).min(axis=1)
    assert nearest_distances([*mine, None], [*others, None])[:-1] == pytest.approx(least, abs=1e-9)
    assert nearest_distances(mine, []).tolist() == [np.inf] * 12


def test_a_shape_of_many_corners_is_looked_at_in_pieces():
    circle = shapely.Point(0, 0).buffer(900, quad_segs=5_000)
    pieces, owner = split_shapes(np.array([shapely.Point(1, 1), circle], dtype=object))
    assert shapely.get_num_coordinates(pieces).max() == MAX_CORNERS
    assert shapely.length(pieces[owner == 1]).sum() == pytest.approx(circle.length, rel=1e-12)
    assert np.bincount(owner).tolist() == [1, -(-20_000 // (MAX_CORNERS - 1))]
