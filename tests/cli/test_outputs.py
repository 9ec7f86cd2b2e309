"""No answer goes over a file that is read, no two go into one file, another format is replaced only when asked."""

from __future__ import annotations

import inspect
import os
import shutil
from importlib import import_module
from pathlib import Path

import pytest
from plans import small_district

from urbanplan.analysis.files import write_whole
from urbanplan.analysis.folder_plan import move_into
from urbanplan.cli.app import COMMANDS, run
from urbanplan.cli.run_files import OUTPUTS
from urbanplan.errors import UsageError
from urbanplan.exchange.files.existing import is_of_format

INPUTS = ("plan.toml", "parcels.gpkg", "reported.csv", "speech.txt")
# a line of each command that writes files; {out} is where it writes
WRITERS = {
    "check json": "check {plan} --quiet --output json:{out}",
    "check csv": "check {plan} --quiet --output csv:{out}",
    "check sarif": "check {plan} --quiet --output sarif:{out}",
    "check gpkg": "check {plan} --quiet --output gpkg:{out}",
    "check waivers": "check {plan} --quiet --write-waivers {out}",
    "readiness": "readiness {plan} --quiet --output json:{out}",
    "map": "map {plan} -o {out}",
    "report": "report {plan} --no-log -o {out}",
    "report xlsx": "report {plan} --no-log -o {home}/report.html --xlsx {out}",
    "coverage": "coverage --plan {plan} --quiet --output json:{out}",
    "coverage map": "coverage --plan {plan} --quiet -o {out}",
    "network": "network --plan {plan} --quiet --output json:{out}",
    "network map": "network --plan {plan} --quiet --map {out}",
    "network repair": "network --plan {plan} --quiet --repair -o {out}",
    "export": "export parcels --plan {plan} --format gpkg -o {out}",
    "convert": "convert {home}/parcels.gpkg {out} --format csv --allow-loss",
    "convert plan": "inspect {home}/parcels.gpkg --plan {plan} --output json:{out}",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return small_district.write(tmp_path_factory.mktemp("made") / "plan").parent


@pytest.fixture
def home(made, tmp_path):
    shutil.copytree(made, tmp_path / "plan")
    return tmp_path / "plan"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def line(text, home, out):
    return text.format(plan=home / "plan.toml", home=home, out=out).split()


@pytest.mark.parametrize("name", WRITERS)
def test_no_command_writes_over_an_input(home, name, capfd):
    before = contents(home)
    for given in INPUTS if name != "convert" else ("parcels.gpkg",):
        assert run([*line(WRITERS[name], home, home / given), "--overwrite"]) == 2
        assert given in capfd.readouterr().err
    assert contents(home) == before


@pytest.mark.skipif(os.name != "posix", reason="links are made otherwise there")
@pytest.mark.parametrize("name", ["check json", "map", "convert"])
@pytest.mark.parametrize("way", ["link", "hard link", "letter case", "a detour"])
def test_no_way_round_leads_over_an_input(home, name, way, capfd):
    target = home / "parcels.gpkg"
    out = home / "out.json"
    match way:
        case "link":
            out.symlink_to(target)
        case "hard link":
            os.link(target, out)
        case "letter case":
            out = home / "Parcels.GPKG"
        case "a detour":
            (home / "sub").mkdir()
            out = home / "sub" / ".." / "parcels.gpkg"
    before = contents(home)
    assert run([*line(WRITERS[name], home, out), "--overwrite"]) == 2
    assert "replace the input" in capfd.readouterr().err
    assert contents(home) == before


@pytest.mark.parametrize(
    "words",
    [
        "check {plan} --quiet --output json:{home}/a.json --output csv:{home}/a.json",
        "check {plan} --quiet --output json:{home}/a.json --output csv:{home}/sub/../A.json",
        "report {plan} -o {home}/a.html --pdf {home}/a.html",
        "coverage --plan {plan} --output json:{home}/a.html -o {home}/a.html",
        "network --plan {plan} --map {home}/a.html --output json:{home}/a.html",
        "network --plan {plan} --repair -o {home}/a.gpkg --output csv:{home}/a.log.csv",
        "overlay parcels subdistricts --plan {plan} -o {home}/a.shp --output json:{home}/A.dbf",
        "overlay parcels subdistricts --plan {plan} -o {home}/a.gpkg --output json:{home}/a.gpkg.meta.json",
    ],
)
def test_no_two_answers_go_into_one_file(home, words, capfd):
    (home / "sub").mkdir()
    before = contents(home)
    assert run([*line(words, home, ""), "--overwrite"]) == 2
    assert "two outputs go into one file" in capfd.readouterr().err
    assert contents(home) == before


@pytest.mark.parametrize(
    ("file", "other"),
    [("a.shp", "a.sbn"), ("a.tab", "a.DAT"), ("a.mif", "a.mid"), ("a.tif", "a.tif.aux.xml"), ("a.gpkg", "a.gpkg-wal")],
)
def test_a_companion_of_an_input_is_one(file, other, tmp_path, capfd):
    for name in (file, other):
        (tmp_path / name).write_bytes(b"1")
    assert run(["inspect", str(tmp_path / file), "--output", f"json:{tmp_path / other}", "--overwrite"]) == 2
    assert "replace the input" in capfd.readouterr().err
    assert (tmp_path / other).read_bytes() == b"1"


def test_a_file_inside_a_database_that_is_read_is_one(tmp_path, capfd):
    (tmp_path / "a.gdb").mkdir()
    table = tmp_path / "a.gdb" / "a00000001.gdbtable"
    table.write_bytes(b"1")
    assert run(["convert", str(tmp_path / "a.gdb"), str(table), "--format", "csv", "--overwrite"]) == 2
    assert "replace the input" in capfd.readouterr().err
    assert table.read_bytes() == b"1"


@pytest.mark.skipif(os.name != "posix", reason="pipes and sockets are no files there")
@pytest.mark.parametrize("name", [*WRITERS, "report pdf", "overlay pieces", "rain grid"])
def test_what_is_no_file_is_not_replaced(home, name, capfd):
    """Who may write in ``/dev`` would lose ``/dev/null`` for the whole machine."""
    more = {
        "report pdf": "report {plan} --no-log -o {home}/report.html --pdf {out}",
        "overlay pieces": "overlay parcels subdistricts --plan {plan} -o {home}/a.csv --pieces {out}",
        "rain grid": "rain --elevation {home}/none.tif --grid {out}",
    }
    pipe, link = home / "pipe", home / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for out in (pipe, link):
        assert run([*line({**WRITERS, **more}[name], home, out), "--overwrite"]) == 2
        assert "a device, a pipe or a socket" in capfd.readouterr().err
    assert pipe.is_fifo()
    assert link.is_symlink()


@pytest.mark.skipif(os.name != "posix", reason="pipes and sockets are no files there")
def test_what_is_no_file_is_not_replaced_by_a_program(tmp_path):
    os.mkfifo(tmp_path / "a.html")
    with pytest.raises(UsageError, match="a device, a pipe or a socket"):
        write_whole(tmp_path / "a.html", "text")
    assert (tmp_path / "a.html").is_fifo()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_plan_is_not_made_of_its_own_folder(home, capfd):
    before = contents(home)
    (home.parent / "way").symlink_to(home)
    for out in (home, home.parent / "way"):
        assert run(["intake", str(home), "-o", str(out), "--update"]) == 2
        assert "are one folder" in capfd.readouterr().err
    assert contents(home) == before


@pytest.mark.parametrize("stands", ["a file of that name", "a folder of that name", "a link", "a file for a folder"])
def test_a_new_plan_replaces_nothing_that_stands_there(stands, tmp_path):
    home, out, elsewhere = (tmp_path / name for name in ("home", "out", "elsewhere"))
    for folder in (home / "originals", home / "types", out / "types", elsewhere):
        folder.mkdir(parents=True)
    for file, text in (("originals/a.csv", "1"), ("parcels.geojson", "{}"), ("types/a.toml", "2"), ("plan.toml", "")):
        (home / file).write_text(text)
    (out / "types" / "a.toml").write_text("1")
    match stands:
        case "a file of that name":
            (out / "parcels.geojson").write_text("a letter")
        case "a folder of that name":
            (out / "parcels.geojson").mkdir()
        case "a link":
            (out / "originals").symlink_to(elsewhere)
        case _:
            (out / "originals").write_text("a letter")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match="this stands where the plan is to stand"):
        move_into(home, out, own=("types",))
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_new_plan_takes_its_own_over(tmp_path):
    home, out = tmp_path / "home", tmp_path / "out"
    for folder, text in ((home, "new"), (out, "old")):
        (folder / "originals").mkdir(parents=True)
        (folder / "intake.toml").write_text(text)
        (folder / "originals" / "a.csv").write_text("1")
    (home / "plan.toml").write_text("")
    move_into(home, out, own=("intake.toml",))
    assert (out / "intake.toml").read_text() == "new"
    assert (out / "plan.toml").is_file()


