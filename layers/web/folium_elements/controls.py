"""Controls of a map that go with its zone layers: one day for all, and a legend."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from folium.template import Template

from layers.i18n import language
from layers.i18n.catalogue import SOURCE
from layers.query.filters import required_day
from layers.web.folium_elements.zone_layer import ZoneElement

Position = Literal["topleft", "topright", "bottomleft", "bottomright"]


class ZoneControl(ZoneElement):
    """A control in a corner of the map, which a function of the script makes from its options."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            TamasElements.{{ this.function }}({{ this.map_name }}, {{ this.options|tojson }});
        {% endmacro %}
        """
    )
    function: str

    def __init__(self, lang: str, *, offline: bool, **options: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = type(self).__name__
        self.lang = language(lang).tag
        self.offline = offline
        self.options = {"lang": lang, **options}


class PeriodSlider(ZoneControl):
    """Let a reader choose the day that all zone layers of a map show.

    A slider and two buttons step through the days on which a zone of the layers shown changes; in
    a language written from right to left, time runs that way.

    Parameters
    ----------
    on : datetime.date or str, default None
        The day to open on, as ``2020-04-01``; None: the last one on which most zones hold.
    lang : str, default that of the catalogues' source
        BCP 47 tag of the language.
    first, last : datetime.date or str, default None
        The days between which the slider moves; None: all days of change.
    position : {"bottomleft", "bottomright", "topleft", "topright"}
        The corner of the map.
    offline : bool, default False
        See `ZoneLayer`.

    Raises
    ------
    QueryError
        For a day that is none, or a language that CLDR does not know.
    """

    function = "periodSlider"

    def __init__(
        self,
        on: date | str | None = None,
        *,
        lang: str = SOURCE,
        first: date | str | None = None,
        last: date | str | None = None,
        position: Position = "bottomleft",
        offline: bool = False,
    ) -> None:
        given = {"on": on, "first": first, "last": last}
        days = {name: day and str(required_day(name, str(day))) for name, day in given.items()}
        super().__init__(lang, offline=offline, position=position, **days)


class ZoneLegend(ZoneControl):
    """Say what the zones that a map shows look like: a row a kind and status, and no others.

    Parameters
    ----------
    lang : str, default that of the catalogues' source
        BCP 47 tag of the language.
    position : {"bottomright", "bottomleft", "topleft", "topright"}
        The corner of the map. On a narrow map a button opens the legend.
    offline : bool, default False
        See `ZoneLayer`.
    """

    function = "zoneLegend"

    def __init__(
        self, *, lang: str = SOURCE, position: Position = "bottomright", offline: bool = False
    ) -> None:
        super().__init__(lang, offline=offline, position=position)
