"""The colours of interface and base map, for every face; kinds have theirs in the symbology."""

from __future__ import annotations

# Text from strong to quiet, what it stands on, dividing lines, edges of controls, links.
INK, INK_2, INK_3 = "#1B2026", "#434A52", "#5A626B"
PAPER, GROUND = "#FFFFFF", "#F5F2EC"
RULE, RULE_2, EDGE = "#DDD9D1", "#BDB8AE", "#7D838B"
LINK, LINK_EDGE = "#0B4F8A", "#9DB7CF"
# The base map: the atlas's own country is lighter than its neighbours.
HOME, LAND, SEA = "#FBF9F4", "#EDE9E1", "#DDE7EB"
RIVER, COAST, BORDER, ROAD = "#A9C2CE", "#8FA6B2", "#7A746A", "#B3A68F"
HOME_NAME, COUNTRY_NAME, WATER_NAME = "#5F594F", "#6B655C", "#3F6376"

COLORS = {
    "ink": INK, "ink_2": INK_2, "ink_3": INK_3, "paper": PAPER, "ground": GROUND,
    "rule": RULE, "rule_2": RULE_2, "edge": EDGE, "link": LINK, "link_edge": LINK_EDGE,
    "home": HOME, "land": LAND, "sea": SEA, "river": RIVER, "coast": COAST, "border": BORDER,
    "road": ROAD, "home_name": HOME_NAME, "country_name": COUNTRY_NAME, "water_name": WATER_NAME,
}  # fmt: skip
"""By the names under which the browser has them."""


def css_variables() -> str:
    """Return the colours as a rule of CSS: ``--ink``, ``--ink-2`` and so on."""
    written = "".join(
        f"  --{name.replace('_', '-')}: {color.lower()};\n" for name, color in COLORS.items()
    )
    return f":root {{\n{written}}}\n"


def rgb(color: str) -> tuple[int, int, int]:
    """Return red, green and blue from 0 to 255 of ``#rrggbb``."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def tint(color: str, share: float) -> str:
    """Return a colour as it looks at a share of its strength on white paper."""
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in rgb(color))
