"""Which sheet of a workbook is read: the one asked for, or the only one that a person sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.table import Source


def choose_sheet(names: Sequence[str], unseen: Iterable[str], source: Source) -> tuple[str, tuple[str, ...]]:
    """The sheet to read, and the hidden ones that were left out for it: the one asked for, or the only one to be seen.

    Args:
        names: of the sheets that hold anything. unseen: those of hidden ones. source: what is read.

    Raises:
        ExchangeError: it is not there, or it must be said which.
    """
    hidden = set(unseen)
    seen = [name for name in names if name not in hidden]
    if source.layer is not None or not seen:
        return select_layer(list(names), source), ()
    return select_layer(seen, source), tuple(name for name in names if name in hidden)
