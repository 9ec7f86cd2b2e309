"""Every file of the shared data and cases, read here and by another reader, and what differs.

``python tests/exchange/corpus/compare.py [shared data] [--write]`` prints a row for each format and every outcome that is not argued
in :mod:`exchange.corpus.argued`; ``--write`` puts the table into ``docs/safety.md``.  It ends with 1 where there is one.
Each file is read, written as a GeoPackage and read back by GDAL; numbers of rows and shapes, bounds, the sums of areas
and lengths, and all values of all fields are compared with what another reader says of the file itself.
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

TESTS = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from exchange.corpus.argued import ARGUED  # noqa: E402
from exchange.corpus.independent import Plain, read_gdal, read_plain  # noqa: E402

from urbanplan.errors import UrbanplanError  # noqa: E402
from urbanplan.exchange import read, write  # noqa: E402

LAYERS = (".shp", ".gpkg", ".fgb", ".geojson", ".json", ".kml", ".kmz", ".csv", ".xlsx", ".xls", ".ods", ".dxf", ".parquet",
          ".txt", ".gdb", ".zip", ".pbf", ".tab", ".mif", ".gml", ".vct", ".gpx", ".dat")  # fmt: skip
PAGE = TESTS.parent / "docs" / "safety.md"
BEGIN, END = "<!-- readers: begin -->", "<!-- readers: end -->"
SKIPPED = ("orlib", "bj54_plan", "odd_sheets_plan", "empty_geometry_plan")
SHARE = 1e-9  # of coordinates, areas and lengths
CURVED = 6e-4  # of those of drawings, whose chords are not ours


@dataclass
class Outcome:
    """What came of one layer of one file: right, refused or differs, and how."""

    file: str
    kind: str
    told: list[str] = field(default_factory=list)


def compare_file(path: Path, home: Path) -> Iterator[Outcome]:
    """The outcome of each layer."""
    name = str(path.relative_to(home))
    try:
        layers = [None] if path.suffix in (".dxf",) else _layers(path)
    except UrbanplanError as error:
        yield Outcome(name, "refused", [str(error)])
        return
    for layer in layers:
        label = name if layer is None else f"{name}#{layer}"
        try:
            table = read(path, layer=layer, **({"crs": "EPSG:4547"} if "prj" in path.name else {}))
        except UrbanplanError as error:
            yield Outcome(label, "refused", [str(error)])
            continue
        try:
            plain = read_plain(path, layer)
        except Exception as error:  # noqa: BLE001 — another reader's own, whatever it is
            yield Outcome(label, "unread", [f"{type(error).__name__}: {str(error)[:150]}"])
            continue
        drawing = path.suffix == ".dxf"
        ours = _drawing(table.frame) if drawing else _written(table.frame)
        found = list(differences(ours, plain, CURVED if drawing else SHARE))
        refused = [f"row {row.row}: {row.reason}" for row in table.refused.itertuples()]
        yield Outcome(label, "right" if not found + refused else "differs", [*found, *refused])


def _layers(path: Path) -> list[str | None]:
    from urbanplan.exchange.formats import by_suffix

    module = by_suffix(path).load()
    if not hasattr(module, "layer_names"):
        return [None]
    names = list(module.layer_names(path))
    return names if len(names) > 1 else [None]


def _written(frame: Any) -> Plain:
    """A frame as GDAL reads it from a GeoPackage that was written of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(frame, Path(folder) / "a.gpkg", allow_loss=True).path
        return read_gdal(path, None)


def _drawing(frame: Any) -> Plain:
    """A drawing's shapes, those of texts left out, and its texts."""
    texts = frame["entity"].isin(["TEXT", "MTEXT", "ATTRIB"])
    drawn = frame[~texts & (frame["entity"] != "ATTDEF")]
    return Plain(list(drawn.geometry), [[text] for text in frame.loc[texts, "text"]])


def differences(ours: Plain, theirs: Plain, share: float) -> Iterator[str]:
    """What is not the same in both."""
    rows, others = (len(one.shapes) or len(one.values) for one in (ours, theirs))
    if rows != others:
        yield f"rows {rows}, theirs {others}"
    yield from _shape_differences(_array(ours.shapes), _array(theirs.shapes), share)
    mine, other = (
        Counter(text for row in one.values for value in row for text in plain_value(value)) for one in (ours, theirs)
    )
    for text, count in sorted((other - mine).items())[:4]:
        yield f"{count} of theirs only: {text[:60]!r}"
    for text, count in sorted((mine - other).items())[:4]:
        yield f"{count} of ours only: {text[:60]!r}"


def _array(shapes: list[Any]) -> np.ndarray:
    found = np.array([*shapes, None], dtype=object)[:-1]
    return found[~shapely.is_missing(found)] if len(found) else found


