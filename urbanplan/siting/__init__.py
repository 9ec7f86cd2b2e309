"""Proposals, never verdicts."""
