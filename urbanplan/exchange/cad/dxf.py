"""DXF in: closed polylines as parcels, layers as classes, texts, blocks taken apart."""

from __future__ import annotations

import logging
import re
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from urbanplan.errors import ExchangeError, MissingExtraError
from urbanplan.exchange.cad import writing as dxf_write
from urbanplan.exchange.cad.shapes import APPLICATION_ID, DrawnEntity, read_entities
from urbanplan.exchange.fields.columns import key_names, to_column
from urbanplan.exchange.frames import build_frame
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.table import Source, Table
from urbanplan.exchange.text.code_pages import parse_code_page
from urbanplan.exchange.text.encoding import choose_encoding, is_valid_unicode
from urbanplan.model.translation import localize

write = dxf_write.write
losses = dxf_write.losses
count = dxf_write.count
PROFILES = ("utf-8", "gbk")
_REPAIR_HINT = "Save it anew with a CAD program."
_BIND_HINT = "Bind what it refers to, take its blocks apart, and save it again."
_MULTIBYTE_ESCAPE = re.compile(r"\\M\+([1-5])([0-9A-Fa-f]{4})")
_MULTIBYTE_PAGES = {"1": "cp932", "2": "big5", "3": "cp949", "5": "gbk"}
_UNICODE_ESCAPE = re.compile(r"\\U\+([0-9A-Fa-f]{4,5})")


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
    """Read the model space.

    Raises:
        ExchangeError: it is no DXF that can be read.
    """
    _check_complete(source)
    encoding, notes = _detect_encoding(source)
    drawing, recovered = _open_drawing(source, encoding)
    if recovered:
        notes = (*notes, localize("the drawing was damaged and was recovered: look at the result"))
    found, skipped = read_entities(drawing, str(source.path))
    if recovered and not found and not skipped:
        raise ExchangeError(
            "the drawing is damaged and no entity is left of it", where=str(source.path), fix=_REPAIR_HINT
        )
    if skipped:
        listed = ", ".join(f"{count} {name}" for name, count in sorted(skipped.items()))
        if not found:
            raise ExchangeError("nothing of the drawing can be taken over: {listed}", where=str(source.path),
                fix=_BIND_HINT,
                                listed=listed)  # fmt: skip
        notes = (*notes, localize("not taken over: {listed}", listed=listed))
    foreign = Counter(name for entity in drawing.modelspace() for name in _foreign_programs(entity))
    if foreign:
        listed = ", ".join(f"{count} {name}" for name, count in sorted(foreign.items()))
        notes = (*notes, localize("extended data of other programs are not taken over: {listed}", listed=listed))
    unit = drawing.header.get("$INSUNITS", 0)
    if unit == 4:
        notes = (*notes, localize("the drawing says its unit is millimetres"))
    own = [row for row in found if row.said]
    damaged = sum(row.said is None for row in found)
    if damaged:
        notes = (*notes, localize("{count} entities hold extended data of urbanplan that are damaged", count=damaged))
    table = _own_features(own, source, gaps=damaged > 0) if own or source.kinds else _foreign_features(found, source)
    frame, refused, note = table
    return separate_refused(frame, refused, source, note, encoding=encoding, notes=notes)


def _foreign_programs(entity: Any) -> list[str]:
    """The programs, other than the CAD itself and urbanplan, whose extended data an entity holds."""
    held = entity.xdata.data if entity.xdata is not None else {}
    return [name for name in held if not name.upper().startswith(("ACAD", "ACDB", "AEC", APPLICATION_ID))]


def _detect_encoding(source: Source) -> tuple[str | None, tuple[str, ...]]:
    """The encoding of the texts where the header's code page is to be mistrusted."""
    if source.encoding:
        return source.encoding, ()
    data = source.path.read_bytes()
    if data.startswith(b"AutoCAD Binary DXF") or data.isascii():
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


