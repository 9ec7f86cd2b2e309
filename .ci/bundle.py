"""Make the offline install bundle: every wheel with its hash, licences, sums and one command to install.

    python .ci/bundle.py [--platform linux-x86_64] [--python 3.11] [-o FOLDER]

Each option may be given more than once; without them the bundle serves every platform and Python.  The wheels are those
that ``requirements/run.txt`` pins, got by ``pip download --require-hashes``, and urbanplan's own.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import Parser
from itertools import product
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = Path(__file__).with_name("offline")
PINS = ROOT / "requirements" / "run.txt"
PYTHONS = ("3.11", "3.12", "3.13")
GLIBC = 28  # the newest 2.x that a wheel may ask for: Kylin V10 and UOS 20 have glibc 2.28
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
PLATFORMS = {
    "linux-x86_64": {**LINUX, "platform_machine": "x86_64"},
    "linux-aarch64": {**LINUX, "platform_machine": "aarch64"},
    "windows-x64": {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "os_name": "nt",
        "platform_machine": "AMD64",
    },
}
UNSTATED = "see its text"
BUILD_ONLY = "urbanplan (pyproject.toml:build)"  # what uv notes beside a pin that only builds need


@dataclass(frozen=True)
class Pin:
    """A pinned package: ``name==version``, its marker or ``""``, sha256 of its files, and who asks for it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    parents: tuple[str, ...]


@dataclass(frozen=True)
class Machine:
    """What a bundle is installed on: a platform's name and a Python's ``3.x``."""

    platform: str
    python: str

    def applies(self, marker: str) -> bool:
        """Whether a requirement with this marker is one here."""
        version = {"python_version": self.python, "python_full_version": f"{self.python}.0"}
        return not marker or Marker(marker).evaluate({**PLATFORMS[self.platform], **version})

    def tags(self) -> list[str]:
        """The words that make pip choose wheels for this machine rather than for the one it runs on."""
        word = self.python.replace(".", "")
        words = ["--only-binary", ":all:", "--python-version", self.python, "--implementation", "cp"]
        abis, names = (f"cp{word}", "abi3", "none"), self._pip_platforms()
        return words + [w for abi in abis for w in ("--abi", abi)] + [w for name in names for w in ("--platform", name)]

    def _pip_platforms(self) -> list[str]:
        system, _, processor = self.platform.partition("-")
        if system == "windows":
            return ["win_amd64"]
        return [f"manylinux_2_{minor}_{processor}" for minor in range(GLIBC, 4, -1)] + [f"manylinux2014_{processor}"]


def read_pins(text: str) -> list[Pin]:
    """The pins of a hashed requirements file that a run needs: those that only builds ask for are left out."""
    pins = [_read_pin(block) for block in re.findall(r"^[A-Za-z0-9].*(?:\n[ ].*)*", text, flags=re.MULTILINE)]
    left_out = {BUILD_ONLY}
    while True:
        more = {pin.name for pin in pins if pin.parents and left_out.issuperset(pin.parents)}
        if more <= left_out:
            return [pin for pin in pins if pin.name not in left_out]
        left_out |= more


def _read_pin(block: str) -> Pin:
    head, *rest = (line.strip().removesuffix("\\").strip() for line in block.splitlines())
    requirement, _, marker = (part.strip() for part in head.partition(";"))
    name, _, version = requirement.partition("==")
    hashes = tuple(line.removeprefix("--hash=sha256:") for line in rest if line.startswith("--hash="))
    notes = (re.sub(r"^#\s*(via\b)?\s*", "", line) for line in rest if line.startswith("#"))
    return Pin(canonicalize_name(name), version, marker, hashes, tuple(note for note in notes if note))


def requirement_lines(pins: Iterable[Pin], *, markers: bool = True) -> str:
    """A requirements file with hashes."""
    lines: list[str] = []
    for pin in pins:
        marker = f" ; {pin.marker}" if markers and pin.marker else ""
        hashes = (f"--hash=sha256:{digest}" for digest in sorted(pin.hashes))
        lines.append(" \\\n    ".join([f"{pin.name}=={pin.version}{marker}", *hashes]))
    return "\n".join(lines) + "\n"


def pins_of(machine: Machine, pins: Iterable[Pin]) -> list[Pin]:
    """The pins that apply on a machine."""
    return [pin for pin in pins if machine.applies(pin.marker)]


