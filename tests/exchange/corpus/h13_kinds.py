"""H13: generated files of the kinds in which drawings, texts and tables come, each with what has to be read of it."""

from __future__ import annotations

import json
import random
import tempfile
import warnings
from pathlib import Path
from typing import Any

from exchange.corpus.child import run_forked
from exchange.corpus.kinds import Variant
from exchange.corpus.kinds_drawn import DRAWN
from exchange.corpus.kinds_tables import TABLES
from exchange.corpus.kinds_texts import TEXTS
from exchange.corpus.statistics_table import Figures
from exchange.corpus.valid_files import file_digests

KINDS = {**DRAWN, **TEXTS, **TABLES}
VARIANTS = 20  # of each kind in the full run
SHARE = 1e-6  # by which an area may be off: 0.01 m² of a hectare
Answer = dict[str, Any]


def write_variant(folder: Path, variant: Variant) -> Path:
    """Write the files of a variant; the one that is given."""
    for ending, data in variant.files.items():
        (folder / f"a{ending}").write_bytes(data)
    return folder / f"a{next(iter(variant.files))}"


def read_variant(path: Path, variant: Variant) -> Answer:
    """What urbanplan says of a variant: its rows, what was set aside, area, values of the columns asked for, notes."""
    import numpy as np
    import pandas as pd
    import shapely

    from urbanplan.errors import UrbanplanError
    from urbanplan.exchange import read

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            table = read(path, **variant.reading)
        except UrbanplanError as error:
            return {"error": str(error), "repair": bool(error.fix), "warned": [str(one.message) for one in caught]}
    frame = table.frame
    shapes = frame.geometry.to_numpy() if hasattr(frame, "geometry") else np.array([], dtype=object)
    values = {
        name: [None if pd.isna(one) else str(one) for one in frame[name]] for name in variant.values if name in frame
    }
    return {
        "rows": len(frame), "refused": len(table.refused), "area": float(np.nansum(shapely.area(shapes))),
        "values": values, "told": " | ".join(table.notes), "lost": " | ".join(table.lost),
        "warned": [str(one.message) for one in caught],
    }  # fmt: skip


def faults(variant: Variant, answer: Answer) -> list[str]:
    """How an answer is not what it has to be."""
    found = [f"warned: {text[:100]}" for text in answer["warned"]]
    if "error" in answer:
        found += [f"refused: {answer['error'][:160]}"] * (variant.rows is not None)
        return found + ["no repair"] * (not answer["repair"])
    if variant.rows is None:
        return [*found, f"not refused: {answer['rows']} rows"]
    for name in ("rows", "refused"):
        if answer[name] != getattr(variant, name):
            found.append(f"{answer[name]} {name}, not {getattr(variant, name)}")
    if variant.area is not None and abs(answer["area"] - variant.area) > SHARE * variant.area:
        found.append(f"area {answer['area']}, not {variant.area}")
    for name, values in variant.values.items():
        wanted = [str(one) for one in values]
        if (answer["values"].get(name, []) if values else name in answer["values"]) != (wanted if values else False):
            found.append(f"{name} is {answer['values'].get(name)}, not {wanted}"[:200])
    for name in ("told", "lost"):
        if getattr(variant, name) not in answer[name]:
            found.append(f"{getattr(variant, name)!r} is not {name}: {answer[name][:100]!r}")
    return found + [f"a loss: {answer['lost'][:100]}"] * (bool(answer["lost"]) and not variant.lost)


def run(count: int, *, kinds: tuple[str, ...] = tuple(KINDS), forked: bool = True) -> Figures:
    """So many variants of each kind, read in a fork each or in this process."""
    figures = Figures("H13", "kinds of drawings, texts and tables")
    for kind in kinds:
        draw = random.Random(kind)
        for number in range(count):
            with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as folder:
                variant = KINDS[kind](draw)
                path, said = write_variant(Path(folder), variant), Path(home) / "answer.json"
                before = file_digests(Path(folder))
                answer, ended = _ask(path, variant, said, forked=forked)
                slips = [*(ended.slips if ended is not None else []), *faults(variant, answer)]
                slips += ["an input changed"] * (file_digests(Path(folder)) != before)
            figures.take(f"{kind} {number}", "refused" if "error" in answer else "read", slips, ended)
    return figures


def _ask(path: Path, variant: Variant, said: Path, *, forked: bool) -> tuple[Answer, Any]:
    if not forked:
        return read_variant(path, variant), None

    def work() -> int:
        said.write_text(json.dumps(read_variant(path, variant)), encoding="utf-8")
        return 0

    ended = run_forked(work)
    silent: Answer = {"error": "no answer", "repair": True, "warned": []}
    return (json.loads(said.read_text(encoding="utf-8")) if said.exists() else silent), ended
