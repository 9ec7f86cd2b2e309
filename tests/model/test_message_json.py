"""Texts as JSON: said again in the language of who reads them, whole or as the text that they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from urbanplan.errors import ExchangeError
from urbanplan.model.message_json import is_translatable, message_from_json, message_to_json
from urbanplan.model.titles import field_title, layer_title
from urbanplan.model.translation import join_messages, localize, localize_error, use_language


def test_every_kind_of_text_comes_back_in_the_language_of_now() -> None:
    text = localize("{count} features of {layer} have no {column}", count=np.int64(2), layer=layer_title("parks"),
                    column=field_title("parks", "beds"))  # fmt: skip
    whole = {"a": [join_messages("; ", (text, localize("no value is reported"))), 1.5, None], "b": ("x", True)}
    held = message_to_json(whole)
    assert message_from_json(held) == {"a": whole["a"], "b": ["x", True]}
    with use_language("zh"):
        told = message_from_json(held)["a"][0]
    assert told == "parks 有 2 个要素缺少 beds；没有上报值"


def test_an_error_within_a_text_is_said_in_the_language_of_the_text() -> None:
    error = ExchangeError("the file does not exist", where="a.shp", fix="Check its name.")
    error.also = (ExchangeError("the file does not exist", where="b.shp"),)
    english = "a.shp: the file does not exist. Check its name.\nb.shp: the file does not exist."
    assert localize_error(error) == str(error) == english
    held = message_to_json(localize("it was not brought in: {reason}", reason=localize_error(error)))
    with use_language("zh"):
        told = message_from_json(held)
    assert told == "未能加入：a.shp: 文件不存在。请检查文件名。\nb.shp: 文件不存在。"


def test_a_text_of_what_no_json_holds_stays_a_text() -> None:
    text = localize("no value is reported {x}", x=Path("a"))
    assert message_to_json(text) == "no value is reported a"
    assert message_to_json({"v": np.float64(2.5), "n": np.bool_(True)}) == {"v": 2.5, "n": True}
    assert is_translatable(map(message_to_json, ["", localize("no value is reported")]))
    assert not is_translatable(map(message_to_json, ["plain", localize("no value is reported")]))
    assert not is_translatable([message_to_json(text)])


def test_a_table_with_the_mark_among_others_is_a_table_and_a_strange_recipe_is_refused() -> None:
    assert message_from_json({"__message__": {"layer": "a"}, "x": 1}) == {"__message__": {"layer": "a"}, "x": 1}
    with pytest.raises(ValueError, match=r"no text has the recipe \['z'\]"):
        message_from_json({"__message__": {"z": 1}})
