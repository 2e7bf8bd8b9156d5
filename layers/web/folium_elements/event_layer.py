"""Events as a layer of any Folium map: places by certainty, coarse ones as areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from folium.map import Layer
from folium.template import Template

from layers.i18n import translator
from layers.web.folium_elements.zone_layer import DataElement
from layers.web.literal import literal


class EventLayer(Layer, DataElement):
    """Show counted events: filled where surely inside, a ring where possibly, dashed where coarse.

    Events near each other are drawn as one with their number, for each zoom and certainty anew.

    Parameters
    ----------
    events : iterable of mapping
        Each with ``lon`` and ``lat`` (degrees, WGS84), ``outcome`` (``surely``, ``possibly`` or
        ``not_placeable``), ``within_m`` (how far off the place may be, in metres), ``count``, and
        ``lines``, a text that says where the events stand.
    lang : str, default "en"
        BCP 47 tag of the language of popups.

    Notes
    -----
    What the events say reaches the document as data alone, and the page as text.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}{{ this.data_block }}{% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = TamasElements.eventLayer(
                {{ this.map_name }}, {{ this.data_name|tojson }}
            ).addTo({{ this.map_name }});
        {% endmacro %}
        """
    )

    def __init__(self, events: Iterable[Mapping[str, Any]], *, lang: str = "en") -> None:
        super().__init__(name=literal(translator(lang).gettext("event.layer")), overlay=True)
        self._name = "EventLayer"
        self.lang = lang
        self.offline = False
        self.data = {"lang": lang, "events": list(events)}
