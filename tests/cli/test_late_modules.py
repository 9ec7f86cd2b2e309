"""Modules that wait: what a library only names is not run, and what is asked of it is there."""

from __future__ import annotations

import subprocess
import sys

ASKS = """
from urbanplan.cli.late_modules import load_late
import importlib, sys, urllib
load_late(); load_late()
from importlib.metadata import entry_points
from urllib.request import Request, urlretrieve
assert "email" not in sys.modules and "http.client" not in sys.modules
assert "urbanplan" in {point.module.split(".")[0] for point in entry_points(group="console_scripts")}
assert "email" in sys.modules and importlib.metadata.version("numpy")
assert Request("http://localhost/").host == "localhost" and isinstance(urllib.request.Request, type)
assert not hasattr(urllib.request, "no_such_name")
urlretrieve("data:,here")
import scipy.sparse.csgraph
assert "numpy.f2py" in sys.modules and "numpy.f2py.crackfortran" not in sys.modules
import numpy
assert callable(numpy.f2py.run_main) and "numpy.f2py.crackfortran" in sys.modules
assert "numpy.polynomial.chebyshev" not in sys.modules and numpy.polynomial.Polynomial([1, 2])(3) == 7
assert "scipy.linalg" not in sys.modules and "unittest" not in sys.modules
for _ in range(2):
    found = scipy.sparse.csgraph.laplacian(numpy.array([[0, 2], [2, 0]]))
    assert found.tolist() == [[2, -2], [-2, 2]] and "scipy.sparse.linalg" in sys.modules
import pyarrow, pyarrow.compute as compute
assert "multiply" not in vars(compute) and compute.multiply(pyarrow.scalar(6), 7).as_py() == 42
assert compute.multiply.__doc__.startswith("Multiply") and "multiply" in vars(compute)
assert compute.or_ and compute.and_ and not hasattr(compute, "hash_sum") and not hasattr(compute, "no_such_function")
assert set(compute.list_functions()) > {"multiply", "hash_sum"}
import io, pandas, geopandas
assert not {"pandas.io.parsers", "pandas.io.json._json", "pandas.core.window.rolling"} & set(sys.modules)
frame = pandas.read_csv(io.StringIO("a,b\\n1,2\\n1,4"))
assert frame.rolling(2).sum().b.tolist()[1] == 6 and frame.groupby("a").rolling(2).sum().b.tolist()[1] == 6
assert frame.expanding().sum().b.tolist() == [2, 6] and frame.ewm(alpha=1).mean().b.tolist() == [2, 4]
assert frame.eval("a + b").tolist() == pandas.eval("frame.a + frame.b").tolist() == [3, 5]
assert pandas.read_json(io.StringIO(frame.to_json())).equals(frame)
assert pandas.json_normalize({"a": {"b": 1}}).columns.tolist() == ["a.b"]
book = io.BytesIO()
with pandas.ExcelWriter(book) as writer:
    frame.to_excel(writer, index=False)
assert pandas.read_excel(pandas.ExcelFile(book)).equals(frame)
assert isinstance(frame.groupby("a"), pandas.api.typing.DataFrameGroupBy)
assert pandas.api.interchange.from_dataframe(frame).equals(frame) and pandas.io.json.ujson_dumps([1]) == "[1]"
assert geopandas.GeoSeries.from_xy([0], [0]).to_json()
"""


def test_what_libraries_only_name_waits_until_it_is_asked_for_or_called() -> None:
    subprocess.run([sys.executable, "-c", ASKS], check=True)
