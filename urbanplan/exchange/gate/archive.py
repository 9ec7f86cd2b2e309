"""What may be inside a zip: few members, of bounded size and ratio, inside the folder they are put in."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from urbanplan.errors import GateError
from urbanplan.model.library_messages import translate_error, translate_problem

MAX_MEMBERS = 4096
MAX_EXPANDED_BYTES = 2**30  # bytes of all members
MAX_RATIO = 200  # expanded to packed, where more than 10 MB come out


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip for reading after checking every member's name, size and ratio.

    Raises:
        GateError: it is no zip, or a member is not to be unpacked.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise GateError(
            "the zip is damaged: {reason}", where=str(path), fix=_REPAIR_HINT, reason=translate_problem(str(error))
        ) from error
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise _gate_error(path, "the zip has {count} members, more than {limit}", count=len(members), limit=MAX_MEMBERS)
    for member in members:
        _check_member(path, member)
    expanded, packed = sum(m.file_size for m in members), max(path.stat().st_size, 1)
    if expanded > MAX_EXPANDED_BYTES or (expanded > 10_000_000 and expanded > MAX_RATIO * packed):
        raise _gate_error(path, "the zip would expand to {size} MB", size=expanded // 1_000_000)
    return archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str) -> bytes:
    """A member's bytes, never more than it declares.

    Raises:
        GateError: the member is damaged or longer than declared.
    """
    try:
        with archive.open(member) as stream:
            data = stream.read(member.file_size + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError, EOFError, zlib.error) as error:
        raise GateError(
            "the zip is damaged: {reason}", where=where, fix=_REPAIR_HINT, reason=translate_problem(str(error))
        ) from error
    if len(data) > member.file_size:
        raise GateError("the member {name} is longer than it says", where=where, fix=_REPACK_HINT, name=member.filename)
    return data


def member_name(member: zipfile.ZipInfo) -> str:
    """A member's name with ``/``; where it is not said to be UTF-8, Chinese programs write GBK, Python takes CP437."""
    if member.flag_bits & 0x800:
        return member.filename.replace("\\", "/")
    try:
        return member.filename.encode("cp437").decode("gbk").replace("\\", "/")
    except UnicodeError:
        return member.filename.replace("\\", "/")


def unpack(path: Path, folder: Path) -> list[tuple[str, Path]]:
    """Unpack the files of a zip into a folder, without what macOS packs beside: their names and where they are now.

    Raises:
        GateError: it is no zip, or a member is not to be unpacked.
    """
    found = list[tuple[str, Path]]()
    with open_zip(path) as packed:
        for member in packed.infolist():
            name = PurePosixPath(member_name(member))
            if member.is_dir() or "__MACOSX" in name.parts:
                continue
            if name.is_absolute() or ".." in name.parts or "\x00" in str(name):
                raise _gate_error(path, "the zip's member {name} points outside", name=member.filename)
            place = folder / name
            data = read_member(packed, member, f"{path} {name}")
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
            except OSError as error:  # a name that no file can have here
                raise _gate_error(
                    path,
                    "the zip's member {name} cannot be unpacked: {reason}",
                    name=str(name)[:80],
                    reason=translate_error(error),
                ) from error
            found.append((str(name), place))
    return found


_REPAIR_HINT = "Get the file again from its source."
_REPACK_HINT = "Pack the plain files again, without links, and try that."


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:/", str(name)):
        raise _gate_error(path, "the zip's member {name} points outside", name=member.filename)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _gate_error(path, "the zip's member {name} is a link", name=member.filename)
    if member.flag_bits & 0x1:
        raise GateError("the zip is encrypted", where=str(path), fix="Unpack it with its password first.")


def _gate_error(path: Path, what: str, **values: object) -> GateError:
    return GateError(what, where=str(path), fix=_REPACK_HINT, **values)
