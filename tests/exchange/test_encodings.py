"""Which encoding texts are in: many languages, code pages and declarations, each against what was written."""

import struct

import pytest
import shapely

from urbanplan.exchange.inspection import inspect
from urbanplan.exchange.reading import read
from urbanplan.exchange.text import encoding as texts_encoding
from urbanplan.exchange.text.code_pages import decoder_name, parse_code_page
from urbanplan.exchange.text.document import decode_text
from urbanplan.exchange.text.encoding import choose_encoding

WORDS = {
    "fr": "Côte d'Ivoire|Hôtel de Ville|Église Saint-Étienne|Rue de la République|Forêt domaniale|Lycée Molière",
    "de": "Straße|Müllerstraße|Köln|München|Grünfläche|Kläranlage|Übergang|Schönhauser Allee|Zürich",
    "es": "Peñón|Málaga|Jardín|Educación|Estación|Núñez|España|Córdoba|Río Ebro|Cádiz",
    "pt": "Nação|São João|Conceição|Jardim Atlântico|CONCEIÇÃO|NAÇÃO|Água|Três|SÃO JOSÉ",
    "vi": "Hà Nội|Thành phố Hồ Chí Minh|Đà Nẵng|Hải Phòng|Bệnh viện|Trường học",
    "ru": "Москва|Нева|Санкт-Петербург|улица Ленина|Жилая застройка|Школа|Ёлкино|МОСКВА",
    "ja": "東京都|大阪府|横浜市中区|小学校|公園|病院|ひらがな通り|カタカナビル|千代田区",
    "ko": "서울특별시|부산광역시|인천|강남구|학교|병원|공원|종로구 세종로",
    "zh": "郑州市高新区|科学大道|小学|医院|工业用地|公园绿地|梧桐街道|石佛镇|双桥村|阳光花园",
    "zt": "臺北市|高雄市|信義區|國民小學|醫院|中正路|忠孝東路|工業用地|桃園縣",
}
PAGES = {
    "fr": "cp1252", "de": "iso8859-1", "es": "cp1252", "pt": "iso8859-1", "vi": "utf-8", "ru": "cp1251",
    "ja": "cp932", "ko": "cp949", "zh": "gbk", "zt": "big5",
}  # fmt: skip
FILES = "files/peers/enc"


def decide(words, code, declared):
    """The texts as the chosen encoding reads them."""
    coded = [word.encode(code) for word in words]
    choice = choose_encoding([value + b" " for value in coded], declared)
    assert choice is not None
    return [value.decode(decoder_name(choice.encoding)) for value in coded], choice


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("code", ["utf-8", "page"])
def test_texts_are_read_as_they_were_written(language, code):
    """Undeclared or rightly declared, all together and each alone."""
    words, code = WORDS[language].split("|"), PAGES[language] if code == "page" else code
    for declared in (None, code):
        for group in (words, *([word] for word in words)):
            assert decide(group, code, declared)[0] == group, (group, declared)


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("declared", ["gbk", "cp1252", "iso8859-1", None])
def test_utf8_is_utf8_whatever_is_declared(language, declared):
    words = WORDS[language].split("|")
    assert decide(words, "utf-8", declared)[0] == words


@pytest.mark.parametrize("declared", ["gbk", None, "cp1252"])
def test_common_chinese_wins_over_utf8_of_two_bytes(declared):
    """GBK 小学 and 医院 are valid UTF-8: Сѧ and ҽԺ."""
    assert decide(["小学", "医院"], "gbk", declared)[0] == ["小学", "医院"]
    assert decide(["小学"], "gbk", "utf-8")[0] != ["小学"], "a declaration of UTF-8 that fits is believed"


def test_rare_places_mixed_in_do_not_save_a_latin_declaration():
    words = [*WORDS["zh"].split("|"), "荥阳", "漯河", "濮阳", "深圳"]
    found, choice = decide(words, "gbk", "iso8859-1")
    assert found == words
    assert "iso8859-1 would read" in choice.note, "the rival is named"
    assert decide([*words, "朱镕基路"], "gbk", "cp1252")[0][-1] == "朱镕基路"


@pytest.mark.parametrize("language", ["ru", "ja", "ko", "zt", "zh"])
def test_a_declared_page_that_is_not_latin_wins(language):
    words = WORDS[language].split("|")
    for word in words:
        found, choice = decide([word], PAGES[language], PAGES[language])
        assert (found, choice.note) == ([word], "")


