"""Text encodings."""
