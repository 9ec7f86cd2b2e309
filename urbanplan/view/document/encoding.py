"""Documents as bytes."""

from __future__ import annotations

from typing import Any

import orjson


def to_json(document: dict[str, Any]) -> bytes:
    """A document as JSON in UTF-8; a text of many megabytes is not copied once more."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document, option=options, default=str)
