"""Rasters of a folder: a grid of heights becomes the layer ``elevation``, its file copied as it is."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.analysis.declaration import write_declaration
from urbanplan.analysis.folder_survey import Candidate
from urbanplan.analysis.plans import open_plan
from urbanplan.exchange.files.atomic import atomic_write
from urbanplan.model.plan import LayerSpec
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.model.layertype import LayerType

TYPE = "elevation"
_WORDS = ("elevation", "dem", "dtm", "dsm", "srtm", "ned", "aster", "height", "heights", "高程", "地形", "标高")


def propose_heights(candidates: Sequence[Candidate], kinds: Mapping[str, LayerType]) -> None:
    """Take the raster whose name speaks of heights as the layer of that type; others stay and are said."""
    named = [one for one in candidates if one.kind == "raster" and one.cells and _is_wanted(one)]
    for one in named[:1] if TYPE in kinds else []:
        one.layer, one.type = (one.pin.layer if one.pin and one.pin.layer else TYPE), TYPE
        one.doubts.append(localize("its values are taken as heights in metres"))
    for one in named[1:]:
        one.doubts.append(localize("another raster is the layer {layer}: left out", layer=TYPE))


def _is_wanted(one: Candidate) -> bool:
    if one.pin is not None and one.pin.layer is not None:
        return bool(one.pin.layer)
    stem = Path(one.path).stem.lower()
    return any(word in stem.replace("-", "_").split("_") or (not word.isascii() and word in stem) for word in _WORDS)


def bring_in_raster(home: Path, one: Candidate) -> None:
    """Copy a raster to its place in the plan folder and declare its layer."""
    plan = open_plan(home)
    known = plan.layer_spec(str(one.layer))
    file = known.file if known is not None else f"{one.layer}.tif"
    (home / file).parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(home / file) as draft:
        shutil.copyfile(one.file, draft)
    if known is None:
        spec = LayerSpec(name=str(one.layer), file=file, type=TYPE, basis="reported", source=Path(one.path).name)
        write_declaration(plan, spec)
