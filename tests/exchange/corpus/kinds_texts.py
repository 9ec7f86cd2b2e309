"""Texts as they come, by kind: encodings of tables and drawings, declarations that lie, survey texts, other programs' tables."""

from __future__ import annotations

import random
import struct

from exchange.corpus.kinds import EAST, NORTH, Kind, Variant, corners, dbf, shapes, words
from exchange.vct_texts import WHOLE

PIN = {"crs": "EPSG:4547"}
_ZONE = 38_000_000
_HEAD = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=38\n[地块坐标]\n"


def _layer(values: list[bytes], **more: int | bytes) -> dict[str, bytes]:
    """A Shapefile of a square for each value."""
    rings = [[(EAST + 20 * at, NORTH), (EAST + 20 * at + 10, NORTH), (EAST + 20 * at + 10, NORTH + 10), (EAST + 20 * at, NORTH + 10)]
             for at in range(len(values))]  # fmt: skip
    return {**shapes(rings), ".dbf": dbf(values, **more)}  # pyright: ignore[reportArgumentType]


def _texts(draw: random.Random) -> list[str]:
    return [words(draw) for _ in range(draw.randint(3, 9))]


def cut_utf8(draw: random.Random) -> Variant:
    """UTF-8 declared as GBK, one value cut inside a character: the half is left out."""
    long, texts = words(draw, 40), _texts(draw)
    cut = long.encode()[:41]
    files = _layer([*(text.encode() for text in texts), cut], language=0x4D, width=41)
    return Variant(files, len(texts) + 1, PIN, values={"name": [*texts, cut.decode("utf-8", "ignore")]}, told="half")


def cut_gbk(draw: random.Random) -> Variant:
    long, texts = words(draw, 40), _texts(draw)
    cut = long.encode("gbk")[:41]
    files = _layer([*(text.encode("gbk") for text in texts), cut], language=0x4D, width=41)
    return Variant(files, len(texts) + 1, PIN, values={"name": [*texts, cut.decode("gbk", "ignore")]}, told="half")


def cut_name(draw: random.Random) -> Variant:
    """A field name cut inside a character of UTF-8."""
    texts = _texts(draw)
    files = {**_layer([text.encode() for text in texts], name="现状用地名".encode()[:10]), ".cpg": b"UTF-8"}
    return Variant(files, len(texts), PIN, values={"现状用": texts}, told="ends inside a character")


def declared_page(draw: random.Random) -> Variant:
    """Texts in the page that the table declares stay as they are."""
    page, said, texts = draw.choice((
        ("iso8859-1", b"ISO-8859-1", ["Côte d'Ivoire", "Curaçao", "São Tomé", "Åland", "Réunion"]),
        ("cp1251", b"1251", ["улица Ленина", "проспект Мира", "площадь Победы"]),
        ("big5", b"Big-5", ["工業區", "商業區", "學校用地", "醫院用地"]),
        ("cp932", b"Shift-JIS", ["東京都", "大阪府", "ひらがな", "カタカナ"]),
        ("gbk", draw.choice((b"936", b"GBK", b"CP936\r\n", b"ANSI 936")), ["工业用地", "商业用地", "学校"]),
        ("gb18030", b"GB18030", ["工业用地", "商业用地", "学校"]),
    ))  # fmt: skip
    chosen = draw.sample(texts, draw.randint(2, len(texts)))
    files = {**_layer([text.encode(page) for text in chosen]), ".cpg": said}
    return Variant(files, len(chosen), PIN, values={"name": chosen})


def undeclared(draw: random.Random) -> Variant:
    """Chinese in GBK or UTF-8 without any declaration."""
    texts, page = _texts(draw), draw.choice(("gbk", "utf-8"))
    return Variant(_layer([text.encode(page) for text in texts]), len(texts), PIN, values={"name": texts})


def damaged_prj(draw: random.Random) -> Variant:
    texts = _texts(draw)
    page = draw.choice(
        (b'PROJCS["CGCS2000_3_Degree_GK_CM_114E"', 'PROJCS["国家2000坐标系"'.encode("gbk"), b"\xff\xfe\0", b"x")
    )
    return Variant({**_layer([text.encode() for text in texts]), ".prj": page}, len(texts), PIN)


def no_index(draw: random.Random) -> Variant:
    texts = _texts(draw)
    files = _layer([text.encode("gbk") for text in texts])
    del files[".shx"]
    shuffled = _shuffle_records(files[".shp"], draw)
    return Variant(
        {**files, ".shp": shuffled},
        len(texts),
        PIN,
        values={"name": texts},
        told=".shx is missing",
        area=100.0 * len(texts),
    )


