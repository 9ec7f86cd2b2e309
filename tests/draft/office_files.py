"""Small documents in the formats of offices, made by hand: the text of each is the same."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

LINES = (
    "安和县2025年住房和城乡建设工作要点",
    "一、2024年工作回顾",
    "2024年，全县新建停车位800个。",
    "二、2025年工作安排",
    "新增停车位1200个，新建口袋公园6个。",
    "城市供水管网漏损率控制在9%以内。",
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def packed(members: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def docx(lines=LINES, *, head: str = "") -> bytes:
    """Each line a paragraph, split into two runs; deleted text stands between."""
    paragraphs = "".join(
        f"<w:p><w:r><w:t>{escape(line[:5])}</w:t></w:r><w:del><w:r><w:delText>9999个</w:delText></w:r></w:del>"
        f"<w:r><w:t>{escape(line[5:])}</w:t></w:r></w:p>"
        for line in lines
    )
    body = f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document {W}><w:body>{paragraphs}</w:body></w:document>'
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": body})


def html(lines=LINES, *, encoding: str = "utf-8") -> bytes:
    body = "".join(f"<p>{escape(line)}</p>\n" for line in lines)
    page = (
        f'<html><head><meta charset="{encoding}"><script>var n = "新增9999个";</script></head>'
        f"<body><nav>首页 5个栏目</nav>{body}</body></html>"
    )
    return page.encode(encoding)


def ofd(lines=LINES) -> bytes:
    """A page of text objects, a line each, every line torn into two pieces at one height."""
    objects = "".join(
        f'<ofd:TextObject Boundary="10 {10 + 8 * at} 150 6"><ofd:TextCode X="0" Y="5">{escape(line[:7])}</ofd:TextCode>'
        f'</ofd:TextObject><ofd:TextObject Boundary="60 {10 + 8 * at} 150 6"><ofd:TextCode X="0" Y="5">'
        f"{escape(line[7:])}</ofd:TextCode></ofd:TextObject>"
        for at, line in enumerate(lines)
    )
    page = f"<ofd:Page {OFD}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    return packed(
        {
            "OFD.xml": f"<ofd:OFD {OFD}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f'<ofd:Document {OFD}><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
            "</ofd:Pages></ofd:Document>",
            "Doc_0/Pages/Page_0/Content.xml": page,
        }
    )


def pdf(lines=LINES) -> bytes:
    """One page with a font that tells its signs by a table of Unicode."""
    signs = sorted({sign for line in lines for sign in line})
    table = "".join(f"<{ord(sign):04X}> <{ord(sign):04X}>\n" for sign in signs)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(signs)} beginbfchar\n{table}endbfchar\nendcmap end end"
    )
    shown = "".join(
        f"1 0 0 1 50 {780 - 20 * at} Tm <{line.encode('utf-16-be').hex()}> Tj\n" for at, line in enumerate(lines)
    )
    return _pdf_of(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
            _stream(f"BT /F 12 Tf\n{shown}ET"),
            "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >>"
            " /FontDescriptor 8 0 R /DW 1000 >>",
            _stream(cmap),
            "<< /Type /FontDescriptor /FontName /A /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent 0"
            " /CapHeight 800 /StemV 80 >>",
        ]
    )


def _stream(text: str) -> str:
    return f"<< /Length {len(text.encode('latin-1'))} >>\nstream\n{text}\nendstream"


def _pdf_of(objects: list[str]) -> bytes:
    out = "%PDF-1.7\n"
    places = []
    for at, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{at} 0 obj\n{content}\nendobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}{tail}").encode("latin-1")
