"""A plan's layers from its folder: the files are the source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import ExchangeError, GateError, LayerError
from urbanplan.exchange.files.user_cache import plan_folder
from urbanplan.layer.conform import conform_to_type, to_geodataframe
from urbanplan.layer.datum_change import CrsTransformError, DatumOptions, datum_findings, transform_frame
from urbanplan.layer.datum_parameters import read_datum_parameters
from urbanplan.layer.intricacy import check_intricacy
from urbanplan.layer.kinds import find_layer_type
from urbanplan.layer.layer import Layer
from urbanplan.layer.shapes import nonfinite_findings
from urbanplan.layer.validity import null_nonfinite
from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.translation import localize_error
from urbanplan.model.units import parse_metres
from urbanplan.store.cache import Store, open_store
from urbanplan.store.district_zone import measure_scale
from urbanplan.store.prepared_layers import PreparedLayers, open_prepared_layers, prepared_layer_key
from urbanplan.store.raster_layer import is_raster, read_raster_layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from urbanplan.exchange.table import Table
    from urbanplan.model.layertype import LayerType
    from urbanplan.model.plan import LayerSpec, Plan


def read_plan_layers(
    plan: Plan, names: Iterable[str] | None = None, *, tell: Callable[[str], None] | None = None
) -> tuple[dict[str, Layer], list[Finding]]:
    """Read layers of a plan, bring them to their types and to the working CRS.

    Args:
        plan: the plan. names: layers to read, all that are declared unless said. tell: called with each name.

    Returns:
        The layers that can be used, and findings; a layer that cannot be read is a finding and is not returned.

    Raises:
        GateError: a path of the plan is hostile: it leaves the folder, is an address or not what its ending says.
        LayerError: a type is not known. CrsError: lengths in the working CRS are more than 1/1000 off over the
            district, or a file of datum parameters cannot be used.
    """
    wanted = None if names is None else set(names)
    layers: dict[str, Layer] = {}
    found: list[Finding] = []
    store, prepared = open_store(plan_folder(Path(plan.file).resolve().parent)), open_prepared_layers(plan)
    for spec in plan.layer:
        if wanted is not None and spec.name not in wanted:
            continue
        if tell is not None:
            tell(spec.name)
        layer, problems = read_layer(plan, spec, store=store, prepared=prepared)
        found += problems
        if layer is not None:
            layers[spec.name] = layer
    store.keep()
    prepared.keep()
    measure_scale(plan, layers)
    return layers, found


def read_layer(
    plan: Plan, spec: LayerSpec, *, store: Store | None = None, prepared: PreparedLayers | None = None
) -> tuple[Layer | None, list[Finding]]:
    """Read one layer, through what earlier runs kept where that is given; see :func:`read_plan_layers`."""
    from urbanplan.exchange.files.consistent_read import admit_consistent

    home = Path(plan.file).resolve().parent
    kind = find_layer_type(spec.type, home=home, where=plan.file)
    if is_raster(spec.file):
        return read_raster_layer(plan, spec, kind, options=read_datum_options(plan, spec))
    try:
        path = admit_consistent(spec.file, root=home)
        key = "" if prepared is None or prepared.folder is None else prepared_layer_key(plan, spec, kind, path=path)
        held = None if prepared is None else prepared.get(spec.name, key)
        if held is not None:
            return _declared_layer(spec, kind, **held), list(held["findings"])
        kept = store or Store(None)
        table = kept.read(path, layer=spec.table, crs=spec.crs, encoding=spec.encoding)
    except GateError as error:
        error.where = " ".join(filter(None, (plan.file, spec.name, error.where)))
        raise
    except (ExchangeError, LayerError) as error:
        return None, [build_finding("layer-unreadable", layer=spec.name, file=spec.file, problem=localize_error(error))]
    rows = to_geodataframe(table.frame, crs=plan.district.crs)
    layer = _declared_layer(spec, kind, frame=rows, digest=table.digest, refused=table.refused)
    layer, found = _prepare_layer(layer, table, plan, spec)
    if prepared is not None and layer is not None:
        prepared.put(layer, key)
    return layer, found


def _declared_layer(spec: LayerSpec, kind: LayerType, **read: Any) -> Layer:
    """The layer as the plan declares it, with what was read."""
    return Layer(
        name=spec.name,
        type=kind,
        basis=spec.basis,
        source=spec.source,
        date=spec.date,
        file=spec.file,
        declared_count=spec.count,
        **read,
    )


def _prepare_layer(layer: Layer, table: Table, plan: Plan, spec: LayerSpec) -> tuple[Layer | None, list[Finding]]:
    """Conform the rows and move them to the working CRS."""
    found = [
        build_finding(
            "layer-feature-refused",
            layer=spec.name,
            feature=row["id"],
            row=row["row"],
            reason=row["reason"],
        )
        for row in table.refused.to_dict("records")
    ]
    found += [build_finding("layer-partly-read", layer=spec.name, file=spec.file, lost=lost) for lost in table.lost]
    rows, problems = conform_to_type(layer.frame, layer.type, layer=spec.name, columns=spec.columns)
    found += problems
    frame = to_geodataframe(rows, crs=plan.district.crs)
    if frame.crs is None and layer.type.geometry != "none":
        return None, [
            *found,
            build_finding("layer-crs-unknown", layer=spec.name, file=spec.file, note=table.crs_note or "—"),
        ]
    change = None
    if frame.crs is not None:
        try:
            frame, change = transform_frame(frame, plan.district.crs, options=read_datum_options(plan, spec))
        except CrsTransformError as error:
            return None, [
                *found,
                build_finding("layer-unreadable", layer=spec.name, file=spec.file, problem=localize_error(error)),
            ]
        found += datum_findings(spec.name, change)
    shapes = frame.geometry.to_numpy()
    found += nonfinite_findings(spec.name, shapes, frame[layer.type.id].astype(str).to_numpy())
    shapes = null_nonfinite(shapes)  # what lies nowhere is not drawn: it widens readings
    try:
        check_intricacy(shapes, frame[layer.type.id])
    except LayerError as error:
        problem = build_finding("layer-unreadable", layer=spec.name, file=spec.file, problem=localize_error(error))
        return None, [*found, problem]
    frame = frame.set_geometry(shapes, crs=frame.crs)
    return replace(layer, frame=frame, findings=tuple(found), datum=change), found


def read_datum_options(plan: Plan, spec: LayerSpec) -> DatumOptions:
    """What the plan declares of a layer's datum; parameters are read from the plan's folder and shown nowhere.

    Raises:
        GateError: the path of the parameters leaves the folder. CrsError: they cannot be used.
    """
    from urbanplan.model.safe_path import resolve_inside

    error_m = None if spec.datum_error is None else parse_metres(spec.datum_error)
    if spec.datum_parameters is None:
        return DatumOptions(error_m)
    where = f"{plan.file} {spec.name}"
    path = resolve_inside(spec.datum_parameters, Path(plan.file).resolve().parent, where=where)
    return DatumOptions(error_m, read_datum_parameters(Path(path), where=where))
