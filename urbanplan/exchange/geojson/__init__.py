"""GeoJSON by RFC 7946."""
