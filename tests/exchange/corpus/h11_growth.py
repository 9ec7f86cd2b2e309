"""H11: shapes, plans and texts made to cost time, each at three sizes, four times as large from one to the next.

A case slips where it ends by a signal, takes more seconds or memory than any answer may, or grows faster than
n log n without being refused with the limit that it met.
"""

from __future__ import annotations

import itertools
import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from exchange.corpus.child import MEMORY, Outcome, command, run_forked
from exchange.corpus.statistics_table import Figures

MOST, ROOM = 60.0, 2 * MEMORY  # seconds and bytes of the largest
LEAST = 1.0  # seconds below which nothing is said of growth: the start of a command is most of it
SLACK = 2.0  # over n log n
PLAN = """id = "g"
title = "g"
as_of = 2025-12-31
[district]
name = "g"
crs = "EPSG:4547"
{boundary}
[[source]]
id = "s"
title = "s"
[[layer]]
name = "{layer}"
file = "layer.gpkg"
type = "{layer}"
basis = "reported"
{targets}"""
TARGET = '[[target]]\nid = "T{at}"\nquote = "q"\nsource = "s"\nmeasure = {measure}\n{more}'
COUNT = TARGET.format(at=0, measure='{ kind = "count", of = "%s" }', more='bound = { comparator = "=", number = 1 }\n')


@dataclass(frozen=True)
class Shape:
    """What grows: its three sizes, what writes it below a folder, and the command that reads it."""

    sizes: tuple[int, int, int]
    write: Callable[[Path, int], Any]
    line: str = "check {home} --quiet --output json:{home}/a.json"


def layer(name: str, make: Callable[[int], list[Any]], targets: str = "") -> Callable[[Path, int], None]:
    """A plan of one layer of the shapes that ``make`` gives for a size."""

    def write(home: Path, size: int) -> None:
        import geopandas as gpd
        import numpy as np
        import shapely

        shapes = make(size)
        places = shapely.transform(shapes, lambda points: np.add(points, (500_000.0, 3_850_000.0)))
        frame = gpd.GeoDataFrame({"id": [f"F{at}" for at in range(len(shapes))]}, geometry=places, crs=4547)
        home.mkdir(parents=True)
        frame.to_file(home / "layer.gpkg", layer="layer", driver="GPKG", engine="pyogrio")
        told = PLAN.format(layer=name, boundary="", targets=targets or COUNT % name)
        (home / "plan.toml").write_text(told, encoding="utf-8")

    return write


def _squares(places: Any, side: float = 8.0) -> list[Any]:
    import numpy as np
    import shapely

    places = np.asarray(places, dtype=float)
    return list(shapely.box(places[:, 0], places[:, 1], places[:, 0] + side, places[:, 1] + side))


def _spot(count: int) -> list[Any]:
    return _squares([(0, 0)] * count)


def _nested(count: int) -> list[Any]:
    import shapely

    return [shapely.box(at, at, 4 * count - at, 4 * count - at) for at in range(count)]


