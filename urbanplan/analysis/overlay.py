"""Overlay: the area of each polygon, or length of each line, of a layer by the polygons of another.

What is covered twice or not at all is a row of its own, and so is what is not drawn.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from urbanplan.analysis.layer_inputs import NamedLayers, labels, load_layers, require_polygons
from urbanplan.model.note import Note, note

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from urbanplan.layer.identity_overlay import OverlayPieces

Definition = Literal["plane", "ellipsoid"]
TABLE_SUFFIXES = (".xlsx", ".csv")


@dataclass(frozen=True, eq=False, repr=False)
class Overlay:
    """The pieces of one layer under another.

    Attributes:
        pieces: ``a`` id in the first layer, ``b`` value of the second (null where there is none), ``kind`` covered,
            unknown (the value is null), overlap (several values), uncovered or undrawn (the polygon has no shape),
            ``area_m2``, ``mu``, ``share`` of its polygon, and the shape; in the working CRS. Areas are by the
            ``definition``. Of lines ``length_m`` stands for ``area_m2`` and ``mu``.
        totals: ``b``, ``kind``, ``area_m2``, ``mu`` (or ``length_m``), ``share`` of all, ``features``, greatest first.
        definition: plane or ellipsoid; ``length`` of lines. notes: what is to be said.
    """

    pieces: gpd.GeoDataFrame
    totals: pd.DataFrame
    definition: Definition | Literal["length"]
    notes: list[Note] = field(default_factory=list)

    def __repr__(self) -> str:
        from urbanplan.model.display import one_line

        return one_line("Overlay", f"{len(self.pieces)} pieces", f"{len(self.totals)} values", self.definition)

    def to_frame(self) -> pd.DataFrame:
        """The rows without shapes."""
        import pandas as pd

        return pd.DataFrame(self.pieces.drop(columns="geometry"))

    def document(self) -> dict[str, Any]:
        """The answer as JSON-ready values."""
        from urbanplan.layer.crs import crs_name

        rows, totals = (_records(frame) for frame in (self.to_frame(), self.totals))
        return {
            "schema_version": 1,
            "crs": crs_name(self.pieces.crs),
            "area": self.definition,
            "rows": rows,
            "totals": totals,
            "notes": [str(one) for one in self.notes],
        }

    def write(self, path: Path | str) -> None:
        """Write the rows as a table (.xlsx, .csv), or the pieces as a layer.

        Raises:
            ExchangeError: the file cannot be written.
        """
        from urbanplan.analysis.files import write_frame

        table = Path(path).suffix.lower() in TABLE_SUFFIXES
        write_frame(self.to_frame() if table else self.pieces, path)


def overlay(
    first: Any,
    second: Any,
    *,
    plan: Any = None,
    by: str | None = None,
    area: Definition | None = None,
    crs: Any = None,
) -> Overlay:
    """The area of each polygon, or length of each line, of one layer by the polygons of another.

    Args:
        first, second: names of layers of the plan, files, or frames; the second of polygons.
        plan: the plan, its file or folder.
        by: column of the second layer whose values are told apart (land use, control line); its id unless given.
        area: plane or ellipsoid, the plan's unless given, else plane. crs: the working CRS.

    Raises:
        UsageError: there is no such layer, file or column. LayerError: shapes are no polygons, or too many meet.
    """
    import numpy as np

    from urbanplan.layer.identity_overlay import identity_overlay
    from urbanplan.layer.validity import make_valid_copies

    inputs = load_layers({"first": first, "second": second}, plan=plan, crs=crs)
    require_polygons(inputs.frames["second"], name=inputs.names["second"])
    if _are_lines(inputs.frames["first"]):
        return _line_lengths(inputs, by)
    require_polygons(inputs.frames["first"], name=inputs.names["first"])
    shapes = {key: make_valid_copies(frame.geometry.to_numpy()) for key, frame in inputs.frames.items()}
    names = labels(inputs.frames["first"], None, inputs.types.get("first"), where="--by")
    values = labels(inputs.frames["second"], by, inputs.types.get("second"), where="--by")
    codes, known = values.factorize(use_na_sentinel=False)
    found = identity_overlay(shapes["first"], shapes["second"], codes)
    definition = area or (inputs.plan.area if inputs.plan else "plane")
    scale = _scales(shapes["first"], inputs.crs, definition)
    pieces = _piece_frame(found, names, known, found.areas * scale[found.left], inputs.crs)
    pieces = _with_undrawn(pieces, inputs)
    whole = float(np.sum(_plane_areas(shapes["first"]) * scale))
    return Overlay(pieces, _totals(pieces, whole), definition, list(_notes(inputs, shapes, pieces)))


def _are_lines(frame: Any) -> bool:
    """Whether all shapes are lines."""
    import shapely

    return bool(len(frame) and (shapely.get_dimensions(frame.geometry.to_numpy()) == 1).all())


def _line_lengths(inputs: NamedLayers, by: str | None) -> Overlay:
    """Lengths of lines by the polygons of the second layer."""
    import geopandas as gpd
    import numpy as np

    from urbanplan.layer.line_overlay import line_overlay
    from urbanplan.layer.validity import make_valid_copies

    names = labels(inputs.frames["first"], None, inputs.types.get("first"), where="--by")
    values = labels(inputs.frames["second"], by, inputs.types.get("second"), where="--by")
    codes, known = values.factorize(use_na_sentinel=False)
    polygons = make_valid_copies(inputs.frames["second"].geometry.to_numpy())
    found = line_overlay(inputs.frames["first"].geometry.to_numpy(), polygons, codes)
    whole = np.bincount(found.left, found.areas, minlength=len(names))[found.left]
    rows = _piece_rows(found, names, known)
    rows |= {"length_m": found.areas, "share": np.divide(found.areas, whole, out=np.zeros(len(whole)), where=whole > 0)}
    pieces = gpd.GeoDataFrame(rows, geometry=found.shapes, crs=inputs.crs)
    totals = _totals(pieces, float(found.areas.sum()), sizes=("length_m",))
    return Overlay(pieces, totals, "length", [note("{text}", text=text) for text in inputs.notes])


def _with_undrawn(pieces: gpd.GeoDataFrame, inputs: NamedLayers) -> gpd.GeoDataFrame:
    """The pieces, and a row without area for each polygon of the first layer that has no shape."""
    import geopandas as gpd
    import pandas as pd

    lost = inputs.undrawn.get("first")
    if lost is None or not len(lost):
        return pieces
    names = labels(lost, None, inputs.types.get("first"), where="--by").astype(object)
    rows = gpd.GeoDataFrame({"a": names, "kind": "undrawn"}, geometry=lost.geometry.to_numpy(), crs=pieces.crs)
    whole = pd.concat([pieces, rows.reindex(columns=pieces.columns)], ignore_index=True)
    whole["b"] = whole["b"].astype(object).where(whole["b"].notna(), None)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=pieces.crs)


def _plane_areas(shapes: Any) -> NDArray[np.float64]:
    import shapely

    return shapely.area(shapes)


def _scales(shapes: Any, crs: Any, definition: Definition) -> NDArray[np.float64]:
    """Area by the definition per plane area, of each polygon; pieces scaled as their polygon sum to it."""
    import numpy as np

    from urbanplan.layer.ellipsoid import ellipsoid_areas

    plane = _plane_areas(shapes)
    if definition == "plane":
        return np.ones(len(plane))
    return np.divide(ellipsoid_areas(shapes, crs), plane, out=np.ones(len(plane)), where=plane > 0)


def _piece_frame(
    found: OverlayPieces, names: pd.Series, known: Any, areas: NDArray[np.float64], crs: Any
) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import numpy as np

    from urbanplan.model.units import convert_unit

    whole = np.bincount(found.left, areas, minlength=len(names))[found.left]
    rows = _piece_rows(found, names, known)
    rows |= {
        "area_m2": areas,
        "mu": areas * convert_unit(1.0, "m²", "mu"),
        "share": np.divide(areas, whole, out=np.zeros(len(areas)), where=whole > 0),
    }
    return gpd.GeoDataFrame(rows, geometry=found.shapes, crs=crs)


def _piece_rows(found: OverlayPieces, names: pd.Series, known: Any) -> dict[str, Any]:
    """Id, value and kind of each piece."""
    import numpy as np

    texts: list[str | None] = known.to_numpy(dtype=object, na_value=None).tolist()
    kinds, told = zip(*(_describe(one, texts) for one in found.values), strict=True) if found.values else ((), ())
    ids = np.array(names.astype(object).where(names.notna(), None), dtype=object)
    return {"a": ids[found.left], "b": np.array(told, dtype=object), "kind": np.array(kinds, dtype=object)}


def _describe(values: tuple[int, ...], texts: list[str | None]) -> tuple[str, str | None]:
    """Kind and text of a set of values."""
    named = sorted(text for text in (texts[value] for value in values) if text is not None)
    if len(values) > 1:
        return "overlap", " + ".join([*named, *["?"] * (len(values) - len(named))])
    if not values:
        return "uncovered", None
    return ("covered", named[0]) if named else ("unknown", None)


def _totals(pieces: gpd.GeoDataFrame, whole: float, sizes: tuple[str, ...] = ("area_m2", "mu")) -> pd.DataFrame:
    """Sums by value and kind, greatest first."""
    grouped = pieces.drop(columns=["geometry", "share"]).groupby(["kind", "b"], dropna=False, sort=True)
    sums: dict[str, Any] = {name: (name, "sum") for name in sizes}
    totals = grouped.agg(**sums, features=("a", "nunique")).reset_index()
    totals["share"] = totals[sizes[0]] / whole if whole else 0.0
    ordered = totals[["b", "kind", *sizes, "share", "features"]].sort_values(sizes[0], ascending=False)
    ordered["b"] = ordered["b"].astype(object).where(ordered["b"].notna(), None)
    return ordered.reset_index(drop=True)


def _notes(inputs: NamedLayers, shapes: dict[str, Any], pieces: gpd.GeoDataFrame) -> Any:
    import numpy as np
    import shapely

    from urbanplan.layer.area import overlapping_rows

    for text in inputs.notes:
        yield note("{text}", text=text)
    for key, frame in inputs.frames.items():
        broken = int(np.count_nonzero(~shapely.is_valid(frame.geometry.to_numpy())))
        if broken:
            yield note("{name}: {count} polygons are not valid and were mended for this", level="warning",
                       name=inputs.names[key], count=broken)  # fmt: skip
    twice = overlapping_rows(shapes["first"])
    if len(twice):
        yield note("{name}: {count} of its polygons overlap: land of several counts in each", level="warning",
                   name=inputs.names["first"], count=len(twice))  # fmt: skip
    lost = {key: len(frame) for key, frame in inputs.undrawn.items() if len(frame)}
    if "first" in lost:
        text = "{name}: {count} polygons are not drawn: rows of their own, their area is not known"
        yield note(text, level="warning", name=inputs.names["first"], count=lost["first"])
    if "second" in lost:
        text = "{name}: {count} polygons are not drawn: what is not covered may lie under them"
        yield note(text, level="warning", name=inputs.names["second"], count=lost["second"])
    sums = pieces.groupby("kind")["area_m2"].agg(["size", "sum"]).to_dict("index")
    name = inputs.names["second"]
    about = {kind: {"count": row["size"], "area": row["sum"], "name": name} for kind, row in sums.items()}
    if "overlap" in about:
        text = "{count} pieces, {area:,.2f} m², lie under several values of {name}: rows of their own"
        yield note(text, level="warning", **about["overlap"])
    if "uncovered" in about:
        text = "{count} pieces, {area:,.2f} m², are not covered by {name}: rows of their own"
        yield note(text, level="warning", **about["uncovered"])
    if "unknown" in about:
        yield note("{count} pieces, {area:,.2f} m², lie where {name} has no value", level="warning", **about["unknown"])


def _records(frame: Any) -> list[dict[str, Any]]:
    from urbanplan.exchange.fields.columns import to_json_values

    columns = {str(name): to_json_values(frame[name]) for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
