"""The raster room: elevation, depressions, flow and ponding.

``elevation`` reads a grid, ``fill`` fills it by tiles, ``flow`` routes over it, ``basins`` and ``rain`` fill, spill and
merge; ``kernels`` hold the compiled loops, which take flat arrays.
"""
