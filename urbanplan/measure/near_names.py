"""Names of a layer that are near one that is not in it: other width, spaces, case, a part, a slip."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Any

_MOST = 3  # names that a reason proposes
_COMPARED = 20_000  # names that are compared sign by sign


def fold_name(name: str) -> str:
    """A name without what people do not see: width, case, white space, marks in the wrong form."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def near_names(name: str, known: Iterable[Any]) -> list[str]:
    """Names like one, those first that differ only in width, case or spaces; then parts and slips.

    Args:
        name: the one that is sought. known: the layer's names; nulls are passed over.
    """
    folded = {one: fold_name(one) for one in dict.fromkeys(one for one in known if isinstance(one, str) and one)}
    sought = fold_name(name)
    same = [one for one, plain in folded.items() if plain == sought]
    parts = [one for one, plain in folded.items() if len(plain) > 1 and (plain in sought or sought in plain)]
    by_plain = {plain: one for one, plain in list(folded.items())[:_COMPARED]}
    like = [by_plain[plain] for plain in difflib.get_close_matches(sought, by_plain, n=_MOST, cutoff=0.6)]
    return list(dict.fromkeys([*same, *sorted(parts, key=lambda one: abs(len(one) - len(name))), *like]))[:_MOST]
