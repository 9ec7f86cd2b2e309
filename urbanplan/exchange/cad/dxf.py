"""DXF in: closed polylines as parcels, layers as classes, texts, blocks taken apart."""

from __future__ import annotations

import logging
import re
import struct
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from urbanplan.errors import ExchangeError, MissingExtraError
from urbanplan.exchange.cad import writing as dxf_write
from urbanplan.exchange.cad.blocks import BlockWalk
from urbanplan.exchange.cad.damaged_groups import DamagedEntity, drop_damaged
from urbanplan.exchange.cad.features import foreign_rows
from urbanplan.exchange.cad.outlines import Drafting
from urbanplan.exchange.cad.selection import DrawingLayer, Selection, layout_space, takes_layer
from urbanplan.exchange.cad.shapes import DrawnEntity, read_entities
from urbanplan.exchange.cad.units import choose_scale
from urbanplan.exchange.drawing_options import CadOptions
from urbanplan.exchange.fields.columns import to_columns
from urbanplan.exchange.frames import build_frame
from urbanplan.exchange.geometry.arcs import Conics
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.table import Source, Table
from urbanplan.exchange.text.code_pages import parse_code_page
from urbanplan.exchange.text.encoding import choose_encoding
from urbanplan.model.translation import localize

write = dxf_write.write
losses = dxf_write.losses
count = dxf_write.count
PROFILES = ("utf-8", "gbk")
SELECTS_LAYERS = True  # a source's layer is one more pattern of drawing layers
_BINARY = b"AutoCAD Binary DXF"
_REPAIR_HINT = "Save it anew with a CAD program."
_BIND_HINT = "Bind what it refers to, take its blocks apart, and save it again."
_KINDS_HINT = "Turn them into polylines in a CAD program (EXPLODE, FLATTEN), and save it again."


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what ezdxf logs of a drawing; the level is the host's again afterwards."""
    logger = logging.getLogger("ezdxf")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@_quiet()
def read(source: Source) -> Table:
    """Read the model space, or the layout asked for; see :class:`urbanplan.exchange.drawing_options.CadOptions`.

    Raises:
        ExchangeError: it is no DXF that can be read, or nothing of it can be taken over.
    """
    _check_complete(source)
    encoding, notes = _detect_encoding(source)
    opened = _open_drawing(source, encoding)
    if opened.recovered:
        notes = (*notes, localize("the drawing was damaged and was recovered: look at the result"))
    drawn = _draw(opened.drawing, source)
    if not drawn.found:
        _check_anything(drawn, source, recovered=opened.recovered)
    drawn.found.extend(_damaged_rows(opened.damaged, drawn.blocks, source))
    notes = (*notes, *drawn.notes)
    lost = [localize("not taken over: {listed}", listed=drawn.skipped)] if drawn.skipped else []
    own = [row for row in drawn.found if row.said]
    damaged = sum(row.said is None for row in drawn.found)
    if damaged:
        notes = (*notes, localize("{count} entities hold extended data of urbanplan that are damaged", count=damaged))
    if own or source.kinds:
        frame, refused, crs_note = _own_features(own, source, gaps=damaged > 0)
        lost = [*lost, *_drawn_later(drawn.found)]
    else:
        rows = foreign_rows(drawn.found, source)
        frame, refused, crs_note = rows.frame, rows.refused, rows.crs_note
        notes, lost = (*notes, *rows.notes), [*lost, *rows.lost]
    return separate_refused(
        frame, refused, source, crs_note, encoding=encoding, notes=notes, lost=tuple(lost), drawing_layers=drawn.layers
    )


@dataclass(frozen=True)
class _Opened:
    """A drawing, whether it had to be recovered, and the entities that were taken out of it before."""

    drawing: Any
    recovered: bool = False
    damaged: tuple[DamagedEntity, ...] = ()


@dataclass(frozen=True)
class _Drawn:
    """The entities of a drawing with what is told of them, the kinds that are not taken over, its layers and blocks.

    ``blocks`` are the names, in small letters, of the blocks that are drawn somewhere.
    """

    found: list[DrawnEntity]
    notes: list[str]
    skipped: str
    layers: tuple[DrawingLayer, ...]
    blocks: frozenset[str]


