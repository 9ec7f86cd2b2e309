"""Which encoding texts are in: one rule for tables, drawings and texts, with or without a declaration.

UTF-8 wins where a sequence of three bytes or more occurs, or a declaration says so.  Where only sequences of two bytes
occur and GBK or nothing is declared, common Chinese wins (小学 and 医院 in GBK are valid UTF-8).  A declared page wins
unless it is a Latin one and, over all texts together, at least 80 % of the high bytes pair into level 1 of GB 2312 and
none stays single.  Texts that are cut inside their last character are looked at without the half of it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from urbanplan.exchange.text import likelihood
from urbanplan.exchange.text.code_pages import decoder_name, is_latin, is_utf8
from urbanplan.model.printable import to_printable
from urbanplan.model.translation import localize

CANDIDATES = ("utf-8", "gb18030", "big5", "cp932", "cp949", "euc_jp", "cp1252", "cp1251", "koi8-r", "cp866")
_PRIORS = {
    "gb18030": 1.0, "big5": 0.95, "cp932": 0.8, "cp949": 0.8, "euc_jp": 0.75, "cp1252": 0.86, "cp1251": 0.85,
    "koi8-r": 0.5, "cp866": 0.5,
}  # fmt: skip
_READS_ANYTHING = ("cp1251", "koi8-r", "cp866")  # pages without a gap
_MIN_SCORE = 0.4  # from which such a page is a guess
_MIN_LEVEL_ONE = 0.8  # of the high bytes, from which a Latin declaration is not believed
_MIN_EVERYDAY = 1 / 3  # of the characters of Chinese that might as well be UTF-8
_MIN_SOUND = 0.9  # of the texts, that an encoding must be able to read: the others are damaged
_SAMPLE_VALUES = 20_000  # texts weighed


@dataclass(frozen=True)
class EncodingGuess:
    """One encoding: name, confidence 0 to 1, and a decoded sample."""

    encoding: str
    confidence: float
    sample: str


@dataclass(frozen=True)
class ForeignTexts:
    """Texts with bytes beyond ASCII; the encodings are weighed when somebody asks, and once: that takes seconds."""

    values: list[bytes]

    @cached_property
    def ranked(self) -> list[tuple[str, float]]:
        """The encodings other than UTF-8 that read the texts, with their scores, the likeliest first."""
        return _rank(self.values)


@dataclass(frozen=True)
class EncodingChoice:
    """The encoding of texts as it was decided, against what the file says of itself or without that.

    ``texts`` are those of which a person should know something; None where nothing is.
    """

    encoding: str
    declared: str | None = None
    texts: ForeignTexts | None = field(default=None, repr=False, compare=False)

    @cached_property
    def note(self) -> str:
        """What a person should know of the decision; empty where nothing is."""
        return "" if self.texts is None else _choice_note(self.texts, self.encoding, self.declared)


def choose_encoding(values: Sequence[bytes], declared: str | None = None) -> EncodingChoice | None:
    """Decide the encoding of texts, each a value of its own; None where no encoding reads them.

    Args:
        values: the texts as bytes. declared: what the file says, as Python names it, or None.
    """
    texts = ForeignTexts([value for value in values if not value.isascii()][:_SAMPLE_VALUES])
    if not texts.values:
        return EncodingChoice(declared or "utf-8")
    found = _decide(texts, declared)
    if found is None:
        return None
    if declared is not None and codecs.lookup(found).name == codecs.lookup(declared).name:
        return EncodingChoice(declared)
    return EncodingChoice(found, declared, texts)


def _decide(texts: ForeignTexts, declared: str | None) -> str | None:
    foreign = texts.values
    longest = _utf8_sequences(foreign)
    if longest >= 3 or (longest and declared is not None and is_utf8(declared)):
        return "utf-8"
    if declared is not None and is_latin(declared):
        if longest:
            return "gbk" if _is_everyday_chinese(foreign) else "utf-8"
        return "gbk" if _is_common_chinese(foreign) else declared if _reads(foreign, declared) else _best(texts)
    if longest and (declared is None or decoder_name(declared) == "gb18030"):
        return "gbk" if _is_everyday_chinese(foreign) else "utf-8"
    if declared is not None and not is_utf8(declared) and _reads(foreign, declared):
        return declared
    return _best(texts)


def _best(texts: ForeignTexts) -> str | None:
    return _common_name(texts.ranked[0][0], texts.values) if texts.ranked else None


def _choice_note(texts: ForeignTexts, found: str, declared: str | None) -> str:
    """What is told of a decision against or without a declaration: how the texts begin, and how a rival reads them."""
    foreign = texts.values
    rival = declared or next((name for name, _ in texts.ranked if decoder_name(found) != name), None)
    values = {"found": found, "sample": _short_sample(foreign, found), "said": declared}
    if declared is None and rival is None:
        return localize("no encoding is declared; the text looks like {found} ({sample})", **values)
    values |= {"rival": rival, "other": _short_sample(foreign, str(rival))}
    if declared is None:
        what = "no encoding is declared; the text looks like {found} ({sample}); {rival} would read {other}"
        return localize(what, **values)
    what = "the file says {said}, but the text looks like {found} ({sample}); {rival} would read {other}"
    return localize(what, **values)


def guess_encodings(data: bytes) -> list[EncodingGuess]:
    """The encodings in which the bytes can be read, the likeliest first.

    Pure ASCII is UTF-8 with confidence 1.  A text cut inside its last character still counts.  UTF-8 in which a few
    bytes are damaged has no encoding: in any other one it would be read without a word, and as nonsense.
    """
    if data.isascii():
        return [EncodingGuess("utf-8", 1.0, _sample(data.decode("ascii")))]
    if find_bad_byte(data) is not None:
        return []
    foreign = list(dict.fromkeys(line for line in _without_cut_end(data).splitlines() if not line.isascii()))
    foreign = foreign[:_SAMPLE_VALUES]
    ranked = _rank(foreign)
    longest = _utf8_sequences(foreign, least=1.0)
    if longest:
        first = longest >= 3 or not _is_everyday_chinese(foreign)
        score = ranked[0][1] if ranked else 1.0
        ranked = [("utf-8", 20.0), *ranked] if first else [ranked[0], ("utf-8", 0.5 * score), *ranked[1:]]
    total = sum(score for _, score in ranked) or 1.0
    return [
        EncodingGuess(_common_name(name, foreign), round(score / total, 3), _sample(_decode(foreign, name)))
        for name, score in ranked
    ]


def find_bad_byte(data: bytes) -> int | None:
    """The place of the first bad byte of a text that is UTF-8 but for a few bytes, or None."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(data) - 4:
            return None
        text = data.decode("utf-8", "replace")
        bad = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
        sound = sum(char > "\x7f" for char in text) - bad
        places = len(re.findall("\ufffd+", text))  # one bad byte spoils up to three marks
        return error.start if sound >= 3 * places and sound > bad else None
    return None