@pytest.mark.parametrize("name", ["check json", "map", "convert", "report xlsx", "check waivers"])
def test_a_file_of_another_format_is_replaced_only_when_asked(home, name, capfd):
    out = home / "letter.docx"
    out.write_bytes(b"PK\x03\x04 a letter")
    assert run(line(WRITERS[name], home, out)) == 2
    assert "--overwrite" in capfd.readouterr().err
    assert out.read_bytes() == b"PK\x03\x04 a letter"
    if name == "check json":
        assert run([*line(WRITERS[name], home, out), "--overwrite"]) != 2
        assert out.read_bytes().startswith(b"{")


@pytest.mark.parametrize("way", ["named", "link"])
def test_no_answer_replaces_a_plan_that_the_command_does_not_read(home, way, capfd):
    out = home / "plan.toml" if way == "named" else home / "schema.json"
    if way == "link":
        out.symlink_to(home / "plan.toml")
    before = contents(home)
    assert run(["schema", "-o", str(out), "--overwrite"]) == 2
    assert "would be replaced" in capfd.readouterr().err
    assert contents(home) == before


@pytest.mark.parametrize("name", ["check json", "map", "convert"])
def test_a_file_of_the_same_format_is_replaced(home, name):
    out = home / {"check json": "a.json", "map": "a.html", "convert": "a.csv"}[name]
    for _ in range(2):
        assert run(line(WRITERS[name], home, out)) != 2


