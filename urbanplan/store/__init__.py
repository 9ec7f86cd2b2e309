"""Where a plan's layers are kept."""
