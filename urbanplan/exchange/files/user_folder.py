"""The user's own folder: what urbanplan keeps between runs lies here, outside every plan, and is nobody else's.

A plan's folder travels and is foreign input, so nothing found in it is taken for urbanplan's own.  What is kept lies in
the cache directory of the account, which only the account may open, together with a secret that seals the notes which
must stand beside the files that they speak of.  ``URBANPLAN_CACHE`` names another folder, or switches keeping ``off``.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path

from urbanplan.exchange.files.regular import read_regular

CACHE_VARIABLE = "URBANPLAN_CACHE"  # an absolute folder, or off
SWITCHED_OFF = "off"
PLANS, OFF_FILE = "plans", "off"
_SECRET_FILE, _SECRET_BYTES = "secret", 32
_OWN_NAMES = {PLANS, OFF_FILE, _SECRET_FILE}  # what lies in the folder; drafts of the secret have a number behind
_session_secret = secrets.token_bytes(_SECRET_BYTES)  # where none can be kept: what it seals ends with the process


def user_folder() -> Path | None:
    """The folder, made where it is missing with rights for its owner alone; None where it cannot be or is not safe."""
    folder = _named_folder()
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder if _is_private(folder) else None
    except OSError:
        return None


def _named_folder() -> Path | None:
    named = os.environ.get(CACHE_VARIABLE, "")
    if named and named != SWITCHED_OFF:
        return Path(named) if Path(named).is_absolute() else None
    with suppress(RuntimeError):  # an account without a home
        return _system_cache() / "urbanplan"
    return None


def _system_cache() -> Path:
    """Where the system keeps caches: XDG, the local application data of Windows, the library of macOS."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".cache"


def _is_private(folder: Path) -> bool:
    """Whether a folder is the account's own and no link; rights of others are taken away where all in it is ours."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    if sys.platform == "win32":  # the profile's access list keeps others out
        return True
    if found.st_uid != os.geteuid():
        return False
    if stat.S_IMODE(found.st_mode) & 0o077:
        if not {path.name.partition("-")[0] for path in folder.iterdir()} <= _OWN_NAMES:
            return False  # a folder that others may use for what lies there
        folder.chmod(0o700)
    return True


def seal(*parts: str) -> str:
    """A seal of some texts that only this account can make, hexadecimal."""
    text = "\0".join(hashlib.sha256(part.encode("utf-8", "surrogateescape")).hexdigest() for part in parts)
    return hmac.new(_user_secret(), text.encode(), hashlib.sha256).hexdigest()


def is_sealed(given: str, *parts: str) -> bool:
    """Whether a seal is this account's of these texts."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), seal(*parts).encode())


def _user_secret() -> bytes:
    """The account's secret, made at its first use; that of the process where none can be kept."""
    folder = user_folder()
    if folder is None:
        return _session_secret
    path = folder / _SECRET_FILE
    with suppress(OSError):
        _make_secret(path)
    with suppress(OSError):
        kept = read_regular(path, limit=_SECRET_BYTES)
        if len(kept) == _SECRET_BYTES:
            return kept
    return _session_secret


def _make_secret(path: Path) -> None:
    """Put a secret in place whole; the first of several processes wins.

    Raises:
        FileExistsError: there is one. OSError: it cannot be written.
    """
    if path.exists():
        return
    draft = path.with_name(f"{_SECRET_FILE}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(_SECRET_BYTES))
        if sys.platform == "win32":
            draft.rename(path)  # fails where there is one
        else:
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
