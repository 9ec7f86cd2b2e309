"""A folium map that a person adds layers to, shown and saved as an offline page."""
