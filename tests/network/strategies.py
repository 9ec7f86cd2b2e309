"""Random towns: streets between points of a small lattice, sites anywhere near."""

from __future__ import annotations

from hypothesis import strategies as st

lattice = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda p: (p[0] * 97.0, p[1] * 83.0))
street = st.tuples(lattice, lattice)
streets = st.lists(street, min_size=1, max_size=14)
spot = st.tuples(st.floats(-60, 560), st.floats(-60, 480)).map(lambda p: (round(p[0], 3), round(p[1], 3)))
sites = st.lists(spot, min_size=0, max_size=4)
walk = st.floats(20, 700)
leg = st.floats(0, 90)
wall = st.tuples(spot, spot).filter(lambda ends: abs(ends[0][0] - ends[1][0]) + abs(ends[0][1] - ends[1][1]) > 1)
walls = st.lists(wall, max_size=3)
parcel = st.tuples(spot, st.floats(5, 120), st.floats(5, 120))
