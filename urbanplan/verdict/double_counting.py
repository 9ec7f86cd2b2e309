"""Features that count in several targets without the plan saying so."""

# pyright: reportUnknownVariableType=false, reportMissingTypeStubs=false
# (scipy's graph functions say no type of what they return)

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from urbanplan.model.finding import Finding, build_finding, sample_names
from urbanplan.model.units import dimension

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import Target
    from urbanplan.model.report import Verdict

_NUMERIC_MEASURES = {"count", "area", "length", "sum"}
_Members = dict[str, list[int]]  # thing -> rows of the targets that it counts in


@dataclass(frozen=True, eq=False)
class _Claims:
    """Numeric promises of one dimension, and the things that each rests on; equal sets are one object."""

    targets: list[Target]
    things: list[frozenset[str]]


def double_counting_findings(targets: list[Target], verdicts: list[Verdict], layers: dict[str, Layer]) -> list[Finding]:
    """One finding for each group of numeric promises that rest on the same things.

    The same thing is the same ``entity`` (a column of that name), else the same layer and id.  Promises of other
    dimensions (22 parcels, 1719 mu) are two sides of one, not a double count.  Two targets of which one names the
    other in ``counted_in`` do not join a group by each other.
    """
    claims: dict[Hashable, list[tuple[Target, Verdict]]] = defaultdict(list)
    for target, verdict in zip(targets, verdicts, strict=True):
        if target.role != "promise" or target.bound is None:
            continue
        if (target.measure or {}).get("kind") in _NUMERIC_MEASURES:
            claims[dimension(target.bound.unit)].append((target, verdict))
    known: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}
    found: list[Finding] = []
    for rows in claims.values():
        if len(rows) > 1:  # one promise alone counts nothing twice
            things = [_union_of_sets(_evidence_sets(verdict, layers, known)) for _, verdict in rows]
            found += _group_findings(_Claims([target for target, _ in rows], things))
    return found


def _union_of_sets(sets: tuple[frozenset[str], ...]) -> frozenset[str]:
    return sets[0] if len(sets) == 1 else frozenset[str]().union(*sets)


def _evidence_sets(
    verdict: Verdict, layers: dict[str, Layer], known: dict[tuple[str, tuple[str, ...]], frozenset[str]]
) -> tuple[frozenset[str], ...]:
    """The things of each layer of a verdict; the same ids of the same layer give the same object."""
    sets: list[frozenset[str]] = []
    for name, ids in verdict.evidence.layers.items():
        if name in layers:
            key = name, tuple(ids)
            if key not in known:
                known[key] = _entities(layers[name], name, ids)
            sets.append(known[key])
    return tuple(sets)


def _entities(layer: Layer, name: str, ids: list[str]) -> frozenset[str]:
    things: set[str] = set()
    if "entity" in layer.frame.columns:
        rows = layer.frame[layer.type.id].astype(str).isin(ids)
        entity = layer.frame.loc[rows, "entity"].astype("string")
        things |= set(entity.dropna())
        ids = layer.frame.loc[rows, layer.type.id].astype(str)[entity.isna().to_numpy()].tolist()
    return frozenset(things | {f"{name}:{id_}" for id_ in ids})


def _group_findings(held: _Claims) -> Iterator[Finding]:
    """A finding for each connected group of targets; two are joined where they share a thing unexcused."""
    members: _Members = defaultdict(list)
    for things, rows in _rows_by_set(held.things).items():
        for thing in things:
            members[thing] += rows
    shared = {thing: _unexcused(rows, held.targets) for thing, rows in members.items() if len(rows) > 1}
    shared = {thing: rows for thing, rows in shared.items() if rows}
    label = _connected_labels(set(map(tuple, shared.values())), len(held.targets))
    groups: dict[int, tuple[set[int], set[str]]] = {}
    for thing, rows in shared.items():
        joined, things = groups.setdefault(int(label[rows[0]]), (set(), set()))
        joined.update(rows)
        things.add(thing)
    for joined, things in sorted(groups.values(), key=lambda group: min(group[0])):
        names = [held.targets[row].id for row in sorted(joined)]
        yield build_finding(
            "plan-counted-twice",
            feature=names[0],
            features=names,
            other=sample_names(names[1:], len(names) - 1),
            shared=len(things),
            ids=sample_names(sorted(things), len(things)),
        )


def _rows_by_set(things: list[frozenset[str]]) -> dict[frozenset[str], list[int]]:
    rows: dict[frozenset[str], list[int]] = {}
    for row, held in enumerate(things):
        rows.setdefault(held, []).append(row)
    return rows


def _unexcused(rows: list[int], targets: list[Target]) -> list[int]:
    """Those of some targets that share a thing with another one of them which neither names in ``counted_in``."""
    if not any(targets[row].counted_in for row in rows):
        return sorted(rows)
    number = {targets[row].id: row for row in rows}
    excused: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        for other in (number[name] for name in targets[row].counted_in if name in number):
            excused[row].add(other)
            excused[other].add(row)
    return sorted(row for row in rows if len(rows) - 1 > len(excused[row] - {row}))


def _connected_labels(groups: set[tuple[int, ...]], count: int) -> list[int]:
    """The component of each of ``count`` targets, those of one group joined; named by its least member."""
    parent = list(range(count))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]
        return row

    for rows in groups:
        tops = sorted({root(row) for row in rows})
        for top in tops[1:]:
            parent[top] = tops[0]
    return [root(row) for row in range(count)]
