"""Paths that a plan names: inside its folder, no drive, no address, in any case of letters."""

from __future__ import annotations

import os

import pytest

from urbanplan.errors import GateError
from urbanplan.model.safe_path import check_path, resolve_inside, shorten_path


@pytest.mark.parametrize(
    ("text", "inside"),
    [("a/b.shp", "a/b.shp"), ("a/../b", "b"), ("a//b", "a/b"), ("vsi/x", "vsi/x"), ("a/vsi", "a/vsi"), ("规划.shp", "规划.shp")],
)  # fmt: skip
def test_a_path_of_the_folder_is_found_in_it(tmp_path, text, inside):
    assert resolve_inside(text, tmp_path) == tmp_path.resolve() / inside


@pytest.mark.parametrize("text", ["C:x", "c:/x", "z:\\x", "Z:", "~x", "~/x", "/etc/x", "\\x"])
def test_a_drive_a_home_and_a_root_are_not_relative(tmp_path, text):
    check_path(text)
    with pytest.raises(GateError, match="is not relative to the plan"):
        resolve_inside(text, tmp_path)


ADDRESSES = [
    "/vsizip/a.zip", "/VSIcurl/a", "/VsiMem/a", "//server/a", "\\\\server\\a", "http://a", "HTTPS://a", "s3:a", "file:a",
    "a+b.c-d:x",
]  # fmt: skip


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_no_file_in_any_case_of_letters(tmp_path, text):
    for refuse in (check_path, lambda text: resolve_inside(text, tmp_path)):
        with pytest.raises(GateError, match="is an address, not a file"):
            refuse(text)


@pytest.mark.parametrize("text", ["", "  ", "\t", "a\x00b"])
def test_nothing_is_no_path(text):
    with pytest.raises(GateError, match="this is no path"):
        check_path(text)


@pytest.mark.parametrize("text", ["..", "../x", "a/../../x", "a/b/../../../x"])
def test_a_path_out_of_the_folder_is_refused_though_nothing_is_there(tmp_path, text):
    with pytest.raises(GateError, match="leads out of the plan's folder"):
        resolve_inside(text, tmp_path)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    home = tmp_path / "plan"
    home.mkdir()
    (home / "out").symlink_to(tmp_path)
    with pytest.raises(GateError, match="leads out of the plan's folder"):
        resolve_inside("out/x", home)


@pytest.mark.skipif(os.sep == "\\", reason="a backslash parts folders there")
def test_a_backslash_is_refused(tmp_path):
    with pytest.raises(GateError, match="holds a backslash"):
        resolve_inside("a\\b", tmp_path)


def test_an_error_says_its_place_else_the_folder(tmp_path):
    with pytest.raises(GateError) as said:
        resolve_inside("../x", tmp_path, where="plan.toml:3")
    with pytest.raises(GateError) as unsaid:
        resolve_inside("../x", tmp_path)
    assert str(said.value).startswith("plan.toml:3: ../x ")
    assert str(unsaid.value).startswith(f"{tmp_path}: ../x ")


def test_a_long_path_is_shortened_in_its_middle():
    whole = "a" * 199 + "z"
    assert shorten_path(whole) == whole
    assert shorten_path("b" + whole) == f"b{'a' * 119}…{'a' * 59}z"


def test_a_path_in_a_message_holds_no_control_sign():
    assert shorten_path("a\nb\x1b\ud800") == "a?b??"
