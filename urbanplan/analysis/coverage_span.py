"""What a coverage of a plan may be where attributes, places or counts are unknown: the reading that `check` gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.layer.layer import Layer
    from urbanplan.measure.coverage_parameters import Coverage
    from urbanplan.measure.measured import Layers, MeasureContext
    from urbanplan.measure.walk_layers import WalkSelection
    from urbanplan.model.reading import Reading
    from urbanplan.residents.walk_model import WalkLayers, WalkSettings


@dataclass(frozen=True, eq=False)
class OpenCoverage:
    """A coverage target of which something is not known.

    Attributes:
        params, layers, context: of the target.
    """

    params: Coverage
    layers: Layers
    context: MeasureContext

    def span(self, within: float, settings: WalkSettings, *, people: str | None) -> dict[str, Reading]:
        """Share of street metres and of residents within a walk (m), over all that is unknown, by what is shared.

        Raises:
            CertificateError: a run does not pass its own proof.
        """
        from urbanplan.measure.coverage_reading import coverage_reading
        from urbanplan.measure.coverage_scenario import shared_scenario

        given = {"within": [float(within)], "leg": settings.leg, "noding": settings.noding, "people": people}
        found: dict[str, Reading] = {}
        for what in ("streets", "residents"):
            params = self.params.model_copy(update={**given, "reading": what})
            town = shared_scenario(self.layers, params, self.context)
            runs = (town.covered(within, sure=True), town.covered(within, sure=False))
            reading = coverage_reading(params, town, *runs)
            if reading is not None:
                found[what] = reading
        return found


def drop_equal_homes(homes: gpd.GeoDataFrame | None) -> tuple[gpd.GeoDataFrame | None, list[str]]:
    """Homes without those that repeat another in id, values and shape, and a note on how many did."""
    from urbanplan.layer.repeated_ids import drop_equal_rows

    if homes is None or "id" not in homes.columns:
        return homes, []
    once = drop_equal_rows(homes, "id")[0]
    again = len(homes) - len(once)
    note = localize("{count} rows of residents repeat another in every value and shape and count once", count=again)
    return once, [note] if again else []


def _repeated_homes(homes: gpd.GeoDataFrame) -> bool:
    """Whether rows of one id differ, so that nobody knows whether they are one home or several."""
    return "id" in homes.columns and bool(homes["id"].dropna().duplicated().any()) and not homes["id"].isna().any()


def open_question(walk: WalkLayers) -> OpenCoverage | None:
    """The question of layers without a plan, where a home is not drawn, says no count, or bears the id of another.

    A count that is null may be any number: no type declares what bounds it.
    """
    homes = walk.residents
    if homes is None:
        return None
    from urbanplan.measure.coverage_parameters import Coverage
    from urbanplan.measure.coverage_unknown import drawn_rows
    from urbanplan.measure.measured import MeasureContext
    from urbanplan.residents.counts import unknown_rows

    if drawn_rows(homes).all() and not unknown_rows(homes, walk.people).any() and not _repeated_homes(homes):
        return None
    frames = {"streets": walk.streets, "sites": walk.sites, "residents": homes}
    frames |= {name: frame for name in ("barriers", "entrances") if (frame := getattr(walk, name)) is not None}
    named: dict[str, Any] = {name: name for name in frames}
    layers = {name: _undeclared_layer(name, frame) for name, frame in frames.items()}
    return OpenCoverage(Coverage(kind="coverage", **named), layers, MeasureContext(crs=str(walk.streets.crs)))


def _undeclared_layer(name: str, frame: gpd.GeoDataFrame) -> Layer:
    """A frame as a layer of a type that declares nothing; rows without ids of their own are numbered."""
    from urbanplan.layer.layer import Layer
    from urbanplan.model.layertype import LayerType

    rows = frame.reset_index(drop=True)
    if "id" not in rows or rows["id"].isna().any():
        rows = rows.assign(id=[str(row + 1) for row in range(len(rows))])
    return Layer(name, rows, LayerType(name=name, title={}, geometry="any"))


def is_open(selection: WalkSelection, people: str | None) -> bool:
    """Whether a feature of the question may not count, is not drawn, or has no count of people."""
    from urbanplan.measure.coverage_unknown import drawn_rows
    from urbanplan.residents.counts import unknown_rows

    parts = (selection.streets, selection.sites, selection.homes, selection.barriers)
    if any(not (part.sure & part.drawn).all() for part in parts if part is not None):
        return True
    homes, entrances = selection.layers.residents, selection.layers.entrances
    if homes is not None and unknown_rows(homes, people).any():
        return True
    return entrances is not None and not drawn_rows(entrances).all()