@pytest.mark.parametrize(
    ("said", "name"),
    [("Big-5", "big5"), ("1251", "cp1251"), ("ANSI 1252", "cp1252"), ("932", "cp932"), ("Shift_JIS", "cp932"), ("936", "gbk"),
     ("OEM 866", "cp866"), ("88591", "iso8859-1"), ("ISO-8859-15", "iso8859-15"), ("LDID/77", "gbk"), ("UTF8", "utf8"),
     ("GB2312", "gbk"), ("windows-1250", "cp1250"), ("EUC-KR", "cp949"), ("CP949", "cp949"), ("950", "big5"),
     ("ANSI_936", "gbk"), ("oem", None), ("", None), ("nonsense", None)],
)  # fmt: skip
def test_code_pages_by_all_their_names(said, name):
    assert parse_code_page(said) == name


RIGHT = {
    "cpg_1251": ["Москва", "Нева"], "cpg_1252_one": ["Paris", "Côte d'Ivoire"], "cpg_big5": ["臺北", "高雄"],
    "cpg_gbk_ok": ["科学大道"], "cpg_latin1_end": ["Paris", "Lomé", "Bogotá x"], "cpg_sjis": ["東京", "大阪"],
    "cpg_latin1_many": ["Nação", "São João", "Conceição", "Jardim Atlântico", "Peixinhos"],
    "cpg_latin1_one": ["Paris", "Côte d'Ivoire"], "ldid57_one": ["Paris", "Côte d'Ivoire"],
    "cpg_lie": ["科学大道"],  # wholly of level 1: nobody writes ¿ÆÑ§´óµÀ
    "cpg_lie_one": ["岗"],  # likewise; the note names ¸Ú
    "nocpg_euckr": ["서울"],  # nothing is declared: in GBK it is 辑匡, no everyday characters
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_tables_of_other_suites(shared, name):
    path = shared / "cases" / FILES / f"{name}.shp"
    assert read(path).frame["name"].tolist() == RIGHT[name]
    seen = inspect(path)
    assert "mojibake" not in str(seen.layers[0].suspicions).lower()


def test_cut_utf8_texts_and_names(shared):
    cut = read(shared / "cases" / "files" / "u8_cut_ldid.shp")
    assert cut.encoding == "utf-8"
    assert cut.frame["名称"].tolist() == ["郑州高新技术产业开发区科学", "梧桐街道", "石佛镇", "双桥村", "沟赵村"]
    assert any("1 texts end inside a character" in note for note in cut.notes)
    assert not len(cut.refused)
    named = read(shared / "cases" / "files" / "u8_longname.shp")
    assert named.frame["地块名"].tolist()[:2] == ["科学大道街道", "梧桐街道"]
    assert any("'地块名' ends inside a character" in note for note in named.notes)


def shapefile(folder, values, *, width=20, page=None, language=0, name=b"name"):
    """A shapefile of points with one text field, written byte by byte."""
    path = folder / "t.shp"
    shape = struct.pack("<idd", 1, 113.5, 34.8)
    count = len(values)
    for ending, body in ((".shp", b"".join(struct.pack(">ii", n + 1, 10) + shape for n in range(count))),
                         (".shx", b"".join(struct.pack(">ii", 50 + 14 * n, 10) for n in range(count)))):  # fmt: skip
        head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(body)) // 2)
        head += struct.pack("<ii8d", 1000, 1, 113.5, 34.8, 113.5, 34.8, 0, 0, 0, 0)
        path.with_suffix(ending).write_bytes(head + body)
    head = struct.pack("<4BIHH16xBBxx", 3, 126, 1, 1, count, 65, 1 + width, 0, language)
    field = name.ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14)
    rows = b"".join(b" " + value.ljust(width) for value in values)
    path.with_suffix(".dbf").write_bytes(head + field + b"\r" + rows)
    if page:
        path.with_suffix(".cpg").write_text(page, encoding="ascii")
    return path


