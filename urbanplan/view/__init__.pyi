from .map.draw import draw_map as draw_map

__all__ = [
    "draw_map",
]
