"""Files as units: atomic writes, locks, digests, consistent reading, metadata beside."""
