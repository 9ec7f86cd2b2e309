"""Build the documentation as a site, in English and Chinese, and check its links; needs no network.

python docs/website/build.py [FOLDER]
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

WEBSITE = Path(__file__).resolve().parent
ROOT = WEBSITE.parents[1]
sys.path.insert(0, str(WEBSITE))

from api import write_reference  # noqa: E402
from links import broken_links  # noqa: E402
from stage import stage_pages  # noqa: E402

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
TREES = {"en": ("en", "."), "zh": ("zh_CN", "zh")}  # tree: (language of the builder, folder in the site)


def build_site(out: Path) -> list[str]:
    """Write the site to the folder ``out``; return what is wrong with it, one line each.

    A failed build keeps no page of an earlier one: ``out`` is made anew.
    """
    shutil.rmtree(out, ignore_errors=True)
    source = out.with_name(out.name + "-source")
    shutil.rmtree(source, ignore_errors=True)
    problems = stage_pages(ROOT, source)
    write_reference(source / "en" / "api")
    for tree, (language, folder) in TREES.items():
        problems += _run_sphinx(source / tree, out / folder, tree=tree, language=language)
    return problems + broken_links(out)


def _run_sphinx(source: Path, out: Path, *, tree: str, language: str) -> list[str]:
    from io import StringIO

    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = StringIO()
    settings = {"language": language, "tags_tree": tree}
    with patch_docutils(str(WEBSITE)), docutils_namespace():
        app = Sphinx(
            str(source),
            str(WEBSITE),
            str(out),
            str(source.parent / f"doctrees-{tree}"),
            "html",
            confoverrides=settings,
            status=None,
            warning=warnings,
            freshenv=True,
        )
        app.build()
    return [line for line in _COLOUR.sub("", warnings.getvalue()).splitlines() if line.strip()]


def main() -> int:
    """Build into the folder named on the command line, ``build/site`` unless one is."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site").resolve()
    problems = build_site(out)
    for line in problems:
        print(line, file=sys.stderr)
    print(f"{len(problems)} problems" if problems else f"written: {out / 'index.html'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
