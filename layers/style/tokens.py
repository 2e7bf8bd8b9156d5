"""The tokens of the look: colours of kinds, states, ranks, as every face reads them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

_HERE = files("layers.style")


@cache
def tokens() -> dict[str, Any]:
    """Return colours, states and ranks (``tokens.json``)."""
    return _table("tokens.json")


@cache
def signs() -> dict[str, Any]:
    """Return the marks of patterns and signs (``signs.json``)."""
    return _table("signs.json")


def _table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_HERE.joinpath(name).read_text(encoding="utf-8"))
    return found
