"""A small plan with every kind of promise, run in several ways: all that its reports, waivers and readiness say.

``python tests/verdict/whole_small.py`` writes ``whole_small.jsonl``.  The lines hold what is said today, as it was
looked at last, so that no change goes unseen: whoever changes a rule looks at the difference and writes the file anew.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from plans import small_district
from shapely.affinity import translate

from urbanplan.model.report import Report
from urbanplan.model.translation import use_language
from urbanplan.plan import read_plan
from urbanplan.verdict import audit
from urbanplan.verdict.readiness import assess_readiness
from urbanplan.verdict.waiver import apply_waivers, read_waivers, write_waivers

FILE = Path(__file__).with_name("whole_small.jsonl")
HEAD = 'chapters = ["land", "people"]\nreported = ["reported.csv", "more.csv"]\n'
TARGETS = """
[[target]]
id = "FEW"
title = "Few parcels"
chapter = "land"
quote = "two parcels"
source = "speech"
bound = { comparator = "=", number = 3, unit = "宗" }
measure = { kind = "count", of = "parcels" }
counted_in = ["MU"]
[[target]]
id = "MANY"
chapter = "land"
quote = "two parcels, 30 mu"
source = "speech"
bound = { comparator = ">=", number = 1, unit = "宗" }
comparator_because = "a floor"
measure = { kind = "count", of = "parcels", where = "stage = 'sold'" }
[[target]]
id = "WARNED"
chapter = "people"
quote = "2 km of road"
source = "speech"
bound = { comparator = ">=", number = 1.9, unit = "km" }
warn = { comparator = ">=", number = 2.5 }
measure = { kind = "length", of = "streets" }
[[target]]
id = "LATER"
chapter = "land"
quote = "2 km of road by 2027"
source = "speech"
due = 2027-12-31
bound = { comparator = ">=", number = 4, unit = "km" }
measure = { kind = "length", of = "streets" }
[[target]]
id = "ABOUT"
chapter = "land"
quote = "about 30 mu"
bound = { comparator = "about", number = 31, unit = "亩" }
measure = { kind = "area", of = "parcels" }
[[target]]
id = "NEARLY"
chapter = "land"
quote = "about 30 mu"
bound = { comparator = "about", number = 31, unit = "亩", tolerance = 2 }
measure = { kind = "area", of = "parcels" }
[[target]]
id = "OPEN"
quote = "sold parcels"
bound = { comparator = ">=", number = 2, unit = "宗" }
measure = { kind = "count", of = "parcels", where = "name = 'F1'" }
missing = { kind = "attribute", what = "names of parcels", owner = "the bureau of land" }
[[target]]
id = "FREE"
quote = "people"
measure = { kind = "sum", of = "homes", field = "residents", unit = "人" }
[[target]]
id = "CONTEXT"
role = "context"
quote = "people"
bound = { comparator = "<=", number = 10, unit = "人" }
measure = { kind = "sum", of = "homes", field = "residents", unit = "人" }
[[target]]
id = "TWICE"
kind = "pipeline"
bound = { comparator = ">=", number = 5, unit = "亿元" }
measure = { kind = "reported" }
[[target]]
id = "AHEAD"
kind = "indicator"
owner = "the bureau of statistics"
bound = { comparator = "<=", number = 5, unit = "%" }
measure = { kind = "reported" }
[[target]]
id = "SILENT"
kind = "indicator"
bound = { comparator = "<", number = 5, unit = "%" }
measure = { kind = "reported" }
[[target]]
id = "SITES"
quote = "each quarter has a site"
measure = { kind = "exists", of = "sites", name = "F1", inside = "subdistricts" }
"""
MORE = (
    "target,low,high,unit,source,date,basis\n"
    "TWICE,4,4.5,亿元,office,2025-11-30,surveyed\nTWICE,52000,,万元,bureau,2025-11-30,illustrative\n"
    "TWICE,1,1,亿元,office,2025-10-31,\nAHEAD,3,3,%,office,2026-01-31,\nNOBODY,1,1,%,office,2025-01-31,\n"
)


def write_plan(folder: Path) -> Path:
    """The folder of the plan; the plan's file."""
    frames = small_district.frames()
    frames["parcels"].loc[1, "name"] = None
    one, two = frames["parcels"].geometry  # one overlaps the other, and reaches out of the district
    frames["parcels"].geometry = [one, one.buffer(-1).union(translate(two, xoff=250))]
    frames["homes"].loc[0, "residents"] = -1
    file = small_district.write(folder, frames)
    text = file.read_text(encoding="utf-8").replace('reported = ["reported.csv"]\n', HEAD) + TARGETS
    sites = 'file = "sites.gpkg"\ntype = "sites"\nbasis = "reported"'
    file.write_text(text.replace(sites, sites.replace("reported", "illustrative")), encoding="utf-8")
    (folder / "more.csv").write_text(MORE, encoding="utf-8")
    return file


