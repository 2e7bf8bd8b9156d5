"""Write the site's text pages: what every template is given, in one language and for one page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.resources import files
from itertools import chain
from typing import Any

from markupsafe import Markup

from layers.build.rows import ZonePeriod
from layers.i18n import language, translator
from layers.query.clauses import OutcomeReport
from layers.query.filters import disputed
from layers.style import svg
from layers.style.colors import INK
from layers.web.page.assets import Asset, text_page_asset
from layers.web.page.letters import faces
from layers.web.site.site import ICON, NAVIGATION, Site, relative_link
from layers.web.templates import environment

# No script at all, and nothing from elsewhere. A policy in a page cannot forbid framing.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class SitePage:
    """A text page in one language; ``path`` is the same in all, below each language's folder.

    ``digest`` names what the page says; the citation, which names it too, is no part of that.
    A page of a day (``cited_on``) has neighbours ``before`` and ``after``.
    """

    path: str
    title: str
    description: str
    body: Markup
    cited: bool
    cited_on: date | None
    before: date | None
    after: date | None

    @property
    def digest(self) -> str:
        """Return the first 12 hexadecimal digits of the SHA-256 of title and text."""
        return hashlib.sha256(f"{self.title}\n{self.body}".encode()).hexdigest()[:12]


def zone_path(zone_id: str) -> str:
    """Return the path of a zone's page."""
    return f"zones/{zone_id}.html"


def day_path(day: date) -> str:
    """Return the path of a day's page."""
    return f"days/{day}.html"


class PageRenderer:
    """Write pages in one language."""

    def __init__(self, site: Site, lang: str) -> None:
        self.site, self.record, self.lang = site, site.record, lang
        self.words = translator(lang, site.record)
        self.t = self.words.gettext
        self._templates = environment("layers.web.site")
        self._shared = self._shared_values()
        self._stylesheet, _ = stylesheet(site)

    def page(
        self,
        template: str,
        path: str,
        title: str,
        description: str,
        *,
        cited: bool = False,
        cited_on: date | None = None,
        before: date | None = None,
        after: date | None = None,
        **values: Any,
    ) -> SitePage:
        """Return a page whose text is that of a template, filled with ``values``."""
        values |= {"before": before, "after": after}
        body = self.template(f"{template}.html.j2", path, **values)
        return SitePage(path, title, description, body, cited, cited_on, before, after)

    def render(self, page: SitePage, *, card: str, citation: str) -> bytes:
        """Return a whole page; path of its picture and citation may be empty."""
        trail = [("index.html", "map")]
        if page.cited:  # a zone or a day, in the folder of their list
            folder = page.path.partition("/")[0]
            trail.append((f"{folder}/index.html", folder))
        text = self.template(
            "page.html.j2",
            page.path,
            page=page,
            title=page.title,
            card=card,
            trail=trail,
            policy=POLICY,
            stylesheet=self._stylesheet,
            icon=ICON,
            navigation=(("index.html", "map"), *NAVIGATION),
            citation=citation,
        )
        return text.encode()

    def template(self, name: str, path: str = "index.html", **values: Any) -> Markup:
        """Return a template, filled for the page at a path, as markup."""
        given = {**self._shared, **self._addresses(path), **values}
        made = self._templates.get_template(name).render(given)
        return Markup(made)  # noqa: S704 - escaped by the template

    def _addresses(self, path: str) -> dict[str, Any]:
        """Return the links of the page at a path."""
        site = self.site
        here = site.localized_path(path, self.lang)
        return {
            "path": path,
            "to": lambda name, tag=self.lang: relative_link(site.localized_path(name, tag), here),
            "shared": lambda name: relative_link(name, here),
            "address": lambda name, tag: site.address(site.localized_path(name, tag), here),
            "file_address": lambda name: site.address(name, here),
        }

    def _shared_values(self) -> dict[str, Any]:
        site, look = self.site, self.site.maps.symbology
        return {
            "words": self.words,
            "t": self.t,
            "record": site.record,
            "atlas": site.record.atlas,
            "base_url": site.base_url,
            "tags": site.languages,
            "others": [language(tag) for tag in site.languages if tag != self.lang],
            "zone_path": zone_path,
            "day_path": day_path,
            "actor_names": self.actor_names,
            "speakers": self._speakers,
            "facts_of": self._claim_facts,
            "report_line": self._report_line,
            "cited_numbers": lambda _: (),
            "is_disputed": partial(disputed, site.built),
            "marker": lambda kind, status="in_effect": svg.marker(look.symbol(kind, status)),
            "symbol": partial(svg.legend_symbol, look),
            "patch": partial(svg.legend_patch, look),
        }

    def patterns(self, rows: Iterable[tuple[ZonePeriod, bool]]) -> Markup:
        """Return the patterns that symbols and maps of rows refer to; True where disputed."""
        look = self.site.maps.symbology
        used = (
            svg.used_patterns(look, row.zone_type, row.status, disputed=chevrons)
            for row, chevrons in rows
        )
        return svg.pattern_defs(look, chain.from_iterable(used))

    def actor_names(self, actors: Iterable[str]) -> str:
        """Return the names of those who say something."""
        names = (self.record.actors.get(key) for key in actors)
        return self.words.join(self.words.pick(one.name) for one in names if one)

    def _speakers(self, claims: Iterable[str]) -> list[str]:
        """Return claims of which each has another speaker or source."""
        record = self.record
        found: dict[tuple[str, str], str] = {}
        for key in claims:
            found.setdefault((record.source_of[key], record.claims[key].asserted_by), key)
        return list(found.values())

    def _claim_facts(self, claim: Any) -> list[str]:
        """Return who makes a claim, when, of which time, and where it stands in the text."""
        words, t = self.words, self.t
        where = ""
        if claim.where is not None:
            ends = {"from": words.number(claim.where.start), "to": words.number(claim.where.end)}
            where = t("characters", **ends)
        elif claim.locator:
            where = t("locator", where=claim.locator)
        facts = [
            self.actor_names([claim.asserted_by]),
            t("stated_on", date=words.format_edtf(claim.stated_on)) if claim.stated_on else "",
            t("speaks_of", date=words.format_edtf(claim.date)) if claim.date else "",
            t("hedged") if claim.hedged else "",
            where,
        ]
        return [fact for fact in facts if fact]

    def _report_line(self, report: OutcomeReport) -> str:
        """Return who said what of a clause, and of which day."""
        return self.t(
            "report_line",
            who=self.actor_names([report.speaker]),
            outcome=self.t(f"outcome.{report.outcome}"),
            date=self.words.format_edtf(report.when),
        )


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
        f".kind-{kind.id} {{ color: {kind.text}; }}\n"
        for kind in site.maps.symbology.kinds.values()
    )
    ours = files("layers.web.site").joinpath("site.css").read_text(encoding="utf-8")
    letters = "".join(face.css(face.name) for face in faces(site.record))
    asset = text_page_asset(letters + ours + kinds)
    return f"assets/site-{asset.digest}.css", asset
