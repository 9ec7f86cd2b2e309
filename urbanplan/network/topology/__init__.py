"""Topology: what is wrong with a drawing of streets, where exactly, and a repaired copy of it."""
