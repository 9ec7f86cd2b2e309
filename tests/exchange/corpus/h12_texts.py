"""H12: the 60 texts that try to act, as every name, value, title and file name of a plan, through every command."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import replace
from pathlib import Path

from door_checks import (
    Elements,
    acting_cells,
    acting_database,
    acting_pdf,
    acting_sarif,
    acting_signs,
    acting_workbook,
)
from exchange.corpus.child import Outcome, command, prepare, run_forked
from exchange.corpus.statistics_table import Figures
from hostile_texts import acting_texts

LINES = {
    "check": "check {plan} --output csv:{out}/a.csv --output sarif:{out}/a.sarif --output gpkg:{out}/a.gpkg",
    "readiness": "readiness {plan} --output csv:{out}/a.csv",
    "report": "report {plan} --no-log -o {out}/a.html --pdf {out}/a.pdf --xlsx {out}/a.xlsx",
    "brief": "report {plan} --no-log --brief -o {out}/a.html --pdf {out}/a.pdf",
    "map": "map {plan} -o {out}/a.html",
    "coverage": "coverage --plan {plan} --output csv:{out}/a.csv -o {out}/a.html",
    "network": "network --plan {plan} --map {out}/a.html",
    "layers": "layers {plan}",
    "csv": "export parcels --plan {plan} --allow-loss -o {out}/a.csv",
    "xlsx": "export parcels --plan {plan} --allow-loss -o {out}/a.xlsx",
    "gpkg": "export parcels --plan {plan} --allow-loss -o {out}/a.gpkg",
    "inspect": "inspect {home}/parcels.gpkg",
    "sheets": "sheets --plan {plan} -o {out}/sheets",
}
HARMLESS = "abc"


def write_plan(folder: Path, text: str) -> Path:
    """The small district with one text wherever a text may stand; its folder's name bears it too."""
    from plans import small_district

    named = re.sub(r"[/\x00]", "_", text).encode()[:200].decode("utf-8", "ignore")
    home = folder / "plan"  # written under a plain name: the writer of the samples knows not every name
    frames = small_district.frames()
    for name, frame in frames.items():
        keys = ["W", "E"] if name == "subdistricts" else list(frame["id"])
        frames[name] = frame.assign(name=[f"{text} {key}" for key in keys], note=text, **{f"{text}·": text})
    frames["parcels"]["id"] = [f"{text}{at}" for at in range(len(frames["parcels"]))]
    plan = small_district.write(home, {name: frame.rename(columns=_column_name) for name, frame in frames.items()})
    said = json.dumps(text).replace("\\u007f", "\\u007F")
    told = plan.read_text(encoding="utf-8")
    for old in ('"Small"', '"Speech"'):
        told = told.replace(old, said)
    told = told.replace(
        'quote = "two parcels"', f'quote = "two parcels"\ntitle = {said}\nchapter = {said}\nnote = {said}'
    )
    told = told.replace('owner = "the bureau of ecology"', f"owner = {said}")
    plan.write_text(
        told.replace('id = "small"', f'id = "small"\nmaker = {said}\nchapters = [{said}]'), encoding="utf-8"
    )
    for file in (home / "types").glob("*.toml"):
        file.write_text(re.sub(r'en = "[^"]*"', lambda _: f"en = {said}", file.read_text(encoding="utf-8"), count=1))
    if named in ("", ".", "..", "plan"):
        return plan
    return home.rename(folder / named) / plan.name


def _column_name(name: str) -> str:
    return "".join(sign for sign in name if ord(sign) >= 32)


def faults(folder: Path, ended: Outcome, harmless: dict[str, Elements]) -> list[str]:
    """What came through a door."""
    found = [f"the terminal gets {sign!r}" for sign in acting_signs(ended.said)]
    for path in sorted(folder.rglob("*")):
        match path.suffix:
            case ".csv":
                found += [f"{path.name} runs {cell!r}" for cell in acting_cells(path.read_text(encoding="utf-8-sig"))]
            case ".xlsx":
                found += [f"{path.name}: {what}" for what in acting_workbook(path)]
            case ".html":
                page, plain = Elements(path.read_text(encoding="utf-8")), harmless.get(path.name)
                if plain is not None:
                    found += [f"{path.name} has {what}" for what in sorted(page.seen - plain.seen)]
                    found += ["the policy is another"] * (page.policy != plain.policy)
            case ".pdf":
                found += [f"{path.name}: {what}" for what in acting_pdf(path)]
            case ".gpkg":
                found += [f"{path.name}: {what}" for what in acting_database(path)]
            case ".sarif":
                found += [f"{path.name}: {what!r}" for what in acting_sarif(path.read_text(encoding="utf-8"))]
            case _:
                pass
    return found


def run(texts: list[str] | None = None, *, lines: tuple[str, ...] = tuple(LINES)) -> Figures:
    """Each text through each command; pages are compared with those of a text that does nothing."""
    figures = Figures("H12", "texts at every door")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        plain = _pages(place / "plain", lines)
        for at, text in enumerate(acting_texts(str(place / "canary")) if texts is None else texts):
            home = place / str(at)
            prepare(lambda home=home, text=text: write_plan(home / "in", text))
            plan = next((home / "in").rglob("plan.toml"))
            for name in lines:
                ended = _run(name, plan, home / name)
                outcome = {0: "answered", 1: "answered", 3: "answered", 2: "refused"}.get(ended.code or 0, "ended")
                slips = [*ended.slips, *faults(home / name, ended, plain[name])]
                slips += ["a file was made by it"] * (place / "canary").exists()
                figures.take(f"{name} with {text!r}", outcome, slips, ended)
    return figures


def _run(name: str, plan: Path, out: Path) -> Outcome:
    out.mkdir(parents=True)
    words = [word.format(plan=plan, home=plan.parent, out=out) for word in LINES[name].split()]
    return replace(run_forked(command([*words, "--lang", "en"])), codes=(0, 1, 2, 3))


def _pages(folder: Path, lines: tuple[str, ...]) -> dict[str, dict[str, Elements]]:
    """The elements of each page of a harmless plan, by command and name."""
    prepare(lambda: write_plan(folder / "in", HARMLESS))
    plan = next((folder / "in").rglob("plan.toml"))
    found: dict[str, dict[str, Elements]] = {}
    for name in lines:
        _run(name, plan, folder / name)
        found[name] = {path.name: Elements(path.read_text(encoding="utf-8")) for path in (folder / name).glob("*.html")}
    return found
