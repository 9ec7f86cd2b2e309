"""Hostile documents of the kinds that a plan is drafted from."""

from __future__ import annotations

import zlib

from exchange.corpus.hostile_files import HostileSetting
from exchange.corpus.traps_foreign import DEEP, Traps, _entity, _packed, unzipped, zipped


def docx(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    """Word: entities, depth, bombs, relations to elsewhere."""
    inside = unzipped(data)
    main = "word/document.xml"
    relation = f'<Relationships><Relationship Id="r" TargetMode="External" Target="{around.address}"/></Relationships>'
    return {
        **_packed(data, around, main),
        "entities": zipped({**inside, main: _entity(around, "w")}),
        "deep": zipped({**inside, main: inside[main].replace(b"<w:p>", b"<w:p>" * DEEP, 1)}),
        "relations": zipped({**inside, "word/_rels/document.xml.rels": relation}),
        "paragraphs": zipped({**inside, main: inside[main].replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * 1_000_000)}),
        "huge-number": zipped({**inside, main: inside[main].replace(b"1200", b"9" * 5000)}),
        "numbers": zipped({**inside, main: inside[main].replace(b"1200", "新增停车位1200个，".encode() * 20_000)}),
    }


def ofd(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    """OFD: pages that name others, paths out, depth."""
    inside = unzipped(data)
    pages = b'<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
    document = inside["Doc_0/Document.xml"]
    return {
        **_packed(data, around, "OFD.xml"),
        "entities": zipped({**inside, "OFD.xml": _entity(around, "OFD")}),
        "out": zipped({**inside, "Doc_0/Document.xml": document.replace(b"Pages/Page_0", b"../../../elsewhere")}),
        "root": zipped({**inside, "OFD.xml": inside["OFD.xml"].replace(b"Doc_0/Document.xml", b"/etc/passwd")}),
        "pages": zipped({**inside, "Doc_0/Document.xml": document.replace(pages, pages * 100_000)}),
        "self": zipped({**inside, "OFD.xml": inside["OFD.xml"].replace(b"Doc_0/Document.xml", b"OFD.xml")}),
        "deep": zipped({**inside, "Doc_0/Pages/Page_0/Content.xml": b"<a>" * DEEP}),
    }


def pdf(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    """PDF: pages in a circle, streams that expand, sizes that lie."""
    bomb = zlib.compress(bytes(300_000_000))
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n" % len(bomb) + bomb + b"\nendstream endobj\n"
    begin = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
    tail = b"trailer<</Root 1 0 R/Size 9>>\nstartxref\n0\n%%EOF"
    return {
        "circle": begin + b"2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\n" + tail,
        "count": begin + b"2 0 obj<</Type/Pages/Count 2147483647/Kids[3 0 R]>>endobj\n" + page + tail,
        "kids": begin + b"2 0 obj<</Type/Pages/Count 200000/Kids[" + b"3 0 R " * 200_000 + b"]>>endobj\n" + page + tail,
        "bomb": begin + b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n" + page + b"4 0 obj" + stream + tail,
        "twice": begin + b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n" + page + b"4 0 obj"
        + stream.replace(b"/FlateDecode", b"[/FlateDecode/FlateDecode/FlateDecode]") + tail,
        "deep": begin + b"2 0 obj" + b"[" * DEEP + b"endobj\n" + tail,
        "previous": data.replace(b"startxref", b"startxref\n9\n%%EOF\nstartxref"),
        "locked": data.replace(b"trailer", b"trailer<</Encrypt 9 0 R>>", 1) if b"trailer" in data else data + b"x",
        "number": data.replace(b"/Length", b"/Length " + b"9" * 5000 + b"/L", 1),
    }  # fmt: skip


def html(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    """HTML: depth, declared encodings that are none, scripts, addresses, marks without an end."""
    return {
        "deep": data.replace(b"<p>", b"<div>" * DEEP + b"<p>", 1),
        "encoding": data.replace(b"utf-8", b"utf-7", 1),
        "codec": data.replace(b"utf-8", b"zlib_codec", 1),
        "idna": data.replace(b"utf-8", b"punycode", 1),
        "open": data[:-20] + b"<!--" * 200_000,
        "attributes": data.replace(b"<p>", b"<p " + b"a=1 " * 1_000_000 + b">", 1),
        "references": data.replace(b"<p>", b"<p>" + b"&#x110000;&#9999999999999999999999;" * 50_000, 1),
        "base": data.replace(b"<head>", f'<head><base href="{around.address}"><link href="{around.address}">'.encode()),
    }


def txt(data: bytes, around: HostileSetting) -> dict[str, bytes]:
    """Text: one endless line, numbers without an end, repeated units."""
    return {
        "line": data * 20_000,
        "one-line": data.replace(b"\n", b"") * 20_000,
        "number": data + "新增停车位".encode() + b"9" * 200_000 + "个。\n".encode(),
        "numerals": data + "新增停车位".encode() + "一万亿".encode() * 50_000 + "个。\n".encode(),
        "spaces": data + b" " * 5_000_000 + b"x\n",
        "percents": data + "达到".encode() + b"1%" * 300_000 + b"\n",
        "headings": data + "一、".encode() * 300_000 + b"\n",
    }


DOCUMENT_TRAPS: dict[str, Traps] = {".docx": docx, ".ofd": ofd, ".pdf": pdf, ".html": html, ".txt": txt}
