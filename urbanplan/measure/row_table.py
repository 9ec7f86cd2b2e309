"""The rows of a layer with what is computed of them once, for all targets of a run that choose among them."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's and pandas' functions say no type of what they return)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import geopandas as gpd
    from numpy.typing import NDArray

    from urbanplan.layer.filter import ComparedColumns


class RowTable:
    """A frame that does not change, its columns as arrays, and facts of its rows, each computed when first asked for.

    Attributes:
        frame: rows with ``__id__``, ``__kept__`` and ``__copies__``. known: whether each could be read, shape (rows,).
        compared: columns as filters compare them.
    """

    def __init__(self, frame: gpd.GeoDataFrame, known: NDArray[np.bool_] | None = None) -> None:
        self.frame, self.known = frame, np.ones(len(frame), dtype=bool) if known is None else known
        self.compared: ComparedColumns = {}
        self._facts: dict[Hashable, Any] = {}
        self._asked: dict[Hashable, int] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def fact(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What is computed of the rows, once for each key."""
        if key not in self._facts:
            self._facts[key] = make()
        return self._facts[key]

    def is_worth(self, key: Hashable, rows: int) -> bool:
        """Whether as many rows as there are have been asked for before: the whole table is better computed then."""
        before = self._asked.get(key, 0)
        self._asked[key] = before + rows
        return before >= len(self)

    def per_row(
        self, key: Hashable, rows: NDArray[np.intp], make: Callable[[NDArray[np.intp]], tuple[NDArray[Any], ...]]
    ) -> tuple[NDArray[Any], ...]:
        """Columns at some rows, each row computed once.  (A row's values hang on the row alone.)

        Args:
            rows: numbers of rows, shape (n,). make: the columns of those that are asked for the first time, (m,) each.
        """
        known, columns = self._facts.get(key, (None, None))
        if known is None:
            known = np.zeros(len(self), dtype=bool)
        new = rows[~known[rows]]
        if len(new) or columns is None:
            made = make(new)
            if columns is None:
                columns = tuple(np.empty((len(self), *column.shape[1:]), dtype=column.dtype) for column in made)
            for column, values in zip(columns, made, strict=True):
                column[new] = values
            known[new] = True
            self._facts[key] = known, columns
        return tuple(column[rows] for column in columns)

    def learn(self, key: Hashable, *columns: NDArray[Any]) -> None:
        """Take columns of all rows, shape (rows,) each, as :meth:`per_row` would compute them."""
        self._facts[key] = np.ones(len(self), dtype=bool), columns

    def values(self, name: str) -> NDArray[Any]:
        """A column as an array, texts as objects."""
        return self.fact(("values", name), lambda: self.frame[name].to_numpy())

    def texts(self, name: str) -> NDArray[np.object_]:
        """A column as text, None where it is null."""

        def make() -> NDArray[np.object_]:
            column = self.frame[name].astype("string")
            found = column.to_numpy(dtype=object)
            found[column.isna().to_numpy(dtype=bool)] = None
            return found

        return self.fact(("texts", name), make)

    def floats(self, name: str) -> NDArray[np.float64]:
        """A column of numbers, NaN where it is null."""

        def make() -> NDArray[np.float64]:
            numbers = self.frame[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
            return np.asarray(numbers, dtype=np.float64)

        return self.fact(("floats", name), make)

    def codes(self, name: str) -> NDArray[np.intp]:
        """A number for each different text of a column, -1 where it is null."""
        import pandas as pd

        return self.fact(("codes", name), lambda: np.asarray(pd.factorize(self.texts(name))[0], dtype=np.intp))

    def null(self, name: str) -> NDArray[np.bool_]:
        """Whether each value of a column is null."""
        return self.fact(("null", name), lambda: self.frame[name].isna().to_numpy(dtype=bool))

    @property
    def has_copies(self) -> bool:
        """Whether an id is borne by several rows."""
        return self.fact("has copies", lambda: bool((self.values("__copies__") > 1).any()))

    @property
    def shapes(self) -> NDArray[np.object_]:
        """The geometries."""
        return self.fact("shapes", lambda: self.frame.geometry.to_numpy())

    def broken(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each of some rows has a geometry that is not valid."""
        from urbanplan.layer.validity import find_broken

        def ask(new: NDArray[np.intp]) -> tuple[NDArray[np.bool_]]:
            found = np.zeros(len(new), dtype=bool)
            found[find_broken(self.shapes[new])] = True
            return (found,)

        return self.per_row("broken", rows, ask)[0]

    @property
    def dimensions(self) -> NDArray[np.intp]:
        """Of each geometry 0 for points, 1 for lines, 2 for areas, -1 where there is none."""
        import shapely

        return self.fact("dimensions", lambda: np.asarray(shapely.get_dimensions(self.shapes)))
