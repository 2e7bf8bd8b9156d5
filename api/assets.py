"""The style sheet that only the data pages have."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from layers.web.page.assets import Asset, text_page_asset


@cache
def stylesheet() -> tuple[str, Asset]:
    """Return name and style sheet: the map page's letters and colours, then what is ours."""
    asset = text_page_asset(files("api").joinpath("data.css").read_text(encoding="utf-8"))
    return f"data-{asset.digest}.css", asset
