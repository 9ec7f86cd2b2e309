"""Compiled loops over the cells of a grid; plain Python, slower, where no compiler is installed."""
