"""Shapefile: encodings told apart, long names mapped, sizes checked against the headers."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pandas as pd

from urbanplan.errors import ExchangeError
from urbanplan.exchange import dbf, names, ogr
from urbanplan.exchange.columns import kind, plain
from urbanplan.exchange.encoding import guesses
from urbanplan.exchange.table import Job, Source, Table

PROFILES = ("utf-8", "gbk")
_AGAIN = "Get all files of the shapefile again from their source."


def read(source: Source) -> Table:
    """Read a shapefile with its companions.

    Raises:
        ExchangeError: a companion is missing, cut short, or not in the pinned encoding.
    """
    _check_length(source.path)
    for ending in (".shx", ".dbf"):
        _check_companion(source.path, ending)
    encoding, notes = encoding_of(source.path, source.encoding)
    table = ogr.read(source, layer=None, encoding=encoding)
    mapped = names.load(source.path.with_suffix(".names.json"))
    frame = table.frame.rename(columns={alias: name for alias, name in mapped.items() if alias in table.frame})
    return Table(
        frame, "shapefile", None, encoding, table.crs_note, table.refused, notes=(*notes, *_mapped_note(mapped))
    )


def _mapped_note(mapped: dict[str, str]) -> tuple[str, ...]:
    return (f"{len(mapped)} field names come from the name map",) if mapped else ()


def encoding_of(path: Path, pinned: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The encoding of the texts, and notes on how it was found.

    Raises:
        ExchangeError: the texts are not in the pinned encoding.
    """
    table = _beside(path, ".dbf")
    if table is None:
        return pinned or "utf-8", ()
    head = dbf.header(table)
    ranked = guesses(dbf.texts(table, head))
    readable = [guess.encoding for guess in ranked]
    said = pinned or _said(path) or head.encoding
    if said is None:
        best = readable[0] if readable else "cp1252"
        return best, (f"no encoding is declared; the texts look like {best}",)
    if readable and not _readable(dbf.texts(table, head), said):
        if pinned:
            fix = "Pin {encoding} instead, or leave the encoding out."
            raise ExchangeError(
                "the texts are not {said}", where=str(table), fix=fix, said=pinned, encoding=readable[0]
            )
        return readable[0], (f"the file says {said}, but the texts are {readable[0]}",)
    foreign = bool(ranked) and not ranked[0].sample.isascii()
    if pinned and foreign and readable[0] == "utf-8" and not said.lower().startswith("utf"):
        return said, (f"read as {pinned} as pinned, but the texts look like utf-8",)
    return said, ()


def _readable(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding, "strict")
    except UnicodeDecodeError as error:
        return error.end >= len(data) - 4
    except LookupError:
        return False
    return True


def _said(path: Path) -> str | None:
    """The code page file's encoding as Python names it, or None."""
    page = _beside(path, ".cpg")
    if page is None:
        return None
    text = page.read_bytes()[:40].decode("ascii", "ignore").strip().lower()
    return {"936": "gbk", "65001": "utf-8", "ansi 936": "gbk", "54936": "gb18030", "oem": None}.get(text, text) or None


def _beside(path: Path, ending: str) -> Path | None:
    wanted = f"{path.stem}{ending}".lower()
    return next((file for file in path.parent.iterdir() if file.name.lower() == wanted), None)


def _check_length(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(100)
    if len(head) < 100 or struct.unpack(">I", head[24:28])[0] * 2 != path.stat().st_size:
        raise ExchangeError("the file is cut short or its header is damaged", where=str(path), fix=_AGAIN)


def _check_companion(path: Path, ending: str) -> None:
    companion = _beside(path, ending)
    if companion is None:
        if ending == ".shx":
            raise ExchangeError("the companion {ending} is missing", where=str(path), fix=_AGAIN, ending=ending)
        return
    if ending == ".shx":
        _check_length(companion)


def write(job: Job) -> dict[str, Any]:
    """Write the shapefile's files beside ``job.path``, in UTF-8 or the profile's GBK."""
    encoding = job.profile or "utf-8"
    active = getattr(job.frame, "_geometry_column_name", None)
    frame = job.frame.copy()
    for name in [name for name in frame.columns if name != active]:
        if kind(frame[name]) == "datetime":
            frame[name] = pd.Series(plain(frame[name]), index=frame.index, dtype="str")
    chosen = names.aliases([str(name) for name in frame.columns if name != active], encoding)
    renamed = Job(frame.rename(columns=chosen), job.path, job.profile, job.path.stem)
    options = {"ENCODING": "CP936" if encoding == "gbk" else "UTF-8", "DBF_DATE_LAST_UPDATE": "2000-01-01"}
    ogr.write(renamed, "ESRI Shapefile", crs=ogr.crs_text(frame), options=options)
    job.path.with_suffix(".cpg").write_text("936" if encoding == "gbk" else "UTF-8", encoding="ascii")
    names.save(job.path.with_suffix(".names.json"), chosen)
    _check_length(job.path)
    return {"crs": ogr.crs_text(frame), "encoding": encoding}


def raw_text(path: Path) -> bytes:
    """Field names and texts as raw bytes."""
    table = _beside(path, ".dbf")
    return b"" if table is None else dbf.texts(table, dbf.header(table))