def _shape_differences(ours: np.ndarray, theirs: np.ndarray, share: float) -> Iterator[str]:
    for what, one, other in (
        ("shapes", [float((~(shapely.is_missing(ours) | shapely.is_empty(ours))).sum())], [float((~(shapely.is_missing(theirs) | shapely.is_empty(theirs))).sum())]),
        ("bounds", _box(ours), _box(theirs)),
        ("area", [np.nansum(shapely.area(ours))], [np.nansum(shapely.area(theirs))]),
        ("length", [np.nansum(shapely.length(ours))], [np.nansum(shapely.length(theirs))]),
    ):  # fmt: skip
        one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
        size = (
            max(1.0, float(np.nanmax(np.abs(other), initial=0.0)))
            if what != "area"
            else max(1e-12, float(np.abs(other).max()))
        )
        if not np.allclose(one, other, rtol=0, atol=share * size, equal_nan=True):
            yield f"{what} {np.round(one, 6).tolist()}, theirs {np.round(other, 6).tolist()}"


def _box(shapes: np.ndarray) -> np.ndarray:
    return shapely.total_bounds(shapes) if len(shapes) else np.full(4, np.nan)


def plain_value(value: Any) -> Iterator[str]:
    """A value as a text that is the same however it is typed; nothing for one that is none."""
    if isinstance(value, str):
        text = value.strip().strip("\0").strip()
        if not text:
            return
        if text[0] in "[{":
            with suppress(ValueError):
                text = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)
        try:
            number = float(text) if not text.lower().lstrip("+-").startswith(("n", "i")) else None
        except ValueError:
            number = None
        yield text if number is None else f"{number:.12g}"
    elif isinstance(value, (bool, np.bool_)):
        yield f"{float(value):.12g}"
    elif isinstance(value, (int, float, decimal.Decimal, np.integer, np.floating)):
        if not math.isnan(float(value)):
            yield f"{float(value):.12g}"
    elif isinstance(value, (list, dict, np.ndarray, tuple)):
        yield json.dumps(
            value,
            default=lambda one: one.tolist() if hasattr(one, "tolist") else str(one),
            ensure_ascii=False,
            sort_keys=True,
        )
    elif value is not None and not pd.isna(value):
        moment = pd.Timestamp(value) if isinstance(value, (datetime.date, np.datetime64, pd.Timestamp)) else None
        yield (
            str(value)
            if moment is None
            else (
                moment.date().isoformat() if moment == moment.normalize() and moment.tz is None else moment.isoformat()
            )
        )


def run(shared: Path) -> list[Outcome]:
    """All files' outcomes; a verdict is that of :data:`ARGUED` where the reason is still what it says."""
    found: list[Outcome] = []
    for home in (shared / "data", shared / "cases" / "files"):
        for path in sorted(home.rglob("*")):
            known = path.suffix.lower() in LAYERS and not set(path.parts) & set(SKIPPED)
            if known and path.parent.suffix != ".gdb":
                found += [_argue(one) for one in compare_file(path, shared)]
    return found


def _argue(one: Outcome) -> Outcome:
    """The outcome with its verdict where somebody argued it."""
    for pattern, verdict, words in ARGUED:
        if one.kind != "right" and fnmatch(one.file, pattern) and words in " ".join(one.told):
            return Outcome(one.file, verdict, one.told)
    return one


def table(outcomes: list[Outcome]) -> str:
    """The table of the page: a row for each ending."""
    counted: dict[str, Counter[str]] = {}
    for one in outcomes:
        ending = Path(one.file.partition("#")[0]).suffix.lower()
        counted.setdefault(ending, Counter())[one.kind] += 1
    kinds = ("right", "right otherwise", "refused rightly", "read by nobody else", "refused", "differs", "unread")
    rows = [[f"`{ending}`", *(str(count[kind] or "–") for kind in kinds[:4]), str(sum(count[kind] for kind in kinds[4:]))]
            for ending, count in sorted(counted.items())]  # fmt: skip
    total = sum((count for _, count in counted.items()), Counter())
    rows.append(["all", *(str(total[kind]) for kind in kinds[:4]), str(sum(total[kind] for kind in kinds[4:]))])
    head = ["ending", "as the other reader", *kinds[1:4], "open: wrong, or refused without a reason"]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def main(words: list[str]) -> int:
    shared = Path(next((word for word in words if not word.startswith("-")), TESTS.parents[1] / "shared"))
    outcomes = run(shared)
    text = table(outcomes)
    print(text)
    left = [one for one in outcomes if one.kind in ("refused", "differs", "unread")]
    for one in left:
        print(f"{one.kind} {one.file}", *one.told[:6], sep="\n    ")
    if "--write" in words:
        page = PAGE.read_text(encoding="utf-8")
        day = datetime.datetime.now(datetime.UTC).date()
        body = f"{BEGIN}\nRun of {day}: {len(outcomes)} layers.\n\n{text}\n{END}"
        PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: body, page, flags=re.DOTALL), encoding="utf-8")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
