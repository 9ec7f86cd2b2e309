"""What an analysis of coverage works on: layers of a question in one working CRS, from frames, files or a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from urbanplan.analysis.coverage_span import OpenCoverage, drop_equal_homes, is_open, open_question
from urbanplan.errors import UsageError
from urbanplan.model.translation import current_language
from urbanplan.residents.walk_model import WalkLayers, WalkSettings

if TYPE_CHECKING:
    import datetime

    from pyproj import CRS

    from urbanplan.layer.layer import Layer
    from urbanplan.measure.coverage_parameters import Coverage as CoverageParameters
    from urbanplan.model.plan import Plan, Target

Notify = Callable[[str], None]


@dataclass(frozen=True)
class CoverageInputs:
    """Layers, settings and what is known of them.

    Attributes:
        layers, settings: of the question. name: what is sought, for titles.
        facts: files, digests, rows set aside, bases; they go into the settings of the answer.
        notes: texts for people. as_of: the plan's day. names: of the plan's layers, by what they are to the question.
        unknown: the plan's target, or the question of the files, where something of it is not known.
        band, reference_walk: walks of a plan's target and the one among them whose gaps are told, metres.
    """

    layers: WalkLayers
    settings: WalkSettings
    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    as_of: datetime.date | None = None
    names: dict[str, str] = field(default_factory=dict)
    band: tuple[float, ...] = ()
    reference_walk: float = 600.0
    unknown: OpenCoverage | None = None

    @property
    def is_illustrative(self) -> bool:
        """Whether a layer says that it is illustrative."""
        return "illustrative" in self.facts.get("basis", {}).values()

    @property
    def crs(self) -> CRS:
        """The working CRS."""
        return cast("CRS", self.layers.streets.crs)

    @property
    def day(self) -> datetime.date:
        """The plan's day, else that of the newest file, else today."""
        import datetime

        files = [Path(name) for name in self.facts.get("files", {}).values()]
        if self.as_of is not None or not files:
            return self.as_of or datetime.datetime.now(tz=datetime.UTC).date()
        newest = max(path.stat().st_mtime for path in files)
        return datetime.datetime.fromtimestamp(newest, tz=datetime.UTC).date()

    def with_options(self, *, name: str | None = None, people: str | None = None, **settings: Any) -> CoverageInputs:
        """The same with other settings; those that are None stay."""
        given = {key: value for key, value in settings.items() if value is not None}
        layers = self.layers if people is None else replace(self.layers, people=people)
        return replace(self, layers=layers, settings=replace(self.settings, **given), name=name or self.name)

    def edited(self, add: Sequence[Any], drop: Sequence[str]) -> CoverageInputs:
        """The same with sites and roads dropped (ids), then others added (frames or paths), which notes tell of."""
        from urbanplan.analysis.frames import load_frame
        from urbanplan.network.walk.whatif import edit_layers

        site_id = self.layers.site_id
        done = edit_layers(self.layers.streets, self.layers.sites, drop=drop, site_id=site_id)
        lost: list[str] = []
        for more in [load_frame(value, crs=self.crs, name="add", notes=lost) for value in add]:
            done = edit_layers(done.streets, done.sites, add=more, site_id=site_id)
        layers = replace(self.layers, streets=done.streets, sites=done.sites)
        return replace(self, layers=layers, notes=(*self.notes, *lost))


def inputs_from_frames(
    layers: Mapping[str, Any],
    *,
    crs: Any = None,
    people: str | None = None,
    notify: Notify | None = None,
    sites: str = "sites",
) -> CoverageInputs:
    """Inputs from frames or files, by name; ``streets`` first, those of ``sites`` beside.

    Raises:
        UrbanplanError: an input cannot be used; it is named with what to do.
    """
    from urbanplan.analysis.frames import load_frames

    loaded = load_frames(layers, crs=crs, notify=notify, required=("streets", sites))
    homes, notes = drop_equal_homes(loaded.get("residents"))
    walk = WalkLayers(
        loaded["streets"],
        loaded[sites],
        residents=homes,
        raster=loaded.rasters.get("residents"),
        barriers=loaded.get("barriers"),
        entrances=loaded.get("entrances"),
        districts=loaded.get("districts"),
        people=people,
    )
    if walk.raster is not None:
        loaded.facts["residents_of"] = "file" if walk.districts is None else "districts"
    return CoverageInputs(
        walk,
        WalkSettings(),
        loaded.names[sites],
        loaded.facts,
        (*loaded.notes, *notes),
        unknown=open_question(walk),
    )


