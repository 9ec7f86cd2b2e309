"""The answer to a question of rain: where water stands, on what, and what works change."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pandas and shapely say little of what their columns hold)

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.analysis.rain_inputs import FEATURES, RainInputs
from urbanplan.analysis.rain_tables import DEPTHS, DepthClass, Stand, by_section, depth_key, depth_rows, people_over
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from urbanplan.analysis.rain_sections import Section
    from urbanplan.analysis.sheets import SheetFiles
    from urbanplan.raster.basins import Basins, Depressions
    from urbanplan.raster.rain import Ponding

RAINS = (50.0, 100.0, 200.0)


def screening_limits() -> list[str]:
    """What a screening cannot say, in the current language: it stands in every result."""
    return [
        localize("rain falls evenly and the water is shown at rest: how long it stands and when it comes is not said"),
        localize("pipes take a volume or an even depth; how they carry it, and pumps, are not computed"),
        localize("the ground is the elevation as given: kerbs, walls and what is finer than a cell are not in it"),
        localize("bridges and tunnels have no depth; culverts and underpasses count where they are given"),
    ]


@dataclass(frozen=True)
class RainQuestion:
    """A question of rain.

    Attributes:
        rains_mm: depths of rain, ascending. loss_mm: of each that seeps away. drainage_mm: that the drains take.
        least_depth_m, least_area_m2: of depressions that are listed.
    """

    rains_mm: tuple[float, ...] = RAINS
    loss_mm: float = 0.0
    drainage_mm: float = 0.0
    least_depth_m: float = 0.15
    least_area_m2: float = 0.0


@dataclass(frozen=True, eq=False, repr=False)
class RainResult:
    """Where water stands.

    Attributes:
        inputs: elevation and features. question: what was asked. basins: the ground's tree of depressions.
        ponding: the water of each rain. planned: the same with the works, None where none says what it does.
        stands: features on the grid, by name; ``works`` among them.
    """

    inputs: RainInputs
    question: RainQuestion
    basins: Basins
    ponding: tuple[Ponding, ...]
    planned: tuple[Ponding, ...] | None
    stands: dict[str, Stand] = field(default_factory=dict)

    def __repr__(self) -> str:
        told = ", ".join(f"{one.rain_mm:g} mm: {one.stored_m3:,.0f} m³" for one in self.ponding)
        return f"<RainResult {self.inputs.elevation.name} | {told}>"

    @property
    def notes(self) -> list[Note]:
        """What is to be known of the data, then what a screening cannot say."""
        return [*self.inputs.notes, *_work_notes(self), *(note("{text}", text=text) for text in screening_limits())]

    @property
    def depth_classes(self) -> tuple[DepthClass, ...]:
        """Depths from which water does harm."""
        return DEPTHS

    @property
    def depth_rows(self) -> list[dict[str, Any]]:
        """Those depths with meaning, source and status."""
        return depth_rows()

    @property
    def limits(self) -> list[str]:
        """What a screening cannot say, in the current language."""
        return screening_limits()

    @cached_property
    def pour_points(self) -> tuple[Any, Any]:
        """Where each listed depression spills, in the working CRS."""
        from urbanplan.analysis.rain_layers import pour_points

        return pour_points(self)

    @cached_property
    def depressions(self) -> Depressions:
        """Outermost depressions as if full, deepest first, that are as deep and large as asked."""
        from urbanplan.raster.basins import depressions

        asked = self.question
        return depressions(self.basins, least_depth=asked.least_depth_m, least_area=asked.least_area_m2)

    def table(self, name: str = "streets", *, rain_mm: float | None = None) -> pd.DataFrame:
        """Features by the depth of water on them, most metres (or m², or homes) over 0.15 m first.

        Args:
            name: ``streets``, ``parcels``, ``buildings`` or ``homes``. rain_mm: one of the rains, the greatest unless
                given.

        Returns:
            Columns id, name, depth_m, size, one for each class of depth, unknown.

        Raises:
            UsageError: no such features were given, or no such rain was asked.
        """
        if name not in self.stands:
            raise UsageError("there are no {name}", fix="Give them: {known}.", name=name, known=", ".join(FEATURES))
        found = self.stands[name].table(self._of(rain_mm).depth)
        first = depth_key(DEPTHS[0].metres)
        return found.sort_values([first, "depth_m"], ascending=False, kind="stable").reset_index(drop=True)

    def _of(self, rain_mm: float | None) -> Ponding:
        for one in self.ponding:
            if (rain_mm is None and one is self.ponding[-1]) or one.rain_mm == rain_mm:
                return one
        raise UsageError("no rain of {rain:g} mm was asked", fix="Ask for it.", rain=rain_mm or 0.0)

    def sections(self, rain_mm: float | None = None) -> pd.DataFrame | None:
        """Named sections of works, worst first: metres deeper than 0.15 m before and after; None without works.

        Columns: section, size, before, after, depth_before_m, depth_after_m; after is NaN where no work says what it
        does.
        """
        import pandas as pd

        if "works" not in self.stands:
            return None
        works, key = self.stands["works"], depth_key(DEPTHS[0].metres)
        before = by_section(works.table(self._of(rain_mm).depth))
        table = pd.DataFrame({"section": before["section"], "size": before["size"], "before": before[key]})
        table["depth_before_m"] = before["depth_m"]
        table["after"] = table["depth_after_m"] = np.nan
        if self.planned is not None:
            after = by_section(works.table(self.planned[self.ponding.index(self._of(rain_mm))].depth))
            table["after"], table["depth_after_m"] = after[key], after["depth_m"]
        return table.sort_values(["before", "depth_before_m"], ascending=False, kind="stable").reset_index(drop=True)

    def waters(self, rain_mm: float | None = None) -> tuple[Ponding, Ponding | None]:
        """The water of one rain, the greatest unless given, and the same with the works; None where there is no after.

        Raises:
            UsageError: no such rain was asked.
        """
        before = self._of(rain_mm)
        return before, None if self.planned is None else self.planned[self.ponding.index(before)]

    def section_details(self, rain_mm: float | None = None) -> list[Section]:
        """Named sections of works, worst first, with their lines, depths and the people near, before and after."""
        from urbanplan.analysis.rain_sections import section_details

        return section_details(self, *self.waters(rain_mm)) if "works" in self.stands else []

    @property
    def near_m(self) -> float:
        """Metres from a section within which homes count as its own."""
        from urbanplan.analysis.rain_sections import NEAR_M

        return NEAR_M

    def people(self, rain_mm: float | None = None) -> dict[str, Any] | None:
        """People of homes by depth class; None where no homes or no counts are given."""
        if "homes" not in self.stands or self.inputs.people is None:
            return None
        return people_over(self.stands["homes"], self._of(rain_mm).depth, self.inputs.people)

    def document(self) -> dict[str, Any]:
        """The answer as the JSON document of ``urbanplan rain``."""
        from urbanplan.view.document.rain import rain_document

        return rain_document(self)

    def layers(self, rain_mm: float | None = None) -> dict[str, gpd.GeoDataFrame]:
        """Depressions, ponding by depth class, and features with their depths, in the working CRS."""
        from urbanplan.analysis.rain_layers import rain_layers

        return rain_layers(self, self._of(rain_mm))

    def write(self, path: Path | str) -> None:
        """Write the answer for the greatest rain: a GeoPackage of all layers, a table of streets, or depths as GeoTIFF.

        Raises:
            UsageError: there is no table of streets to write. ExchangeError: the file cannot be written.
        """
        from urbanplan.analysis.files import write_frame, write_frames

        match Path(path).suffix.lower():
            case ".gpkg":
                write_frames(self.layers(), path)
            case ".tif" | ".tiff":
                self.write_depth(path)
            case _:
                write_frame(self.table("streets"), path)

    def write_depth(self, path: Path | str, *, rain_mm: float | None = None) -> None:
        """Write the depth of water as a cloud-optimised GeoTIFF: metres, 0 where dry, NaN where void."""
        from urbanplan.exchange.gdal.raster_writing import write_grid

        water, ground = self._of(rain_mm), self.inputs.elevation
        asked = self.question
        tags = {"rain_mm": f"{water.rain_mm:g}", "loss_mm": f"{asked.loss_mm:g}",
                "drainage_mm": f"{asked.drainage_mm:g}", "limits": "; ".join(screening_limits())}  # fmt: skip
        write_grid(path, water.depth, transform=list(ground.transform), crs=ground.crs.to_wkt(), unit="m",
                   description="depth of water", tags=tags)  # fmt: skip

    def write_map(self, path: Path | str) -> None:
        """Write a map of the water with a slider over the rains, one HTML file that opens without a network."""
        from urbanplan.view.map.rain import write_rain_map

        write_rain_map(self, Path(path))

    def write_sheets(self, folder: Path | str, *, rain_mm: float | None = None, combined: bool = False) -> SheetFiles:
        """Write an A4 sheet as PDF for each named section of works: the water before and after, people, the ranking.

        Args:
            folder: made where it is missing. rain_mm: one of the rains, the greatest unless given.
            combined: also one file of all sheets.

        Raises:
            UsageError: there are no works, or no such rain was asked. ViewError: no Chinese font, or nothing to draw.
            MissingExtraError: the extra ``sheets`` is not installed.
        """
        from urbanplan.analysis.sheets import sheet_files
        from urbanplan.view.sheets import rain_sheets

        return sheet_files(rain_sheets(self, Path(folder), rain_mm=rain_mm, combined=combined))

    def to_frame(self) -> gpd.GeoDataFrame:
        """Outermost depressions in the working CRS."""
        return self.layers()["depressions"]


def _work_notes(result: RainResult) -> list[Note]:
    if "works" not in result.stands or result.planned is not None:
        return []
    text = "no work says what its pipes take (pipe_m3) or how low its outlet lies (outlet_m): there is no after"
    return [note(text, level="warning")]
