"""Road projects taken out of the town's streets, and the streets that exist, with a few errors of drawing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .city import City
from .frame import XS
from .lines import Line
from .plane import Points, random
from .record import Layers, Record, Value, date, gap, line
from .shapes import offset

State = tuple[str | None, str | None]  # stage, date of opening
RENEWED = 32
ALIASED = 20  # the project that ledgers call 西站路西延 or 金水路西延
CITY_CODES = {"主干路", "次干路", "支路"}


@dataclass
class Run:
    """Consecutive pieces of one street."""

    road: str
    pieces: list[Line]

    @property
    def length(self) -> float:
        """Metres."""
        return sum(p.length for p in self.pieces)


def _runs(pieces: list[Line], roads: set[str]) -> list[Run]:
    """Pieces of each road in order, broken where they do not touch."""
    out: list[Run] = []
    for road in sorted(roads):
        axis = 1 if road[0] in "XZ" else 0
        own = sorted((p for p in pieces if p.road == road), key=lambda p: p.points[:, axis].min())
        for piece in own:
            last = out[-1] if out and out[-1].road == road else None
            if last and _touch(last.pieces[-1], piece):
                last.pieces.append(piece)
            else:
                out.append(Run(road, [piece]))
    return out


def _touch(a: Line, b: Line) -> bool:
    ends = [np.hypot(*(p - q)) for p in a.points[[0, -1]] for q in b.points[[0, -1]]]
    return min(ends) < 0.01


def choose(city: City, kind_at) -> list[Run]:
    """32 stretches of secondary streets in the parts that grow, 垂柳路 first."""
    generator = random("road projects")
    usable = [
        p
        for p in city.streets
        if p.kind == "次干路"
        and len(p.road) == 4
        and kind_at(p.points.mean(axis=0)) in "NITSO"
        and "tunnel" not in p.marks
    ]
    runs = [r for r in _runs(usable, {p.road for p in usable}) if r.length > 420]
    willow = next(r for r in runs if r.road == "X051" and kind_at(r.pieces[0].points[0]) in "NI" and r.length > 800)
    order = [willow] + [runs[i] for i in generator.permutation(len(runs)).tolist() if runs[i] is not willow]
    out = []
    for run in order[:RENEWED]:
        most = generator.uniform(650, 2300)
        start = int(generator.integers(0, max(1, len(run.pieces) // 3)))
        if run is willow:
            start, most = 0, 3000
        pieces: list[Line] = []
        for piece in run.pieces[start:]:
            if pieces and sum(p.length for p in pieces) + piece.length > most:
                break
            pieces.append(piece)
        out.append(Run(run.road, pieces))
    west = [p for p in city.streets if p.road == "Y03" and p.points[:, 0].min() > XS[10] - 1]
    out[ALIASED - 1] = _runs(west, {"Y03"})[0]
    return out


@dataclass
class Project:
    """One road project: the record's common values and for each piece (stage, opened)."""

    run: Run
    values: dict[str, Value]
    states: list[State]


def _states(kind: str, n: int, generator: np.random.Generator) -> list[State]:
    """Stage and opening date of each piece: wholly opened, partly opened, or not yet."""
    draw = generator.random()
    done: State = ("通车", date(generator, "2025-03-01", "2025-12-28"))
    building: State = ("在建", None)
    if kind == "续建":
        if draw < 0.5:
            return [done] * n
        if draw < 0.75:
            share = max(1, round(n * generator.uniform(0.3, 0.7)))
            early: State = ("通车", "2024-11-30") if draw < 0.58 else done
            partly: list[State] = [early] * share
            return partly + [building] * (n - share)
        return [("通车", None)] * n if draw < 0.82 else [building] * n
    if draw < 0.14:
        return [done] * n
    stages: list[str | None] = ["在建", "开工", "前期", None]
    return [(stages[int(generator.choice(4, p=[0.45, 0.33, 0.18, 0.04]))], None)] * n


def projects(runs: list[Run], science: dict[str, str]) -> list[Project]:
    """The 32 projects with their ledger values; names beyond the speech are numbers. ``science``: shared entities."""
    generator = random("road ledger")
    out = []
    for number, run in enumerate(runs, 1):
        kind = "续建" if number == 1 or generator.random() < 0.47 else "新开工"
        name = "垂柳路" if number == 1 else f"项目-{number:02d}"
        red = float(generator.choice([25, 30, 30, 35, 40, 50]))
        values: dict[str, Value] = {
            "road": f"RD-{number:02d}",
            "name": name,
            "name_status": "speech" if number == 1 else "numbered",
            "alias": None,
            "kind": kind,
            "class": "次干路" if red < 40 else "主干路",
            "red_line_m": red if generator.random() > 0.06 else None,
            "counted_in": "science_city_roads" if run.road in science else None,
            "entity": science.get(run.road),
        }
        out.append(Project(run, values, _states(kind, len(run.pieces), generator)))
    other = out[ALIASED - 1]
    other.values |= {
        "name": "西站路西延",
        "alias": "金水路西延",
        "name_status": "unverified",
        "counted_in": "external_roads",
    }
    other.values |= {"class": "主干路", "red_line_m": 60.0}
    other.states = [("在建", None)] * len(other.states)
    out[0].states = [("通车", "2025-09-28")] * len(out[0].states)
    return out


