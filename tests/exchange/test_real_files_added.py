"""Every good file of the shared data: added to a plan by the command, exported to every format and read back."""

from __future__ import annotations

import pytest
from exchange.held import assert_as_declared, refused
from exchange.real_files import GOOD, WAYS, Good, plan_for

from urbanplan.cli.app import run
from urbanplan.cli.export import frame_of as exported
from urbanplan.cli.export import read_layers
from urbanplan.exchange import read
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.losses import losses
from urbanplan.plan import read as read_plan


def added(shared, tmp_path, good: Good):
    """A plan into which the file was brought by the command."""
    home = plan_for(good, tmp_path / "plan")
    words = ["--lang", "en", "add", "layer", str(shared / "data" / good.file), "--plan", str(home), *good.pins]
    assert run(words) == 0
    return home


MANY = ("echarts", "beijing", "chongqing", "shanghai", "neatnet")  # of many corners


@pytest.mark.parametrize(
    "good",
    [pytest.param(one, marks=pytest.mark.corpus if any(word in one.file for word in MANY) else ()) for one in GOOD],
    ids=lambda good: good.file.split("/")[-1],
)
def test_a_good_file_is_added_and_exported_to_every_format(shared, tmp_path, good, capsys):
    home = added(shared, tmp_path, good)
    assert f"{good.features} features" in capsys.readouterr().out
    layer = read_layers(read_plan(home), ["layer"])["layer"]
    assert len(layer.frame) == good.features
    frame = exported(layer)
    rows = len(frame) and frame.geometry.isna().all()
    to = ["--plan", str(home), "--allow-loss"]
    for name, profile in WAYS:
        if rows and name not in ("gpkg", "geoparquet", "csv", "xlsx"):
            if by_name(name).drawn_only:
                assert run(["export", "layer", "-o", str(tmp_path / f"no{by_name(name).suffixes[0]}"), *to]) == 2
            continue  # a table has no place in formats of shapes; see the other test
        out = tmp_path / f"out-{profile or ''}{by_name(name).suffixes[0]}"
        words = ["export", "layer", "-o", str(out), *to]
        code = run([*words, *(["--profile", profile] if profile else [])])
        if refused(frame, name):
            assert code == 2 or not len(frame)
            continue
        assert code == 0, name
        assert_as_declared(frame, read(out).frame, list(losses(frame, by_name(name), profile=profile)), name)
