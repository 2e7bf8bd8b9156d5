"""The ground of a map that asks nobody for tiles."""

from __future__ import annotations

from typing import Any

from folium.template import Template

from layers.record.basemap_files import basemap_towns
from layers.record.kinds import SETTLEMENTS
from layers.record.model import Record
from layers.style.colors import COLORS
from layers.web.folium_elements.zone_layer import DataElement
from layers.web.page.polyline import encoded_basemap


class Basemap(DataElement):
    """Draw a record's own land, water, borders and towns in place of tiles.

    Parameters
    ----------
    record : Record
        The record; one without a basemap gives a plain ground.
    lang : str, default None
        BCP 47 tag of the language of the towns' names; None: the record's first.
    offline : bool, default False
        See `ZoneLayer`.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}{{ this.data_block }}{% endmacro %}
        {% macro script(this, kwargs) %}
            TamasElements.basemap({{ this.map_name }}, {{ this.data_name|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, record: Record, *, lang: str | None = None, offline: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Basemap"
        self.lang = lang or record.languages[0]
        self.offline = offline
        self.data = {
            "lang": self.lang,
            "collections": {
                name: {"type": "FeatureCollection", "features": list(map(_plain, one["features"]))}
                for name, one in encoded_basemap(record.root).items()
            },
            "places": [
                {"names": place.names, "rank": place.rank, "lon": place.lon, "lat": place.lat}
                for place in sorted(
                    [*record.places.values(), *basemap_towns(record)], key=lambda place: place.rank
                )
                if place.kind in SETTLEMENTS
            ],
            "colors": COLORS,
        }


def _plain(feature: dict[str, Any]) -> dict[str, Any]:
    """Return a feature with no more of it than its drawing needs."""
    home = bool((feature["properties"] or {}).get("home"))
    return {"type": "Feature", "properties": {"home": home}, "geometry": feature["geometry"]}
