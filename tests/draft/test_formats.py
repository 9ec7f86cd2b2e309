"""Documents of offices: every format gives the same plan; hostile ones are refused with a way out."""

from __future__ import annotations

import pytest
from draft import office_files

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange.prose.document import read_document
from urbanplan.plan.draft import read_promises, read_rules

FORMATS = {
    ".docx": office_files.docx,
    ".html": office_files.html,
    ".ofd": office_files.ofd,
    ".pdf": office_files.pdf,
    ".txt": lambda: "\n".join(office_files.LINES).encode("gbk"),
}
EXPECTED = [(800, "个", False), (1200, "个", True), (6, "个", True), (9, "%", True)]


def written(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def read(path):
    document = read_document(path)
    found = read_promises(document.text, read_rules(), paragraphs=document.paragraphs).promises
    return [(one.number, one.unit, one.promise) for one in found]


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_gives_the_same_promises(tmp_path, ending):
    assert read(written(tmp_path, f"要点{ending}", FORMATS[ending]())) == EXPECTED


@pytest.mark.parametrize("ending", FORMATS)
def test_a_page_or_line_is_known(tmp_path, ending):
    document = read_document(written(tmp_path, f"要点{ending}", FORMATS[ending]()))
    assert bool(document.pages) == (ending in (".pdf", ".ofd"))
    assert "9999" not in document.text


def test_a_page_in_gb2312_is_read_by_its_own_word(tmp_path):
    assert read(written(tmp_path, "a.htm", office_files.html(encoding="gb2312"))) == EXPECTED


def test_rows_of_a_table_of_word_stay_lines(tmp_path):
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in ("新增停车位", "500个"))
    body = f"<w:document {office_files.W}><w:body><w:tbl><w:tr>{cells}</w:tr></w:tbl></w:body></w:document>"
    path = written(tmp_path, "a.docx", office_files.packed({"word/document.xml": body}))
    assert read_document(path).text == "新增停车位 \t500个 \t\n"


LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
DEEP = f"<w:document {office_files.W}>" + "<w:p>" * 400


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", office_files.docx(head=LAUGHS), "entities"),
        ("a.docx", office_files.packed({"word/document.xml": DEEP}), "nested too deeply"),
        ("a.docx", office_files.packed({"word/document.xml": "<w:document"}), "damaged"),
        ("a.docx", office_files.packed({"../word/document.xml": "<a/>"}), "points outside"),
        ("a.docx", office_files.packed({"other.xml": "<a/>"}), "no part"),
        ("a.docx", office_files.packed({"word/document.xml": b" " * 60_000_000}), "would expand"),
        ("a.docx", b"PK\x03\x04 no zip", "damaged"),
        ("a.docx", "新增停车位5个".encode(), "not what its ending says"),
        ("a.ofd", office_files.packed({"OFD.xml": "<OFD/>"}), "no part"),
        ("a.pdf", b"%PDF-1.7\nnothing", "damaged"),
        ("a.html", office_files.packed({"a": "b"}), "not what its ending says"),
        ("a.html", b"<html>\n<p " + b"a=1 " * 50_000 + b">x</p>", "line 2: a tag has 50000 attributes"),
    ],
)
def test_hostile_documents_are_refused(tmp_path, name, data, words):
    with pytest.raises((GateError, ExchangeError), match=words):
        read_document(written(tmp_path, name, data))


@pytest.mark.parametrize("ending", [".txt", ".htm"])
def test_a_pinned_encoding_that_does_not_fit_is_refused(tmp_path, ending):
    path = written(tmp_path, f"a{ending}", "<p>新增停车位500个</p>".encode("gbk"))
    assert "新增停车位500个" in read_document(path, encoding="gbk").text
    with pytest.raises(ExchangeError, match="not utf-8"):
        read_document(path, encoding="utf-8")


@pytest.mark.parametrize("ending", [".txt", ".htm"])
def test_a_damaged_byte_is_named(tmp_path, ending):
    lines = "\n".join(["<p>规划期末新增停车位，建设公园绿地。</p>"] * 20).encode()
    with pytest.raises(ExchangeError, match="utf-8, but for byte 12"):
        read_document(written(tmp_path, f"a{ending}", lines[:12] + b"\xff" + lines[12:]))


@pytest.mark.parametrize("said", ["utf-8", "iso-8859-1", "gb2312", "windows-1252"])
def test_a_page_is_read_whatever_it_says_of_itself(tmp_path, said):
    page = f'<meta charset="{said}"><p>郑州市高新区科学大道新增停车位500个</p>'.encode("gbk")
    assert "郑州市高新区科学大道新增停车位500个" in read_document(written(tmp_path, "a.html", page)).text
