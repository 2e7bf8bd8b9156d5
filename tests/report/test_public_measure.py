"""A made-up week whose true counts are published ones; every number here was worked out by hand."""

from __future__ import annotations

# zone, party, kind, surely, possibly, not placeable, the week before, since 5 March, lines
IDLIB = [
    ("", "", 14, 1, 2, 18, 25),
    ("side_a", "bombardment", 10, 0, 1, 12, 19),
    ("side_a", "air_strike", 0, 0, 0, 3, 0),
    ("side_a", "unmapped", 1, 0, 0, 0, 1),
    ("side_b", "bombardment", 3, 1, 1, 3, 5),
]
CORRIDOR = [
    ("", "", 9, 0, 2, 6, 15),
    ("", "air_strike", 0, 0, 0, 0, 0),
    ("side_a", "bombardment", 7, 0, 1, 5, 12),
    ("side_a", "unmapped", 1, 0, 0, 0, 1),
    ("side_b", "bombardment", 1, 0, 1, 1, 2),
]
EXPECTED = {"idlib-zone": IDLIB, "m4-security-corridor": CORRIDOR, "union": IDLIB}
# surely / possibly / not placeable, as lines of the file; its header is line 1
LINES = {
    ("union", "side_a", "bombardment"): "2 3 4 6 8 9 10 12 13 15 / / 21",
    ("union", "side_a", "air_strike"): "/ /",
    ("union", "side_a", "unmapped"): "23 / /",
    ("union", "side_b", "bombardment"): "5 11 14 / 24 / 22",
    ("m4-security-corridor", "side_a", "bombardment"): "2 3 4 6 8 9 15 / / 21",
    ("m4-security-corridor", "side_b", "bombardment"): "11 / / 22",
}
PLACES = {"union": 8, "idlib-zone": 8, "m4-security-corridor": 5}