def _outwards(run: Run, reach: float) -> Line:
    """A straight continuation of a run's last piece (over the boundary)."""
    a, b = run.pieces[-1].points[-2:]
    way = (b - a) / np.hypot(*(b - a))
    return replace(run.pieces[-1], points=np.array([b, b + way * reach]))


def crossing(found: list[Project], leaves) -> Project:
    """Lengthen one project over the boundary: the first that ends at the zone's edge."""
    for project in found[1:]:
        if leaves(project.run.pieces[-1].points[-1]) and project.states[-1][0] == "通车":
            break
    else:
        project = next(p for p in found[1:] if leaves(p.run.pieces[-1].points[-1]))
    project.run.pieces.append(_outwards(project.run, 640.0))
    project.states.append(project.states[-1])
    return project


def _drawn(project: Project, piece: Line, number: int) -> list[tuple[Points, str | None]]:
    """Centre line, two carriageways, or two lines whose carriageway nobody noted."""
    if project.values["road"] in ("RD-05", "RD-18"):
        return [(offset(piece.points, 7.5), "left"), (offset(piece.points, -7.5), "right")]
    if project.values["road"] == "RD-11" and number < 2:
        return [(offset(piece.points, 7.0), None), (offset(piece.points, -7.0), None)]
    return [(piece.points, "single")]


def project_layer(found: list[Project]) -> list[Record]:
    """Segments of all projects; several for each road id."""
    generator, out = random("road segments"), []
    for project in found:
        count = 0
        for number, (piece, (stage, opened)) in enumerate(zip(project.run.pieces, project.states, strict=True)):
            for points, carriageway in _drawn(project, piece, number):
                count += 1
                values = {
                    "id": f"{project.values['road']}-{count:02d}",
                    **project.values,
                    "carriageway": carriageway,
                    "level": 0,
                    "stage": stage,
                    "opened": gap(generator, opened, 0.05),
                }
                if project.values["alias"] and count % 3 == 0:
                    values |= {"name": values["alias"], "alias": values["name"]}
                out.append(Record(line(points), values))
    return out


def existing(city: City, found: list[Project], unbuilt: set[str]) -> list[Line]:
    """Streets that people can use on the plan's day: without the project pieces that are not open."""
    closed = {
        id(piece) for p in found for piece, (stage, _) in zip(p.run.pieces, p.states, strict=True) if stage != "通车"
    }
    return [p for p in city.streets if id(p) not in closed and p.road not in unbuilt]


def _errors(pieces: list[Line]) -> tuple[list[Line], dict[str, list[int]]]:
    """Errors as they occur in drawings: undershoots, an overshoot, a duplicate, an isolated piece. Where they are."""
    generator = random("drawing errors")
    branches = [i for i, p in enumerate(pieces) if p.kind == "支路" and p.length > 90]
    picks = [branches[i] for i in generator.permutation(len(branches))[:9].tolist()]
    out, where = list(pieces), {"undershoot": picks[:5], "overshoot": picks[5:7], "duplicate": [], "isolated": []}
    for i, short in zip(picks[:5], (0.35, 0.8, 1.2, 2.1, 3.6), strict=True):
        a, b = out[i].points[-2:]
        out[i] = replace(out[i], points=np.vstack([out[i].points[:-1], b - (b - a) / np.hypot(*(b - a)) * short]))
    for i in picks[5:7]:
        a, b = out[i].points[-2:]
        out[i] = replace(out[i], points=np.vstack([out[i].points[:-1], b + (b - a) / np.hypot(*(b - a)) * 1.7]))
    where["duplicate"].append(len(out))
    out.append(out[picks[7]])
    middle = out[picks[8]].points.mean(axis=0)
    where["isolated"].append(len(out))
    out.append(Line(middle + np.array([[14.0, 9], [31, 24], [58, 30]]), "步行道", ""))
    return out, where


def street_layer(city: City, found: list[Project], unbuilt: set[str]) -> tuple[list[Record], dict[str, list[str]]]:
    """The street layer, and the ids of the planted errors of drawing."""
    generator = random("street attributes")
    pieces = existing(city, found, unbuilt)
    pieces.sort(key=lambda p: (p.road == "", p.road, *np.round(p.points[0], 2).tolist()))
    pieces, where = _errors(pieces)
    out = []
    for number, piece in enumerate(pieces, 1):
        named = piece.name is not None
        walkable = piece.walkable if generator.random() > 0.0012 else None
        values: dict[str, Value] = {
            "id": f"ST-{number:05d}",
            "road": piece.road or None,
            "name": piece.name,
            "class": piece.kind,
            "carriageway": piece.carriageway,
            "level": piece.level,
            "bridge": "bridge" in piece.marks,
            "tunnel": "tunnel" in piece.marks,
            "walkable": walkable,
            "red_line_m": piece.red_line,
            "name_status": ("speech" if not any(c in (piece.name or "") for c in "经纬绕放绿") else "numbered")
            if named
            else None,
        }
        out.append(Record(line(piece.points), values))
    return out, {kind: [f"ST-{i + 1:05d}" for i in at] for kind, at in where.items()}


def add_layers(layers: Layers, city: City, found: list[Project], unbuilt: set[str]) -> dict[str, list[str]]:
    """Put streets and road projects into the layers."""
    layers["road_projects"] = project_layer(found)
    layers["streets"], planted = street_layer(city, found, unbuilt)
    return planted
