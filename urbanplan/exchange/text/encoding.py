"""Which encoding a text is in: the strict ones first, then how Chinese the rivals look."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

CANDIDATES = ("utf-8", "gb18030", "big5", "cp1252")
_COMMON_CHARACTERS = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平"
    "区县市省镇乡村街道路号地块编名称面积用途工业居住商业公园绿地学校医院规划建设项目新城东西南北中心广场河湖山桥站郑州高科技"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_UNLIKELY_CHARACTERS = re.compile("[\ue000-\uf8ff\ufffd\u0080-\u009f\uff61-\uff9f]")


@dataclass(frozen=True)
class EncodingGuess:
    """One encoding: name, confidence 0 to 1, and a decoded sample."""

    encoding: str
    confidence: float
    sample: str


def guess_encodings(data: bytes) -> list[EncodingGuess]:
    """The encodings in which the bytes can be read, the likeliest first.

    Pure ASCII is UTF-8 with confidence 1.  A text cut inside its last character still counts.  UTF-8 in which a few
    bytes are damaged has no encoding: in any other one it would be read without a word, and as nonsense.
    """
    if data.isascii():
        return [EncodingGuess("utf-8", 1.0, _sample(data.decode("ascii")))]
    found = []
    for name in ("utf-8",) if find_bad_byte(data) is not None else CANDIDATES:
        text = _try_decode(data, name)
        if text is not None:
            found.append((name, text, _likelihood(name, text)))
    total = sum(score for *_, score in found) or 1.0
    ranked = sorted(found, key=lambda row: -row[2])
    ranked = [(_common_name(name, data), text, score) for name, text, score in ranked]
    return [EncodingGuess(name, round(score / total, 3), _sample(text)) for name, text, score in ranked]


def find_bad_byte(data: bytes) -> int | None:
    """The place of the first bad byte of a text that is UTF-8 but for a few bytes, or None."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(data) - 4:
            return None
        text = data.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        sound = sum(char > "\x7f" for char in text) - bad
        places = len(re.findall("\ufffd+", text))  # one bad byte spoils up to three marks
        return error.start if sound >= 3 * places and sound > bad else None
    return None


def _common_name(name: str, data: bytes) -> str:
    """GBK is the name by which everybody calls it, unless the text needs GB18030."""
    return "gbk" if name == "gb18030" and _try_decode(data, "gbk") is not None else name


def _try_decode(data: bytes, name: str) -> str | None:
    for cut in range(4):
        try:
            return data[: len(data) - cut].decode(name)
        except UnicodeDecodeError as error:
            if error.end < len(data) - 4:
                return None
    return None


def _likelihood(name: str, text: str) -> float:
    """UTF-8 hardly ever fits by chance; else the share of everyday characters among the foreign ones."""
    foreign = [char for char in text if ord(char) > 127]
    if not foreign:
        return 0.0
    everyday = sum(char in _COMMON_CHARACTERS for char in foreign) / len(foreign)
    chinese = sum(bool(_CHINESE.match(char)) for char in foreign) / len(foreign)
    strange = len(_UNLIKELY_CHARACTERS.findall(text)) / len(foreign)
    base = {"utf-8": 20.0, "gb18030": 1.0, "big5": 0.5, "cp1252": 0.05}[name]
    return base * (0.1 + 3 * everyday + chinese) * (1 - min(strange, 0.95))


def _sample(text: str) -> str:
    if text.isascii():
        return " ".join(text[:400].split())[:60]
    first = next(at for at, char in enumerate(text) if not char.isascii())
    text = text[max(0, first - 40) : first + 2000]
    pieces = re.findall(r"[^\x00-\x20,;|\"]*[^\x00-\x7f][^\x00-\x20,;|\"]*", text)
    return " ".join(dict.fromkeys(pieces[:40]))[:60]


def is_mojibake(texts: list[str]) -> bool:
    """True when decoded texts look as if they were read in a wrong encoding."""
    joined = "".join(texts)[:20_000]
    foreign = [char for char in joined if ord(char) > 127]
    if len(foreign) < 4:
        return False
    if len(_UNLIKELY_CHARACTERS.findall(joined)) > 0.1 * len(foreign):
        return True
    try:
        joined.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return False
    return True


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
