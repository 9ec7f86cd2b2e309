"""Settings of Sphinx for both languages; ``build.py`` gives the language and the tree."""

from __future__ import annotations

import re
import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bigrams import SearchBigrams
from sphinx.search import languages

languages["bigrams"] = SearchBigrams  # pyright: ignore[reportArgumentType]

project = "urbanplan"
author = "urbanplan contributors"
release = version = version_of("urbanplan")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

myst_heading_anchors = 4
myst_enable_extensions = ["attrs_block"]
suppress_warnings = ["myst.header"]
highlight_language = "text"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
nitpicky = False

html_theme = "furo"
html_title = f"urbanplan {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
templates_path = ["templates"]
html_search_language = "bigrams"
html_show_search_summary = False  # a summary is fetched, and a page from the disk may fetch nothing
html_copy_source = False
html_show_sphinx = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/language.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
_FONTS = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"
_VARIABLES = {"font-stack": _FONTS, "font-stack--headings": _FONTS}
html_theme_options = {
    "light_css_variables": _VARIABLES,
    "dark_css_variables": _VARIABLES,
    "navigation_with_keys": False,
}


def _other_language(app, pagename, templatename, context, doctree):
    """Give the template the address of this page in the other language, or of its first page."""
    here = app.config.tags_tree
    other = Path(app.srcdir).parent / ("zh" if here == "en" else "en")
    twin = pagename if any((other / f"{pagename}{end}").is_file() for end in (".md", ".rst")) else "index"
    up = "../" * pagename.count("/")
    context["other_address"] = f"{up}zh/{twin}.html" if here == "en" else f"{up}../{twin}.html"
    context["other_title"] = "中文" if here == "en" else "English"


_LITERAL = re.compile(r"``.+?``|`[^`]+`_?|:\w+:`[^`]+`")
_MARKUP = re.compile(r"(?<=\w)_(?!\w)|\|(?=\S)")


def _escape_markup(app, what, name, obj, options, lines):
    """Take names that end in an underscore and upright strokes as they stand: docstrings are plain text here."""
    for number, line in enumerate(lines):
        parts, end = [], 0
        for literal in _LITERAL.finditer(line):
            parts += [_MARKUP.sub(r"\\\g<0>", line[end : literal.start()]), literal[0]]
            end = literal.end()
        lines[number] = "".join([*parts, _MARKUP.sub(r"\\\g<0>", line[end:])])


def setup(app):
    """Register the tree's name, the link to the other language and the reading of docstrings."""
    app.add_config_value("tags_tree", "en", "env")
    app.connect("autodoc-process-docstring", _escape_markup, priority=900)
    app.connect("html-page-context", _other_language)
