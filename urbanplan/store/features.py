"""Features by collection, box and page: what a server of features asks of a store, be it a file or a database."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Box = tuple[float, float, float, float]  # west, south, east, north, in degrees of CRS84
Interval = tuple[datetime.date | None, datetime.date | None]  # both days belong to it; None is open


@dataclass(frozen=True)
class Collection:
    """Features of one kind.

    Attributes:
        name: of its address. title, description: for people. count: of features. bounds: in CRS84, None without shapes.
        date: of the data, None where it is not said. fields: column to type of JSON.
    """

    name: str
    title: str
    description: str
    count: int
    bounds: Box | None
    date: datetime.date | None = None
    fields: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class FeaturePage:
    """Some features, as objects of GeoJSON in CRS84.

    Attributes:
        features: at most as many as were asked for. matched: all that the question matches, None where counting them
            would cost more than the page. following: where the next page begins, None after the last.
    """

    features: list[dict[str, Any]]
    matched: int | None
    following: int | None


class FeatureStore(Protocol):
    """What answers questions for features; reading only."""

    def collections(self) -> Sequence[Collection]:
        """All collections, in their order."""
        ...

    def page(
        self, name: str, *, boxes: Sequence[Box] = (), when: Interval | None = None, limit: int, start: int = 0
    ) -> FeaturePage:
        """Features of a collection that lie in one of some boxes, in a fixed order.

        Args:
            name: of the collection. boxes: none leaves the place open; edges belong to them.
            when: days that the data's date lies in; a collection without a date is of every day.
            limit: most features. start: where to begin, as an earlier page says.

        Raises:
            KeyError: there is no such collection.
        """
        ...

    def feature(self, name: str, key: str) -> dict[str, Any] | None:
        """One feature by its id, None where there is none.

        Raises:
            KeyError: there is no such collection.
        """
        ...
