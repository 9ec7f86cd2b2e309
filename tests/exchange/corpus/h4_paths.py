"""H4: hostile paths in a plan file: at every key that names a file, given to the commands that read a plan."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from exchange.corpus.child import command, run_forked
from exchange.corpus.h1_files import listen
from exchange.corpus.hostile_files import CANARY, HostileSetting, make_setting
from exchange.corpus.statistics_table import Figures, refusal_faults
from exchange.corpus.valid_files import COUNT_TARGET, file_digests, plan_head

COMMANDS = ("check", "export", "map")
EMPTY = '{"type":"FeatureCollection","features":[]}'
# each key with the ending its files have
KEYS = {"layer": ".geojson", "reported": ".csv", "include": ".toml", "source": ".txt", "type": ".toml"}


def paths(around: HostileSetting, home: Path, suffix: str, links: Path) -> list[str]:
    """60 paths: addresses of every kind, ways out of the folder, links, and what is no plain file.

    Args:
        around: secrets outside, and an address that nobody may call. home: the plan's folder. suffix: the ending
            that fits the key. links: where links, a pipe and a folder are made.
    """
    secret, address = around.secret.with_suffix(suffix), f"{around.address}{suffix}"
    up = os.path.relpath(secret, home)
    for name, aim in {
        "link": secret, "far": secret.parent, "loop": links / f"loop{suffix}", "zero": Path("/dev/zero"),
        "relative": Path(os.path.relpath(secret, links)), "chain": links / f"link{suffix}",
    }.items():  # fmt: skip
        (links / (name if name == "far" else f"{name}{suffix}")).symlink_to(aim)
    os.mkfifo(links / f"pipe{suffix}")
    (links / f"folder{suffix}").mkdir()
    return [
        address, address.upper(), address.replace("http:", "https:"), address.replace("http:", "ftp:"),
        address.replace("http:", ""), f"file://{secret}", f"file:{secret}", "data:text/plain;base64,e30=",
        f"s3://bucket/a{suffix}", f"gs://bucket/a{suffix}", f"javascript:a{suffix}",
        f"/vsicurl/{address}", f"/vsicurl?url={address}", f"/vsicurl_streaming/{address}", f"/vsis3/bucket/a{suffix}",
        f"/vsigs/bucket/a{suffix}", f"/vsiaz/bucket/a{suffix}", f"/vsioss/bucket/a{suffix}",
        f"/vsiwebhdfs/{address}", f"/vsizip/{secret}", f"/vsizip//vsicurl/{address}", f"/vsigzip/{secret}",
        f"/vsitar/{secret}", f"/vsisubfile/0_9,{secret}", "/vsistdin/", f"/vsimem/a{suffix}", f"/VSICURL/{address}",
        "PG:dbname=x host=127.0.0.1", "MYSQL:x,host=127.0.0.1", "MSSQL:server=127.0.0.1", f"WFS:{address}",
        f"OAPIF:{address}", f"ES:{address}", f"GeoJSON:{secret}", f"SQLite:{secret}", f"GPKG:{secret}:t",
        f"CSV:{secret}", f"MVT:{address}", "\\\\127.0.0.1\\share\\a" + suffix, f"//127.0.0.1/share/a{suffix}",
        f"C:/a{suffix}", f"C:a{suffix}", f"c:\\a{suffix}", up.replace("/", "\\"),
        str(secret), f"/{secret}", "/etc/passwd", "/dev/stdin", "/proc/self/environ", f"~/a{suffix}", f"~root/a{suffix}",
        up, f"./{up}", f"types/../{up}", f"none/../{up}", f"types/../../{home.name}/{up}",
        f"link{suffix}", f"chain{suffix}", f"relative{suffix}", f"far/secret{suffix}",
    ]  # fmt: skip


def missing_paths(suffix: str) -> list[str]:
    """Further paths that lead to nothing one may read: refused, or said to be absent."""
    return [
        "", "   ", ".", "..", f"a\0{suffix}", f"{'x' * 5000}{suffix}", f"{'y/' * 3000}a{suffix}", f"loop{suffix}",
        f"zero{suffix}", f"pipe{suffix}", f"folder{suffix}", f"plan.toml/a{suffix}", f"%2e%2e/secret{suffix}",
        f"．．／secret{suffix}", f"a{suffix}|cat", f"$(cat secret){suffix}", f"$HOME/a{suffix}", f"a\n{suffix}",
    ]  # fmt: skip


def plan(key: str, path: str) -> str:
    """A plan file with a path at a key; all else in it is good."""
    given = json.dumps(path, ensure_ascii=False)  # a TOML string, too
    file = given if key == "layer" else '"good.geojson"'
    top = f"{key} = [{given}]" if key in ("reported", "include") else ""
    return f"""{plan_head(top)}{f"file = {given}" if key == "source" else ""}
