"""H9: every command that writes is asked to write over each file that it reads, by every way that leads there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from exchange.corpus.child import command, prepare, run_forked
from exchange.corpus.h5_grounds import write_heights
from exchange.corpus.statistics_table import Figures
from exchange.corpus.valid_files import file_digests

LAYER = "parcels.gpkg"
PLAN_INPUTS = ("plan.toml", LAYER, "reported.csv", "speech.txt", "types/parcels.toml", "boundary.gpkg")
# a line of each command and option that names a file to write; {out} is where it goes
LINES = {
    "check json": "check {plan} --quiet --output json:{out}",
    "check csv": "check {plan} --quiet --output csv:{out}",
    "check sarif": "check {plan} --quiet --output sarif:{out}",
    "check gpkg": "check {plan} --quiet --output gpkg:{out}",
    "check waivers": "check {plan} --quiet --write-waivers {out}",
    "readiness json": "readiness {plan} --quiet --output json:{out}",
    "readiness csv": "readiness {plan} --quiet --output csv:{out}",
    "layers": "layers {plan} --output json:{out}",
    "map": "map {plan} -o {out}",
    "report": "report {plan} --no-log -o {out}",
    "report pdf": "report {plan} --no-log -o {home}/report.html --pdf {out}",
    "report xlsx": "report {plan} --no-log -o {home}/report.html --xlsx {out}",
    "coverage json": "coverage --plan {plan} --quiet --output json:{out}",
    "coverage gpkg": "coverage --plan {plan} --quiet --output gpkg:{out}",
    "coverage map": "coverage --plan {plan} --quiet -o {out}",
    "network json": "network --plan {plan} --quiet --output json:{out}",
    "network map": "network --plan {plan} --quiet --map {out}",
    "network repair": "network --plan {plan} --quiet --repair -o {out}",
    "export": "export parcels --plan {plan} --format gpkg -o {out}",
    "export csv": "export parcels --plan {plan} --format csv --allow-loss -o {out}",
    "overlay": "overlay parcels subdistricts --plan {plan} --quiet -o {out}",
    "overlay pieces": "overlay parcels subdistricts --plan {plan} --quiet -o {home}/a.csv --pieces {out}",
    "overlay json": "overlay parcels subdistricts --plan {plan} --quiet --output json:{out}",
    "reconcile": "reconcile parcels --plan {plan} --quiet --total 30mu -o {out}",
    "reconcile json": "reconcile parcels --plan {plan} --quiet --total 30mu --output json:{out}",
    "site map": "site --plan {plan} --candidates {home}/sites.gpkg --best 1 --quiet -o {home}/a.csv --map {out}",
    "rain": "rain --elevation {home}/heights.tif --crs EPSG:4547 --quiet -o {out}",
    "rain grid": "rain --elevation {home}/heights.tif --crs EPSG:4547 --quiet --grid {out}",
    "rain map": "rain --elevation {home}/heights.tif --crs EPSG:4547 --quiet --map {out}",
    "rain sheets": "rain --elevation {home}/heights.tif --crs EPSG:4547 --quiet --sheets {out}",
    "map tiles": "map {plan} -o {home}/a.html --tiles {out}",
    "site": "site --plan {plan} --candidates {home}/sites.gpkg --best 1 --quiet -o {out}",
    "inspect": "inspect {home}/parcels.gpkg --plan {plan} --output json:{out}",
    "convert": "convert {home}/parcels.gpkg {out} --format csv --allow-loss",
    "convert same": "convert {home}/parcels.gpkg {out} --format gpkg",
    "coverage of files": "coverage --streets {home}/streets.gpkg --facilities {home}/sites.gpkg --quiet --output json:{out}",
    "network of files": "network --roads {home}/streets.gpkg --quiet --output json:{out}",
    "draft json": "draft {home}/speech.txt -o {home}/made --crs EPSG:4547 --output json:{out}",
    "schema": "schema -o {out}",
    "sheets": "sheets --plan {plan} -o {out}",
    "new": "new {out} --crs EPSG:4547",
    "demo": "demo {plan} -o {out}",
    "draft": "draft {home}/speech.txt -o {out} --crs EPSG:4547",
    "intake": "intake {home} -o {out} --crs EPSG:4547",
    "waive": "waive layer-overlap --reason r --owner o --plan {plan} --waivers {out}",
}
_HEIGHTS = dict.fromkeys(("rain", "rain grid", "rain map", "rain sheets"), ("heights.tif",))
READS = {  # what a line reads, where that is not the plan's
    "convert": (LAYER,), "convert same": (LAYER,), "coverage of files": ("streets.gpkg", "sites.gpkg"),
    "network of files": ("streets.gpkg",), "draft json": ("speech.txt",), "schema": ("plan.toml",),
    **_HEIGHTS, "site map": ("sites.gpkg",), "new": ("plan.toml",), "draft": ("speech.txt",), "inspect": (LAYER, "plan.toml"), "site": ("plan.toml", "sites.gpkg", "streets.gpkg"),
}  # fmt: skip


def _same(home: Path, target: Path) -> Path:
    return target


def _detour(home: Path, target: Path) -> Path:
    (home / "way").mkdir()
    return home / "way" / ".." / target.relative_to(home)


def _link(home: Path, target: Path) -> Path:
    (home / "way").symlink_to(target)
    return home / "way"


def _hard_link(home: Path, target: Path) -> Path:
    os.link(target, home / "way")
    return home / "way"


def _letters(home: Path, target: Path) -> Path:
    return target.with_name(target.name.swapcase())


def _folder_link(home: Path, target: Path) -> Path:
    (home.parent / "way").symlink_to(home)
    return home.parent / "way" / target.relative_to(home)


WAYS: dict[str, Callable[[Path, Path], Path]] = {
    "itself": _same,
    "a detour": _detour,
    "a link": _link,
    "a hard link": _hard_link,
    "other letters": _letters,
    "a folder's link": _folder_link,
}


# a folder of other letters is another one, and no file is replaced; schema reads no plan, it guards the name alone
HARMLESS_WAYS = {
    **dict.fromkeys(("sheets", "new", "demo", "draft", "intake", "rain sheets", "map tiles"), ("other letters",)),
    "schema": ("other letters", "a hard link"),
}


def run(*, lines: tuple[str, ...] = tuple(LINES), ways: tuple[str, ...] = tuple(WAYS)) -> Figures:
    """Each line over each of its inputs, by each way, with ``--overwrite``, which lifts nothing."""
    from plans import small_district

    figures = Figures("H9", "outputs over inputs")
    with tempfile.TemporaryDirectory() as folder:
        clean, home = Path(folder) / "clean", Path(folder) / "work" / "plan"
        prepare(lambda: (small_district.write(clean), write_heights(clean / "heights.tif")))
        for name in lines:
            for target in READS.get(name, PLAN_INPUTS):
                for way in [way for way in ways if way not in HARMLESS_WAYS.get(name, ())]:
                    shutil.rmtree(home.parent, ignore_errors=True)
                    shutil.copytree(clean, home)
                    out = WAYS[way](home, home / target)
                    before = file_digests(home.parent)
                    words = [word.format(plan=home / "plan.toml", home=home, out=out) for word in LINES[name].split()]
                    ended = replace(run_forked(command([*words, "--overwrite", "--lang", "en"])), codes=(0, 1, 2, 3))
                    after = file_digests(home.parent)
                    slips = [*ended.slips, *(f"{file} changed" for file in before if after.get(file) != before[file])]
                    slips += [] if ended.code == 2 else [f"exit {ended.code} instead of 2"]
                    figures.take(
                        f"{name} over {target} by {way}",
                        "refused" if ended.code == 2 else f"exit {ended.code}",
                        slips,
                        ended,
                    )
    return figures
