"""Whole files or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from urbanplan.errors import ExchangeError
from urbanplan.exchange.files.atomic import TEMPORARY_PREFIX, atomic_write, recover, replace_files
from urbanplan.exchange.files.lock import hold_lock


def leftovers(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]


def test_the_file_is_replaced_whole(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with atomic_write(target) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert leftovers(tmp_path) == []


def test_a_failure_leaves_the_old_file(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail():
        with atomic_write(target) as temporary:
            temporary.write_text("half")
            raise KeyError("x")

    with pytest.raises(KeyError):
        fail()
    assert target.read_text() == "old"
    assert leftovers(tmp_path) == []


def test_stale_companions_go_with_the_old_set(tmp_path):
    for name in ("a.shp", "a.names.json"):
        (tmp_path / name).write_text("old")
    with replace_files(tmp_path, name="a.shp", remove=("a.shp", "a.names.json")) as folder:
        (folder / "a.shp").write_text("new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.shp"]


def test_missing_and_read_only_folders_are_told(tmp_path):
    with pytest.raises(ExchangeError, match="does not exist"), atomic_write(tmp_path / "no" / "a.txt"):
        pass
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(ExchangeError, match="cannot be written"), atomic_write(tmp_path / "a.txt"):
        pass
    tmp_path.chmod(0o700)


KILLED = """
import os, signal, sys, urbanplan.exchange.files.atomic as a
from pathlib import Path
folder, at = Path(sys.argv[1]), int(sys.argv[2])
calls = 0
def watched(kind):
    real = getattr(os, kind)
    def call(*arguments, **named):
        global calls
        calls += 1
        if calls == at: os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return call
for kind in ("replace", "fsync", "unlink", "open"):
    setattr(os, kind, watched(kind))
with a.replace_files(folder, name="x", main="x.shp") as temporary:
    for name in ("x.shp", "x.dbf", "x.shx"):
        (temporary / name).write_text("new" * 1000)
print("done", calls)
"""


def test_killed_at_every_step_the_set_is_old_or_new(tmp_path):
    seen = set()
    for at in range(1, 60):
        folder = tmp_path / str(at)
        folder.mkdir()
        for name in ("x.shp", "x.dbf", "x.shx"):
            (folder / name).write_text("old" * 1000)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(folder), str(at)], capture_output=True, text=True, check=False
        )
        seen_by_others = {path.read_text()[:3] for path in folder.glob("x.*")}
        assert len(seen_by_others) == 1 or not (folder / "x.shp").exists(), at  # never a mixture
        recover(folder)
        contents = {(folder / name).read_text()[:3] for name in ("x.shp", "x.dbf", "x.shx")}
        assert len(contents) == 1, (at, contents)
        assert leftovers(folder) == [], at
        seen |= contents
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert seen == {"old", "new"}


def test_a_living_writer_is_not_cleaned_away(tmp_path):
    with replace_files(tmp_path, name="a") as folder:
        (folder / "a").write_text("1")
        with replace_files(tmp_path, name="b") as other:
            (other / "b").write_text("2")
        assert folder.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_two_writers_are_served_in_turn(tmp_path):
    order = []

    def work(name, seconds):
        with hold_lock(tmp_path):
            order.append(f"{name} in")
            time.sleep(seconds)
            order.append(f"{name} out")

    threads = [threading.Thread(target=work, args=(name, 0.05)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(a.split()[0] == b.split()[0] for a, b in zip(order[::2], order[1::2], strict=True))


def test_a_writer_that_waits_too_long_is_refused(tmp_path):
    with hold_lock(tmp_path), pytest.raises(ExchangeError, match="another writer"), hold_lock(tmp_path, seconds=0.02):
        pass


def test_a_file_that_a_group_may_write_stays_so(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    target.chmod(0o664)
    with atomic_write(target) as temporary:
        temporary.write_text("new")
        temporary.chmod(0o600)
    assert target.stat().st_mode & 0o777 == 0o664
    assert target.read_text() == "new"
