"""The map: one HTML file that a planner opens without a network.

``from urbanplan.view.map.draw import draw_map``.
"""
