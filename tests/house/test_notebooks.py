"""Notebooks run by the public API and are committed without outputs."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from house.notebook_cells import code_cells, run_cells
from warm import call_fresh

import urbanplan

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in cells)


def code_of(path):
    return "\n".join(code_cells(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_uses_public_names_only(path):
    tree = ast.parse(code_of(path))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name and name.partition(".")[0] == "urbanplan"} == {"urbanplan"}
    called = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "urbanplan"
    }
    assert called <= set(urbanplan.__all__)


def test_a_whole_district_takes_thirty_lines():
    [path] = [path for path in NOTEBOOKS if path.stem == "district"]
    assert len([line for line in code_of(path).splitlines() if line.strip()]) <= 30


# of the others the how-tos' tests and those of their rooms run the calls
@pytest.mark.parametrize("path", [
    pytest.param(path, marks=pytest.mark.corpus if path.stem in ("rain", "coverage", "parcels") else []) for path in NOTEBOOKS
], ids=lambda path: path.stem)  # fmt: skip
def test_it_runs(path, tmp_path):
    pytest.importorskip("IPython")
    assert call_fresh(run_cells, str(path), str(tmp_path))


def test_a_cell_that_fails_fails_the_notebook(tmp_path):
    pytest.importorskip("IPython")
    path = tmp_path / "wrong.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": ["1 / 0"]}]}))
    with pytest.raises(AssertionError, match="run_cells ended with 1"):
        call_fresh(run_cells, str(path), str(tmp_path))


@pytest.mark.parametrize("path", [
    pytest.param(path, marks=[] if path.stem == "parcels" else pytest.mark.corpus) for path in NOTEBOOKS
], ids=lambda path: path.stem)  # fmt: skip
def test_a_kernel_runs_it(path, tmp_path):
    nbformat = pytest.importorskip("nbformat")
    from nbclient import NotebookClient

    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=None, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert all(cell.get("execution_count") for cell in book.cells if cell.cell_type == "code")
