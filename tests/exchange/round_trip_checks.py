"""What is held of a real file that was written and read back: just what was declared, with and without its metadata."""

from __future__ import annotations

from exchange import rfc7946
from exchange.frame_changes import changes, distances, expected_changes, without_metadata

from urbanplan.exchange import read, write
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.losses import find_losses

REFUSED_LOSSES = ("features that are no polygons ({kinds})", "rows without geometry", "mixed shapes ({kinds})")
FORMULA_LOSS = (
    "texts of {fields} that begin like a formula get an apostrophe"  # for others; the reader here takes it away
)


def check_round_trip(frame, folder, name, profile):
    """Write, read back with and without the metadata, and hold what is found against what was declared."""
    row = by_name(name)
    declared = list(find_losses(frame, row, profile=profile))
    written = write(frame, folder / f"甲{row.suffixes[0]}", profile=profile, allow_loss=True)
    told = [loss for loss in written.losses if not loss.template.startswith("rounding to")]  # what came of the writing
    assert told == declared
    back = read(written.path).frame
    assert_as_declared(frame, back, declared, row.name)
    if row.name == "geojson":
        assert rfc7946.check(written.path) == len(frame)
    if row.name == "txt":
        return  # without its metadata it has the names of the head
    alone = changes(frame, read(without_metadata(written.path)).frame)
    means = expected_changes(declared, frame)
    if len(frame):
        assert alone <= {word for _, words in means for word in words} | _CHANGES_WITHOUT_METADATA.get(
            row.name, set()
        ), alone
    idle = [loss.text() for loss, words in means if not words & alone and len(frame) and loss.template != FORMULA_LOSS]
    assert idle == [], "declared, and not lost"


_CHANGES_WITHOUT_METADATA = {"kml": {"order"}}


def assert_as_declared(frame, back, declared, name):
    """With its metadata the file is what was written, but for the losses that are not carried."""
    lasting = [(loss, words) for loss, words in expected_changes(declared, frame) if not loss.carried]
    found = changes(frame, back)
    if name == "txt":
        found = {word for word in found if not word.startswith("new:")}
    assert found <= {word for _, words in lasting for word in words}, found
    assert [loss.text() for loss, words in lasting if not words & found and len(frame)] == []
    if "moved" in found:
        assert distances(frame, back).max() <= (8e-8 if frame.crs.is_geographic else 0.012)


def is_refused(frame, name):
    """The losses that no permission helps against."""
    found = [
        loss
        for loss in find_losses(frame, by_name(name))
        if loss.template in REFUSED_LOSSES and loss.values != {"kinds": "null"}
    ]
    if not found and by_name(name).drawn_only and len(frame) and frame.geometry.isna().all():
        return True
    outside = name == "txt" and not found and not 73.5 < frame.to_crs(4326).total_bounds[[0, 2]].mean() < 136.5
    return bool(found) or outside or (name == "txt" and not len(frame))
