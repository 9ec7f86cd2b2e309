"""Enterprises, laboratories and shops: points with the speech's names first, numbers after."""

from __future__ import annotations

from collections.abc import Callable

from .plane import Points, random
from .record import Record, Value, gap, point
from .shapes import centre
from .uses import Uses, spots


def points(
    prefix: str, names: list[str], places: list[Points], extra: Callable[[int, str], dict[str, Value]]
) -> list[Record]:
    """Points with names first, then numbers; ``extra(number, name)`` gives the further values."""
    out = []
    for number, spot in enumerate(places, 1):
        given = number <= len(names)
        name = names[number - 1] if given else f"{prefix}-{number:03d}"
        out.append(
            Record(
                point(spot),
                {
                    "id": f"{prefix}-{number:03d}",
                    "name": name,
                    "name_status": "speech" if given else "numbered",
                    **extra(number, name),
                },
            )
        )
    return out


def firms(uses: Uses) -> list[Record]:
    generator = random("enterprises")
    names = [
        "汉威科技",
        "新天科技",
        "光力科技",
        "辉煌科技",
        "黎明重工",
        "恒天重工",
        "佛光发电",
        "正星科技",
        "日立信",
        "天桥短剧",
        "科益气体",
    ]
    places = spots(uses.found["plain"], "firm spots", 148, lambda b: b.kind in "IT")
    sectors = ["智能传感", "超硬材料", "智能终端", "装备制造", "软件", "生物医药"]

    def extra(number: int, name: str) -> dict[str, Value]:
        lead = number <= 9
        return {
            "leading": lead,
            "sector": gap(generator, str(generator.choice(sectors)), 0.12),
            "staff": gap(generator, int(generator.lognormal(5 if lead else 4, 0.7)), 0.1),
        }

    return points("EN", names, places, extra)


def labs(uses: Uses) -> list[Record]:
    generator = random("labs")
    names = [
        "郑州三磨所",
        "机械研究所",
        "新型钎焊材料与技术国家重点实验室",
        "天健生物实验室",
        "中州实验室",
        "郑州市检验检测集团",
    ]
    places = spots(uses.found["plain"], "lab spots", 19, lambda b: b.kind == "T")
    grades = ["国家级", "省级", "市级"]
    return points(
        "LB",
        names,
        places,
        lambda n, _: {
            "stage": ["投用", "投用", "在建", "在建", "投用", None][n - 1] if n <= 6 else "投用",
            "grade": gap(generator, str(generator.choice(grades)), 0.15),
        },
    )


def commerce(uses: Uses) -> list[Record]:
    generator = random("commerce")
    rows = [
        ("香港铜锣湾商业投资集团项目", "商业综合体", "铜锣湾", "签约"),
        ("奥特莱斯商业综合体项目", "商业综合体", "奥特莱斯", "落地"),
        ("五星级酒店-01", "五星级酒店", None, None),
        ("盒马鲜生高新店", "超市", "盒马鲜生", "开业"),
    ]
    places = [centre(b.ring) for b in uses.found["commercial"][:3]]
    places += spots(uses.found["plain"], "shop spots", 43, lambda b: b.kind in "CNR")
    out = []
    for number, spot in enumerate(places, 1):
        kind = str(generator.choice(["超市", "购物中心", "便利店", "酒店"]))
        other = (f"商业-{number:03d}", kind, gap(generator, f"品牌-{number % 13:02d}", 0.06), "开业")
        name, kind, brand, stage = rows[number - 1] if number <= 4 else other
        out.append(
            Record(
                point(spot),
                {
                    "id": f"CM-{number:03d}",
                    "name": name,
                    "kind": kind,
                    "brand": brand,
                    "stage": stage,
                    "name_status": "speech" if number in (1, 2, 4) else "numbered",
                },
            )
        )
    return out
