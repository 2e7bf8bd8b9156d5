"""Pages about the atlas itself: method, corrections, data, and the one for a lost reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, count, takewhile

from markupsafe import Markup

from layers.i18n import translator
from layers.record.dates import parse_day
from layers.style import svg
from layers.web.page.assets import tokens_css
from layers.web.page.policy import hash_sources
from layers.web.site.renderer import PageRenderer, SitePage

_CHAPTERS = (
    "m_words", "m_readings", "m_clocks", "m_tracks", "m_statuses", "m_kinds", "m_sources",
    "m_harm", "m_limits",
)  # fmt: skip
# The kind in whose colour the method shows statuses.
_SHOWN = "deescalation_area"


def method_page(renderer: PageRenderer) -> SitePage:
    """Return how shapes follow from words, what is sure, and what this atlas does not do."""
    record, look, t = renderer.record, renderer.site.maps.symbology, renderer.t
    statuses = list(look.states)
    return renderer.page(
        "method",
        "method.html",
        t("method_page"),
        t("method_lead"),
        patterns=svg.pattern_defs(
            look,
            chain.from_iterable(
                svg.used_patterns(look, _SHOWN, status, disputed=True) for status in statuses
            ),
        ),
        chapters=[(key, _lines(renderer, key)) for key in _CHAPTERS],
        statuses=statuses,
        kind=_SHOWN,
        kinds=list(dict.fromkeys(zone.type for zone in record.zones.values())),
        edition=edition_line(renderer),
    )


def _lines(renderer: PageRenderer, chapter: str) -> list[str]:
    """Return the numbered lines of a chapter."""
    keys = takewhile(renderer.words.has, (f"{chapter}_{number}" for number in count(1)))
    return [renderer.t(key, days=renderer.record.atlas.embargo_days) for key in keys]


def edition_line(renderer: PageRenderer) -> str:
    """Return when the edition was closed and for which days the record speaks."""
    atlas, words = renderer.record.atlas, renderer.words
    first, last, closed = map(words.date, (*atlas.days, parse_day(atlas.edition)))
    return words.gettext("edition_says", **{"from": first, "to": last}, date=closed)


def corrections_page(renderer: PageRenderer) -> SitePage:
    """Return how to report a mistake, and what the record says has been corrected."""
    t, edition = renderer.t, edition_line(renderer)
    return renderer.page(
        "corrections", "corrections.html", t("corrections_page"), t("corrections_lead"),
        edition=edition,
    )  # fmt: skip


def data_page(renderer: PageRenderer, files: Mapping[str, Sequence[str]]) -> SitePage:
    """Return what there is to take; ``files`` are paths below the top by the name of a format."""
    layers, t = renderer.record.layers, renderer.t
    named = {name: {_stem(path): path for path in paths} for name, paths in files.items()}
    formats = [name for name, stems in named.items() if set(layers) <= set(stems)]
    rows = [
        (layer, [(path, _ending(path)) for name in formats if (path := named[name][layer.id])])
        for layer in layers.values()
    ]
    others = [
        (name, [(path, path.rsplit("/", 1)[1]) for path in paths if _stem(path) not in layers])
        for name, paths in files.items()
    ]
    return renderer.page(
        "data", "data.html", t("data_page"), t("data_lead"),
        formats=formats, layers=rows, other_files=[one for one in others if one[1]],
    )  # fmt: skip


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[1].partition(".")[0]


def _ending(path: str) -> str:
    return path.rsplit("/", 1)[1].removeprefix(_stem(path))


def not_found_page(renderer: PageRenderer) -> bytes:
    """Return what a host shows for an address that leads nowhere, in every language.

    It is shown at any depth, so that a relative link would lead astray: it links only where
    the site's address is known, and carries its own style.
    """
    style = tokens_css().partition("*, *::before")[0] + (
        "body { margin: 0; background: var(--ground); color: var(--ink); font: var(--body); }"
        "main { max-width: 40em; margin: 12vh auto; padding: 24px; display: grid; gap: 32px; }"
        "h1 { font: var(--name); margin: 0 0 8px; } p { margin: 0; } a { color: var(--link); }"
    )
    (source,) = hash_sources([style])
    policy = f"default-src 'none'; style-src {source}; base-uri 'none'; form-action 'none'"

    site = renderer.site

    def home(lang: str) -> str:
        return f"{site.base_url}/{site.localized_path('index.html', lang)}"

    text = renderer.template(
        "not_found.html.j2",
        languages=[translator(tag, site.record) for tag in site.languages],
        policy=policy,
        style=Markup(style),  # noqa: S704 - our own style sheet
        home=home if site.base_url else None,
    )
    return text.encode()
