"""Extended data: what programs wrote beside an entity, and the columns that come of it."""

from __future__ import annotations

import json
from typing import Any

APPLICATION_ID = "URBANPLAN"
CASS_ID = "SOUTH"  # the surveying program most in use in China
CASS_COLUMNS = ("编码", "宗地号", "权利人", "地类")  # code of the object, number of the parcel, owner, class of land
_CAD_PROGRAMS = ("ACAD", "ACDB", "AEC", APPLICATION_ID)
_TEXT, _BRACE = 1000, 1002


def own_data(entity: Any) -> dict[str, Any] | None:
    """The JSON that urbanplan wrote into the entity's extended data, nothing where it wrote none, None if damaged."""
    if not entity.has_xdata(APPLICATION_ID):
        return {}
    text = "".join(str(tag.value) for tag in entity.get_xdata(APPLICATION_ID) if tag.code == _TEXT)
    try:
        said = json.loads(text)
        text.encode()
    except ValueError:
        return None
    return said if isinstance(said, dict) and isinstance(said.get("f"), int) else None


def program_data(entity: Any) -> dict[str, list[Any]]:
    """Values of the programs, other than the CAD itself and urbanplan, whose extended data an entity holds.

    Each is a list of its values in their order, points as lists of three numbers.
    """
    held = entity.xdata.data if entity.xdata is not None else {}
    return {
        str(name): [_plain(tag.value) for tag in tags if tag.code not in (1001, _BRACE)]
        for name, tags in held.items()
        if not str(name).upper().startswith(_CAD_PROGRAMS)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | float):
        return value
    return value.hex() if isinstance(value, bytes) else [float(one) for one in value]


def cass_values(values: list[Any]) -> dict[str, str]:
    """The columns of CASS: its texts in their order; what stands behind them is in no column."""
    texts = [str(value) for value in values if isinstance(value, str)]
    return {name: text for name, text in zip(CASS_COLUMNS, texts, strict=False) if text}


def is_cass(values: list[Any]) -> bool:
    """Whether the columns of CASS hold all values."""
    return len(values) <= len(CASS_COLUMNS) and all(isinstance(value, str) for value in values)