[[layer]]
name = "parcels"
file = {file}
type = {given.replace(".toml", "") if key == "type" else '"parcels"'}
basis = "reported"
{COUNT_TARGET}"""


def run(*, keys: tuple[str, ...] = tuple(KEYS), commands: tuple[str, ...] = COMMANDS, step: int = 1) -> Figures:
    """Each path (of ``step`` one) at each key, to each of the commands; those that lead nowhere to the first."""
    figures = Figures("H4", "hostile paths in plans")
    for key in keys:
        with tempfile.TemporaryDirectory() as folder, listen() as (address, called):
            home = Path(folder) / "plan"
            (home / "types").mkdir(parents=True)
            (home / "good.geojson").write_text(EMPTY, encoding="utf-8")
            (Path(folder) / "out").mkdir()
            around = _secrets(make_setting(Path(folder) / "elsewhere", address))
            hostile = paths(around, home, KEYS[key], home / "types" if key == "type" else home)
            assert len(hostile) == len(set(hostile)) == 60, len(set(hostile))
            for at, path in [*enumerate([*hostile, *missing_paths(KEYS[key])])][::step]:
                (home / "plan.toml").write_text(plan(key, path), encoding="utf-8")
                for name in commands if at < len(hostile) else commands[:1]:
                    _record(figures, f"{key} {name} {path[:60]!r}", name, home, told=at >= len(hostile))
            figures.slips += [f"a call from {place}" for place in called]
    return figures


def _secrets(around: HostileSetting) -> HostileSetting:
    """A secret for each ending that a plan names."""
    for suffix in {*KEYS.values()} - {".geojson", ".csv"}:
        around.secret.with_suffix(suffix).write_text(CANARY, encoding="utf-8")
    return around


def _record(figures: Figures, case: str, name: str, home: Path, *, told: bool) -> None:
    out = home.parent / "out"
    words = {
        "check": ["check", str(home)],
        "export": ["export", "parcels", "--plan", str(home), "-o", str(out / "made.gpkg")],
        "map": ["map", str(home), "-o", str(out / "map.html")],
    }[name]
    before = file_digests(home.parent)
    ended = run_forked(command([*words, "--lang", "en"]))
    after = file_digests(home.parent)
    if told and ended.code in (0, 1, 3):
        slips, outcome = list(ended.slips), "said to be absent"
        slips = [slip for slip in slips if slip != f"exit {ended.code}"]
        slips += [] if "layer-unreadable" in ended.said or "plan-source-absent" in ended.said else ["not told"]
    else:
        slips, outcome = (
            refusal_faults(ended, "" if told else "plan.toml"),
            "refused" if ended.code == 2 else f"exit {ended.code}",
        )
        slips += [f"{file} was written" for file in after if after[file] != before.get(file)]
    slips += [f"{file} is gone" for file in before if file not in after]
    slips += ["the canary shows"] * (CANARY in ended.said)
    figures.take(case, outcome, slips, ended)
    shutil.rmtree(out)
    out.mkdir()
