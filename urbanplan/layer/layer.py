"""A layer: a frozen frame of features with its type, source, date, basis and digest."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from urbanplan.model.display import frame_rows, html_table, one_line
from urbanplan.model.layertype import LayerType

if TYPE_CHECKING:
    import datetime

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from urbanplan.layer.datum_change import DatumChange
    from urbanplan.model.finding import Finding


@dataclass(frozen=True)
class Layer:
    """A layer in the working CRS.

    Attributes:
        name: the plan's name of the layer.
        frame: features with a RangeIndex; columns bear the type's field names; its CRS is the working CRS.
        type: the declared type.
        basis: ``surveyed``, ``reported`` or ``illustrative``.
        source, date: where the data come from and of when.
        file: path as the plan writes it. digest: sha256 of the source file, hexadecimal.
        declared_count: how many features the source says there are, or None.
        refused: rows set aside on reading (``row``, ``id``, ``reason``), or None.
        findings: what validation on reading found.
        datum: how it came to the working CRS and how far it may lie off there; None where nothing is said of it.
        grid: of a raster, its cells as they were read; the frame then holds its outline alone.
    """

    name: str
    frame: gpd.GeoDataFrame
    type: LayerType
    basis: str = "illustrative"
    source: str = ""
    date: datetime.date | None = None
    file: str = ""
    digest: str = ""
    declared_count: int | None = None
    refused: pd.DataFrame | None = None
    findings: tuple[Finding, ...] = field(default_factory=tuple)
    datum: DatumChange | None = None
    grid: Any = None

    def __repr__(self) -> str:
        crs = self.frame.crs
        return one_line("Layer", self.name, f"{len(self.frame)} features", self.basis, crs and crs.to_string())

    def _repr_html_(self) -> str:
        return html_table(repr(self), frame_rows(self.frame))

    @cached_property
    def valid(self) -> NDArray[np.bool_]:
        """Whether each row has a valid geometry, asked once for all rules."""
        import shapely

        return shapely.is_valid(self.frame.geometry.to_numpy())

    @cached_property
    def usable(self) -> NDArray[np.bool_]:
        """Whether each row has a geometry that is not empty and has finite coordinates, asked once for all rules."""
        from urbanplan.layer.validity import has_finite_coordinates

        return has_finite_coordinates(self.frame.geometry.to_numpy())

    @cached_property
    def land(self) -> Any:
        """The polygons as one geometry, None where there is none; united once for all that lie against them."""
        import shapely

        from urbanplan.layer.validity import make_valid_copies

        shapes = self.frame.geometry.to_numpy()
        land = shapely.union_all(make_valid_copies(shapes[self.usable & (shapely.get_dimensions(shapes) == 2)]))
        return None if land.is_empty else land

    @cached_property
    def surroundings(self) -> Any:
        """The land and what lies no farther from it than the longer side of its box; prepared, where there is land."""
        import shapely

        left, low, right, high = self.land.bounds
        near = self.land.buffer(max(right - left, high - low))
        shapely.prepare(near)
        return near

    def to_frame(self) -> gpd.GeoDataFrame:
        """A copy of the features."""
        return self.frame.copy()

    def title(self, language: str) -> str:
        """The type's title in a language, the layer's name where it has none."""
        return self.type.title.get(language) or self.name