def told_lines(folder: Path) -> Iterator[str]:
    """One JSON line for each thing that is told of the plan."""
    plan = read_plan(write_plan(folder))
    seen: list[str] = []
    done: list[tuple[str, int, int]] = []
    whole = audit(plan, on_verdict=lambda one: seen.append(one.target), tell=lambda *now: done.append(now))
    yield _line("told on the way", [seen, done])
    yield from _report("whole", whole.report)
    yield _line("frame", whole.to_frame().to_dict("records"))
    yield _line("readiness", assess_readiness(plan, whole.report).model_dump(mode="json"))
    yield _line("results", {name: len(frame) for name, frame in whole.results.items()})
    yield _line("html", [one._repr_html_() for one in (whole, plan, whole.report)])
    yield _line("repr", [repr(whole), repr(plan), whole.report.exit_code(), whole.report.is_illustrative])
    waivers = folder / "waivers.toml"
    yield _line("waivers", [len(write_waivers(waivers, whole.report)), waivers.read_text("utf-8")])
    filled = (
        waivers.read_text("utf-8")
        .replace('reason = ""', 'reason = "known"', 2)
        .replace('owner = ""', 'owner = "me"', 1)
    )
    gone = '[[waiver]]\nrule = "layer-overlap"\nlayer = "parcels"\nfeature = "F9"\nreason = "gone"\nowner = "me"\n'
    past = (
        '[[waiver]]\nrule = "layer-value-low"\nlayer = "homes"\nreason = "past"\nowner = "me"\nexpires = 2025-12-30\n'
    )
    waivers.write_text(f"{filled}{gone}{past}", encoding="utf-8")
    waived = apply_waivers(whole, read_waivers(waivers)).report
    yield from (_line("waived", _plain(one)) for one in waived.findings)
    yield _line("waived summary", waived.summary.model_dump(mode="json"))
    some = audit(plan, select=["M*", "FREE"], real_only=True, every_layer=True).report
    yield from _report("some", some)
    with use_language("zh"):
        chinese = audit(plan, real_only=True)
        yield from _report("zh", chinese.report)
        yield _line("zh readiness", assess_readiness(plan, chinese.report).model_dump(mode="json"))


def _report(name: str, report: Report) -> Iterator[str]:
    line = partial(_line, name)
    yield line({"plan": _plain(report.plan), "language": report.language, "crs": report.crs})
    yield from (line(_plain(part)) for part in (*report.layers, *report.verdicts, *report.findings))
    yield line(_plain(report.summary))


def _plain(part: Any) -> dict[str, Any]:
    """What is said, without digests."""
    row = part.model_dump(mode="json", exclude={"digest"})
    return {key: value for key, value in row.items() if value not in (None, "", [], {})}


def _line(name: str, row: Any) -> str:
    return json.dumps({name: _rounded(row)}, ensure_ascii=False, default=str)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.8g}")
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value


def lines_of(folder: Path) -> list[str]:
    """The lines without the place of the folder on this machine."""
    return [line.replace(f"{folder}/", "") for line in told_lines(folder)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        FILE.write_text("".join(f"{line}\n" for line in lines_of(Path(made).resolve())), encoding="utf-8")
