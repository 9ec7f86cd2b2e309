"""Pictures of the ground: rasters and sets of tiles, read through the gate, as tiles or as one picture."""
