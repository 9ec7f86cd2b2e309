"""Every file of the shared data: inspected, added to a plan, exported to every format and read back."""

from __future__ import annotations

import pytest
from exchange import rfc7946
from exchange.compared import changes, distances, promised, without_metadata
from exchange.real_files import BAD, GOOD, OTHER, WAYS, Good, cut, plan_for, whole

from urbanplan.cli.app import run
from urbanplan.cli.export import frame_of as exported
from urbanplan.cli.export import read_layers
from urbanplan.errors import ExchangeError, UrbanplanError
from urbanplan.exchange import inspect, read, write
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.losses import losses
from urbanplan.plan import read as read_plan

FILES = pytest.mark.parametrize("good", GOOD, ids=lambda good: good.file.split("/")[-1])
REFUSED = ("features that are no polygons ({kinds})", "rows without geometry", "mixed shapes ({kinds})")


def test_every_file_is_looked_at(shared):
    known = {good.file for good in GOOD} | set(BAD)
    left = [
        path.relative_to(shared / "data").as_posix()
        for path in (shared / "data").rglob("*")
        if path.is_file() and not any(word in path.name for word in OTHER)
    ]
    assert set(left) <= known


@FILES
def test_a_good_file_is_inspected(shared, good):
    seen = inspect(shared / "data" / good.file)
    assert [layer.features for layer in seen.layers] == [good.features]
    assert not seen.layers[0].refused
    assert (seen.layers[0].crs is None) == (good.crs is not None or good.swap or good.type == "rows")


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.split("/")[-1])
def test_a_bad_file_is_refused_with_its_name_reason_and_repair(shared, file):
    for look in (inspect, read):
        with pytest.raises(ExchangeError) as caught:
            look(shared / "data" / file)
        assert file.split("/")[-1] in caught.value.where
        reason, repair = BAD[file]
        assert reason in str(caught.value)
        assert repair in caught.value.text()


def there_and_back(frame, folder, name, profile):
    """Write, read back with and without the metadata, and hold what is found against what was declared."""
    row = by_name(name)
    declared = list(losses(frame, row, profile=profile))
    written = write(frame, folder / f"甲{row.suffixes[0]}", profile=profile, allow_loss=True)
    assert written.losses == tuple(declared)
    back = read(written.path).frame
    assert_as_declared(frame, back, declared, row.name)
    if row.name == "geojson":
        assert rfc7946.check(written.path) == len(frame)
    if row.name == "txt":
        return  # without its metadata it has the names of the head
    alone = changes(frame, read(without_metadata(written.path)).frame)
    means = promised(declared, frame)
    if len(frame):
        assert alone <= {word for _, words in means for word in words} | _ALONE.get(row.name, set()), alone
    idle = [loss.text() for loss, words in means if not words & alone and len(frame)]
    assert idle == [], "declared, and not lost"


_ALONE = {"kml": {"order"}}


def assert_as_declared(frame, back, declared, name):
    """With its metadata the file is what was written, but for the losses that are not carried."""
    lasting = [(loss, words) for loss, words in promised(declared, frame) if not loss.carried]
    found = changes(frame, back)
    if name == "txt":
        found = {word for word in found if not word.startswith("new:")}
    assert found <= {word for _, words in lasting for word in words}, found
    assert [loss.text() for loss, words in lasting if not words & found and len(frame)] == []
    if "moved" in found:
        assert distances(frame, back).max() <= (8e-8 if frame.crs.is_geographic else 0.012)


def refused(frame, name):
    """The losses that no permission helps against."""
    found = [loss for loss in losses(frame, by_name(name)) if loss.template in REFUSED]
    outside = name == "txt" and not found and not 73.5 < frame.to_crs(4326).total_bounds[[0, 2]].mean() < 136.5
    return bool(found) or outside or (name == "txt" and not len(frame))


@pytest.mark.parametrize(("name", "profile"), WAYS, ids=lambda word: word or "")
@FILES
def test_to_every_format_and_back(shared, tmp_path, good, name, profile):
    frame = cut(good, shared, name)
    if refused(frame, name):
        with pytest.raises(UrbanplanError) as caught:
            read(write(frame, tmp_path / f"a{by_name(name).suffixes[0]}", profile=profile, allow_loss=True).path)
        assert caught.value.fix
        return
    there_and_back(frame, tmp_path, name, profile)


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "profile"), WAYS, ids=lambda word: word or "")
@FILES
def test_whole_files_to_every_format_and_back(shared, tmp_path, good, name, profile):
    frame = whole(good, shared)
    if len(frame) == len(cut(good, shared, name)) or refused(frame, name):
        pytest.skip("whole, or refused, in the default run too")
    there_and_back(frame, tmp_path, name, profile)


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
