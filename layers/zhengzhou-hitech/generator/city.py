"""The whole town in the drawing plane: noded streets with bridges and tunnels, blocks, houses."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from . import nature
from .fabric import Fill, House, fill_block
from .frame import EXPRESSWAY_X
from .grid import Block, skeleton
from .lines import Line, components, node
from .plane import random

CROSS_WATER = {"主干路", "次干路", "乡道", "快速路", "匝道"}
# Uses other than plain whose blocks stand built already, and as what they are filled.
BUILT = {
    "low": "I",
    "industrial_park": "I",
    "innovation": "T",
    "youth": "T",
    "finance": "T",
    "renewal": "R",
    "school": "T",
    "hospital": "T",
    "commercial": "T",
}
CROSS_RAIL = {"主干路", "快速路", "匝道"}


@dataclass
class City:
    """Streets (noded pieces), blocks and houses of the drawing plane."""

    streets: list[Line]
    blocks: list[Block]
    houses: list[House]


def _merge_closed(blocks: list[Block]) -> list[Block]:
    """Campuses and the lake park are one block over several super-blocks."""
    groups = {
        "U1": [(5, 2), (6, 2)],
        "U2": [(5, 1), (6, 1)],
        "U3": [(8, 3), (8, 2)],
        "U4": [(9, 3), (9, 2)],
        "L1": [(4, 4), (5, 4), (4, 5), (5, 5)],
    }
    out = [b for b in blocks if b.kind not in "UL"]
    for name, cells in groups.items():
        rings = np.vstack([b.ring for b in blocks if b.cell in cells])
        low, high = rings.min(axis=0), rings.max(axis=0)
        ring = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
        out.append(Block(ring, name[0], cells[0], tags={"group": name}))
    return out


def _fills(blocks: list[Block]) -> Fill:
    total = Fill()
    for number, block in enumerate(blocks):
        kind = block.kind if block.use == "plain" else BUILT.get(block.use)
        if kind is not None:
            found = fill_block(replace(block, kind=kind), number)
            total.lines += found.lines
            total.houses += found.houses
    return total


def _allowed(pieces: list[Line]) -> list[Line]:
    """Drop what may not cross water or the railway; mark bridges and underpasses."""
    shapes = np.array([p.geometry for p in pieces])
    water, rail = nature.water(), nature.railway()
    shapely.prepare([water, rail])
    wet, railed = shapely.intersects(water, shapes), shapely.intersects(rail, shapes)
    soaked = shapely.length(shapely.intersection(water, shapes)) > 110
    out = []
    for piece, over, under, along in zip(pieces, wet.tolist(), railed.tolist(), soaked.tolist(), strict=True):
        if along or (over and piece.kind not in CROSS_WATER) or (under and piece.kind not in CROSS_RAIL):
            continue
        marks = {
            name for name, on in (("bridge", over or piece.level > 0), ("tunnel", under and piece.level == 0)) if on
        }
        out.append(replace(piece, marks=piece.marks | marks))
    return out


def _stubs(pieces: list[Line]) -> list[Line]:
    """Drop the short ends that a street leaves between two carriageways."""
    while True:
        ends: dict[tuple[float, float], int] = {}
        keys = [[tuple(np.round(p.points[k], 3).tolist()) for k in (0, -1)] for p in pieces]
        for pair in keys:
            for key in pair:
                ends[key] = ends.get(key, 0) + 1
        kept = [p for p, (a, b) in zip(pieces, keys, strict=True) if p.length > 14 or (ends[a] > 1 and ends[b] > 1)]
        if len(kept) == len(pieces):
            return kept
        pieces = kept


def _clear(houses: list[House]) -> list[House]:
    """Houses that stand clear of water, railway and expressway."""
    spots = shapely.points(np.array([h.at for h in houses]))
    far = np.array([max(h.size) / 2 for h in houses])
    free = shapely.distance(nature.water(), spots) > far + 22
    free &= shapely.distance(nature.railway(), spots) > far + 25
    free &= np.abs(shapely.get_x(spots) - EXPRESSWAY_X) > far + 55
    return [h for h, ok in zip(houses, free.tolist(), strict=True) if ok]


def _drop_lonely(pieces: list[Line]) -> list[Line]:
    """Keep what hangs together with the town (the expressway with its ramps does)."""
    number = components(pieces)
    return [p for p, n in zip(pieces, number.tolist(), strict=True) if n == 0]


def _some_gone(pieces: list[Line]) -> list[Line]:
    """A town is never complete: a few branch streets are missing."""
    generator = random("missing branches")
    return [p for p in pieces if p.kind != "支路" or generator.random() > 0.07]


def build(assign) -> City:
    """Draw the town; ``assign(blocks)`` gives some blocks a use before the others are filled."""
    lines, blocks = skeleton()
    blocks = _merge_closed(blocks)
    assign(blocks)
    fill = _fills(blocks)
    lines += fill.lines + nature.park_paths() + nature.greenways() + nature.cutters()
    pieces = [p for p in node(lines) if p.kind != "cutter"]
    pieces = _drop_lonely(_stubs(_some_gone(_allowed(pieces))))
    return City(pieces, blocks, _clear(fill.houses))
