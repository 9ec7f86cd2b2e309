"""Depth of WKB, counted in Arrow's buffers."""

import struct

import numpy as np
import pyarrow as pa
import pytest
import shapely

from urbanplan.exchange.gate.depth import MAX_DEPTH, is_wkb_too_deep


def nested(depth: int, order: str = "<") -> bytes:
    mark = b"\x01" if order == "<" else b"\x00"
    point = mark + struct.pack(f"{order}Idd", 1, 1.0, 2.0)
    return (mark + struct.pack(f"{order}II", 7, 1)) * depth + point


@pytest.mark.parametrize("order", ["<", ">"])
def test_one_level_more_than_the_deepest_is_too_deep(order):
    blobs = [
        nested(MAX_DEPTH - 1, order),
        nested(MAX_DEPTH, order),
        nested(MAX_DEPTH + 1, order),
        nested(50_000, order),
    ]
    assert is_wkb_too_deep(pa.chunked_array([blobs])).tolist() == [False, False, True, True]


def test_nulls_slices_and_long_plain_shapes_pass():
    ring = np.column_stack([np.cos(np.linspace(0, 6, 500)), np.sin(np.linspace(0, 6, 500))])
    multi = shapely.multipolygons([shapely.Polygon(ring + 10 * k) for k in range(60)])
    blobs = [None, nested(900), shapely.to_wkb(shapely.LineString(ring)), shapely.to_wkb(multi), None, nested(900)]
    whole = pa.chunked_array([blobs[:2], blobs[2:]], type=pa.binary())
    assert is_wkb_too_deep(whole).tolist() == [False, True, False, False, False, True]
    assert is_wkb_too_deep(whole.slice(1, 4)).tolist() == [True, False, False, False]
    assert is_wkb_too_deep(pa.chunked_array([], type=pa.binary())).tolist() == []


def test_a_blob_that_ends_too_soon_is_not_walked_out_of():
    assert is_wkb_too_deep(pa.chunked_array([[nested(40)[:-30] + b"\x01" * 9]])).tolist() == [True]
