"""Compiled work on the arrays of a network: search, chains.  Imports nothing that walks."""
