"""A whole text file decoded by the one rule of :mod:`urbanplan.exchange.text.encoding`."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from urbanplan.errors import ExchangeError
from urbanplan.exchange.text.code_pages import codec_name, decoder_name
from urbanplan.exchange.text.encoding import choose_encoding, is_valid_unicode

DAMAGE_MARK = "\ufdd0"  # a character of no language: stands where bytes are none of the encoding
_UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PIN_HINT = "Leave the encoding out, or pin another."


@dataclass(frozen=True)
class DecodedText:
    """A text, its encoding, and what is to be told of the choice; damaged bytes are :data:`DAMAGE_MARK`."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode_text(data: bytes, *, where: str, pinned: str | None = None, declared: str | None = None) -> DecodedText:
    """Decode a text.

    Args:
        data: the bytes, with or without a byte-order mark. where: the file, for messages.
        pinned: by the caller. declared: what the file says of itself.

    Raises:
        ExchangeError: the text is not in the pinned encoding, or in none.
    """
    mark = next((mark for mark in _UTF16_MARKS if data.startswith(mark)), None)
    if mark is not None:
        return DecodedText(data[2 : len(data) & ~1].decode(_UTF16_MARKS[mark], "replace"), "utf-16")
    if data.startswith(codecs.BOM_UTF8):
        return DecodedText(_decode_damaged(data[3:], "utf-8"), "utf-8")
    if pinned is not None:
        return DecodedText(_decode_pinned(data, pinned, where), pinned)
    if data.isascii():
        return DecodedText(data.decode("ascii"), "utf-8")
    choice = choose_encoding([line for line in data.splitlines(keepends=True) if not line.isascii()], declared)
    if choice is None:
        raise ExchangeError("the text has no known encoding", where=where, fix="Save it as UTF-8.")
    notes = (choice.note,) if choice.encoding != "utf-8" and choice.note else ()
    return DecodedText(_decode_damaged(data, decoder_name(choice.encoding)), choice.encoding, notes)


def decode_sound(data: bytes, *, where: str, pinned: str | None = None, declared: str | None = None) -> DecodedText:
    """Decode a text of which no part can be left out; see :func:`decode_text`.

    Raises:
        ExchangeError: as there, or some bytes are damaged.
    """
    made = decode_text(data, where=where, pinned=pinned, declared=declared)
    if DAMAGE_MARK in made.text:
        fix = "Mend the text where it was made, or get the file again from its source."
        what = "the text is {encoding}, but for byte {byte}"
        before = made.text[: made.text.index(DAMAGE_MARK)].encode(decoder_name(made.encoding), "replace")
        byte = len(before) + 3 * data.startswith(codecs.BOM_UTF8)
        raise ExchangeError(what, where=where, fix=fix, encoding=made.encoding, byte=byte)
    return made


def _decode_pinned(data: bytes, pinned: str, where: str) -> str:
    try:
        if codec_name(pinned) is None:
            raise LookupError(pinned)
        return data.decode(pinned)
    except (UnicodeError, LookupError) as error:
        raise ExchangeError("the text is not {encoding}", where=where, fix=_PIN_HINT, encoding=pinned) from error


def _decode_damaged(data: bytes, encoding: str) -> str:
    """The text, with :data:`DAMAGE_MARK` for bytes that are none of the encoding."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "urbanplan-damage")
    return text if is_valid_unicode(text) else text.encode("utf-8", "replace").decode("utf-8")


def _mark_damage(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return DAMAGE_MARK, error.end


codecs.register_error("urbanplan-damage", _mark_damage)
