"""Notes: their level where none is said, their words in the language of now, and a log that passes each on."""

from __future__ import annotations

from urbanplan.errors import UsageError
from urbanplan.model.note import Note, NoteLog, note


def test_a_note_that_says_no_level_is_information():
    assert (note("a").level, Note("a").level, note("a", level="loss").level) == ("info", "info", "loss")
    assert note("a", level="refused", n=3) == Note("a", "refused", {"n": 3})


def test_a_note_or_an_error_among_the_values_is_rendered():
    inner = note("{n} of {m}", n=1, m=2)
    assert str(note("told: {what}", what=inner)) == "told: 1 of 2"
    assert str(note("told: {what}", what=UsageError("no {x}", fix="Give {x}", x="y"))) == "told: no y. Give y."


def test_a_log_keeps_the_order_and_passes_each_on():
    seen = []
    log = NoteLog(seen.append)
    log.put(note("a"))
    log.extend([note("b"), note("c")])
    assert [one.text for one in log.notes] == [one.text for one in seen] == ["a", "b", "c"]
    quiet = NoteLog()
    quiet.extend([note("a")])
    assert [one.text for one in quiet.notes] == ["a"]
