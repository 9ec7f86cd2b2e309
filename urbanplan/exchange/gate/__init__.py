"""The gate: what may be opened at all."""
