"""The walk: what places see, how far they reach, which metres and people are covered, and the proof of it."""
