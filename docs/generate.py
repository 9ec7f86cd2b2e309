"""Write the references that are generated from the code; ``--check`` only tells whether they are current.

python docs/generate.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS / "website"))


_PLAN_WORDS = {
    "en": {
        "head": """# The plan file

Generated from the code by `make docs`. An editor that knows `#:schema` checks a plan as you type: write the
schema beside it with `urbanplan schema -o plan.schema.json`. [中文](zh/plan-file.md)

Dates are TOML dates (`2025-12-31`). Paths are relative to the plan's folder and may not leave it. Filters
(`where`, `that`) are CQL2 text; a row whose attribute is null is *unknown* and widens the reading.""",
        "top": "Top level",
        "measures": "## Measures",
        "unit": '`measure = { kind = "…", … }`; the bound\'s unit must fit what the measure gives.',
        "selection": "### A selection",
        "instead": "Wherever a measure takes features it takes a layer's name or this table:",
        "columns": "| key | type | default | meaning |",
        "needed": "needed",
        "or": " or ",
        "list": "list of {}",
    },
    "zh": {
        "head": """# 计划文件

由 `make docs` 根据代码生成。识别 `#:schema` 的编辑器可随时检查：用 `urbanplan schema -o plan.schema.json`
在计划旁写出模式文件。[English](../plan-file.md)