def download(machine: Machine, pins: Iterable[Pin], *, wheels: Path) -> None:
    """Get the wheels of a machine into the folder ``wheels``; what lies there with the right hash is not got again."""
    file = wheels.with_name(f"{machine.platform}-{machine.python}.txt")
    file.write_text(requirement_lines(pins_of(machine, pins), markers=False), encoding="utf-8")
    words = ["download", "--quiet", "--no-deps", "--require-hashes", *machine.tags()]
    words += ["--find-links", str(wheels), "--dest", str(wheels), "--requirement", str(file)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
    file.unlink()


def build_wheel(out: Path) -> Path:
    """urbanplan's own wheel, with the time of the last commit, so that the same commit gives the same bytes."""
    time = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": time.stdout.strip() or "315532800"}
    words = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(words, check=True, env=environment, stdout=subprocess.DEVNULL)
    return max(out.glob("urbanplan-*.whl"), key=lambda path: path.stat().st_mtime)


def close_pins(pins: Iterable[Pin], *, wheels: Path) -> list[Pin]:
    """The pins with the hashes of the wheels that lie there, and urbanplan with all its extras."""
    digests = {path: sha256(path) for path in sorted(wheels.glob("*.whl"))}
    present = set(digests.values())
    closed = [replace(pin, hashes=tuple(present.intersection(pin.hashes))) for pin in pins]
    own = next(path for path in digests if path.name.startswith("urbanplan-"))
    version = str(parse_wheel_filename(own.name)[1])
    return [pin for pin in closed if pin.hashes] + [Pin("urbanplan[all]", version, "", (digests[own],), ())]


def sha256(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def licence_table(wheels: Iterable[Path]) -> str:
    """A table of every package in the bundle: name, version, licence, and its text's place in the wheel."""
    found: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for path in wheels:
        package, stated, texts = _read_licence(path)
        licences, files = found.setdefault(package, (set(), set()))
        licences |= {stated} - {UNSTATED}
        files |= texts
    rows = [_row(*package, ", ".join(sorted(a)) or UNSTATED, ", ".join(sorted(b))) for package, (a, b) in found.items()]
    head = """# Licences

The text of each stands in its wheel and, once installed, beside the package; so do those of the libraries that a wheel
carries (GDAL, GEOS, PROJ, Arrow, LLVM, OpenBLAS ...).

"""
    return head + "\n".join([_row("package", "version", "licence", "text"), "|---|---|---|---|", *sorted(rows)]) + "\n"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "/") or "–" for cell in cells) + " |"


def _read_licence(path: Path) -> tuple[tuple[str, str], str, set[str]]:
    """Name and version of a wheel's package, its licence, the names of the files that hold its text."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        at = next(name for name in names if name.count("/") == 1 and name.endswith(".dist-info/METADATA"))
        data = Parser().parsestr(archive.read(at).decode("utf-8", "replace"), headersonly=True)
    texts = {name.split("/")[-1] for name in names if _is_licence_text(name)}
    return (data["Name"], data["Version"]), licence(data), texts


def _is_licence_text(name: str) -> bool:
    inside, _, file = name.partition(".dist-info/")
    return "/" not in inside and re.match(r"(?i)(licen[cs]e|copying|notice|authors)", file.split("/")[-1]) is not None


def licence(data: Message) -> str:
    """The licence that a package's metadata name: the expression, the classifiers, or the first line of the field."""
    if data["License-Expression"]:
        return data["License-Expression"]
    kinds = [str(value) for key, value in data.items() if key == "Classifier" and str(value).startswith("License ::")]
    names = [kind.rpartition(" :: ")[2] for kind in kinds if kind.count(" :: ") > 1]
    if names:
        return ", ".join(names)
    first = str(data["License"] or "").strip().splitlines()
    return first[0].strip() if first else UNSTATED


def write_sums(folder: Path) -> None:
    """Write ``SHA256SUMS`` over every file of the folder, in the form that ``sha256sum --check`` reads."""
    sums = folder / "SHA256SUMS"
    sums.unlink(missing_ok=True)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")


