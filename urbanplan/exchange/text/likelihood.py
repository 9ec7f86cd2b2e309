"""How likely decoded texts are: everyday characters, whole words of one script, and how they stand among letters."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

_EVERYDAY_HAN = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平"
    "区县市省镇乡村街道路号地块编名称面积用途工业居住商业公园绿地学校医院规划建设项目新城东西南北中心广场河湖山桥站郑州高科技幢"
    "五六七八九百千万亩层栋楼室厅馆所局处办委员府厂场店铺房屋宅院寺庙塔门口巷弄里坊庄屯寨堡营岗坡沟湾滩岛江海港码头河渠库塘泉井"
    "林果田园农牧渔草花木树桑茶米麦耕土石沙矿金银铜铁煤油气热供排污环卫垃圾消防公安派出所邮政通信网络移动联铁航空机场车库停位客货"
    "运输物流仓储市场超批发零售餐饮酒宾旅游文化体育健康卫生养老幼儿园教育培训大学院系技术开发经济试验示范保护区历史古遗址公墓殡葬"
    "长春青白黄红黑绿金华安平和永康泰福祥瑞丰盛兴旺隆昌明光辉星月云龙凤虎马牛羊王李张刘陈杨赵周吴徐孙朱胡郭何林罗梁宋郑谢韩唐冯于"
    "董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔崔康毛邱秦江史顾侯邵孟武京津沪渝川"
    "贵陕甘宁新藏蒙豫冀鲁晋皖苏浙赣闽粤桂琼湘鄂黑吉辽深圳广阳洛汉武昌宁波厦福杭佛珠香台期内外左右前后上下正副级类型状态备注单位合计"
    "區縣鎮鄉號塊編稱積業園綠學醫規劃設項東廣橋鄭體國這個來時會對開發經與實現動電應機當點從進還過將長門車馬魚鳥龍龜臺灣義務産總圖書館"
    "樓層棟廳員廠舊宮廟廈巷莊營崗溝灣島環衛處辦場鐵路運輸術試驗護歷遺陽雲鳳劉陳楊趙吳孫馮許鄧盧蔣賈葉鐘陸頤淺濱頭間問題聯網絡線"
    "東京都道府県市区町村丁目番地駅線川山田島崎原野浜橋寺神社宮港湾空港公園小中高大学校病院図書館役所郵便局警察消防署名称面積種類"
    "阪横浜札幌仙台名古屋神戸広福岡北九州静新潟熊鹿児沖縄千葉埼玉茨城栃木群馬岐阜愛知三重滋賀奈良和歌兵庫徳香媛佐長崎分宮秋形福青森岩手"
    "渋谷宿池袋銀座桜梅松竹藤佐伊加斎渡辺中村木井上下沢塩赤坂黒白青沼江戸台町"
    "高雄中山民生信義忠孝仁愛和平復興敦化基隆新店板橋淡新竹苗栗彰雲嘉屏宜蘭花蓮澎金門馬祖沙尖旺角油麻將軍澳"
)
_EVERYDAY_HANGUL = frozenset(
    "시구동읍면리로길도군서울부산대인천광주전울경기강원충청전라상제특별자치남북중앙성신안양수고용평화창포항여진해김영공원학교초등고병"
    "원역사무소센터아파트단지마을회관도서체육문화시장은행우체국경찰소방지번번지이름주소면적종류산업농업상업거주토지건물도하천호수섬나가"
    "다바사자차카타파하한국일이삼사오육칠팔구십동서세종목정연희명순덕봉곡암석송죽매난초장월금토"
)


def _decoded_pairs(codec: str, rows: range, cells: Iterable[int]) -> frozenset[str]:
    """The characters of pairs of bytes: one text decoded at once, a line for each pair."""
    cells = tuple(cells)
    pairs = bytes(byte for row in rows for cell in cells for byte in (row, cell, 0x0A))
    return frozenset(pairs.decode(codec, "ignore")) - {"\n"}


@cache
def _level_one() -> frozenset[str]:
    """Level 1 of GB 2312; decoded when a text is weighed, since every start would wait for it."""
    return _decoded_pairs("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF))


@cache
def _level_one_big5() -> frozenset[str]:
    return _decoded_pairs("cp950", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF)))


_MARKS_ALONE = 0.9  # the score of a text of digits and marks in full width
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]+")
_WORD = re.compile(r"[^\W\d_]+")
_STRANGE = re.compile("[\ue000-\uf8ff\ufffd\u0080-\u009f\u2500-\u259f]")
_HALF_KATAKANA = re.compile("[\uff61-\uff9f]")


def level_one_share(text: str, high_bytes: int) -> float:
    """Share of the high bytes that pair into level 1 of GB 2312; marks in full width are no evidence either way."""
    marks = 2 * sum(map(_is_mark, text))
    level = _level_one()
    pairs = 2 * sum(char in level for char in text)
    return pairs / (high_bytes - marks) if high_bytes > marks else 0.0


def _is_mark(char: str) -> bool:
    """Whether a character is a digit, letter or mark in full width, which every East Asian text may hold."""
    return "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e"


def has_single_bytes(text: str) -> bool:
    """Whether a high byte of a text read as GBK took an ASCII letter as its other half, away from common Chinese.

    朱镕基 holds such a character among common ones; the accent of ``Côte`` makes one that stands alone.
    """
    level = _level_one()
    for run in _HAN.findall(text):
        odd = any(char not in level and char.encode("gb18030", "replace")[-1] < 0x80 for char in run)
        if odd and not any(char in level for char in run):
            return True
    return False


def is_among_letters(text: str) -> bool:
    """Whether most Chinese characters stand singly inside words of ASCII letters, as misread accents do (``caf茅``)."""
    runs = list(_HAN.finditer(text))
    single = 0
    for run in runs:
        left, right = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        near = [char for char in (left, right) if char.isascii() and char.isalpha()]
        single += len(run[0]) == 1 and (len(near) == 2 or any(char.islower() for char in near))
    return 2 * single > len(runs)


def everyday_share(text: str) -> float:
    """Share of the foreign characters that are everyday Chinese."""
    foreign = [char for char in text if char > "\x7f"]
    return sum(char in _EVERYDAY_HAN for char in foreign) / max(1, len(foreign))


def are_latin_words(text: str) -> bool:
    """Whether most foreign letters stand in Latin words with ASCII letters of their own (``Núñez``)."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    good = [word for word in words if re.search("[a-z]|[A-Z]{2}", word)]
    return 2 * sum(_is_word(word, sum(char > "\x7f" for char in word)) for word in good) > len(words)