def _shuffle_records(data: bytes, draw: random.Random) -> bytes:
    """The records of a .shp in another order, each with its number."""
    found, at = [], 100
    while at < len(data):
        size = 8 + 2 * struct.unpack_from(">i", data, at + 4)[0]
        found.append(data[at : at + size])
        at += size
    draw.shuffle(found)
    return data[:100] + b"".join(found)


def boundary_text(draw: random.Random) -> Variant:
    """A boundary-point text in any encoding and with marks as people write them."""
    count, name = draw.randint(1, 4), words(draw)
    lines, whole = [], 0.0
    for plot in range(count):
        points, area = corners(draw)
        points = [(round(x, 3) + _ZONE, round(y, 3)) for x, y in points]
        whole += (points[1][0] - points[0][0]) * (points[2][1] - points[1][1])
        lines.append(f"5,{area / 1e4:.4f},G{plot},{name},面,,,,@")
        lines += [f"J{at % 4 + 1},1,{y:.3f},{x:.3f}" for at, (x, y) in enumerate([*points, points[0]])]
    text = _HEAD + "\n".join(lines) + "\n"
    text = draw.choice((text, text.replace("\n", "\r\n"), text.replace("\n", "\n\n"), text.replace("J", "j")))
    data = text.encode(draw.choice(("utf-8", "gbk", "utf-8-sig", "utf-16")))
    return Variant({".txt": data}, count, area=whole, values={"地块名称": [name] * count})


def survey_points(draw: random.Random) -> Variant:
    """Points of CASS, with or without codes and heights."""
    count = draw.randint(2, 9)
    mark, high = draw.choice(("", "JZD", "界址点")), draw.choice(("", "80.125"))
    rows = [f"{at + 1},{mark},{EAST + at:.3f},{NORTH + at:.3f},{high}" for at in range(count)]
    return Variant({".dat": "\n".join(rows).encode(draw.choice(("gbk", "utf-8")))}, count, PIN)


def broken_names(draw: random.Random) -> Variant:
    """A MapInfo text whose field name was broken byte by byte, in UTF-8 or GBK."""
    page, texts = draw.choice(("utf-8", "gbk")), _texts(draw)
    name = bytes(byte if byte >= 0xC0 else 0x5F for byte in "名称".encode(page))
    mif = (
        b'Version 300\nCharset "Neutral"\nDelimiter ","\nColumns 1\n  '
        + name
        + b" Char(40)\nData\n\n"
        + b"Point 1 2\n" * len(texts)
    )
    mid = "".join(f'"{text}"\n' for text in texts).encode(page)
    return Variant({".mif": mif, ".mid": mid}, len(texts), values={"field_1": texts}, told="field 1 is damaged")


def words_of_mapinfo(draw: random.Random) -> Variant:
    count = draw.randint(1, 5)
    mif = (
        'Version 300\nCharset "Neutral"\nDelimiter ","\nColumns 1\n  a Char(4)\nData\n\n'
        + 'Text "x"\n  0 0 9 9\n' * count
    )
    files = {".mif": mif.encode(), ".mid": b'"a"\n' * count}
    return Variant(files, count, lost=f"the words of {count} text objects")


def doubled_numbers(draw: random.Random) -> Variant:
    """Objects of a survey's exchange text that share a number."""
    shape = draw.choice(("Polygon", "Point"))
    text, layer = (
        (WHOLE.replace("\n22\n2001010100", "\n21\n2001010100"), "DLTB")
        if shape == "Polygon"
        else (WHOLE.replace("\n2\n1000600100", "\n1\n1000600100"), "JZD")
    )
    return Variant({".vct": text.encode(draw.choice(("gbk", "utf-8")))}, None, {"layer": layer})


TEXTS: dict[str, Kind] = {
    "UTF-8 declared GBK, a value cut": cut_utf8, "GBK, a value cut": cut_gbk, "a field name cut": cut_name,
    "a declared code page": declared_page, "no declaration": undeclared, "a damaged .prj": damaged_prj,
    "no .shx": no_index, "boundary points": boundary_text, "survey points": survey_points,
    "broken names of MapInfo": broken_names, "words of MapInfo": words_of_mapinfo,
    "numbers of VCT that stand twice": doubled_numbers,
}  # fmt: skip
