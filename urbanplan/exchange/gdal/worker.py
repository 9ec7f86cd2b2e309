"""The worker process: it reads files for a host's process with drivers of its own.

It answers one request after the other: a line of JSON in, a line of JSON out, then an Arrow stream where there is a
table and a second line.  It ends with the host, whose end of the pipes then closes.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from contextlib import suppress
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any, BinaryIO

from urbanplan.errors import UrbanplanError
from urbanplan.exchange.gdal import drivers

if TYPE_CHECKING:
    import pyarrow as pa


class _Absent(MetaPathFinder):
    """Says that libraries are absent which pyogrio and pyarrow import where they find them: no table needs them."""

    names = ("geopandas", "pandas", "shapely", "pyproj")

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Raise for the absent, pass over all others."""
        if fullname in self.names:
            raise ModuleNotFoundError(name=fullname)


def main(lifeline: int | None, driver: str = "") -> None:
    """Answer requests from the standard input until it ends.

    Args:
        lifeline: a pipe's end for reading, whose other end only the host holds; None where the system has no such.
        driver: the only driver of this process; the usual ones where it is empty.
    """
    if lifeline is not None:
        _end_with(lifeline)
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        drivers.disable_drivers(driver)
        sys.meta_path.insert(0, _Absent())
        for line in sys.stdin.buffer:
            _answer(json.loads(line), answers)
            answers.flush()


def _end_with(lifeline: int) -> None:
    """Ask the system to end this process when the pipe's other end closes, whatever is being done then."""
    import fcntl

    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        if not os.read(lifeline, 1):  # it has closed already
            os._exit(0)


def _answer(request: dict[str, Any], answers: BinaryIO) -> None:
    try:
        _TASKS[request["task"]](request["query"], answers)
    except UrbanplanError as error:
        own = {"kind": type(error).__name__, "what": error.what, "where": error.where, "fix": error.fix}
        _write(answers, {"error": {**own, "values": error.values}})
    except MemoryError:
        _write(answers, {"memory": True})


def _vector(query: dict[str, Any], answers: BinaryIO) -> None:
    import pyarrow as pa

    from urbanplan.exchange.gdal.vector import Query, batches, heard, translated

    asked = Query(**query)
    with heard() as texts, batches(asked) as (meta, reader):
        _write(answers, {"meta": meta})
        with pa.ipc.new_stream(answers, reader.schema) as stream, translated(asked.where):
            for batch in reader:
                stream.write_batch(batch)
    _write(answers, {"warnings": texts})


def _fields(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.gdal.vector import Query, field_types

    _write(answers, {"meta": field_types(Query(**query))})


def _layers(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.gdal.vector import Query, layers

    _write(answers, {"meta": layers(Query(**query))})


def _count(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.gdal.vector import Query, count

    _write(answers, {"meta": {"features": count(Query(**query))}})


def _write_layer(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.gdal.vector import Writing, write

    write(Writing(**query))
    _write(answers, {"meta": {}})


def _raster(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.gdal.raster import Window, read

    cells = read(Window(**query))
    _write_table(answers, {"transform": list(cells.transform), "crs": cells.crs}, cells.table)


def _grid(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.gdal.raster import GridQuery, read_grid

    grid = read_grid(GridQuery(**query))
    _write_table(answers, grid.facts, grid.table)


def _write_grid(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.gdal.raster_writing import GridWriting, write_file

    write_file(GridWriting(**query))
    _write(answers, {"meta": {}})


def _picture_facts(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.gdal.pictures import describe

    _write(answers, {"meta": describe(**query)})


def _picture_tiles(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.gdal.pictures import TileQuery, tiles

    _write_table(answers, {}, tiles(TileQuery(**query)))


def _picture(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.gdal.pictures import PictureQuery, picture

    made = picture(PictureQuery(**query))
    data = base64.b64encode(made.data).decode("ascii")
    _write(answers, {"meta": {"data": data, "bounds": list(made.bounds)}})


def _access(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.jet.database import AccessQuery, read_table

    _write_table(answers, *read_table(AccessQuery(**query)))


def _access_tables(query: dict[str, Any], answers: BinaryIO) -> None:
    from urbanplan.exchange.jet.database import AccessQuery, list_tables

    _write(answers, {"meta": list_tables(AccessQuery(**query))})


_TASKS = {
    "vector": _vector, "fields": _fields, "raster": _raster, "grid": _grid, "layers": _layers, "count": _count,
    "write": _write_layer, "write_grid": _write_grid,
    "picture_facts": _picture_facts, "picture_tiles": _picture_tiles, "picture": _picture,
    "access": _access, "access_tables": _access_tables,
}  # fmt: skip


def _write_table(answers: BinaryIO, meta: dict[str, Any], table: pa.Table) -> None:
    """A table that is there whole, with its description before it; nothing was heard while it was read."""
    import pyarrow as pa

    _write(answers, {"meta": meta})
    with pa.ipc.new_stream(answers, table.schema) as stream:
        stream.write_table(table)
    _write(answers, {"warnings": []})


def _write(answers: BinaryIO, said: dict[str, Any]) -> None:
    answers.write(json.dumps(said).encode() + b"\n")
