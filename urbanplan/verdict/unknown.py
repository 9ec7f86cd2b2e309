"""What a verdict says beside its reading where something is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model.formatting import format_reading
from urbanplan.model.reading import Known, exact_reading
from urbanplan.model.translation import localize
from urbanplan.model.units import convert_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from urbanplan.measure.measured import Measurement
    from urbanplan.verdict.judge import Judgement


def convert_known(measured: Measurement, judged: Judgement) -> Known | None:
    """The value over the known rows in the unit of the judged reading."""
    known, given, wanted = measured.known, measured.reading, judged.reading
    if known is None or known.value is None or given is None or wanted is None:
        return known
    return known.model_copy(update={"value": convert_unit(known.value, given.unit, wanted.unit)})


def explain_unknown(known: Known | None, judged: Judgement, measured: Measurement) -> Iterator[str]:
    """Sentences: the value over the known rows and how many others would settle it, and what the plan declares.

    An exact reading is settled, whatever the other rows hold.
    """
    if known is not None and known.value is not None and judged.reading is not None and not judged.reading.exact:
        yield localize(
            "over the {rows} known rows it is {value}; {count} more would settle it",
            rows=known.rows,
            value=format_reading(exact_reading(known.value, judged.reading.unit), judged.bound),
            count=known.unknown_rows,
        )
    yield from (hit.message for hit in measured.findings if hit.code == "verdict-unknown-declared")
