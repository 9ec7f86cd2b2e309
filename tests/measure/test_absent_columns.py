"""A key that names a column which the layer does not have is an error that names key, column and layer."""

from __future__ import annotations

from typing import Any

import pytest
from measure.closed_form_layers import layer, measure_declared, road, square

from urbanplan.errors import MeasureError

SITES = layer([square(0), square(1)], spaces=[1, 2])
ROADS = layer([road(0)], called="roads")
HOMES = layer([square(0).centroid], called="homes", spaces=[3])
WALK = {"kind": "coverage", "streets": "roads", "sites": "sites", "residents": "homes", "within": 100}


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ({"kind": "count", "distinct": "nix"}, "sites"),
        ({"kind": "count", "by": "nix"}, "sites"),
        ({"kind": "count", "unknown": {"nix": 0}}, "sites"),
        ({"kind": "sum", "field": "nix", "unit": "个"}, "sites"),
        ({"kind": "share", "that": "spaces > 1", "weight": "nix"}, "sites"),
        ({"kind": "ratio", "part": "nix", "whole": "spaces"}, "sites"),
        ({"kind": "ratio", "part": "spaces", "whole": "nix"}, "sites"),
        ({"kind": "exists", "name": "a", "name_field": "nix"}, "sites"),
        ({"kind": "near", "to": "homes", "metres": 5, "weight": "nix"}, "sites"),
        ({"kind": "length", "of": "roads", "carriageway": "nix"}, "roads"),
        ({**WALK, "people": "nix"}, "homes"),
    ],
)
def test_a_column_that_is_absent(declared: dict[str, Any], name: str) -> None:
    declared = declared if "streets" in declared else {"of": "sites", **declared}
    with pytest.raises(MeasureError, match=f"'{name}' ha(s|ve) no (numeric )?column 'nix'"):
        measure_declared(declared, SITES, ROADS, HOMES)