def test_one_damaged_text_takes_its_row_alone(tmp_path):
    """GBK with a byte that is none: the layer is not read as something else, and the row is named."""
    values = [word.encode("gbk") for word in WORDS["zh"].split("|")] + [b"\xc9\xff\x20\xd6\xd0"]
    for page in ("936", None):
        table = read(shapefile(tmp_path, values, page=page))
        assert table.frame["name"].tolist() == WORDS["zh"].split("|")
        assert table.refused["row"].tolist() == [11]
        assert "text of 'name'" in table.refused["reason"][0]


@pytest.mark.parametrize(("code", "page"), [("utf-8", None), ("gbk", "936"), ("gbk", None), ("utf-8", "936")])
def test_texts_and_names_that_fill_their_fields(tmp_path, code, page):
    """Texts of 20 bytes, cut wherever that falls, beside whole ones."""
    whole = "郑州高新技术产业开发区科学大道"
    values = [f"{'x' * pad}{whole}".encode(code)[:20] for pad in range(3)]
    values += [word.encode(code)[:20] for word in WORDS["zh"].split("|")]
    table = read(shapefile(tmp_path, values, page=page, name="土地用途名称".encode(code)[:11]))
    assert table.encoding == code
    assert [text.strip("x") for text in table.frame.iloc[:3, 0]] == [
        value.decode(code, "ignore").strip("x") for value in values[:3]
    ]
    assert whole.startswith(table.frame.iloc[0, 0])
    assert str(table.frame.columns[0]) == "土地用途名称".encode(code)[:11].decode(code, "ignore")


def test_valid_utf8_with_replacement_marks_is_utf8(tmp_path, shared):
    table = read(shapefile(tmp_path, ["caf\ufffd".encode(), b"ok"], page=None))
    assert table.frame["name"].tolist() == ["caf\ufffd", "ok"]
    tables = shared / "cases" / "files" / "peers" / "tab"
    assert read(tables / "fffd_utf8.csv").frame["name"].tolist() == ["caf\ufffd", "ok"]
    assert read(tables / "fffd2_utf8.csv").frame["name"].tolist() == ["\ufffd\ufffd"]
    assert read(tables / "fffd_bom.csv").frame["name"].tolist() == ["caf\ufffd"]
    assert read(tables / "e_utf8.csv").frame["name"].tolist() == ["café"]
    assert read(tables / "latin1.csv").frame["name"].tolist() == ["café des"]


def test_a_damaged_line_of_a_text_is_set_aside(tmp_path):
    path = tmp_path / "a.csv"
    rows = [f"{at},科学大道,113.5,34.8".encode() for at in range(9)]
    rows[4] = rows[4].replace("学".encode(), b"\xe5\xad")
    path.write_bytes(b"\n".join([b"id,name,lon,lat", *rows]))
    table = read(path)
    assert table.frame["id"].tolist() == [0, 1, 2, 3, 5, 6, 7, 8]
    assert table.refused[["row", "reason"]].to_numpy().tolist() == [[5, "the text of 'name' is damaged"]]


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
def test_a_boundary_text_in_utf16(tmp_path, code):
    text = "[属性描述]\n坐标系=2000国家大地坐标系\n带号=38\n[地块坐标]\n4,1,A,工业,面,,,,@\n" + "".join(
        f"J{at},1,{y},{x}\n" for at, (x, y) in enumerate(shapely.box(459000, 3853000, 459100, 3853100).exterior.coords)
    )
    (tmp_path / "a.txt").write_bytes(("\ufeff" + text).encode(code))
    table = read(tmp_path / "a.txt")
    assert (table.encoding, table.frame.area.round().tolist()) == ("utf-16", [10000.0])


@pytest.mark.parametrize(("encoding", "times"), [("utf-8", 0), ("gbk", 1)])
def test_encodings_are_weighed_once_and_only_where_it_is_told(monkeypatch, encoding, times):
    """Weighing takes seconds with a large table; a UTF-8 text is decided for without it, and nothing is told of it."""
    weighed, rank = [], texts_encoding._rank
    monkeypatch.setattr(texts_encoding, "_rank", lambda foreign: weighed.append(1) or rank(foreign))
    made = decode_text("编号,名称\n1,居住用地\n".encode(encoding), where="a.csv")
    assert (made.encoding, bool(made.notes), len(weighed)) == (encoding, bool(times), times)


@pytest.mark.parametrize("name", ["uu", "rot13", "hex", "zip", "undefined", "nonsense"])
def test_a_codec_that_reads_no_text_is_no_code_page(name):
    assert parse_code_page(name) is None
