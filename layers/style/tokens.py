"""The symbology as plain tables, for what has not yet taken `layers.style.symbology`."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from layers.i18n import translator
from layers.style.symbology import HERE, default_symbology


@cache
def tokens() -> dict[str, Any]:
    """Return colours, states and ranks."""
    made = default_symbology().as_json([])
    for name, kind in made["kinds"].items():
        kind["gender"] = "f" if translator("ar").gender(name) == "feminine" else "m"
    return {"kinds": made["kinds"], "states": made["states"], "rank": made["ranks"]}


@cache
def signs() -> dict[str, Any]:
    """Return the marks of patterns and signs."""
    data = json.loads(HERE.joinpath("symbology.json").read_text(encoding="utf-8"))
    return {
        "patterns": data["patterns"],
        "signs": {name: data["markers"][kind["marker"]] for name, kind in data["kinds"].items()},
        "places": [name for name, kind in data["kinds"].items() if kind["is_place"]],
        "hollow": [name for name, state in data["states"].items() if state["hollow"]],
    }
