"""H3: hostile and mutated files of other programs' formats and of documents, to inspect, convert and draft."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from draft import office_files
from exchange import foreign_files
from exchange.corpus.child import Outcome, command, prepare, run_forked
from exchange.corpus.h1_files import listen
from exchange.corpus.hostile_files import CANARY, make_setting
from exchange.corpus.statistics_table import Figures, refusal_faults
from exchange.corpus.traps_documents import DOCUMENT_TRAPS
from exchange.corpus.traps_foreign import FOREIGN_TRAPS, foreign_traps
from exchange.corpus.valid_files import file_digests

DOCUMENTS: dict[str, Callable[[], bytes]] = {
    ".docx": office_files.docx,
    ".ofd": office_files.ofd,
    ".pdf": office_files.pdf,
    ".html": office_files.html,
    ".txt": lambda: "\n".join(office_files.LINES).encode(),
}
TAB = ".tab"


PBF = ".osm.pbf"


def _extract() -> bytes:
    from network.test_osm import extract

    with tempfile.TemporaryDirectory() as folder:
        ways = {1: ([0, 1], {"highway": "path"})}
        return extract(Path(folder) / "a.osm.pbf", ways, {0: (113.5, 34.8), 1: (113.6, 34.8)}).read_bytes()


FILES: dict[str, Callable[[], bytes]] = {**foreign_files.FILES, PBF: _extract}
SUFFIXES = (*FILES, TAB, *DOCUMENTS)


def _files(folder: Path, suffix: str, mutations: int, address: str) -> Iterator[Path]:
    """Each hostile file in turn, alone in its folder but for its companions."""
    around = make_setting(folder / "elsewhere", address)
    home = folder / "files"
    home.mkdir()
    if suffix == TAB:
        yield from _tables(home, mutations)
        return
    data = (DOCUMENTS if suffix in DOCUMENTS else FILES)[suffix]()
    made = foreign_traps(data, suffix, around, mutations)
    made |= DOCUMENT_TRAPS[suffix](data, around) if suffix in DOCUMENT_TRAPS else {}
    own = FOREIGN_TRAPS.get(suffix) or DOCUMENT_TRAPS.get(suffix)
    assert own is None or all(content != data for content in own(data, around).values()), suffix
    for name, content in made.items():
        path = home / f"{name}{suffix}"
        path.write_bytes(content)
        yield path
        path.unlink()


def _tables(home: Path, mutations: int) -> Iterator[Path]:
    """MapInfo tables of which one of four files is cut, empty, mutated, a link or gone."""
    import random

    from exchange.corpus.mutate import mutate

    prepare(
        lambda: foreign_files.write_by_gdal(
            home / "a.tab", "MapInfo File", columns={"a": [1, 2]}, wkt=foreign_files.SQUARES, layer="a"
        )
    )
    path, draw = home / "a.tab", random.Random(7)
    for ending in (".tab", ".dat", ".map", ".id"):
        turned = path.with_suffix(ending)
        data = turned.read_bytes()
        other = b'!table\n!version 300\nDefinition Table\n  Type LINKED\n  File "../elsewhere/secret.csv"\n'
        for made in (
            data[: len(data) // 2],
            bytes(len(data)),
            other,
            *(mutate(data, draw) for _ in range(mutations // 4)),
        ):
            turned.write_bytes(made)
            yield path
        turned.write_bytes(data)


def _lines(path: Path, out: Path) -> dict[str, list[str]]:
    if path.suffix in DOCUMENTS:
        return {"draft": ["draft", str(path), "-o", str(out / "plan"), "--crs", "EPSG:4547"]}
    if path.name.endswith(PBF):
        return {"inspect": ["inspect", str(path)], "network": ["network", "--roads", str(path), "--quiet"]}
    return {
        "inspect": ["inspect", str(path)],
        "convert": ["convert", str(path), str(out / "made.parquet"), "--set-aside", "--allow-loss"],
    }


def run(mutations: int, *, suffixes: tuple[str, ...] = SUFFIXES) -> Figures:
    """Each file to each command that reads it: refused by name, or read; nothing else happens."""
    figures = Figures("H3", "hostile files of other programs")
    for suffix in suffixes:
        with tempfile.TemporaryDirectory() as folder, listen() as (address, called):
            home = Path(folder)
            for path in _files(home, suffix, mutations, address):
                for name, line in _lines(path, home / "out").items():
                    (home / "out").mkdir(exist_ok=True)
                    before = file_digests(home / "files", home / "elsewhere")
                    ended = run_forked(command([*line, "--lang", "en"]))
                    slips = _slips(ended, path)
                    slips += ["an input changed"] * (file_digests(home / "files", home / "elsewhere") != before)
                    figures.take(f"{name} {path.name}", "refused" if ended.code == 2 else "read", slips, ended)
                    for file in sorted((home / "out").rglob("*"), reverse=True):
                        file.rmdir() if file.is_dir() else file.unlink()
            figures.slips += [f"a call from {place}" for place in called]
    return figures


def _slips(ended: Outcome, path: Path) -> list[str]:
    slips = ended.slips if ended.code == 0 else refusal_faults(ended, path.name.partition(".")[0])
    return [*slips, *(["the canary shows"] * (CANARY in ended.said))]
