"""What is read from a file, and what is asked of a writer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange.drawing_options import CadOptions
from urbanplan.exchange.formats import Format
from urbanplan.model.display import frame_rows, html_table, one_line
from urbanplan.model.translation import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import numpy as np
    import pandas as pd

    Draw = Callable[[slice], np.ndarray]
    """Draws the shapes of some rows."""


@dataclass(frozen=True)
class Source:
    """A file that the gate has admitted, and how it is to be read.

    Attributes:
        path: resolved path. format: its row of the table.
        layer: the layer to read, or None for the only one.
        crs, encoding: pinned by the caller, or None.
        columns: the fields to read, or None for all.
        close: rings that lack their last point get it, on request (GeoJSON).
        place: pinned by the caller: the column of a table that holds WKT, or the columns of east and north.
        head: pinned by the caller: the row of a table, from 1, that holds the names.
        kinds: of the fields as the metadata file says them, for formats whose texts may look like numbers.
        cad: what is taken of a drawing, and how.
    """

    path: Path
    format: Format
    layer: str | None = None
    crs: Any = None
    encoding: str | None = None
    columns: tuple[str, ...] | None = None
    close: bool = False
    place: tuple[str, ...] = ()
    head: int | None = None
    kinds: dict[str, str] = field(default_factory=dict)
    cad: CadOptions = field(default_factory=CadOptions)

    def wants(self, column: str) -> bool:
        """Whether a field is to be read; an empty choice is a choice: shapes alone."""
        return self.columns is None or column in self.columns

    def with_file_names(self, renamed: Any) -> Source:
        """The source whose wanted fields have their names in the file (``renamed``: name there = name in the frame)."""
        if self.columns is None or not isinstance(renamed, dict):
            return self
        names = {name: inside for inside, name in renamed.items()}
        return replace(self, columns=tuple(names.get(column, column) for column in self.columns))


@dataclass(frozen=True)
class Table:
    """The content of a file.

    Attributes:
        frame: features in the file's own CRS (GeoDataFrame), or plain rows (DataFrame); RangeIndex.
        format: name of the format. layer: name of the layer read, or None.
        encoding: of the texts, or None where the format fixes it.
        crs_note: where the CRS comes from, and what it looks like where none is declared.
        refused: features set aside (``row`` counted from 1, ``id``, ``reason``).
        digest: sha256 of the file (with companions), hexadecimal.
        template: the boundary-point template of a TXT, or None.
        notes: what a careful user should know, in words.
        closed: rows of the frame whose rings were closed on request.
        lost: what the file holds and was not taken over, in words; converting it is refused unless allowed.
        drawing_layers: of a drawing, what each of its layers holds.
        aliases: what fields are called for people, by name. codes: meanings of a field's codes, by name and code.
    """

    frame: gpd.GeoDataFrame | pd.DataFrame
    format: str
    layer: str | None = None
    encoding: str | None = None
    crs_note: str = ""
    refused: pd.DataFrame = field(default_factory=lambda: refused_table([]))
    digest: str = ""
    template: Any = None
    notes: tuple[str, ...] = ()
    closed: tuple[int, ...] = ()
    lost: tuple[str, ...] = ()
    drawing_layers: tuple[Any, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __repr__(self) -> str:
        crs = getattr(self.frame, "crs", None)
        rows = f"{len(self.frame)} rows", f"{len(self.refused)} refused" if len(self.refused) else ""
        return one_line("Table", self.format, self.layer, *rows, crs and crs.to_string())

    def _repr_html_(self) -> str:
        return html_table(repr(self), frame_rows(self.frame))

    def to_frame(self) -> gpd.GeoDataFrame | pd.DataFrame:
        """A copy of the rows."""
        return self.frame.copy()


@dataclass(frozen=True)
class WriteJob:
    """A frame on its way to a file.

    Attributes:
        frame: what is written. path: the temporary path to fill; companions go beside it.
        profile: the format's profile, or None. layer: name of the layer inside the file.
        about: title, source, date, basis as the metadata file says them.
        digits: of degrees, for the formats that round them.
        draw: draws the shapes of some rows, for the formats that take them piece by piece; each row of the frame then
            has another in their place (see :func:`~.writing.write`).
    """

    frame: gpd.GeoDataFrame | pd.DataFrame
    path: Path
    profile: Any = None
    layer: str = "layer"
    about: dict[str, Any] = field(default_factory=dict)
    digits: int = 7
    draw: Draw | None = None

    def geo(self) -> gpd.GeoDataFrame:
        """The frame, which must have geometries.

        Raises:
            ExchangeError: it has none.
        """
        import geopandas

        if isinstance(self.frame, geopandas.GeoDataFrame):
            return self.frame
        fix = "Write plain rows as CSV, XLSX or GeoPackage."
        raise ExchangeError("the rows have no geometry", where=self.path.name, fix=fix)


@dataclass(frozen=True)
class Written:
    """A file that was written.

    Attributes:
        path: the file. format: its name. features: how many. digest: sha256. size: bytes.
        crs: of the written coordinates, ``AUTHORITY:CODE`` or text, or None.
        files: all files written with it. losses: what was lost or is carried by the metadata file.
    """

    path: Path
    format: str
    features: int
    digest: str
    size: int
    crs: str | None = None
    files: tuple[Path, ...] = ()
    losses: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        size = f"{self.features} features", f"{self.size:,} bytes", f"{len(self.losses)} losses" if self.losses else ""
        return one_line("Written", self.path.name, self.format, *size, self.crs)


def refuse_rows(table: Table, lost: dict[int, tuple[Any, str]]) -> Table:
    """The table without further rows of its frame (by position), each with its id and the reason.

    The numbers of rows are those of the file: rows that were set aside before are counted.
    """
    import numpy as np
    import pandas as pd

    gone = set(table.refused["row"].tolist())
    numbers = [row for row in range(1, len(table.frame) + len(gone) + 1) if row not in gone]
    kept = np.setdiff1d(np.arange(len(table.frame)), list(lost))
    closed = tuple(np.searchsorted(kept, [at for at in table.closed if at not in lost]).tolist())
    more = refused_table(
        [(numbers[at] if at < len(numbers) else at + 1, name, why) for at, (name, why) in lost.items()]
    )
    told = pd.concat([table.refused, more]) if len(gone) else more
    told = told.sort_values("row", kind="stable").reset_index(drop=True)
    return replace(table, frame=table.frame.iloc[kept].reset_index(drop=True), refused=told, closed=closed)


def refused_table(rows: list[tuple[int, Any, str]]) -> pd.DataFrame:
    """A refused table from rows of (row counted from 1, id, reason)."""
    if not rows:
        return _empty_refused_table().copy()
    rows = [(row, name, translate(reason)) for row, name, reason in rows]
    return _refused_rows(rows)


@cache
def _empty_refused_table() -> pd.DataFrame:
    return _refused_rows([])


def _refused_rows(rows: list[tuple[int, Any, str]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=["row", "id", "reason"], dtype=object).astype({"row": "int64"})
