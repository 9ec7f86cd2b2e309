"""Files of other programs, as bytes, for formats that are read: made by GDAL, or to the published structure."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely

from urbanplan.exchange.gdal import vector


def write_by_gdal(
    path: Path, driver: str, *, columns: dict[str, list[Any]], wkt: list[str | None], **more: Any
) -> Path:
    """Write a layer by a driver of GDAL; ``metadata`` are what fields say by name, others are pyogrio's keywords."""
    named = more.pop("metadata", {})
    shapes = [None if text is None else shapely.from_wkt(text).wkb for text in wkt]
    fields, arrays = [pa.field("geometry", pa.binary())], [pa.array(shapes, pa.binary())]
    for name, values in columns.items():
        arrays.append(pa.array(values))
        said = {f"GDAL:OGR:{key}": text for key, text in named.get(name, {}).items()}
        fields.append(pa.field(name, arrays[-1].type, metadata=said or None))
    keywords = {"crs": "EPSG:4547", "geometry_name": "geometry", "geometry_type": "Polygon", **more}
    layer = keywords.pop("layer", "地块")
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "table.arrow"
        with pa.ipc.new_file(str(held), pa.schema(fields)) as stream:
            stream.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)))
        vector.write(vector.Writing(str(path), path.name, driver, layer, str(held), keywords))
    return path


SQUARES = ["POLYGON ((438000 3850000, 438100 3850000, 438100 3850100, 438000 3850100, 438000 3850000))",
           "POLYGON ((438200 3850000, 438300 3850000, 438300 3850100, 438200 3850100, 438200 3850000))"]  # fmt: skip
ALIAS = "地类" + "X" * 400  # room for what is put in its place

DOMAIN = (
    '<GPCodedValueDomain2 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><DomainName>DLBM</DomainName><FieldType>esriFieldTypeString</FieldType>'
    "<CodedValues><CodedValue><Name>城镇住宅用地</Name><Code>0701</Code></CodedValue>"
    "<CodedValue><Name>工业用地</Name><Code>0601</Code></CodedValue></CodedValues></GPCodedValueDomain2>"
)


def write_geodatabase(folder: Path) -> Path:
    """A geodatabase of GDAL's with an alias and, put in as ArcGIS writes it, a domain of codes; two layers, a table."""
    path = folder / "征地.gdb"
    columns = {"DLBM": ["0701", "0601"], "MJ": [1.5, None], "备注": ["甲", None]}
    write_by_gdal(path, "OpenFileGDB", columns=columns, wkt=SQUARES, metadata={"DLBM": {"alternative_name": ALIAS}})
    more = {"layer": "规则", "metadata": {"f": {"alternative_name": "Y" * 3000}}}
    write_by_gdal(path, "OpenFileGDB", columns={"f": ["a"]}, wkt=[None], geometry_type="Point", **more)
    catalogue = path / "a00000004.gdbtable"
    data = catalogue.read_bytes()
    alias = f"<AliasName>{ALIAS}</AliasName>".encode()
    wanted = "<AliasName>地类编码</AliasName><DomainName>DLBM</DomainName>".encode()
    data = data.replace(alias, wanted.ljust(len(alias)))
    start = data.rindex(b"<?xml", 0, data.index(b"Y" * 100))
    end = data.index(b"</typens:DEFeatureClassInfo>", start) + len(b"</typens:DEFeatureClassInfo>")
    catalogue.write_bytes(data[:start] + DOMAIN.encode().ljust(end - start) + data[end:])
    return path


def zip_folder(path: Path) -> bytes:
    """A folder in a zip, as a file manager packs it."""
    with io.BytesIO() as held:
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in sorted(path.iterdir()):
                packed.write(file, f"{path.name}/{file.name}")
        return held.getvalue()


def _geodatabase_zip() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gdb"
        write_by_gdal(path, "OpenFileGDB", columns={"id": ["a", "b"]}, wkt=SQUARES)
        return zip_folder(path)


FILES: dict[str, Callable[[], bytes]] = {".gdb.zip": _geodatabase_zip}  # a good file of each later format
