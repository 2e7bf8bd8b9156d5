"""Write the site whole into a folder, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from layers.atomic import MANIFEST, manifest_of, new_folder
from layers.build.rows import BuiltAtlas
from layers.formats.features import dumps
from layers.formats.package import SUMS, sums
from layers.web.page.letters import faces
from layers.web.site import agreement_pages, citations, day_pages, list_pages
from layers.web.site.about_pages import corrections_page, data_page, method_page, not_found_page
from layers.web.site.data import write_data
from layers.web.site.discovery import feed, robots, sitemap
from layers.web.site.map_page import map_files
from layers.web.site.og_images import Cards
from layers.web.site.renderer import PageRenderer, SitePage, icon, stylesheet
from layers.web.site.site import ICON, Site, parse_base_url
from layers.web.site.static_api import api_files, dataset
from layers.web.site.zone_pages import zone_page

Files = Iterator[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many pages, files and bytes."""

    pages: int
    files: int
    bytes: int
    sha256sums: str
    """Digest of the list of digests: who has it from the publisher can check all the rest."""


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
    drawn = Cards(site, wanted=cards)
    # About how many files there will be.
    cited = 3 * len(site.languages) * (len(built.by_zone) + len(site.change_days))
    total = cited + len(drawn) + 5 * len(built.record.layers) + 50
    with (
        new_folder(folder) as fresh,
        # None: a bar on a terminal, nothing elsewhere.
        tqdm(total=total, unit=" files", disable=None if progress else True) as bar,
    ):
        downloads = write_data(built, fresh, formats)
        for path, body in _files(site, drawn, downloads):
            target = fresh / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
            bar.update()
        # `sha256sum -c SHA256SUMS` checks a copy of the site from outside.
        (fresh / SUMS).write_text(sums(manifest_of(fresh)), encoding="utf-8")
        listed = manifest_of(fresh)
        manifest = {
            "files": listed,
            "edition": built.record.atlas.edition,
            "seeds_sha256": built.record.sha256,
            "versions": {"tamas": version("tamas")},
        }
        (fresh / MANIFEST).write_bytes(dumps(manifest))
        size = (fresh / MANIFEST).stat().st_size + sum(one["bytes"] for one in listed.values())
    pages = sum(name.endswith(".html") for name in listed)
    return Written(pages, len(listed) + 1, size, listed[SUMS]["sha256"])


def _files(site: Site, cards: Cards, downloads: Mapping[str, Sequence[str]]) -> Files:
    """Yield path and content of every file but the data and the manifest."""
    renderers = [PageRenderer(site, lang) for lang in site.languages]
    name, asset = stylesheet(site)
    yield name, asset.body
    for face in faces(site.record):
        yield f"assets/{face.name}", face.asset.body
    yield ICON, icon()
    yield from map_files(renderers, dataset(site, downloads), cards)
    yield from api_files(site)
    paths = ["index.html"]
    for renderer in renderers:
        for page in _pages(renderer, downloads):
            if renderer is renderers[0]:
                paths.append(page.path)
            yield from _with_citations(renderer, page, cards)
        yield from agreement_pages.charts(renderer)
        yield site.localized_path("corrections.atom", renderer.lang), feed(renderer)
    yield "404.html", not_found_page(renderers[0])
    yield "robots.txt", robots(site)
    if site.base_url:
        yield "sitemap.xml", sitemap(renderers[0], paths)
    yield from cards.drawn(site.built)


def _pages(renderer: PageRenderer, downloads: Mapping[str, Sequence[str]]) -> Iterator[SitePage]:
    """Yield every text page in a language."""
    site, t = renderer.site, renderer.t
    for name, rows in site.built.by_zone.items():
        yield zone_page(renderer, site.record.zones[name], rows)
    days = list(site.change_days)
    for day, before, after in zip(days, [None, *days], [*days[1:], None], strict=False):
        yield day_pages.day_page(renderer, site.change_days[day], before=before, after=after)
    yield list_pages.zone_list(renderer)
    yield day_pages.day_list(renderer)
    yield agreement_pages.agreement_list(renderer)
    yield renderer.page("disputes", "disputes.html", t("disputes"), t("disputes_lead"))
    yield renderer.page("unknowns", "unknowns.html", t("unknowns_page"), t("unknowns_lead"))
    yield list_pages.source_list(renderer)
    yield method_page(renderer)
    yield data_page(renderer, downloads)
    yield corrections_page(renderer)


def _with_citations(renderer: PageRenderer, page: SitePage, cards: Cards) -> Files:
    """Yield a page, and its citations beside it where it has any."""
    site, words = renderer.site, renderer.words
    path, card = site.localized_path(page.path, words.lang), cards.of(page.path, words.lang)
    citation = citations.sentence(site, page, words) if page.cited else ""
    yield path, renderer.render(page, card=card, citation=citation)
    if page.cited:
        stem = path.removesuffix(".html")
        yield f"{stem}.bib", citations.bibtex(site, page, words)
        yield f"{stem}.csl.json", citations.csl(site, page, words)
