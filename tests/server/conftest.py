"""One desk of the small district for all modules that leave it as they found it."""

from __future__ import annotations

import pytest
from plans import small_district
from server.desk_client import open_desk


@pytest.fixture(scope="session")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    with open_desk(folder / "work", small_district.write(folder / "plan")) as client:
        yield client
