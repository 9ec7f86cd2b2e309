"""Which drivers of GDAL are open.

A host's process keeps all of its drivers: urbanplan changes neither its environment nor its GDAL.  In the command's own
process, and in the worker process, every driver but the used ones is off before GDAL loads.

pyogrio and rasterio carry each a GDAL of its own in one process; both read ``GDAL_SKIP`` (comma-separated) when they
register their drivers.  A name that a GDAL does not know makes it print a warning, so each is given the names it knows.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType

VECTOR_DRIVERS = frozenset({"GPKG", "FlatGeobuf", "ESRI Shapefile", "MEM"})  # what the vector door keeps
# each of these is read, and written, in a worker process that has no other: most have no prefix that forces them
SEPARATE_DRIVERS = frozenset({"OpenFileGDB", "MapInfo File", "GML", "OSM"})
RASTER_DRIVERS = frozenset({"GTiff", "COG", "AAIGrid", "PNG", "JPEG", "WEBP", "MEM", "Memory"})  # the raster door's


def _split_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


# every other driver of GDAL 3.12 as pyogrio carries it
_DISABLED_DRIVERS = _split_names("""
    DERIVED, GTI, SNAP_TIFF, GTiff, COG, LIBERTIFF, VRT, NITF, RPFTOC, ECRGTOC, HFA, SAR_CEOS, CEOS, JAXAPALSAR,
    GFF, ESRIC, AIG, AAIGrid, GRASSASCIIGrid, ISG, DTED, PNG, JPEG, JDEM, ESAT, BSB, BMP, DIMAP, AirSAR, RS2,
    SAFE, PCIDSK, PCRaster, ILWIS, SRTMHGT, Leveller, Terragen, ISIS3, ISIS2, PDS, PDS4, VICAR, TIL, ERS, L1B,
    GRIB, RMF, WCS, WMS, MSGN, RST, GSAG, GSBG, GS7BG, COSAR, TSX, COASP, MAP, KMLSUPEROVERLAY, PDF, MBTiles,
    PLMOSAIC, CALS, WMTS, SENTINEL2, MRF, PNM, DOQ1, DOQ2, MFF, MFF2, GSC, FAST, BT, LAN, CPG, NDF, EIR, LCP, GTX,
    LOSLAS, NTv2, ACE2, SNODAS, KRO, ROI_PAC, RRASTER, BYN, NOAA_B, NSIDCbin, RIK, USGSDEM, GXF, NWT_GRD, NWT_GRC,
    ADRG, SRP, SAGA, XYZ, HF2, CTG, ZMap, NGSGEOID, IRIS, PRF, EEDAI, EEDA, DAAS, SIGDEM, TGA, OGCAPI, STACTA,
    STACIT, GDALG, GNMFile, GNMDatabase, MapInfo File, LVBAG, S57, DGN, OGR_VRT, CSV, GML, GPX, LIBKML, KML,
    GeoJSON, GeoJSONSeq, ESRIJSON, TopoJSON, OGR_GMT, SQLite, WAsP, OpenFileGDB, DXF, GeoRSS, VFK, PGDUMP, OSM,
    GPSBabel, OGR_PDS, WFS, OAPIF, EDIGEO, Idrisi, ODS, XLSX, Elasticsearch, Carto, AmigoCloud, SXF, Selafin, JML,
    PLSCENES, CSW, VDV, MVT, NGW, MapML, GTFS, PMTiles, JSONFG, MiraMonVector, ADBC, AVCBin, AVCE00, AIVector,
    PAux, GenBin, ENVI, EHdr, ISCE, Zarr, RCM, MiraMonRaster, HTTP
""")

# those that GDAL 3.10 as rasterio carries it has besides
_DISABLED_RASTER_DRIVERS = _split_names("""
    ELAS, SDTS, GIF, BIGGIF, XPM, SGI, netCDF, JP2OpenJPEG, FIT, R, WEBP, Rasterlite, DIPEx, CTable2, BAG, S102,
    S104, S111, HDF5, HDF5Image, BLX, OZI, ESRI Shapefile, GPKG
""")


def disable_drivers(only: str = "") -> None:
    """Switch the unused drivers off in a process that is urbanplan's own; call it before GDAL loads.

    Args:
        only: one of :data:`SEPARATE_DRIVERS`, which is then the only one that is left.
    """
    global _closed, _only
    _closed, _only = _closed or "pyogrio" not in sys.modules, only
    disabled = [name for name in _DISABLED_DRIVERS if name != only]
    os.environ["GDAL_SKIP"] = ",".join([*disabled, *sorted(VECTOR_DRIVERS - {"MEM"})] if only else disabled)


_closed = False
_only = ""


def is_forced(driver: str) -> bool:
    """Whether no other driver can open a file that is read by ``driver`` in this process."""
    return driver == _only if driver in SEPARATE_DRIVERS else _closed and not _only


def closed() -> bool:
    """Whether the unused drivers are off in this process."""
    return _closed


def load_pyogrio() -> ModuleType:
    """pyogrio; the paths of certificates that its import puts into the environment go into its GDAL's options."""
    before = set(os.environ)
    import pyogrio

    added = {name: os.environ.pop(name) for name in _CERTIFICATES if name in os.environ and name not in before}
    pyogrio.set_gdal_config_options(added)
    return pyogrio


_CERTIFICATES = ("GDAL_CURL_CA_BUNDLE", "PROJ_CURL_CA_BUNDLE")


def load_rasterio() -> ModuleType:
    """rasterio, with :data:`RASTER` drivers only, in a process whose drivers are :func:`closed`."""
    os.environ["GDAL_SKIP"] = ",".join(
        name for name in _DISABLED_DRIVERS + _DISABLED_RASTER_DRIVERS if name not in RASTER_DRIVERS
    )
    import rasterio
    from rasterio.env import Env

    with Env():  # registers the drivers now
        pass
    os.environ["GDAL_SKIP"] = ",".join(_DISABLED_DRIVERS)
    return rasterio


def unexpected_drivers() -> list[str]:
    """Vector drivers that are open though they should not be: GDAL was loaded before :func:`close`, or is another."""
    return sorted(set(load_pyogrio().list_drivers()) - VECTOR_DRIVERS)