def decode_value(value: bytes, encoding: str) -> tuple[str, bool] | None:
    """A text and whether half a character was left out at its end; None where it is not in the encoding.

    ``encoding`` is one that :func:`urbanplan.exchange.text.code_pages.decoder_name` gives.
    """
    try:
        return value.decode(encoding), False
    except UnicodeDecodeError:
        pass
    reader = codecs.getincrementaldecoder(encoding)()
    try:
        text = reader.decode(value)
    except UnicodeDecodeError:
        return None
    return text, True


def _utf8_sequences(foreign: list[bytes], least: float = _MIN_SOUND) -> int:
    """Bytes of the longest sequence where the texts are UTF-8, but for a few damaged ones; 0 where they are not."""
    texts = [found[0] for value in foreign if (found := decode_value(value.rstrip(), "utf-8")) is not None]
    top = max((max(text, default="") for text in texts), default="")
    longest = 0 if top < "\x80" else 2 if top < "\u0800" else 3 if top < "\U00010000" else 4
    sound = len(texts) / len(foreign)
    if sound >= least:
        return longest or 2
    if longest >= 3 and (sound > 0.5 or find_bad_byte(b"\n".join([*foreign, b"    "])) is not None):
        return longest if least < 1 else 0  # other encodings hardly ever have such a sequence
    return 0


