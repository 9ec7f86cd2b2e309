"""Plain text: its encoding by the same decision as tables and boundary files."""

from __future__ import annotations

from pathlib import Path

from urbanplan.errors import ExchangeError
from urbanplan.exchange.text.encoding import guess_encodings, utf16_to_utf8


def read_prose(data: bytes, path: Path, encoding: str | None = None) -> tuple[str, tuple[int, ...]]:
    """The text, and no pages; form feeds begin one.

    Raises:
        ExchangeError: no encoding fits.
    """
    plain, _ = utf16_to_utf8(data)
    named = encoding or next((guess.encoding for guess in guess_encodings(plain)), "")
    try:
        text = plain.decode(named or "utf-8")
    except (UnicodeDecodeError, LookupError) as error:
        fix = "Pin its encoding with --encoding, for example gbk, or save it as UTF-8."
        raise ExchangeError("the text's encoding is not known", where=str(path), fix=fix) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    breaks = tuple(at + 1 for at, sign in enumerate(text) if sign == "\f")
    return text, (0, *breaks) if breaks else ()
