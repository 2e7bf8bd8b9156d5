"""The style sheet that only the data pages have."""

from __future__ import annotations

from importlib.resources import files

from layers.record.model import Record
from layers.web.page.assets import Asset, text_page_asset
from layers.web.page.letters import faces


def data_assets(record: Record) -> dict[str, Asset]:
    """Return by name the style sheet of the data pages, first, and the fonts that an atlas brings.

    It is the map page's letters and colours, the atlas's letters, then what is ours.
    """
    letters = faces(record)
    ours = files("api").joinpath("data.css").read_text(encoding="utf-8")
    style = text_page_asset("".join(face.css(face.name) for face in letters) + ours)
    return {f"data-{style.digest}.css": style, **{face.name: face.asset for face in letters}}