def _overlapping(count: int) -> list[Any]:
    width = int(count**0.5)
    return _squares([(7.0 * (at % width), 7.0 * (at // width)) for at in range(count)])


def _comb(count: int) -> list[Any]:
    import shapely

    spikes = [(x, y) for at in range(count) for x, y in ((at, 0), (at + 0.5, 1000))]
    return [shapely.Polygon([(0, -10), *spikes, (count, 0), (count, -10)])]


def _scribble(count: int) -> list[Any]:
    import numpy as np
    import shapely

    return [shapely.Polygon(np.random.default_rng(1).uniform(0, 1000, (count, 2)))]


def _circle(count: int) -> list[Any]:
    import numpy as np
    import shapely

    turns = 2 * np.pi * np.arange(count) / count
    return [shapely.Polygon(900 * np.column_stack([np.cos(turns), np.sin(turns)]))]


def _lines(count: int) -> list[Any]:
    import shapely

    return [shapely.LineString([(0, 0), (500, 1)])] * count


def _star(count: int) -> list[Any]:
    import numpy as np
    import shapely

    turns = np.pi * np.arange(count) / count
    ends = 900 * np.column_stack([np.cos(turns), np.sin(turns)])
    return list(shapely.linestrings(np.stack([-ends, ends], axis=1)))


def _wave(count: int) -> list[Any]:
    import numpy as np
    import shapely

    at = np.arange(count) / 10
    return [shapely.LineString(np.column_stack([at, np.sin(at)]))]


def mistakes(home: Path, count: int) -> None:
    """A plan with a mistake in each target."""
    layer("parcels", lambda _: _spot(1))(home, 1)
    more = "".join(
        TARGET.format(at=at, measure='{ kind = "count", of = "no" }', more="bund = 1\n") for at in range(1, count)
    )
    with (home / "plan.toml").open("a", encoding="utf-8") as stream:
        stream.write(more)


def targets(home: Path, count: int) -> None:
    """A plan with many targets, all good."""
    more = "".join(
        TARGET.format(
            at=at, measure=f'{{ kind = "count", of = {{ layer = "parcels", where = "id = \'F{at}\'" }} }}', more=""
        )
        + 'bound = { comparator = "=", number = 1 }\n'
        for at in range(count)
    )
    layer("parcels", lambda _: _overlapping(16), more)(home, 1)


def patterns(home: Path, count: int) -> None:
    """Include patterns over folders that are links to the folder itself."""
    layer("parcels", lambda _: _spot(1))(home, 1)
    for at in range(count):
        (home / f"l{at}").symlink_to(home)
    (home / "real.toml").write_text("", encoding="utf-8")
    told = (home / "plan.toml").read_text(encoding="utf-8")
    (home / "plan.toml").write_text(
        'include = ["real.toml", "**/*/**/r*l.toml", "*/*/*/*/*/*.toml"]\n' + told, encoding="utf-8"
    )


def likes(home: Path, count: int) -> None:
    """A filter of many signs on texts of many signs."""
    import geopandas as gpd
    import shapely

    home.mkdir(parents=True)
    frame = gpd.GeoDataFrame(
        {"id": ["a"], "name": ["a" * count]}, geometry=[shapely.box(5e5, 385e4, 5e5 + 9, 385e4 + 9)], crs=4547
    )
    frame.to_file(home / "layer.gpkg", layer="layer", driver="GPKG", engine="pyogrio")
    where = "%a" * min(count, 4000) + "b"
    measure = f'{{ kind = "count", of = {{ layer = "parcels", where = "name LIKE \'{where}\'" }} }}'
    told = PLAN.format(
        layer="parcels",
        boundary="",
        targets=TARGET.format(at=0, measure=measure, more='bound = { comparator = "=", number = 0 }\n'),
    )
    (home / "plan.toml").write_text(told, encoding="utf-8")


NETWORK = TARGET.format(at=0, measure='{ kind = "connected", of = "road_projects" }', more="")
SHEET = "sheets --plan {home} -o {home}/sheets"
MAP = "map {home} -o {home}/a.html"
SHAPES = {
    "parcels on one spot": Shape((1_000, 4_000, 16_000), layer("parcels", _spot)),
    "parcels inside one another": Shape((1_000, 4_000, 16_000), layer("parcels", _nested)),
    "parcels that all overlap their neighbours": Shape((6_250, 25_000, 100_000), layer("parcels", _overlapping)),
    "a comb of a parcel": Shape((10_000, 40_000, 160_000), layer("parcels", _comb)),
    "a scribbled parcel": Shape((750, 3_000, 12_000), layer("parcels", _scribble)),
    "a parcel of many vertices": Shape((62_500, 250_000, 1_000_000), layer("parcels", _circle)),
    "its sheet": Shape((62_500, 250_000, 1_000_000), layer("parcels", _circle), SHEET),
    "its map": Shape((62_500, 250_000, 1_000_000), layer("parcels", _circle), MAP),
    "equal streets": Shape((1_250, 5_000, 20_000), layer("road_projects", _lines, NETWORK)),
    "streets through one place": Shape((1_250, 5_000, 20_000), layer("road_projects", _star, NETWORK)),
    "a street of many vertices": Shape((75_000, 300_000, 1_200_000), layer("road_projects", _wave, NETWORK)),
    "patterns over links": Shape((2, 8, 32), patterns),
    "targets with a mistake each": Shape((6_250, 25_000, 100_000), mistakes),
    "many targets": Shape((125, 500, 2_000), targets),
    "a filter of many signs": Shape((1_000, 4_000, 16_000), likes),
}


def run(*, shapes: tuple[str, ...] = tuple(SHAPES), sizes: slice = slice(None)) -> Figures:
    """Each shape at each size; the seconds and memory of each stand in its outcome."""
    figures = Figures("H11", "what grows")
    for name in shapes:
        shape, taken = SHAPES[name], []
        for size in shape.sizes[sizes]:
            with tempfile.TemporaryDirectory() as folder:
                home = Path(folder) / "plan"
                made = run_forked(lambda home=home, size=size, shape=shape: shape.write(home, size), seconds=120)
                assert made.code == 0, (name, size, made.said[-500:])
                words = [word.format(home=home) for word in shape.line.split()]
                ended = run_forked(command([*words, "--lang", "en"]), seconds=MOST)
                ended = replace(ended, codes=(0, 1, 2, 3), room=ROOM)
                taken.append((size, ended))
                told = "refused" if ended.code == 2 or "_LIMIT" in ended.said else "answered"
                print(
                    f"    {name}, {size:,}: {told}, {ended.seconds:.1f} s, {ended.peak >> 20} MiB; {ended.err.strip()[-160:]!r}",
                    flush=True,
                )
                figures.take(f"{name}, {size:,}", told, [*ended.slips, *_limit_faults(ended)], ended)
        figures.slips += [f"{name}: {slip}" for slip in _growth_faults(taken)]
    return figures


def _limit_faults(ended: Outcome) -> list[str]:
    """A refusal names the limit: a number."""
    return ["no limit is named"] * (ended.code == 2 and not any(sign.isdigit() for sign in ended.err))


def _growth_faults(taken: list[tuple[int, Outcome]]) -> list[str]:
    """Pairs of sizes whose seconds grow faster than n log n; what was refused has no growth."""
    found = []
    for (small, first), (large, second) in itertools.pairwise(taken):
        if second.code == 2 or second.seconds < LEAST:
            continue
        allowed = SLACK * large * math.log2(large + 2) / (small * math.log2(small + 2))
        if second.seconds > allowed * max(first.seconds, LEAST / 4):
            found.append(f"{first.seconds:.1f} s for {small:,}, {second.seconds:.1f} s for {large:,}")
    return found
