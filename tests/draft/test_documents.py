"""Whole documents: the first one against its register, and reports that the rules have not been made from."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from draft.scoring import Answer, answer, missed, wrong

from urbanplan.plan.draft import read_promises, read_rules
from urbanplan.plan.quote import is_quoted_in

HELD_OUT = Path(__file__).parent / "heldout"
FOUND, RIGHT = 0.95, 0.95  # of the held-out reports; never lowered. The goal was 0.90 and 0.85


@pytest.fixture(scope="module")
def speech(shared):
    return (shared / "source" / "speech-2025.txt").read_text(encoding="utf-8-sig")


@pytest.fixture(scope="module")
def register(shared) -> list[Answer]:
    with (shared / "domain" / "register.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [answer(row) for row in csv.DictReader(stream) if row["number"]]


def test_the_numbers_of_the_first_document_are_found(speech, register):
    read = read_promises(speech, read_rules())
    lost = missed(read.promises, register)
    assert len(register) == 85
    assert 1 - len(lost) / len(register) >= 0.95, [label.quote for label in lost]


def test_what_is_drafted_from_the_first_document_is_right(speech, register):
    drafted = [one for one in read_promises(speech, read_rules()).promises if one.promise]
    bad = wrong(drafted, register)
    assert len(drafted) >= 75
    assert 1 - len(bad) / len(drafted) >= 0.95, [one.quote for one in bad]


def test_quotes_of_the_first_document_are_verbatim(speech):
    assert all(is_quoted_in(one.quote, speech) for one in read_promises(speech, read_rules()).promises)


@pytest.fixture(scope="module")
def held_out() -> dict[str, list[Answer]]:
    """Labelled numbers by file; written by someone who has not seen the rules, and never changed after."""
    table = HELD_OUT / "answers.csv"
    if not table.is_file():
        pytest.skip("the held-out reports are absent: tests/draft/heldout/answers.csv")
    rows: dict[str, list[Answer]] = defaultdict(list)
    with table.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            rows[row["file"]].append(answer(row))
    return rows


def drafts(held_out):
    for name, labels in held_out.items():
        text = (HELD_OUT / name).read_text(encoding="utf-8-sig")
        yield text, read_promises(text, read_rules()).promises, labels


def test_held_out_promises_are_found(held_out):
    lost = total = 0
    for _, found, labels in drafts(held_out):
        total += len(labels)
        lost += len(missed([one for one in found if one.promise], labels))
    assert total >= 300
    assert 1 - lost / total >= FOUND, f"{lost} of {total} are not found"


def test_what_is_drafted_of_held_out_reports_is_right(held_out):
    bad = drafted = 0
    for _, found, labels in drafts(held_out):
        drafted += sum(one.promise for one in found)
        bad += len(wrong(found, labels))
    assert 1 - bad / drafted >= RIGHT, f"{bad} of {drafted} are wrong"


def test_held_out_quotes_are_verbatim(held_out):
    for text, found, _ in drafts(held_out):
        assert [one.quote for one in found if not is_quoted_in(one.quote, text)] == []