def _draw(drawing: Any, source: Source) -> _Drawn:
    """The entities that were asked for, in the units that were asked for."""
    where, options = str(source.path), _options(source)
    space, papers = layout_space(drawing, options, where)
    scale, scaled = choose_scale(drawing, space, source)
    selection, walk = Selection(options, where), BlockWalk(drawing, where)
    drafting = Drafting(Conics(), scale)
    found = read_entities(selection.take(walk.entities(space)), drafting, walk.skipped, where)
    selection.check_layers()
    if scale != 1.0:
        found = [replace(row, shape=scale_shape(row.shape, scale)) for row in found]
    listed = ", ".join(f"{count} {name}" for name, count in sorted(walk.skipped.items()))
    layers = selection.layers(found, walk.hidden_layers)
    notes = [*scaled, *papers, *selection.notes(), *_curve_notes(drafting)]
    return _Drawn(found, notes, listed, layers, frozenset(walk.sizes))


def _options(source: Source) -> CadOptions:
    """What was asked for, with the layer of the source among the layers."""
    return source.cad if source.layer is None else replace(source.cad, layers=(*source.cad.layers, source.layer))


def _damaged_rows(damaged: tuple[DamagedEntity, ...], blocks: frozenset[str], source: Source) -> Iterator[DrawnEntity]:
    """The entities that were taken out, as rows that are refused; without what was not asked for or is not drawn."""
    options = _options(source)
    for one in damaged:
        drawn = one.block is None or one.block.lower() in blocks
        if drawn and takes_layer(options.layers, one.layer) and (not one.paper or options.layout is not None):
            said: dict[str, Any] | None = None if one.ours else {}
            yield DrawnEntity(
                one.layer, one.kind, None, block=one.block, handle=one.handle, said=said, problem=one.reason
            )


def scale_shape(shape: Any, scale: float) -> Any:
    """A shape with coordinates and heights in another unit."""
    if shape is None:
        return None
    return shapely.transform(shape, lambda points: points * scale, include_z=bool(shape.has_z))


def _curve_notes(drafting: Drafting) -> Iterator[str]:
    if drafting.arcs:
        yield localize("{count} geometries have arcs: they were drawn as chords", count=drafting.arcs)
    if drafting.splines:
        what = "{count} geometries have splines: their chords change areas by {area:.2g} m² at most, all together"
        area = drafting.spline_area * drafting.metres**2
        yield localize(what, count=drafting.splines, area=area)


def _check_anything(drawn: _Drawn, source: Source, *, recovered: bool) -> None:
    """Refuse a drawing of which nothing is left.

    Raises:
        ExchangeError: all that it holds is of kinds that are not read, or it is damaged.
    """
    if drawn.skipped:
        fix = _BIND_HINT if "INSERT" in drawn.skipped else _KINDS_HINT
        raise ExchangeError("nothing of the drawing can be taken over: {listed}", where=str(source.path), fix=fix,
                            listed=drawn.skipped)  # fmt: skip
    if recovered:
        what = "the drawing is damaged and no entity is left of it"
        raise ExchangeError(what, where=str(source.path), fix=_REPAIR_HINT)


def _drawn_later(found: list[DrawnEntity]) -> Iterator[str]:
    """What others drew into a drawing of urbanplan, beside the numbers of its parcels."""
    others = Counter(row.entity for row in found if row.said == {} and row.entity != "TEXT")
    if others:
        listed = ", ".join(f"{count} {name}" for name, count in sorted(others.items()))
        yield localize("not taken over, as urbanplan did not draw it: {listed}", listed=listed)


def _detect_encoding(source: Source) -> tuple[str | None, tuple[str, ...]]:
    """The encoding of the texts where the header's code page is to be mistrusted."""
    if source.encoding:
        return source.encoding, ()
    data = source.path.read_bytes()
    if data.startswith(_BINARY) or data.isascii():
        return None, ()
    version = re.search(rb"\$ACADVER\s+1\s+(AC\d{4})", data)
    page = re.search(rb"\$DWGCODEPAGE\s+3\s+(\S+)", data)
    said = (
        "utf-8"
        if version and version[1] >= b"AC1021"
        else parse_code_page((page[1] if page else b"").decode("ascii", "ignore")) or "cp1252"
    )
    choice = choose_encoding([line for line in data.splitlines(keepends=True) if not line.isascii()], said)
    if choice is None or not choice.note:
        return said, ()
    return choice.encoding, (choice.note,)


