"""The made-up land of the page on clauses, and the page's recipes each with its clause."""

import re
from pathlib import Path
from typing import Any

import shapely
from pydantic import TypeAdapter

from geo.lines import Pair, Trace
from geo.recipes import Recipe
from layers.record.strict_yaml import load
from tests.support.geodesy import Names, place, walk

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/clauses.md"
READ = TypeAdapter(Recipe).validate_python
CLAUSE = re.compile(r"\*\*\"(.*?)\".*?```yaml\n(.*?)```", re.DOTALL)


def clauses() -> list[tuple[str, Any]]:
    """Return each clause of the page with its recipe."""
    found = CLAUSE.findall(PAGE.read_text(encoding="utf-8"))
    return [(" ".join(clause.split()), READ(load(text))) for clause, text in found]


def land() -> Names:
    """A made-up land that has what the page names."""
    front = [place(-20.4, -21.0 + 0.1 * n, 300.0) for n in range(5)]
    pairs = [
        Pair(place(one.lon - 0.01, one.lat, 300.0), place(one.lon + 0.01, one.lat, 300.0))
        for one in front
    ]
    border = walk(-19.9, -21.2, [(0, 30_000), (10, 30_000)])
    ring = walk(-20.6, -21.0, [(90, 40_000), (0, 40_000), (270, 40_000)])
    ferry = walk(*ring[1], [(90, 9_000), (0, 9_000), (270, 9_000)])
    areas = tuple(shapely.Polygon(one) for one in (ring, ferry))
    names = ("North Quarter", "Ferry Side")
    units = Trace("subdistricts", (ring, ferry), (200.0, 200.0), areas, names)
    spots = {
        "mill-town": place(-20.7, -20.8, 300.0, "mill-town"),
        "the-bridge": place(-20.4, -20.9, 50.0, "the-bridge"),
        "marrow-port": place(-20.0, -21.0, 400.0, "marrow-port"),
        "the-cape": place(*border[0], 200.0, "the-cape"),
        "the-crossing": place(*border[-1], 200.0, "the-crossing"),
    }
    traces = {"subdistricts": units, "border": Trace("border", (border,), (100.0,))}
    front_line = {"op": "contact_line", "pairs": "front"}
    shared = {"front": READ(front_line)}
    zones = {"security-zone": READ({"op": "corridor", "path": front_line, "half_width_km": 12})}
    return Names(spots, traces, {"front": pairs}, zones, shared, -20.0)
