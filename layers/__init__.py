from importlib import import_module
from typing import TYPE_CHECKING, Any

from layers import errors

if TYPE_CHECKING:
    from layers.atlas import Atlas, open_atlas
    from layers.web.folium_elements import PeriodSlider, ZoneLayer, ZoneLegend

__all__ = ["Atlas", "PeriodSlider", "ZoneLayer", "ZoneLegend", "errors", "open_atlas"]

# Loaded when first asked for: to import geopandas takes a second, which the command's help has not.
_HOMES = {
    "Atlas": "layers.atlas",
    "open_atlas": "layers.atlas",
    **dict.fromkeys(("PeriodSlider", "ZoneLayer", "ZoneLegend"), "layers.web.folium_elements"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
