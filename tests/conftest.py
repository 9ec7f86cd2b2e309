"""Fixtures that every room's tests use."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from browser import launch_chromium
from hypothesis import HealthCheck, settings

from urbanplan.cli.start import GARBAGE_AFTER
from urbanplan.exchange.gdal import drivers

# What a property says has no time in it: neither a slow machine nor a busy one makes it false.  The test command draws
# the same examples each time, so that a red run is red again and a change is judged by itself; `make laws` searches
# with examples drawn anew, and what it finds becomes an example of its test.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("search", settings.get_profile("house"), derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("URBANPLAN_LAWS", "house"))

# Each of the suite's many processes would compile the whole package where the machine says that no bytecode is kept.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

gc.set_threshold(*GARBAGE_AFTER)  # as the command does: the suite holds a million objects that would be walked again
drivers.disable_drivers()  # as in the command's own process; what a host's keeps is tested in fresh ones

ROOT = Path(__file__).resolve().parents[1]
# files of few tests that take long each: they begin first, so that no worker is left alone with one at the end; not the
# wheel's, whose demo uses the machine code that others have made
LONG_FILES = (
    "test_hostile.py", "test_real_files.py", "test_failures.py", "test_docs.py", "test_notebooks.py",
    "test_generator.py", "test_first_district.py", "test_growth.py", "test_sheets.py",
)  # fmt: skip


def pytest_collection(session: pytest.Session) -> None:
    """Load, of several workers, each its share of the test files first.

    In a fresh tree each would rewrite the asserts of all files, which they read at once and in one order; so each finds
    most of them written by another.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if not worker or session.config.args != session.config.getini("testpaths"):
        return
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    for path in files[int(worker) :: int(os.environ["PYTEST_XDIST_WORKER_COUNT"])]:
        with suppress(Exception, pytest.skip.Exception):  # told where it is collected
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of long files first; else the order stays."""
    items.sort(key=lambda item: item.path.name not in LONG_FILES)


@pytest.fixture(scope="session")
def cache_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are nobody's yet; who keeps something makes its own."""
    folder = tmp_path_factory.mktemp("caches")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def user_cache(cache_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache directory of one test, its processes included: no test sees what another kept."""
    folder = next(cache_folders)
    monkeypatch.setenv("URBANPLAN_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data; tests that need it skip, with the reason, where it is absent."""
    folder = Path(os.environ.get("URBANPLAN_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the real data are absent: set URBANPLAN_SHARED to their folder")
    return folder


@pytest.fixture(scope="session")
def district() -> Path:
    """The folder of the first, illustrative district."""
    return ROOT / "layers" / "zhengzhou-hitech"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all page tests of a worker: playwright allows one at a time in a process."""
    with launch_chromium() as found:
        yield found