日期为 TOML 日期（`2025-12-31`）。路径相对于计划文件夹，不得越出。筛选条件（`where`、`that`）为 CQL2 文本；
属性为空的行属于*未知*，使读数成为区间。""",
        "top": "顶层",
        "measures": "## 量算方法",
        "unit": '`measure = { kind = "…", … }`；要求的单位须与量算结果相符。',
        "selection": "### 选取",
        "instead": "凡量算方法要求要素之处，可写图层名称，也可写下表：",
        "columns": "| 键 | 类型 | 默认值 | 含义 |",
        "needed": "必填",
        "or": " 或 ",
        "list": "{} 的列表",
    },
}
Words = dict[str, str]


def plan_file(language: str = "en") -> str:
    """docs/plan-file.md: every key of a plan and every measure with its parameters, in one language."""
    from urbanplan.model.translation import use_language

    with use_language(language):
        return "\n".join(_plan_parts(_PLAN_WORDS[language])) + "\n"


def plan_file_zh() -> str:
    """docs/zh/plan-file.md."""
    return plan_file("zh")


def _plan_parts(words: Words) -> list[str]:
    from urbanplan.measure.catalog import MEASURES, parameter_model
    from urbanplan.measure.selection import Selection
    from urbanplan.model import plan
    from urbanplan.model.reading import Bound

    parts = [words["head"]]
    tables = [
        (words["top"], plan.Plan),
        ("[district]", plan.District),
        ("[[source]]", plan.Source),
        ("[[layer]]", plan.LayerSpec),
        ("[[target]]", plan.Target),
        ("bound", Bound),
        ("warn", plan.WarningBound),
        ("missing", plan.MissingInput),
    ]
    for title, model in tables:
        parts += ["", f"## {title}", "", _first(model), "", *_keys(model, words)]
    parts += ["", words["measures"], "", words["unit"]]
    parts += ["", words["selection"], "", words["instead"], "", *_keys(Selection, words)]
    for kind in MEASURES:
        model = parameter_model(kind)
        parts += ["", f"### {kind}", "", _first(model), "", *_keys(model, words)]
    return parts


def _first(model: Any) -> str:
    from urbanplan.model.translation import translate

    return translate(" ".join((model.__doc__ or "").split()))


def _keys(model: Any, words: Words) -> list[str]:
    from urbanplan.model.translation import translate

    rows = [words["columns"], "|---|---|---|---|"]
    hidden = {name for name, field in model.model_fields.items() if field.exclude}
    schema = model.model_json_schema(by_alias=True)
    own = schema if "properties" in schema else schema["$defs"][schema["$ref"].rpartition("/")[2]]
    for key, spec in own["properties"].items():
        if key in hidden or (key == "kind" and "enum" not in spec):
            continue
        needed = key in own.get("required", ())
        default = words["needed"] if needed else f"`{json.dumps(spec.get('default'), ensure_ascii=False)}`"
        meaning = translate(spec.get("description", "")).replace("|", "/")
        rows.append(f"| `{key}` | {_type(spec, words)} | {default} | {meaning} |")
    return rows


def _type(spec: dict[str, Any], words: Words) -> str:
    if "$ref" in spec:
        return spec["$ref"].rpartition("/")[2]
    if "anyOf" in spec:
        return words["or"].join(_type(part, words) for part in spec["anyOf"] if part.get("type") != "null")
    if "enum" in spec:
        return ", ".join(f"`{value}`" for value in spec["enum"])
    if "const" in spec:
        return f"`{spec['const']}`"
    if spec.get("type") == "array":
        return words["list"].format(_type(spec.get("items", {}), words))
    return spec.get("format", spec.get("type", "any"))


_WORDS = {
    "en": {
        "title": "# Findings",
        "head": "Generated from `urbanplan/model/findings/` by `make docs`; `urbanplan explain CODE` shows one.",
        "other": "[中文](zh/findings.md)",
        "columns": "| code | level | title |",
        "rows": ("Message: ", "To do: ", "Fails: ", "Passes: "),
        "levels": {"error": "error", "warn": "warn", "info": "info"},
        "second": "zh",
    },
    "zh": {
        "title": "# 数据问题代码",
        "head": "由 `make docs` 根据 `urbanplan/model/findings/` 与译文表生成；`urbanplan explain` 显示其中一条。",
        "other": "[English](../findings.md)",
        "columns": "| 代码 | 级别 | 名称 |",
        "rows": ("提示：", "处理：", "反例：", "正例："),
        "levels": {"error": "错误", "warn": "警告", "info": "提示"},
        "second": "en",
    },
}


def findings(tongue: str = "en") -> str:
    """docs/findings.md and docs/zh/findings.md: every finding code, in one language."""
    from urbanplan.model.finding import finding_rules
    from urbanplan.model.translation import translate, use_language

    words = _WORDS[tongue]
    levels, second = words["levels"], words["second"]
    parts = [words["title"], "", words["head"], words["other"], "", words["columns"], "|---|---|---|"]
    parts += [
        f"| [`{r.code}`](#{r.code}) | {levels[r.level]} | {r.title[tongue]} · {r.title[second]} |"
        for r in finding_rules().values()
    ]
    with use_language(tongue):
        for r in finding_rules().values():
            texts = (r.message[tongue], r.fix[tongue], f"`{translate(r.failing)}`", f"`{translate(r.passing)}`")
            head = f"**{r.title[tongue]}** · {r.title[second]} ({levels[r.level]})"
            if tongue == "zh":
                head = f"**{r.title[tongue]}** · {r.title[second]}（{levels[r.level]}）"
            rows = [f"- {label}{text}" for label, text in zip(words["rows"], texts, strict=True)]
            parts += ["", f"## {r.code}", "", head, "", r.why[tongue], "", *rows]
    return "\n".join(parts) + "\n"


def findings_zh() -> str:
    """docs/zh/findings.md."""
    return findings("zh")


def architecture() -> str:
    """docs/architecture.md: the rooms and what each of them imports."""
    from architecture import write_page

    return write_page(DOCS.parent)


def architecture_picture() -> str:
    """docs/pictures/architecture.svg: the rooms and their imports."""
    from architecture import write_picture

    return write_picture(DOCS.parent)


_COMMAND_PAGE = {
    "en": """# Commands

Generated from the code by `make docs`. [中文](zh/commands.md)

`--lang zh|en`, `--debug` and `--overwrite` may stand anywhere on the line. No answer goes over a file that the run
reads, and no two into one file; a file of another format is replaced only with `--overwrite`.

Exit codes of `check`: 0 all selected targets met; 1 some not met, or an error finding; 2 the command, plan
or input file cannot be used; 3 nothing failed and some are undecidable. Commands that write exit 0 when they
wrote what was asked.""",
    "zh": """# 命令

由 `make docs` 根据代码生成。[English](../commands.md)

`--lang zh|en`、`--debug` 与 `--overwrite` 可写在命令行的任何位置。结果绝不覆盖本次运行读取的文件，
两个结果也不写入同一文件；另一种格式的文件只有加 `--overwrite` 才会被覆盖。

