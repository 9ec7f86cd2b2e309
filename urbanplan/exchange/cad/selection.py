"""Which entities of a drawing are taken: by layer, by layout, by what is visible; and what each layer holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange.cad.blocks import Placed
from urbanplan.exchange.cad.texts import decode_escapes
from urbanplan.exchange.drawing_options import CadOptions
from urbanplan.model.translation import localize


@dataclass(frozen=True)
class DrawingLayer:
    """A layer of a drawing: how many entities of which kinds, the box around what is drawn, frozen or off or None."""

    name: str
    kinds: dict[str, int]
    bounds: tuple[float, ...] | None
    hidden: str | None


@dataclass
class Selection:
    """The entities that were asked for, and what was met on the way.

    Attributes:
        options: what was asked for. where: the file. kinds: entities by layer and kind, taken or not.
        unseen: taken or left entities that are hidden, by layer.
    """

    options: CadOptions
    where: str
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)

    def take(self, placed: Iterable[Placed]) -> Iterator[Placed]:
        """The entities on the layers asked for; hidden ones unless they are to be left out."""
        for one in placed:
            self.kinds[one.layer, one.entity.dxftype()] += 1
            if not takes_layer(self.options.layers, one.layer):
                continue
            if one.hidden:
                self.unseen[one.layer] += 1
                if self.options.visible_only:
                    continue
            yield one

    def check_layers(self) -> None:
        """Refuse patterns that no layer has.

        Raises:
            ExchangeError: there is one.
        """
        names = sorted({layer for layer, _ in self.kinds})
        for pattern in self.options.layers:
            if not any(takes_layer([pattern], name) for name in names):
                raise ExchangeError(
                    "no layer of the drawing is like {pattern}", where=self.where,
                    fix="Its layers with entities are {names}.", pattern=pattern, names=", ".join(names[:30]) or "—",
                )  # fmt: skip

    def notes(self) -> Iterator[str]:
        """What is to be told of hidden layers."""
        if self.unseen:
            listed = ", ".join(f"{count} {decode_escapes(name)}" for name, count in sorted(self.unseen.items())[:10])
            if self.options.visible_only:
                yield localize("left out, because it is frozen, off or invisible: {listed}", listed=listed)
            else:
                what = "on layers that are frozen or off, or invisible, and taken all the same: {listed}; {choice}"
                yield localize(what, listed=listed, choice=localize("--visible-only leaves them out"))

    def layers(self, drawn: list[Any], hidden: dict[str, str]) -> tuple[DrawingLayer, ...]:
        """Every layer with what lies on it; ``drawn`` are the entities read, ``hidden`` the layers not to be seen."""
        shapes = np.array([row.shape for row in drawn], dtype=object)
        names = np.array([row.layer for row in drawn], dtype=object)
        kinds: dict[str, dict[str, int]] = {}
        for (name, kind), count in sorted(self.kinds.items()):
            kinds.setdefault(name, {})[kind] = count
        return tuple(
            DrawingLayer(name, held, _bounds(shapes[names == name]), hidden.get(name.lower()))
            for name, held in kinds.items()
        )


def takes_layer(patterns: Sequence[str], layer: str) -> bool:
    """Whether a layer is like one of the patterns, upper and lower case alike; without patterns each is."""
    return not patterns or any(fnmatchcase(layer.lower(), pattern.lower()) for pattern in patterns)


def _bounds(shapes: np.ndarray) -> tuple[float, ...] | None:
    box = shapely.total_bounds(shapes) if len(shapes) else np.full(4, np.nan)
    return tuple(float(value) for value in box) if np.isfinite(box).all() else None


def layout_space(drawing: Any, options: CadOptions, where: str) -> tuple[Any, tuple[str, ...]]:
    """The layout asked for, the model space unless one is; and what other layouts hold.

    Raises:
        ExchangeError: there is no such layout.
    """
    papers = {name: drawing.layouts.get(name) for name in drawing.layouts.names() if name.lower() != "model"}
    if options.layout and options.layout.lower() != "model":
        found = next((name for name in papers if name.lower() == options.layout.lower()), None)
        if found is None:
            fix = "Its layouts are {names}."
            raise ExchangeError("the drawing has no layout {name}", where=where, fix=fix, name=options.layout,
                                names=", ".join(["Model", *papers]))  # fmt: skip
        return papers[found], ()
    held = {name: sum(entity.dxftype() != "VIEWPORT" for entity in paper) for name, paper in papers.items()}
    listed = ", ".join(f"{count} ({name})" for name, count in held.items() if count)
    what = "entities of paper space, which are not read: {listed}; --layout NAME reads them"
    return drawing.modelspace(), (localize(what, listed=listed),) if listed else ()