def write_scripts(folder: Path, *, machines: Sequence[Machine], sizes: str) -> None:
    """Write the install scripts and the page beside them, for the Pythons that the bundle serves."""
    pythons = sorted({machine.python for machine in machines}, key=lambda text: int(text.partition(".")[2]))
    fields = {"@PYTHONS@": " ".join(pythons), "@SIZES@": sizes}
    for template in sorted(TEMPLATES.iterdir()):
        text = template.read_text(encoding="utf-8")
        for field, value in fields.items():
            text = text.replace(field, value)
        made = folder / template.name
        made.write_text(text, encoding="utf-8", newline="\r\n" if template.suffix == ".bat" else "\n")
        made.chmod(0o755 if template.suffix == ".sh" else 0o644)


def size_table(machines: Iterable[Machine], pins: Sequence[Pin], *, wheels: Path) -> str:
    """Lines with the number and megabytes of the wheels for each machine, and of all together."""
    sizes = {sha256(path): path.stat().st_size for path in wheels.glob("*.whl")}
    rows = []
    for machine in machines:
        wanted = {(pin.name, pin.version) for pin in pins_of(machine, pins)}
        files = [path for path in wheels.glob("*.whl") if serves(path.name, machine) and _pinned(path.name, wanted)]
        rows.append((f"{machine.platform}, Python {machine.python}", [path.stat().st_size for path in files]))
    rows.append(("all", list(sizes.values())))
    return "\n".join(f"{name}: {len(found)} wheels, {sum(found) / 1e6:,.0f} MB" for name, found in rows)


def _pinned(name: str, wanted: set[tuple[str, str]]) -> bool:
    package, version, _, _ = parse_wheel_filename(name)
    return package == "urbanplan" or (package, str(version)) in wanted


def serves(name: str, machine: Machine) -> bool:
    """Whether a wheel of this file name fits a machine, as pip would choose it."""
    word = machine.python.replace(".", "")
    places = {"any", *machine.tags()}
    for tag in parse_wheel_filename(name)[3]:
        older = tag.abi == "abi3" and int(tag.interpreter[3:] or 0) <= int(word[1:])
        fits = tag.abi == f"cp{word}" or older or (tag.abi == "none" and tag.interpreter in (f"cp{word}", "py3"))
        if fits and tag.platform in places:
            return True
    return False


def make_bundle(out: Path, *, machines: Sequence[Machine], pins: Sequence[Pin]) -> str:
    """Fill the folder ``out``; return the table of sizes.

    Wheels that lie there and no machine needs are taken out, so that a bundle holds what its tables say.
    """
    wheels = out / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    for old in wheels.glob("urbanplan-*.whl"):
        old.unlink()
    for machine in machines:
        print(f"getting the wheels for {machine.platform}, Python {machine.python}", flush=True)
        download(machine, pins, wheels=wheels)
    build_wheel(wheels)
    remove_others(wheels, machines=machines, pins=pins)
    closed = close_pins(pins, wheels=wheels)
    sizes = size_table(machines, pins, wheels=wheels)
    (out / "requirements.txt").write_text(requirement_lines(closed), encoding="utf-8", newline="\n")
    (out / "LICENCES.md").write_text(licence_table(wheels.glob("*.whl")), encoding="utf-8", newline="\n")
    write_scripts(out, machines=machines, sizes=sizes)
    write_sums(out)
    return sizes


def remove_others(wheels: Path, *, machines: Iterable[Machine], pins: Sequence[Pin]) -> None:
    """Take out what an earlier run left that none of the machines needs."""
    needed = [(machine, {(pin.name, pin.version) for pin in pins_of(machine, pins)}) for machine in machines]
    for path in wheels.glob("*.whl"):
        if not any(serves(path.name, machine) and _pinned(path.name, wanted) for machine, wanted in needed):
            path.unlink()


def main(words: Sequence[str] | None = None) -> int:
    """Make the bundle that the command line asks for and print its size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", action="append", choices=list(PLATFORMS))
    parser.add_argument("--python", action="append", choices=PYTHONS)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "build" / "bundle")
    given = parser.parse_args(words)
    machines = [Machine(*pair) for pair in product(given.platform or PLATFORMS, given.python or PYTHONS)]
    sizes = make_bundle(given.output, machines=machines, pins=read_pins(PINS.read_text(encoding="utf-8")))
    print(f"written: {given.output}\n{sizes}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
