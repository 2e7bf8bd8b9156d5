"""From the record to maps, files and answers: what stands where.

::

    layers/
    ├── events/        points with their days from any file that a desk has; knows no record
    ├── record/        read and check a seeds folder: model, dates, strict YAML, tables, traces
    ├── build/         draw every zone in every period: the record meets `geo`, a frame comes out
    ├── i18n/          words, dates, plurals, numbers and lists in each language
    ├── exchange/      the record as a workbook and back, drawn shapes as drafts of records
    ├── query/         choose and compare rows: a day, known by a day, a point, a box, two days
    ├── style/         how each kind and state is drawn: colours, markers, patterns, SVG of them
    ├── formats/       rows as GeoJSON, GeoPackage, KML, CSV ..., with credits; a data release
    ├── printing/      the map of a day as PDF, SVG, PNG: matplotlib draws, typst sets the text
    ├── web/           the map page on Folium, the static site, the templates shared with `api`
    ├── monitor/       events in, counts a zone and period out, with their plot
    ├── report/        a desk's report of a period as HTML, PDF, DOCX and CSV
    ├── atlas.py       the `Atlas` that people hold: every answer as a DataFrame, a map or a file
    ├── cli/           the command `tamas`: it parses, calls and prints
    ├── __main__.py    ``python -m layers`` is that command
    ├── atomic.py      put files and folders in their place whole or not at all
    ├── characters.py  what no text may hold and no terminal or spreadsheet is sent
    ├── errors.py      what can go wrong, as one tree
    └── settings.py    the ``TAMAS_...`` variables

Each of these is decided in one place:

- a **claim** is read by `layers.record.reader` into `layers.record.model`;
- a **shape** is made by `geo.evaluate` and `geo.shapes`; `layers.build.assembly` asks for it, once
  a recipe;
- a **row** is a `layers.build.rows.ZonePeriod`, a line of ``BuiltAtlas.frame``;
- what **holds on a day** is chosen by `layers.query.filters`, and the **leading row** of a zone,
  the one that a map draws, by `layers.query.states`;
- a **colour** of a kind and a **pattern** of a state stand in ``style/symbology.json`` (a record
  may add kinds, with patterns of their own, in ``kinds.yaml``; ours has none), a colour of the
  interface in `layers.style.colors`;
- a **word** stands in ``i18n/catalogues/*.po`` and is spoken by `layers.i18n.Translator`;
- a page's **HTML** is a template: ``web/site/templates``, ``api/templates``, both on
  ``web/templates``, and ``report/templates``; the map page's frame is Folium's, in
  `layers.web.page.elements`, its parts are ``web/page/components`` and what ``web/page/js`` makes.

What ``__all__`` names is public, with what its docstrings name; all else may change.

A package imports what stands before it in this order, never after: events; record; build and i18n;
exchange, query and style; formats; printing; web; monitor; report; atlas; cli. The four modules at
the end of the tree may be imported by all. `api` stands on `layers`, `layers` on `geo`; there are
no circles. ``lint-imports`` holds all of it, and ``docs/architecture.md`` follows one claim
through.
"""

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