def inputs_from_plan(
    plan: Plan | Path | str, target: str | None = None, *, notify: Notify | None = None
) -> CoverageInputs:
    """Inputs of a coverage target, the plan's first unless one is named; sites and streets that surely count.

    Raises:
        PlanError: the plan cannot be read.
        UsageError: the plan has no such target, or a layer that it needs cannot be read.
    """
    from urbanplan.measure.catalog import validate_parameters
    from urbanplan.measure.measured import build_context
    from urbanplan.measure.selection import to_selection
    from urbanplan.measure.walk_layers import select_walk_layers, walk_settings
    from urbanplan.model.plan import Plan
    from urbanplan.network.walk.entrances import drop_entrances
    from urbanplan.plan import read_plan

    declared = plan if isinstance(plan, Plan) else read_plan(Path(plan))
    chosen = _coverage_target(declared, target)
    params = cast("CoverageParameters", validate_parameters(chosen.measure or {}, where=chosen.where))
    context = build_context(declared, where=chosen.where, target=chosen.id)
    layers = _read_layers(declared, params.layers(context), chosen, notify)
    selection = select_walk_layers(params, layers, context)
    walk, sites = selection.layers, selection.sites
    sure = walk.sites[sites.sure].reset_index(drop=True)
    entrances = drop_entrances(walk.entrances, walk.sites["id"][~sites.sure].tolist())
    streets = selection.streets.sure
    sure_streets = walk.streets if streets.all() else walk.streets[streets].reset_index(drop=True)
    facts = {
        "plan": str(declared.file),
        "target": chosen.id,
        "basis": {name: layer.basis for name, layer in layers.items()},
        "digests": {name: layer.digest for name, layer in layers.items()},
        "sites_unsure": int((~sites.sure).sum()),
        "streets_unsure": int((~streets).sum()),
    }
    from urbanplan.exchange.files.user_cache import plan_folder

    cache = plan_folder(Path(declared.file).resolve().parent) if declared.file else None
    return CoverageInputs(
        layers=replace(walk, sites=sure, streets=sure_streets, entrances=entrances),
        settings=walk_settings(params, cache=cache),
        name=layers[sites.layer].title(current_language()),
        facts=facts,
        as_of=declared.as_of,
        names={"streets": to_selection(params.streets).layer, "sites": sites.layer},
        band=tuple(params.band),
        reference_walk=params.reference_walk,
        unknown=OpenCoverage(params, layers, context) if is_open(selection, params.people) else None,
    )


def _read_layers(plan: Plan, needed: set[str], target: Target, notify: Notify | None) -> dict[str, Layer]:
    from urbanplan.store.folder import read_plan_layers

    layers, findings = read_plan_layers(plan, needed, tell=notify or (lambda _: None))
    absent = sorted(needed - set(layers))
    if absent:
        problem = next((note.message for note in findings if note.layer in absent), "")
        raise UsageError(
            "layer {layer} cannot be read: {problem}", where=target.where, fix="", layer=absent[0], problem=problem
        )
    return layers


def _coverage_target(plan: Plan, name: str | None) -> Target:
    found = [one for one in plan.target if one.measure and one.measure.get("kind") == "coverage"]
    if name is not None:
        found = [one for one in found if one.id == name]
    if not found:
        raise UsageError(
            "the plan has no coverage target {name}",
            where=str(plan.file),
            fix="Add one, or give --streets and --facilities.",
            name=name or "",
        )
    return found[0]