def _is_common_chinese(foreign: list[bytes]) -> bool:
    """Whether the high bytes pair into level 1 of GB 2312, none stays single, and they are no accents of words."""
    texts = [decode_value(value, "gb18030") for value in foreign]
    if any(found is None for found in texts):
        return False
    if sum(found is not None and found[1] for found in texts) * 2 > len(texts):  # too many would be cut
        return False
    text = "\n".join(found[0] for found in texts if found is not None)
    high = sum(byte > 0x7F for value in foreign for byte in value)
    high -= sum(found is not None and found[1] for found in texts)
    if likelihood.level_one_share(text, high) < _MIN_LEVEL_ONE:
        return False
    return not likelihood.has_single_bytes(text) and not likelihood.is_among_letters(text)


def _is_everyday_chinese(foreign: list[bytes]) -> bool:
    """Whether texts that are UTF-8 with two bytes for each letter are everyday Chinese in GBK rather than words."""
    if not _is_common_chinese(foreign):
        return False
    chinese = "\n".join(value.decode("gb18030", "ignore") for value in foreign)
    words = "\n".join(value.decode("utf-8", "ignore") for value in foreign)
    return likelihood.everyday_share(chinese) >= _MIN_EVERYDAY and not likelihood.are_latin_words(words)


def is_readable(values: Sequence[bytes], encoding: str) -> bool:
    """Whether an encoding can read the texts, but for a few damaged ones."""
    return _reads([value for value in values if not value.isascii()], encoding)


def _reads(foreign: list[bytes], encoding: str) -> bool:
    """Whether an encoding can read the texts, but for a few damaged ones."""
    name = decoder_name(encoding)
    return sum(decode_value(value.rstrip(), name) is not None for value in foreign) >= _MIN_SOUND * len(foreign)


def _rank(foreign: list[bytes]) -> list[tuple[str, float]]:
    """The encodings other than UTF-8 that read the texts, with their scores, the likeliest first."""
    found = []
    for name in CANDIDATES[1:]:
        read = [decode_value(value, name) for value in foreign]
        text = "\n".join(one[0] for one in read if one)
        sound = sum(one is not None for one in read) / len(read)
        cut = sum(one[1] for one in read if one) / len(read)
        if sound >= _MIN_SOUND and cut <= 1 / 2:
            score = 0.01 + likelihood.script_score(text, name)
            if name in _READS_ANYTHING and score < _MIN_SCORE:
                continue
            found.append((name, _PRIORS[name] * score * (1 - cut / 2) * sound**2))
    return sorted(found, key=lambda row: -row[1])


def _common_name(name: str, foreign: list[bytes]) -> str:
    """GBK is the name by which everybody calls it, unless the text needs GB18030."""
    if name != "gb18030":
        return name
    return "gbk" if all(decode_value(value, "gbk") is not None for value in foreign) else name


def _decode(foreign: list[bytes], encoding: str) -> str:
    return "\n".join(value.decode(decoder_name(encoding), "replace") for value in foreign[:50])


def _short_sample(foreign: list[bytes], encoding: str) -> str:
    """A few foreign words as an encoding reads them."""
    text = "\n".join(value.rstrip().decode(decoder_name(encoding), "ignore") for value in foreign[:3])
    return to_printable(_sample(text)[:24], by="·").strip()


def _without_cut_end(data: bytes) -> bytes:
    """A text without its last line, which may be cut, where there are others with foreign characters."""
    head, _, last = data.rpartition(b"\n")
    return head if not last.isascii() and not head.isascii() else data


def _sample(text: str) -> str:
    if text.isascii():
        return " ".join(text[:400].split())[:60]
    first = next(at for at, char in enumerate(text) if not char.isascii())
    text = text[max(0, first - 40) : first + 2000]
    pieces = re.findall(r"[^\x00-\x20,;|\"<>]*[^\x00-\x7f][^\x00-\x20,;|\"<>]*", text)
    return " ".join(dict.fromkeys(pieces[:40]))[:60]


def utf16_to_utf8(data: bytes) -> tuple[bytes, bool]:
    """Bytes without their byte-order mark, and whether it was that of UTF-16, which becomes UTF-8."""
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.removeprefix(codecs.BOM_UTF8), False
    return data[: len(data) & ~1].decode("utf-16", "replace").encode(), True


def is_valid_unicode(text: str) -> bool:
    """Whether a text holds no half character, as of a byte that its encoding does not have."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
