"""People to places on streets."""
