"""The offline install bundle: what it holds for which machine, and that it installs where there is no network."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = Path(os.environ.get("URBANPLAN_BUNDLE", ROOT / "build" / "bundle")).resolve()


def _load():
    spec = importlib.util.spec_from_file_location("bundle_script", ROOT / ".ci" / "bundle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


bundle = _load()
MACHINES = [bundle.Machine(*pair) for pair in product(bundle.PLATFORMS, bundle.PYTHONS)]
PINS = bundle.read_pins(bundle.PINS.read_text(encoding="utf-8"))


def name_of(machine) -> str:
    return f"{machine.platform}-{machine.python}"


def test_it_serves_the_pythons_that_are_tested():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^VERSIONS = (.*)$", makefile, flags=re.MULTILINE) == [" ".join(bundle.PYTHONS)]


@pytest.mark.parametrize("machine", MACHINES, ids=name_of)
def test_every_machine_has_one_pin_of_each_package_with_its_hashes(machine):
    pins = bundle.pins_of(machine, PINS)
    names = [pin.name for pin in pins]
    assert len(names) == len(set(names))
    assert {"geopandas", "numpy", "numba", "typst", "pypdf"} <= set(names), "the extras are in it"
    assert not {"hatchling", "editables", "pluggy"} & set(names), "what only builds need is not"
    assert ("colorama" in names) == (machine.platform == "windows-x64")
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for pin in pins for digest in pin.hashes)
    assert all(pin.hashes for pin in pins)


@pytest.mark.parametrize(
    ("wheel", "where"),
    [
        ("a-1-py3-none-any.whl", "all"),
        ("a-1-py2.py3-none-any.whl", "all"),
        ("a-1-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl", "linux-x86_64-3.12"),
        ("a-1-cp311-cp311-manylinux2014_aarch64.whl", "linux-aarch64-3.11"),
        ("a-1-cp313-cp313-win_amd64.whl", "windows-x64-3.13"),
        ("a-1-cp312-abi3-win_amd64.whl", "windows-x64-3.12 windows-x64-3.13"),
        ("a-1-py3-none-win_amd64.whl", "windows-x64-3.11 windows-x64-3.12 windows-x64-3.13"),
        ("a-1-cp311-cp311-manylinux_2_34_x86_64.whl", ""),  # asks for a glibc that Kylin V10 and UOS 20 do not have
        ("a-1-cp311-cp311-macosx_11_0_arm64.whl", ""),
        ("a-1-cp310-cp310-win_amd64.whl", ""),
    ],
)
def test_which_machine_a_wheel_serves(wheel, where):
    expected = {name_of(machine) for machine in MACHINES} if where == "all" else set(where.split())
    assert {name_of(machine) for machine in MACHINES if bundle.serves(wheel, machine)} == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("License-Expression: MIT\nLicense: other", "MIT"),
        ("License: see below\nClassifier: License :: OSI Approved :: BSD License", "BSD License"),
        ("License: Apache 2.0\n        and its long text", "Apache 2.0"),
        ("Classifier: License :: OSI Approved", "see its text"),
    ],
)
def test_the_licence_that_metadata_name(fields, expected):
    assert bundle.licence(Parser().parsestr(f"Name: a\n{fields}\n")) == expected


def _small_wheel(path: Path, licence: str) -> Path:
    package, version = path.name.split("-")[:2]
    with zipfile.ZipFile(path, "w") as archive:
        head = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\nLicense-Expression: {licence}\n"
        archive.writestr(f"{package}-{version}.dist-info/METADATA", head)
        archive.writestr(f"{package}-{version}.dist-info/licenses/LICENSE", licence)
    return path


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A bundle of two small packages for one machine, made without a network."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    digest = bundle.sha256(_small_wheel(wheels / "tiny-1.5-py3-none-any.whl", "ISC"))
    _small_wheel(wheels / "left-9-py3-none-any.whl", "MIT")
    monkeypatch.setattr(bundle, "download", lambda machine, pins, *, wheels: None)
    monkeypatch.setattr(
        bundle, "build_wheel", lambda out: _small_wheel(out / "urbanplan-0.1.0-py3-none-any.whl", "MIT")
    )
    pins = [
        bundle.Pin("tiny", "1.5", "", (digest, "0" * 64), ()),
        bundle.Pin("old", "1", "python_version < '3'", ("1" * 64,), ()),
    ]
    sizes = bundle.make_bundle(tmp_path, machines=MACHINES[:2], pins=pins)
    return tmp_path, sizes, digest


def test_a_bundle_holds_what_its_tables_say(small):
    folder, sizes, digest = small
    assert {path.name for path in (folder / "wheels").iterdir()} == {
        "tiny-1.5-py3-none-any.whl",
        "urbanplan-0.1.0-py3-none-any.whl",
    }, "what no machine needs is taken out"
    own = bundle.sha256(folder / "wheels" / "urbanplan-0.1.0-py3-none-any.whl")
    text = (folder / "requirements.txt").read_text(encoding="utf-8")
    assert text == f"tiny==1.5 \\\n    --hash=sha256:{digest}\nurbanplan[all]==0.1.0 \\\n    --hash=sha256:{own}\n"
    table = (folder / "LICENCES.md").read_text(encoding="utf-8")
    assert "| tiny | 1.5 | ISC | LICENSE |\n| urbanplan | 0.1.0 | MIT | LICENSE |" in table
    assert "linux-x86_64, Python 3.12: 2 wheels" in sizes
    assert sizes in (folder / "README.txt").read_text(encoding="utf-8")


def test_the_sums_cover_every_file(small):
    folder, _, _ = small
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert sums.keys() == files
    assert all(bundle.sha256(folder / name) == digest for name, digest in sums.items())


def test_the_scripts_are_those_of_their_systems(small):
    folder, _, _ = small
    script, batch = (folder / "install.sh").read_bytes(), (folder / "install.bat").read_bytes()
    assert b"\r" not in script
    assert batch.count(b"\r\n") == batch.count(b"\n")
    assert batch.isascii()
    assert b'echo "%%~dp0Scripts\\urbanplan.exe" serve %%*\r\n' in batch, "desk.bat holds no path"
    assert os.access(folder / "install.sh", os.X_OK)
    for text in (script, batch, (folder / "README.txt").read_bytes()):
        assert b"3.11 3.12" in text
        assert b"@" not in text.replace(b"@echo", b"")
    assert all(word in text for text in (script, batch) for word in (b"--no-index", b"--require-hashes", b"--isolated"))
    assert subprocess.run(["sh", "-n", str(folder / "install.sh")], check=False).returncode == 0
    assert all(b" serve " in text for text in (script, batch)), "they write a file that starts the desk"


# The bundle that `make bundle` made ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made() -> Path:
    if not (BUNDLE / "SHA256SUMS").is_file():
        pytest.skip("no bundle: make bundle")
    return BUNDLE


def _python(version: str) -> str:
    """The Python of that version on this machine, or an empty text."""
    words = [str(ROOT / ".ci" / "python"), f"python{version}"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def _wheels_for(machine, folder: Path) -> bool:
    return any(bundle.serves(path.name, machine) for path in folder.glob("wheels/numpy-*.whl"))


@pytest.mark.bundle
def test_every_licence_is_stated(made):
    table = (made / "LICENCES.md").read_text(encoding="utf-8")
    assert bundle.UNSTATED not in table
    assert table.count("\n| ") > 50


@pytest.mark.bundle
@pytest.mark.parametrize("machine", MACHINES, ids=name_of)
def test_it_resolves_for_every_machine(made, machine, tmp_path):
    if not _wheels_for(machine, made):
        pytest.skip("the bundle was not made for it")
    pins = bundle.pins_of(machine, bundle.read_pins((made / "requirements.txt").read_text(encoding="utf-8")))
    file = tmp_path / "requirements.txt"
    file.write_text(bundle.requirement_lines(pins, markers=False), encoding="utf-8")
    words = ["install", "--dry-run", "--ignore-installed", "--no-index", "--require-hashes", *machine.tags()]
    places = ["--find-links", str(made / "wheels"), "--target", str(tmp_path / "site"), "--requirement", str(file)]
    found = _python(machine.python)  # pip asks the Python that it runs on what markers and versions say
    pip = [found or sys.executable, "-m", "pip", "--isolated"]
    words += [] if found else ["--ignore-requires-python"]
    done = subprocess.run([*pip, *words, *places], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Would install" in done.stdout


@pytest.mark.bundle
@pytest.mark.parametrize("version", bundle.PYTHONS)
def test_it_installs_and_runs_without_a_network(made, version, tmp_path):
    machine = bundle.Machine(f"{sys.platform}-{os.uname().machine}", version)
    if machine.platform not in bundle.PLATFORMS or not _wheels_for(machine, made):
        pytest.skip("the bundle was not made for it")
    found = _python(version)
    if not found:
        pytest.skip(f"there is no python{version} on this machine")
    alone = ["unshare", "--net", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this account may not take the network away (unshare)")
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHON": found, "LANG": "C.UTF-8"}
    words = [*alone, "sh", str(made / "install.sh"), str(tmp_path / "app")]
    done = subprocess.run(words, env=bare, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No broken requirements found." in done.stdout
    program = [*alone, str(tmp_path / "app" / "bin" / "urbanplan"), "demo", "-o", str(tmp_path / "demo")]
    done = subprocess.run(program, env=bare, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "demo" / "map.html").is_file()
