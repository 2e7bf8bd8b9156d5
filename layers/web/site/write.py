"""Write the site whole into a folder, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from layers.atomic import MANIFEST, manifest_of, new_folder
from layers.build.rows import BuiltAtlas, ZonePeriod
from layers.formats.features import dumps
from layers.formats.package import SUMS, sums
from layers.query.change_days import ChangeDay, iter_change_days
from layers.web.page.letters import faces
from layers.web.site import agreement_pages, citations, day_pages, list_pages
from layers.web.site.about_pages import corrections_page, data_page, method_page, not_found_page
from layers.web.site.data import write_data
from layers.web.site.feed import feed
from layers.web.site.map_page import map_files
from layers.web.site.maps import Maps
from layers.web.site.og_images import Cards
from layers.web.site.page import SitePage
from layers.web.site.renderer import PageRenderer, icon, stylesheet
from layers.web.site.site import ICON, Site, parse_base_url
from layers.web.site.sitemap import robots, sitemap
from layers.web.site.static_api import api_files, dataset
from layers.web.site.zone_pages import zone_page

Files = Iterator[tuple[str, bytes]]


@dataclass(slots=True)
class Written:
    """What was written: how many pages, files and bytes."""

    pages: int = 0
    files: int = 0
    bytes: int = 0
    sha256sums: str = ""
    """Digest of the list of digests: who has it from the publisher can check all the rest."""
    paths: list[str] = field(default_factory=list)
    """Pages by their path below a language's folder."""

    def as_dict(self) -> dict[str, int | str]:
        """Return the counts, and the digest of SHA256SUMS."""
        counts = {"pages": self.pages, "files": self.files, "bytes": self.bytes}
        return {**counts, "sha256sums": self.sha256sums}


def write_site(
    built: BuiltAtlas,
    folder: Path,
    *,
    base_url: str | None = None,
    cards: bool = True,
    formats: Sequence[str] | None = None,
    progress: bool = False,
) -> Written:
    """Write the site; ``base_url`` is the address at which it will stand, where that is known.

    ``cards`` are the pictures that other sites show of a page: most of the time goes into them.
    ``formats`` are those in which the data are written, all where it is left out.
    ``progress`` shows a bar on a terminal. Raises `ExportError` where the folder holds what no
    build wrote, `QueryError` for an address that is none.
    """
    from tqdm import tqdm

    site = Site(built, parse_base_url(base_url))
    plan = _plan(site, cards=cards)
    done = Written()
    with (
        new_folder(folder) as fresh,
        # None: a bar on a terminal, nothing elsewhere.
        tqdm(total=plan.count, unit=" files", disable=None if progress else True) as bar,
    ):
        downloads = write_data(built, fresh, formats)
        for path, body in _files(plan, done, downloads):
            target = fresh / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
            bar.update()
        # `sha256sum -c SHA256SUMS` checks a copy of the site from outside.
        (fresh / SUMS).write_text(sums(manifest_of(fresh)), encoding="utf-8")
        listed = manifest_of(fresh)
        done.sha256sums = listed[SUMS]["sha256"]
        manifest = {
            "files": listed,
            "edition": built.record.atlas.edition,
            "seeds_sha256": built.record.sha256,
            "versions": {"tamas": version("tamas")},
        }
        (fresh / MANIFEST).write_bytes(dumps(manifest))
        done.files = len(listed) + 1
        done.bytes = sum(one["bytes"] for one in listed.values())
        done.bytes += (fresh / MANIFEST).stat().st_size
    return done


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a site will hold."""

    site: Site
    maps: Maps
    zones: Sequence[tuple[str, tuple[ZonePeriod, ...]]]
    change_days: Sequence[ChangeDay]
    cards: Cards

    @property
    def count(self) -> int:
        """Return about how many files there will be, for a progress bar."""
        cited = 3 * len(self.site.languages) * (len(self.zones) + len(self.change_days))
        return cited + len(self.cards) + 5 * len(self.site.record.layers) + 50


def _plan(site: Site, *, cards: bool) -> _Plan:
    built, maps = site.built, Maps(site.built)
    days, zones = list(iter_change_days(built)), list(built.by_zone.items())
    return _Plan(site, maps, zones, days, Cards(built, maps, days, wanted=cards))


def _files(plan: _Plan, done: Written, downloads: Mapping[str, Sequence[str]]) -> Files:
    """Yield path and content of every file but the data and the manifest."""
    site = plan.site
    name, asset = stylesheet(site)
    yield name, asset.body
    for face in faces(site.record):
        yield f"assets/{face.name}", face.asset.body
    yield ICON, icon()
    cards = {lang: plan.cards.of("index.html", lang) for lang in site.languages}
    yield from map_files(site, dataset(site, downloads), cards)
    done.pages += len(site.languages)
    done.paths.append("index.html")
    yield from api_files(site)
    for lang in site.languages:
        renderer = PageRenderer(site, lang)
        for page in _pages(plan, renderer, downloads):
            done.pages += 1
            if lang == site.languages[0]:
                done.paths.append(page.path)
            card = plan.cards.of(page.path, lang)
            yield from _with_citations(renderer, replace(page, card=card))
        yield from agreement_pages.charts(renderer)
        yield site.localized_path("corrections.atom", lang), feed(renderer)
    yield "404.html", not_found_page(site)
    done.pages += 1
    yield "robots.txt", robots(site)
    if site.base_url:
        yield "sitemap.xml", sitemap(site, done.paths)
    yield from plan.cards.drawn(site.built)


def _pages(
    plan: _Plan, renderer: PageRenderer, downloads: Mapping[str, Sequence[str]]
) -> Iterator[SitePage]:
    """Yield every text page in a language."""
    record, maps, change_days, zones = plan.site.record, plan.maps, plan.change_days, plan.zones
    days = [change.day for change in change_days]
    for name, rows in zones:
        yield zone_page(renderer, maps, record.zones[name], rows, frozenset(days))
    for change, before, after in zip(change_days, [None, *days], [*days[1:], None], strict=False):
        yield day_pages.day_page(renderer, maps, change, before=before, after=after)
    yield list_pages.zone_list(renderer, zones)
    yield day_pages.day_list(renderer, change_days)
    yield agreement_pages.agreement_list(renderer)
    yield list_pages.dispute_list(renderer)
    yield list_pages.unknown_list(renderer)
    yield list_pages.source_list(renderer)
    yield method_page(renderer)
    yield data_page(renderer, downloads)
    yield corrections_page(renderer)


def _with_citations(renderer: PageRenderer, page: SitePage) -> Files:
    """Yield a page, and its citations beside it where it has any."""
    site, words = renderer.site, renderer.words
    path = site.localized_path(page.path, renderer.lang)
    yield path, renderer.render(page)
    if page.cited:
        stem = path.removesuffix(".html")
        yield f"{stem}.bib", citations.bibtex(site, page, words)
        yield f"{stem}.csl.json", citations.csl(site, page, words)
