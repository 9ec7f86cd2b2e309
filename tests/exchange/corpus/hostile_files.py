"""24 hostile files for each format: 12 that any format may meet, 12 of its own; every one must be refused."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from exchange.corpus import traps_binary, traps_cad, traps_database, traps_markup, traps_table
from exchange.corpus.valid_files import SUFFIXES, shapefile_companions, write_valid_file

CANARY = "canary-8d1f0c"
FORMAT_TRAPS = {
    **traps_markup.TRAPS,
    **traps_table.TRAPS,
    **traps_cad.TRAPS,
    **traps_binary.TRAPS,
    **traps_database.TRAPS,
}


@dataclass(frozen=True)
class HostileSetting:
    """Where the hostile files point to: a secret file, and an address that must never be called."""

    secret: Path
    address: str


def make_setting(folder: Path, address: str = "http://127.0.0.1:9/x") -> HostileSetting:
    """A folder with secrets in every format that a trick could read."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "secret.csv"
    secret.write_text(f"id,lon,lat\n{CANARY},113.5,34.8\n", encoding="utf-8")
    feature = {"type": "Feature", "properties": {"id": CANARY}, "geometry": {"type": "Point", "coordinates": [113, 34]}}
    secret.with_suffix(".geojson").write_text(json.dumps(feature), encoding="utf-8")
    secret.with_suffix(".dbf").write_bytes(traps_binary.table([CANARY]))
    return HostileSetting(secret, address)


def hostile_files(
    folder: Path, suffix: str, around: HostileSetting, chosen: Collection[int] = range(24)
) -> Iterator[Path]:
    """The files of one format with the numbers ``chosen``, one after the other; a shapefile's companions beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    model = write_valid_file(folder, suffix, metadata=False, one=suffix == ".shp")
    data, beside = model.read_bytes(), shapefile_companions(model)
    for file in folder.iterdir():
        file.unlink()
    kinds = {**common_traps(data, suffix, around), **FORMAT_TRAPS[suffix](data, around)}
    assert len(kinds) == 24, (suffix, len(kinds))
    for name in [name for at, name in enumerate(kinds) if at in chosen]:
        made = kinds[name]() if callable(kinds[name]) else kinds[name]
        files = made if isinstance(made, dict) else {suffix: made}
        path = folder / f"{name}{suffix}"
        for ending, content in {**beside, **files}.items():
            _write_trap(path.with_suffix(ending), content, around)
        if name == "sparse":
            with path.open("r+b") as stream:
                stream.truncate(2**35)
        yield path
        for file in folder.glob(f"{name}.*"):
            file.unlink()


def _write_trap(path: Path, content: bytes | str | None, around: HostileSetting) -> None:
    """Bytes are written, a text is a link to the secret of that ending, None is no file."""
    if isinstance(content, str):
        path.symlink_to(around.secret.with_suffix(content))
    elif content is not None:
        path.write_bytes(content)


def common_traps(data: bytes, suffix: str, around: HostileSetting) -> dict[str, bytes]:
    """What is hostile under any ending."""
    draw = random.Random(suffix)
    layer = f'<OGRVRTLayer name="secret"><SrcDataSource>{around.secret}</SrcDataSource></OGRVRTLayer>'
    vrt = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>".encode()
    laughs = '<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><kml>&b;</kml>'
    outside = f'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY x SYSTEM "file://{around.secret}">]><kml>&x;</kml>'
    gdalg = {"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {around.secret}"}
    texts = suffix in (".csv", ".txt", ".dxf", ".geojson", ".kml")
    return {
        "empty": b"",
        "byte": b"\x01",
        "zeros": b"\0" * len(data),
        "noise": draw.randbytes(max(len(data), 512)),
        "reversed": data[::-1],
        "vrt": vrt,
        "gdalg": json.dumps(gdalg).encode(),
        "laughs": laughs.encode(),
        "outside": outside.encode(),
        "sparse": data[:64],
        "begin": data[: max(12, len(data) // 50)],
        "polyglot": b"SQLite format 3\0" + vrt if texts else data[:64] + vrt + data[64:],
    }


__all__ = ["CANARY", "SUFFIXES", "HostileSetting", "common_traps", "hostile_files", "make_setting"]
