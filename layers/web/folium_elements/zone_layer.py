"""Zones as a layer of any Folium map."""

from __future__ import annotations

from typing import Any, cast

from branca.element import Element, Figure
from folium import Map
from folium.map import Layer
from folium.template import Template
from geopandas import GeoDataFrame

from layers.i18n import translator
from layers.i18n.catalogue import SOURCE
from layers.web.folium_elements.assets import add_assets, hold_assets
from layers.web.folium_elements.zone_data import ZoneReading, name_languages, zone_data
from layers.web.json_script import json_block
from layers.web.literal import LiteralElement, literal


class ZoneElement(LiteralElement):
    """What stands on a map and speaks a language: it brings script, style and words along."""

    lang: str
    offline: bool

    @property
    def map_name(self) -> str:
        """Return the name of the map that it stands on, however deep."""
        element: Element | None = self
        while element is not None and not isinstance(element, Map):
            element = element._parent
        if element is None:
            raise ValueError(f"{self._name} is on no map: add it to a map of Folium")
        name: str = element.get_name()
        return name

    def render(self, **kwargs: Any) -> str:
        """Put what it needs into the head of the document, then itself into the rest."""
        figure = cast("Figure", self.get_root())
        add_assets(figure, self.lang)
        if self.offline:
            hold_assets(figure)
        return super().render(**kwargs)


class DataElement(ZoneElement):
    """An element whose data stand in a block of the document that runs nothing."""

    data: dict[str, Any]

    @property
    def data_name(self) -> str:
        """Return the id of the block that holds the data."""
        return f"{self.get_name()}_data"

    @property
    def data_block(self) -> str:
        """Return the data as an element that runs nothing."""
        return json_block(self.data_name, self.data)


class ZoneLayer(Layer, DataElement):
    """Show zones on a map: colour by kind, pattern by status, strength by certainty.

    Of each zone the row that leads is drawn (practice before paper, certain before possible, then
    the stronger status), on the day of a `PeriodSlider` where the map has one, else among all its
    rows. Pressing a zone shows its names, statuses, dates and sources; the keyboard reaches each.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        Zones as ``atlas.zones()`` returns them, in any reference system. Needed are ``zone_id``,
        ``zone_type``, ``track``, ``status``, ``valid_from`` and ``valid_to``; what else is there
        is shown: names (a column ``name_`` and tag for each language), certain dates, sources,
        disputes; a column ``disputed`` (true or false) puts chevrons over the pattern. Where the
        columns ``inner``, ``nominal`` and ``outer`` are there, the surest reading is drawn in
        full and the merely possible one pale.
    lang : str, default None
        BCP 47 tag of the language of popups and tooltips; None: that of the first names.
    name : str, default None
        What a `folium.LayerControl` calls the layer; None calls it zones.
    show : bool, default True
        Whether the layer is shown when the map opens.
    control : bool, default True
        Whether a `folium.LayerControl` lists it.
    reading : {"all", "inner", "nominal", "outer"}, default "all"
        Which of the frame's readings are drawn. A frame with one geometry column has one.
    link : str, default None
        Address of what is known of a row, for its popup, with ``{id}``, ``{zone_id}`` or
        ``{layer}`` where the ids of the row go: ``https://news.example/zones/{zone_id}.html``.
    offline : bool, default False
        Put Leaflet into the document in place of Folium's links, so that it asks the network for
        no script and no style. Tiles of a background stay what they are, the pictures of
        Leaflet's default marker are not inside, and elements that need other scripts are refused.

    Raises
    ------
    QueryError
        For a frame that is none of zones, or a language that CLDR does not know.

    Notes
    -----
    What the frame says reaches the document as data alone: neither Jinja nor the browser reads it
    as anything but text.

    Examples
    --------
    >>> m = folium.Map(location=[35.0, 38.5], zoom_start=7)  # doctest: +SKIP
    >>> ZoneLayer(zones).add_to(m)  # doctest: +SKIP
    >>> PeriodSlider().add_to(m)  # doctest: +SKIP
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}{{ this.data_block }}{% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = TamasElements.zoneLayer(
                {{ this.map_name }}, {{ this.data_name|tojson }}
            );
        {% endmacro %}
        """
    )

    def __init__(
        self,
        zones: GeoDataFrame,
        *,
        lang: str | None = None,
        name: str | None = None,
        show: bool = True,
        control: bool = True,
        reading: ZoneReading = "all",
        link: str | None = None,
        offline: bool = False,
    ) -> None:
        lang = lang or next(iter(name_languages(zones)), SOURCE)
        called = translator(lang).gettext("zones") if name is None else name
        super().__init__(name=literal(called), overlay=True, control=control, show=show)
        self._name = "ZoneLayer"
        self.lang = lang
        self.offline = offline
        self.data = zone_data(zones, lang=lang, reading=reading, link=link)
        self._bounds = zones.to_crs("EPSG:4326").total_bounds.tolist()

    def _get_self_bounds(self) -> list[list[float | None]]:
        """Return south, west and north, east of all zones, for `Map.fit_bounds`."""
        west, south, east, north = (None if edge != edge else edge for edge in self._bounds)
        return [[south, west], [north, east]]
