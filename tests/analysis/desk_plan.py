"""A small plan of one layer of parcels, for tests of what is brought into it."""

from __future__ import annotations

from urbanplan.plan import read_plan

X, Y, CRS = 500_000.0, 3_850_000.0, "EPSG:4547"
PLAN = f"""
id = "desk"
title = "Desk"
as_of = 2025-12-31
[district]
name = "Desk"
crs = "{CRS}"
[[layer]]
name = "parcels"
file = "parcels.FORMAT"
type = "parcels"
basis = "reported"
"""


def make_plan(tmp_path, ending="gpkg"):
    """The plan in a folder of its own; its layer's file, of that ending, is not there yet."""
    home = tmp_path / "plan"
    home.mkdir()
    (home / "plan.toml").write_text(PLAN.replace("FORMAT", ending), encoding="utf-8")
    return read_plan(home)