def _open_drawing(source: Source, encoding: str | None) -> tuple[Any, bool]:
    """The drawing, and whether it had to be recovered."""
    try:
        from ezdxf import recover
        from ezdxf.filemanagement import readfile
        from ezdxf.lldxf.const import DXFError
    except ImportError as error:
        raise MissingExtraError("DXF needs ezdxf", fix="Install urbanplan[cad].") from error
    troubles = (
        DXFError, AttributeError, ValueError, KeyError, IndexError, TypeError, RecursionError, struct.error,
        AssertionError, ArithmeticError, StopIteration,
    )  # fmt: skip
    try:
        return readfile(str(source.path), encoding=encoding), False
    except (*troubles, OSError):
        pass
    try:
        return recover.readfile(str(source.path))[0], True
    except (*troubles, OSError) as error:
        reason = f"{type(error).__name__} {str(error)[:200]}"
        raise ExchangeError("this is no DXF that can be read: {reason}", where=str(source.path), fix=_REPAIR_HINT,
                            reason=reason) from error  # fmt: skip


def _foreign_features(found: list[DrawnEntity], source: Source) -> tuple[Any, dict[int, str], str]:
    """A foreign drawing: one row for each entity, a closed outline labelled with the texts inside it."""
    made = np.array([row.shape for row in found], dtype=object)
    texts = [_decode_escapes(row.text) for row in found]
    columns = {
        "layer": [_decode_escapes(row.layer) for row in found],
        "entity": [row.entity for row in found],
        "text": texts,
        "label": _outline_labels(made, texts),
        "block": [_decode_escapes(row.block) for row in found],
        "handle": [row.handle for row in found],
    }
    damaged = [
        at for at in range(len(found)) if not all(is_valid_unicode(values[at] or "") for values in columns.values())
    ]
    for values in columns.values():
        for at in damaged:
            values[at] = values[at] if is_valid_unicode(values[at] or "") else None
    kept = {name: to_column(values) for name, values in columns.items() if not source.columns or name in source.columns}
    frame, note = build_frame(kept, made, source)
    refused = {
        at: localize("a {entity} without two points that are numbers", entity=row.entity)
        for at, row in enumerate(found) if row.shape is None
    }  # fmt: skip
    return frame, refused | dict.fromkeys(damaged, localize("a text that is damaged")), note


def _decode_escapes(text: str | None) -> str | None:
    """A text with the characters that a code page lacks: ``\\U+5DE5``, and ``\\M+5B9A4`` of the page that 5 is."""
    if text is None or "\\" not in text:
        return text
    return _MULTIBYTE_ESCAPE.sub(_decode_multibyte, _UNICODE_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))


def _decode_multibyte(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match[2]).decode(_MULTIBYTE_PAGES[match[1]])
    except (KeyError, UnicodeDecodeError):
        return match[0]


def _outline_labels(made: np.ndarray, texts: list[str | None]) -> list[str | None]:
    """For each outline the texts that stand inside it, joined."""
    labels: list[str | None] = [None] * len(made)
    written = np.flatnonzero([text is not None for text in texts])
    outlines = np.flatnonzero(shapely.get_type_id(made) == 3)
    if len(written) and len(outlines):
        tree = shapely.STRtree(made[written])
        for outline, text in zip(*tree.query(made[outlines], predicate="contains"), strict=True):
            at, said = outlines[outline], texts[written[text]]
            labels[at] = said if labels[at] is None else f"{labels[at]} {said}"
    return labels


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
    names = [name for name in key_names(rows) if not source.columns or name in source.columns]
    frame, note = build_frame({name: to_column([row.get(name) for row in rows]) for name in names}, made, source)
    return frame, refused, note


def raw_text(path: Path) -> bytes:
    """The lines that hold more than ASCII, as raw bytes."""
    return b"\n".join(line for line in path.read_bytes().splitlines() if not line.isascii())[:500_000]
