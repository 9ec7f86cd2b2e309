"""Boundary-point TXT of 10,000 plots read: urbanplan against a loop that splits line by line, with equal polygons.

Run: ``python benchmarks/run.py boundary`` or ``python benchmarks/exchange_boundary.py [plots]``.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from exchange_turns import town, turns
from paired import table

from urbanplan.exchange import read, write
from urbanplan.exchange.boundary.template import HEAD_FIELDS, POINT_NUMBER_FIELD
from urbanplan.exchange.fields.columns import to_json_values
from urbanplan.exchange.files.sidecar import metadata_path

ROUNDS = 9


def loop(path: Path, encoding: str = "utf-8") -> gpd.GeoDataFrame:
    """What the public tools do, a line at a time; the answer holds what urbanplan's holds."""
    heads, plots, numbers = [], [], []
    for line in path.read_text(encoding=encoding).splitlines():
        if line.endswith("@"):
            heads.append([cell or None for cell in line[:-2].split(",")])
            plots.append({})
            numbers.append([])
        elif plots:
            number, ring, x, y = line.split(",")
            plots[-1].setdefault(int(ring), []).append((float(y), float(x)))
            numbers[-1].append(number)
    shapes = [shapely.Polygon(rings[1], [ring for key, ring in rings.items() if key != 1]) for rings in plots]
    columns = {name: [head[at] for head in heads] for at, name in enumerate(HEAD_FIELDS) if at}
    columns["地块面积"] = [float(area) for area in columns["地块面积"]]
    columns[POINT_NUMBER_FIELD] = [" ".join(row) for row in numbers]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4526)


def write_loop(frame: gpd.GeoDataFrame, path: Path) -> None:
    """The same the other way: a line at a time, as the standard template has it."""
    lines = path.with_suffix(".ours.txt").read_text(encoding="utf-8").splitlines()[:12]
    shapes = frame.geometry.translate(38e6)
    for number, name, shape in zip(frame["id"], frame["name"], shapes, strict=True):
        assert isinstance(shape, shapely.Polygon)
        rings = [shape.exterior, *shape.interiors]
        count = sum(len(ring.coords) for ring in rings)
        lines.append(f"{count},{shape.area / 1e4:.4f},{number},{name},面,,,,@")
        point = 0
        for at, ring in enumerate(rings, start=1):
            first = point + 1
            for east, north in ring.coords[:-1]:
                point += 1
                lines.append(f"J{point},{at},{north:.3f},{east:.3f}")
            east, north = ring.coords[0]
            lines.append(f"J{first},{at},{north:.3f},{east:.3f}")
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8", newline="")


def holed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The town with a square hole in the middle of every parcel."""
    middle = shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy()))
    holes = middle[:, None, :] + np.array([[-5, -5], [-5, 5], [5, 5], [5, -5], [-5, -5]])
    return frame.set_geometry(shapely.difference(frame.geometry.to_numpy(), shapely.polygons(holes)), crs=frame.crs)


def case(frame: gpd.GeoDataFrame, path: Path, profile: str) -> Any:
    """Reading in turns, after the answers were compared."""
    write(frame, path, profile=profile)
    metadata_path(path).unlink()  # the loop has no metadata either
    encoding = "gbk" if profile == "gbk" else "utf-8"
    ours, theirs = read(path).frame, loop(path, encoding)
    for name in theirs.columns.drop("geometry"):
        assert to_json_values(theirs[name]) == to_json_values(ours[name]), name
    assert shapely.equals_identical(ours.geometry.to_numpy(), theirs.geometry.to_numpy()).all()
    works: dict[str, Callable[[], Any]] = {"ours": lambda: read(path), "theirs": lambda: loop(path, encoding)}
    return turns(works, rounds=ROUNDS)


def writing(frame: gpd.GeoDataFrame, folder: Path) -> Any:
    """Writing in turns, after the files were compared byte for byte."""
    ours, theirs = folder / "plots.ours.txt", folder / "plots.txt"
    write(frame, ours)
    write_loop(frame, theirs)
    assert ours.read_bytes() == theirs.read_bytes()
    return turns({"ours": lambda: write(frame, ours), "theirs": lambda: write_loop(frame, theirs)}, rounds=ROUNDS)


def boundary(count: int = 10_000) -> str:
    """The section of the page."""
    frame = town(count)[["id", "name", "geometry"]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plots.txt"
        timed = {
            "read, UTF-8": case(frame, path, "standard"),
            "read, GBK": case(frame, path, "gbk"),
            "read, a hole in each plot": case(holed(frame), path, "standard"),
            "write": writing(frame, Path(folder)),
        }
    rows = [
        [name, one.ms("ours") / 1e3, one.ms("theirs") / 1e3, one.ratio("theirs", "ours")] for name, one in timed.items()
    ]
    note = "The loop takes ring 1 for the plot's edge and any other for a hole; urbanplan looks where each ring lies."
    return table([f"{count:,} plots", "urbanplan s", "loop s", "times"], rows) + f"\n\n{note} One question a turn."


if __name__ == "__main__":
    print(boundary(*map(int, sys.argv[1:])))
