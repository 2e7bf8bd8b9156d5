"""Write the site's text pages: what every template is given, in one language and for one page."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from itertools import chain
from typing import Any

from markupsafe import Markup

from layers.build.rows import ZonePeriod
from layers.i18n import Translator, language
from layers.query.filters import disputed
from layers.style import svg
from layers.style.colors import INK
from layers.web.page.assets import Asset, text_page_asset
from layers.web.page.letters import faces
from layers.web.site import citations
from layers.web.site.page import SitePage, day_path, zone_path
from layers.web.site.site import ICON, NAVIGATION, Site, relative_link
from layers.web.templates import environment

# No script at all, and nothing from elsewhere. A policy in a page cannot forbid framing.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)


class PageRenderer:
    """Write pages in one language."""

    def __init__(self, site: Site, lang: str) -> None:
        self.site, self.lang = site, lang
        self.words: Translator = site.translator(lang)
        self._templates = environment("layers.web.site")
        self._given = self._shared_values()
        self._stylesheet, _ = stylesheet(site)

    def to(self, path: str, here: str, lang: str | None = None) -> str:
        """Return the link from a page to another, both named below their language's folder.

        ``lang`` is the language of the other where it is not this one.
        """
        place = self.site.localized_path
        return relative_link(place(path, lang or self.lang), place(here, self.lang))

    def shared(self, path: str, here: str) -> str:
        """Return the link from a page to a file that all languages share."""
        return relative_link(path, self.site.localized_path(here, self.lang))

    def actor_names(self, actors: Iterable[str]) -> str:
        """Return the names of those who say something."""
        names = (self.site.record.actors.get(key) for key in actors)
        return self.words.join(self.words.pick(one.name) for one in names if one)

    def body(self, template: str, here: str, **values: Any) -> Markup:
        """Return the text of a page from its template."""
        text = self._templates.get_template(f"{template}.html.j2").render(
            **self._given,
            to=lambda path: self.to(path, here),
            shared=lambda path: self.shared(path, here),
            **{"cited_numbers": lambda _: (), **values},
        )
        return Markup(text)  # noqa: S704 - escaped by the template

    def page(
        self, template: str, path: str, title_key: str, lead_key: str, **values: Any
    ) -> SitePage:
        """Return a page that the head of every page leads to: title and lead by their words."""
        t = self.words.gettext
        return SitePage(
            path=path,
            title=t(title_key),
            description=t(lead_key),
            body=self.body(template, path, **values),
            trail=(("index.html", t("map")),),
        )

    def render(self, page: SitePage) -> bytes:
        """Return a whole page."""
        text = self._templates.get_template("page.html.j2").render(
            **self._given,
            **self.head_values(page.path),
            page=page,
            title=page.title,
            policy=POLICY,
            to=lambda path: self.to(path, page.path),
            shared=lambda path: self.shared(path, page.path),
            stylesheet=self._stylesheet,
            icon=ICON,
            navigation=(("index.html", "map"), *NAVIGATION),
            in_language=lambda tag: self.to(page.path, page.path, tag),
            citation=citations.sentence(self.site, page, self.words) if page.cited else "",
        )
        return text.encode()

    def head_values(self, path: str) -> dict[str, Any]:
        """Return what ``links.html.j2`` needs of the page at a path."""
        site = self.site
        here = site.localized_path(path, self.lang)
        return {
            "path": path,
            "base_url": site.base_url,
            "tags": site.languages,
            "address": lambda name, tag: site.address(site.localized_path(name, tag), here),
            "file_address": lambda name: site.address(name, here),
        }

    def template(self, name: str, **values: Any) -> Markup:
        """Return a template with what every one is given, as markup."""
        made = self._templates.get_template(name).render(**self._given, **values)
        return Markup(made)  # noqa: S704 - escaped by the template

    def _shared_values(self) -> dict[str, Any]:
        site, look = self.site, self.site.symbology
        return {
            "words": self.words,
            "t": self.words.gettext,
            "record": site.record,
            "atlas": site.record.atlas,
            "others": [language(tag) for tag in site.languages if tag != self.lang],
            "zone_path": zone_path,
            "day_path": day_path,
            "actor_names": self.actor_names,
            "speakers": self._speakers,
            "facts_of": self._claim_facts,
            "is_disputed": lambda row: disputed(site.built, row),
            "marker": lambda kind, status="in_effect": svg.marker(look.symbol(kind, status)),
            "symbol": lambda kind, status, disputed=False: svg.legend_symbol(
                look, kind, status, disputed=disputed
            ),
            "patch": lambda kind, status, disputed: svg.legend_patch(
                look, kind, status, disputed=disputed
            ),
        }

    def patterns(self, rows: Iterable[tuple[ZonePeriod, bool]]) -> Markup:
        """Return the patterns that symbols and maps of rows refer to; True where disputed."""
        look = self.site.symbology
        used = (
            svg.used_patterns(look, row.zone_type, row.status, disputed=chevrons)
            for row, chevrons in rows
        )
        return svg.pattern_defs(look, chain.from_iterable(used))

    def _speakers(self, claims: Iterable[str]) -> list[str]:
        """Return claims of which each has another speaker or source."""
        record = self.site.record
        found: dict[tuple[str, str], str] = {}
        for key in claims:
            found.setdefault((record.source_of[key], record.claims[key].asserted_by), key)
        return list(found.values())

    def _claim_facts(self, claim: Any) -> list[str]:
        """Return who makes a claim, when, of which time, and where it stands in the text."""
        words, t = self.words, self.words.gettext
        actor = self.site.record.actors.get(claim.asserted_by)
        where = ""
        if claim.where is not None:
            ends = {"from": words.number(claim.where.start), "to": words.number(claim.where.end)}
            where = t("characters", **ends)
        elif claim.locator:
            where = t("locator", where=claim.locator)
        facts = [
            words.pick(actor.name) if actor else "",
            t("stated_on", date=words.format_edtf(claim.stated_on)) if claim.stated_on else "",
            t("speaks_of", date=words.format_edtf(claim.date)) if claim.date else "",
            t("hedged") if claim.hedged else "",
            where,
        ]
        return [fact for fact in facts if fact]


def icon() -> bytes:
    """Return the picture that a browser shows beside the title of a page."""
    rings = [svg.element("circle", cx=x, cy=10, r=7) for x in (9, 20)]
    made = svg.element(
        "svg", *rings, viewBox="0 0 30 20", fill="none", stroke=INK, stroke_width=2.4,
        xmlns="http://www.w3.org/2000/svg",
    )  # fmt: skip
    return f"{made}\n".encode()


def stylesheet(site: Site) -> tuple[str, Asset]:
    """Return path and style sheet of the text pages: the map page's letters, then what is ours."""
    kinds = "".join(
        f".kind-{kind.id} {{ color: {kind.text}; }}\n" for kind in site.symbology.kinds.values()
    )
    ours = files("layers.web.site").joinpath("site.css").read_text(encoding="utf-8")
    letters = "".join(face.css(face.name) for face in faces(site.record))
    asset = text_page_asset(letters + ours + kinds)
    return f"assets/site-{asset.digest}.css", asset