`check` 的退出码：0 所选目标全部达成；1 有目标未达成，或有错误级问题；2 命令、计划或输入文件无法使用；
3 没有不达成的，但有无法判定的。写文件的命令在写出所要的内容后退出码为 0。""",
}


def commands(language: str = "en") -> str:
    """docs/commands.md and docs/zh/commands.md: every command with its arguments, in one language."""
    import os

    os.environ.update(COLUMNS="100", TERM="dumb", NO_COLOR="1")
    from typer.testing import CliRunner

    from urbanplan.cli.app import COMMANDS, app
    from urbanplan.model.translation import use_language

    parts = [_COMMAND_PAGE[language]]
    for name in COMMANDS:
        with use_language(language):
            shown = CliRunner().invoke(app(name), [name, "--help"], terminal_width=100, prog_name="urbanplan").output
        text = "\n".join(line.rstrip() for line in shown.strip().splitlines())
        parts.append(f"## urbanplan {name}\n\n```text\n{text}\n```")
    return "\n\n".join(parts) + "\n"


def commands_zh() -> str:
    """docs/zh/commands.md."""
    return commands("zh")


_FORMAT_HEADS = {
    "en": (
        ("format", "ending", "CRS", "what it cannot hold"),
        "### What is read of each, and what is told",
        ("format", "read", "told as a note", "a loss: `--allow-loss`", "set aside by row: `--set-aside`", "tried with"),
        "read only",
    ),
    "zh": (
        ("格式", "后缀", "坐标系", "容纳不下的内容"),
        "### 各格式读什么、告知什么",
        ("格式", "读取", "以说明告知", "丢失：需 `--allow-loss`", "按行剔除：`--set-aside`", "试过的文件"),
        "只读",
    ),
}
_FORMAT_BLOCK = re.compile(r"(<!-- formats: begin -->\n).*?(<!-- formats: end -->)", re.DOTALL)


def exchange(language: str = "en") -> str:
    """docs/howto-exchange.md and docs/zh/howto-exchange.md, with the tables of formats of docs/formats.toml.

    Raises:
        ValueError: a format of the program has no entry, or an entry is of none.
    """
    from urbanplan.exchange.formats import FORMATS

    entries = tomllib.loads((DOCS / "formats.toml").read_text(encoding="utf-8")).values()
    named = [name for entry in entries for name in entry["names"]]
    if sorted(named) != sorted(row.name for row in FORMATS):
        raise ValueError(f"docs/formats.toml and FORMATS differ: {set(named) ^ {row.name for row in FORMATS}}")
    first, middle, second, only = _FORMAT_HEADS[language]
    rows, details = [], []
    for entry in entries:
        title, crs, cannot, *told = entry[language]
        held = [row for row in FORMATS if row.name in entry["names"]]
        endings = " ".join(suffix for row in held for suffix in row.suffixes)
        if held:
            rows.append((title, endings, crs, cannot if any(row.writable for row in held) else only))
        details.append((title, *(text or "–" for text in told)))
    block = "\n".join([*_table(first, rows), "", middle, "", *_table(second, details), ""])
    page = DOCS / ("zh" if language == "zh" else "") / "howto-exchange.md"
    return _FORMAT_BLOCK.sub(lambda match: match[1] + block + match[2], page.read_text(encoding="utf-8"))


def exchange_zh() -> str:
    """docs/zh/howto-exchange.md."""
    return exchange("zh")


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]


PAGES = {
    "howto-exchange.md": exchange,
    "zh/howto-exchange.md": exchange_zh,
    "plan-file.md": plan_file,
    "zh/plan-file.md": plan_file_zh,
    "findings.md": findings,
    "zh/findings.md": findings_zh,
    "commands.md": commands,
    "zh/commands.md": commands_zh,
    "architecture.md": architecture,
    "pictures/architecture.svg": architecture_picture,
}


def main() -> int:
    """Write or check every page."""
    stale = [name for name, make in PAGES.items() if not _current(DOCS / name, make())]
    if "--check" in sys.argv:
        print("stale: " + ", ".join(stale) if stale else "the references are current")
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(PAGES[name](), encoding="utf-8", newline="\n")
    print("written: " + (", ".join(stale) or "nothing, all were current"))
    return 0


def _current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
