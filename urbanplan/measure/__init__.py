"""What is measured: one file per measure, one row in the catalog."""
