"""OGC parts and pages."""