def _check_complete(source: Source) -> None:
    """A whole drawing ends in ``EOF``."""
    with source.path.open("rb") as stream:
        stream.seek(max(0, source.path.stat().st_size - 4096))
        if b"EOF" not in stream.read():
            raise ExchangeError("the file is cut short", where=str(source.path), fix=_REPAIR_HINT)


def _open_drawing(source: Source, encoding: str | None) -> _Opened:
    """The drawing; where numbers of entities are none, without these; else as far as it can be recovered.

    Raises:
        ExchangeError: nothing helps.
    """
    try:
        from ezdxf import recover
        from ezdxf.filemanagement import readfile
        from ezdxf.lldxf.const import DXFError
    except ImportError as error:
        raise MissingExtraError("DXF needs ezdxf", fix="Install urbanplan[cad].") from error
    troubles = (
        DXFError, AttributeError, ValueError, KeyError, IndexError, TypeError, RecursionError, struct.error,
        AssertionError, ArithmeticError, StopIteration, OSError,
    )  # fmt: skip
    with suppress(*troubles):
        return _Opened(readfile(str(source.path), encoding=encoding))
    with _without_damaged(source.path) as (path, damaged):
        if damaged:
            with suppress(*troubles):
                return _Opened(readfile(str(path), encoding=encoding), damaged=damaged)
        try:
            return _Opened(recover.readfile(str(path))[0], True, damaged)
        except troubles as error:
            reason = f"{type(error).__name__} {str(error)[:200]}"
            raise ExchangeError("this is no DXF that can be read: {reason}", where=str(source.path),
                                fix=_REPAIR_HINT, reason=reason) from error  # fmt: skip


@contextmanager
def _without_damaged(path: Path) -> Iterator[tuple[Path, tuple[DamagedEntity, ...]]]:
    """A drawing without the entities whose numbers are none, in a temporary file, and these; else the file itself."""
    data = path.read_bytes()
    kept, damaged = (data, []) if data.startswith(_BINARY) else drop_damaged(data)
    if not damaged:
        yield path, ()
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "drawing.dxf"
        made.write_bytes(kept)
        yield made, tuple(damaged)


def _own_features(own: list[DrawnEntity], source: Source, *, gaps: bool) -> tuple[Any, dict[int, str], str]:
    """A drawing that urbanplan wrote: features put together again from their entities' extended data.

    ``gaps``: a number that no entity says is that of a feature whose entities are damaged.
    """
    features: dict[int, list[tuple[DrawnEntity, dict[str, Any]]]] = {}
    for row in own:
        said = row.said or {}
        features.setdefault(int(said["f"]), []).append((row, said))
    numbers = sorted(features)
    if gaps and numbers and numbers[0] >= 0 and numbers[-1] < 2 * len(numbers) + 10:
        numbers = list(range(numbers[-1] + 1))
    ordered = [[row for row, _ in features.get(number, [])] for number in numbers]
    told = [next((said["p"] for _, said in features.get(number, []) if "p" in said), None) for number in numbers]
    rows = [row if isinstance(row, dict) else {} for row in told]
    refused = {
        at: localize("its extended data are damaged") for at, row in enumerate(told) if not isinstance(row, dict)
    }
    made = np.full(len(ordered), None, dtype=object)
    for at, group in enumerate(ordered):
        if at in refused:
            continue
        try:
            made[at] = dxf_write.join_entities(group)
        except (ValueError, KeyError, TypeError, IndexError, shapely.errors.ShapelyError) as error:
            refused[at] = localize("entities that make no feature: {reason}", reason=str(error)[:80])
    frame, note = build_frame(to_columns(rows, source.wants), made, source)
    return frame, refused, note


def raw_text(path: Path) -> bytes:
    """The lines that hold more than ASCII, as raw bytes."""
    return b"\n".join(line for line in path.read_bytes().splitlines() if not line.isascii())[:500_000]