def script_score(text: str, encoding: str) -> float:
    """How likely a text with foreign characters is that of the encoding, 0 to 1."""
    counts = {char: count for char, count in Counter(text).items() if char > "\x7f"}
    if not counts:
        return 1.0
    strange = (_count(counts, _STRANGE.match) + 0.9 * _count(counts, _HALF_KATAKANA.match)) / sum(counts.values())
    if encoding.startswith(("gb", "big5", "cp932", "euc_jp", "cp949")):
        found = _ideograph_score(counts, encoding) * (0.1 if is_among_letters(text) else 1.0)
    else:
        found = _word_score(text, counts)
    return max(0.0, found * (1 - min(strange, 1.0)))


def _count(counts: dict[str, int], holds: Callable[[str], Any]) -> int:
    """How many of counted characters are of a kind."""
    return sum(count for char, count in counts.items() if holds(char))


def _ideograph_score(counts: dict[str, int], encoding: str) -> float:
    """Everyday characters and those that a font must have, among the foreign ones that are no marks in full width."""
    counts = {char: count for char, count in counts.items() if not _is_mark(char)}
    if not counts:
        return _MARKS_ALONE
    total = sum(counts.values())
    if encoding == "cp949":
        hangul = _count(counts, lambda char: "\uac00" <= char <= "\ud7a3") / total
        return 0.25 * hangul + 0.75 * _count(counts, _EVERYDAY_HANGUL.__contains__) / total
    everyday = _count(counts, _EVERYDAY_HAN.__contains__)
    if encoding.startswith("gb"):
        level = _count(counts, _level_one().__contains__) / total
        return 0.4 * level + 0.6 * everyday / total
    if encoding.startswith("big5"):
        level = _count(counts, _level_one_big5().__contains__) / total
        return 0.35 * level + 0.6 * everyday / total
    kana = _count(counts, lambda char: "\u3040" <= char <= "\u30ff")
    han = _count(counts, lambda char: "\u4e00" <= char <= "\u9fff")
    return (0.9 * kana + 0.3 * han + 0.6 * everyday) / total


def _word_score(text: str, counts: dict[str, int]) -> float:
    """Share of the foreign characters in words of one script, written as words are."""
    good = total = 0
    for word, count in Counter(_WORD.findall(text)).items():
        foreign = sum(char > "\x7f" for char in word)
        total += count * foreign
        good += count * foreign * _is_word(word, foreign) if foreign else 0
    signs = _count(counts, lambda char: not char.isalpha())
    return 0.8 * (good + 0.5 * signs) / max(1, total + signs)


def _is_word(word: str, foreign: int) -> bool:
    """Letters of one script, in small letters, capitals, or with one capital first; few accents in a Latin word."""
    scripts = {unicodedata.name(char, "?").split(" ")[0] for char in word}
    if len(scripts) > 1 or scripts & {"FEMININE", "MASCULINE", "MICRO"}:
        return False
    cased = word.islower() or word.isupper() or word[1:].islower()
    return cased and (scripts != {"LATIN"} or 2 * foreign <= len(word) or len(word) <= 2)


def likely_mojibake(texts: list[str]) -> bool:
    """Whether decoded texts look as if they were read in a wrong encoding."""
    joined = "\n".join(texts)[:20_000]
    foreign = sum(char > "\x7f" for char in joined)
    if foreign < 4:
        return False
    if len(_STRANGE.findall(joined)) > 0.1 * foreign:
        return True
    return any(_is_utf8_read_as(joined, wrong) for wrong in ("gb18030", "cp1252", "iso8859-1"))


def _is_utf8_read_as(text: str, wrong: str) -> bool:
    """Whether the bytes behind a text, read in a wrong encoding, are UTF-8 with a sequence of three bytes or more."""
    try:
        right = text.encode(wrong).decode("utf-8")
    except UnicodeError:
        return False
    return any(char > "\u07ff" for char in right)