def test_waivers_are_added_to_the_file_that_is_read(home):
    words = ["check", str(home), "--quiet", "--waivers", str(home / "w.toml"), "--write-waivers", str(home / "w.toml")]
    (home / "w.toml").write_text("", encoding="utf-8")
    assert run(words) != 2
    assert run(words) != 2


def test_add_alone_replaces_its_layer_and_keeps_the_old(home, tmp_path):
    source = shutil.copy(home / "parcels.gpkg", tmp_path / "new.gpkg")
    before = contents(home)
    words = ["add", "parcels", str(source), "--plan", str(home / "plan.toml"), "--allow-loss"]
    assert run(words) == 0
    assert (home / "parcels.gpkg.bak").read_bytes() == before["parcels.gpkg"]
    second = (home / "parcels.gpkg").read_bytes()
    assert run(words) == 0
    assert (home / "parcels.gpkg.bak").read_bytes() == before["parcels.gpkg"]
    if second != before["parcels.gpkg"]:
        assert (home / "parcels.gpkg.bak2").read_bytes() == second
    changed = {name for name, data in contents(home).items() if before.get(name) != data}
    names = ("parcels.gpkg", "parcels.gpkg.meta.json")
    assert changed <= {f"{name}{ending}" for name in names for ending in ("", ".bak", ".bak2")}


@pytest.mark.parametrize("command", ["sheets", "demo"])
def test_a_folder_is_no_file(home, command, capfd):
    (home / "file").write_text("kept")
    words = [command, "--plan", str(home)] if command == "sheets" else [command, str(home)]
    assert run([*words, "-o", str(home / "file")]) == 2
    assert "not a folder" in capfd.readouterr().err
    assert (home / "file").read_text() == "kept"


def test_every_option_that_names_an_output_stands_in_the_table():
    outputs = set()
    for name, module in COMMANDS.items():
        function = getattr(import_module(module), name if name != "map" else "map_")
        for parameter in inspect.signature(function, eval_str=True).parameters.values():
            info = parameter.annotation.__metadata__[0]
            words = (info.default, *(info.param_decls or ()))
            told = (info.help or "").lower()
            is_path = "Path" in str(parameter.annotation.__origin__)
            if is_path and (
                "-o" in words or told.startswith(("write", "also", "the file to write", "the file to add to"))
            ):
                outputs.add((name, parameter.name))
    assert outputs <= set(OUTPUTS)
    assert set(OUTPUTS) - outputs == {("new", "folder")}


@pytest.mark.parametrize(
    ("name", "data", "format", "same"),
    [
        ("a.html", b"<!doctype html>", "html", True),
        ("a.html", b"{}", "html", False),
        ("a", b"{}", "json", True),
        ("a.geojson", b"{}", "json", False),
        ("a.csv", b"a,b", "csv", True),
        ("README.md", b"a,b", "csv", False),
        ("a.toml", b"a = 1", "toml", True),
        ("a.gpkg", b"SQLite format 3\0", "", True),
        ("a.gpkg", b"PK", "", False),
        ("a.unknown", b"PK", "", True),
    ],
)
def test_a_format_shows_in_first_bytes_and_ending(tmp_path, name, data, format, same):
    path = tmp_path / name
    path.write_bytes(data)
    assert is_of_format(Path(path), format) is same


@pytest.mark.skipif(os.name != "posix", reason="links are made otherwise there")
@pytest.mark.parametrize(
    "line", ["map {plan} -o {out}/a.html", "sheets --plan {plan} -o {out}", "demo {plan} -o {out}"]
)
def test_nothing_is_written_through_a_link_in_a_plans_folder(home, tmp_path, line, capfd, monkeypatch):
    """Who mails a plan says where its links lead: sheets over the sheets of another plan, pages among one's own."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (home / "link").symlink_to(elsewhere)
    monkeypatch.chdir(home)
    for out in (home / "link", Path("link")):
        assert run([word.format(plan=home / "plan.toml", out=out) for word in line.split()]) == 2
        assert f"it leads to {elsewhere}" in capfd.readouterr().err
    assert not any(elsewhere.iterdir())
    (tmp_path / "mine").symlink_to(elsewhere)
    assert run(["map", str(home), "-o", str(tmp_path / "mine" / "a.html")]) == 0, "one's own link is no harm"
