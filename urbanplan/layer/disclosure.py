"""Layers and result frames as a disclosure profile lets them leave: fields dropped, coordinates on a grid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer
    from urbanplan.model.disclosure import DisclosureProfile
    from urbanplan.model.layertype import FieldSpec


def disclose_layer(layer: Layer, profile: DisclosureProfile) -> Layer:
    """The layer without what does not leave: fields, precise coordinates, refused rows and findings of its reading.

    Where fields stay, so do refused rows and findings: their texts may hold values of those fields.
    """
    frame = disclose_frame(layer.frame, profile, fields=layer.type.fields)
    kept = {name: spec for name, spec in layer.type.fields.items() if not _is_dropped(name, spec, profile)}
    kind = layer.type.model_copy(update={"fields": kept})
    if profile.findings and not dropped_columns(layer, profile):
        return replace(layer, frame=frame, type=kind)
    return replace(layer, frame=frame, type=kind, findings=(), refused=None)


def dropped_columns(layer: Layer, profile: DisclosureProfile) -> list[str]:
    """The columns of a layer that do not leave."""
    names = [str(name) for name in layer.frame.columns if name != layer.frame.geometry.name]
    return [name for name in names if _is_dropped(name, layer.type.fields.get(name), profile)]


def disclose_frame(frame: Any, profile: DisclosureProfile, *, fields: dict[str, FieldSpec] | None = None) -> Any:
    """A frame without dropped columns, its coordinates on the profile's grid.

    Args:
        frame: features in a projected CRS in metres. profile: the profile. fields: of its type, whose aliases and
            titles count as names of a column.
    """
    known = fields or {}
    names = [name for name in frame.columns if name != frame.geometry.name]
    dropped = [name for name in names if _is_dropped(str(name), known.get(str(name)), profile)]
    frame = frame.drop(columns=dropped)
    if profile.precision_m <= 0:
        return frame
    return frame.set_geometry(round_shapes(frame.geometry.to_numpy(), profile.precision_m), crs=frame.crs)


def round_shapes(shapes: Any, grid: float) -> Any:
    """Shapes with coordinates on a grid, shape (n,); what would vanish becomes the point of the grid it lies at.

    Neighbours that share a vertex share it still; polygons stay valid.  Heights are left out.
    """
    flat = shapely.force_2d(np.asarray(shapes, dtype=object))
    sound = np.where(shapely.is_valid(flat) | shapely.is_missing(flat), flat, shapely.make_valid(flat))
    rounded = shapely.set_precision(sound, grid)
    lost = shapely.is_empty(rounded) & ~shapely.is_empty(flat) & ~shapely.is_missing(flat)
    if lost.any():
        spots = shapely.get_coordinates(shapely.point_on_surface(flat[lost]))
        rounded[lost] = shapely.points(np.round(spots / grid) * grid)
    return rounded


def _is_dropped(name: str, spec: FieldSpec | None, profile: DisclosureProfile) -> bool:
    more = () if spec is None else (*spec.aliases, *spec.title.values())
    return profile.drops_field(name, *more)
