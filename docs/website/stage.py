"""Gather the pages of both languages in one source folder and make their links those of the site."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LINK = re.compile(r"(?P<mark>!?)\[(?P<text>(?:[^\[\]`]|`[^`]*`)*)\]\((?P<target>[^()\s]+)\)")
_FENCE = re.compile(r"^\s*(```|~~~)")
_AWAY = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)

# caption, then pages by name; a page that no caption names stands under the last one
_CHAPTERS = {
    "en": {
        "Start": ["quickstart", "install-offline", "howto-district", "glossary"],
        "How-tos": ["howto-*"],
        "References": ["plan-file", "findings", "commands", "api/index"],
        "The house": ["architecture", "safety", "speed", "contributing", "changelog", "*"],
    },
    "zh": {
        "开始": ["quickstart", "install-offline", "howto-district", "glossary"],
        "操作指南": ["howto-*"],
        "参考": ["plan-file", "findings", "commands", "*"],
    },
}


@dataclass(frozen=True)
class Page:
    """A page of the site: its file in the repository, the tree it stands in and its name there."""

    file: Path
    tree: str
    name: str


def stage_pages(root: Path, out: Path) -> list[str]:
    """Copy every page of the repository ``root`` to ``out/en`` and ``out/zh``; return the links that lead nowhere."""
    pages = list(find_pages(root))
    problems: list[str] = []
    for page in pages:
        text = _convert_links(page, pages, root=root, problems=problems)
        file = out / page.tree / f"{page.name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        if page.name == "index":
            text += _contents(page.tree, [p.name for p in pages if p.tree == page.tree])
        file.write_text(text, encoding="utf-8")
    for tree in _CHAPTERS:
        shutil.copytree(root / "docs" / "pictures", out / tree / "pictures")
    return problems


def find_pages(root: Path) -> Iterator[Page]:
    """Every page: the first ones, the two for contributors, the folder ``docs`` and its Chinese twin."""
    docs = root / "docs"
    yield Page(root / "README.md", "en", "index")
    yield Page(root / "README.zh.md", "zh", "index")
    for name in ("CONTRIBUTING", "CHANGELOG", "SECURITY"):
        if (root / f"{name}.md").is_file():
            yield Page(root / f"{name}.md", "en", name.lower())
    for file in sorted(docs.glob("*.md")):
        yield Page(file, "en", file.stem)
    yield Page(docs / "glossary.md", "zh", "glossary")
    for file in sorted((docs / "zh").glob("*.md")):
        yield Page(file, "zh", file.stem)


def _convert_links(page: Page, pages: list[Page], *, root: Path, problems: list[str]) -> str:
    fenced = False
    lines = []
    for number, line in enumerate(page.file.read_text(encoding="utf-8").splitlines(), 1):
        fenced ^= bool(_FENCE.match(line))
        if fenced or line.startswith("    "):
            lines.append(line)
            continue

        def convert(link: re.Match[str], number: int = number) -> str:
            address = _address(link["target"], page, pages)
            if address is None:
                problems.append(f"{page.file.relative_to(root)}:{number}: there is no {link['target']}")
                return link[0]
            return _markup(link["mark"], link["text"], address)

        lines.append(_LINK.sub(convert, line))
    return "\n".join(lines) + "\n"


def _markup(mark: str, text: str, address: str) -> str:
    if not address:  # a file of the repository that is no page: named, not linked
        return text
    if ".html" in address:  # a page of the other tree, which the builder of this tree does not know
        return f'<a href="{address}">{text.replace("`", "")}</a>'
    return f"{mark}[{text}]({address})"


def _address(target: str, page: Page, pages: list[Page]) -> str | None:
    """The target as this page of the site calls it; empty for a file that is no page, None where there is none."""
    if _AWAY.match(target) or target.startswith("#"):
        return target
    path, sign, anchor = target.partition("#")
    file = Path(os.path.normpath(page.file.parent / path))
    if not file.exists():
        return None
    if file.parent.name == "pictures":
        return f"pictures/{file.name}"
    twins = [p for p in pages if p.file == file]
    if not twins:
        return ""
    twin = next((p for p in twins if p.tree == page.tree), twins[0])
    if twin.tree == page.tree:
        return f"{twin.name}.md{sign}{anchor}"
    folder = "zh/" if twin.tree == "zh" else "../"
    return f"{folder}{twin.name}.html{sign}{anchor}"


def _contents(tree: str, names: list[str]) -> str:
    left = [name for name in [*names, *(["api/index"] if tree == "en" else [])] if name != "index"]
    parts = []
    for caption, patterns in _CHAPTERS[tree].items():
        chosen = [name for pattern in patterns for name in left if Path(name).match(pattern) or name == pattern]
        chosen = list(dict.fromkeys(chosen))
        left = [name for name in left if name not in chosen]
        parts += ["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *chosen, "```", ""]
    return "\n".join(parts)
