"""The frame of the site's text pages: where a page lies, its head, masthead, citation and foot."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from layers.build.rows import BuiltAtlas
from layers.errors import QueryError
from layers.query.explain import explain
from layers.record.model import Dispute, Record, Unknown, Zone
from layers.style.tokens import tokens
from layers.web.page.assets import Asset, link, text_of, tokens_css
from layers.web.site import cite
from layers.web.site.markup import NOTHING, Html, between, el, join
from layers.web.site.speech import LANGUAGES, Speech

_Item = TypeVar("_Item")
_URL = re.compile(r"url\(vendor/([\w.-]+)\)")
# No script at all, and nothing from elsewhere. A policy in a page cannot forbid framing.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
ICON = "assets/mark.svg"
# What the masthead leads to, by page and word.
MAIN = (
    ("zones/index.html", "zones"),
    ("days/index.html", "days"),
    ("disputes.html", "disputes_page"),
    ("unknowns.html", "unknowns_page"),
    ("sources.html", "sources_page"),
    ("method.html", "method_page"),
    ("data.html", "data_page"),
    ("corrections.html", "corrections_page"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A text page in one language; ``path`` is the same in both, below each language's folder.

    ``digest`` names what the page says; the citation, which names it too, is no part of that.
    """

    path: str
    title: str
    description: str
    body: Html
    trail: Sequence[tuple[str, str]] = ()
    card: str = ""
    cited_on: date | None = None
    cited: bool = False
    before: str = ""
    after: str = ""

    @property
    def digest(self) -> str:
        """Return the first 12 hexadecimal digits of the SHA-256 of title and text."""
        return hashlib.sha256(f"{self.title}\n{self.body}".encode()).hexdigest()[:12]


@dataclass(frozen=True)  # without slots, which leave no room for what is computed once
class Site:
    """What every page needs: the layers, and the address at which the site will stand."""

    built: BuiltAtlas
    base_url: str = ""

    @property
    def record(self) -> Record:
        """Return the record."""
        return self.built.record

    @cached_property
    def variants(self) -> dict[str, list[Zone]]:
        """Return the variants of each zone that has any."""
        return _grouped((one, [one.variant_of]) for one in self.record.zones.values())

    @cached_property
    def disputes(self) -> dict[str, list[Dispute]]:
        """Return the disputes about each zone."""
        return _grouped((one, one.zones) for one in self.record.disputes.values())

    @cached_property
    def unknowns(self) -> dict[str, list[Unknown]]:
        """Return what could not be established of each zone."""
        return _grouped((one, one.zones) for one in self.record.unknowns.values())

    @cached_property
    def _explained(self) -> dict[str, dict[str, Any]]:
        return {}

    def explained(self, zone_id: str) -> dict[str, Any]:
        """Return the explanation of a zone: the same for both languages, so measured once."""
        if zone_id not in self._explained:
            self._explained[zone_id] = explain(self.built, zone_id)
        return self._explained[zone_id]

    def address(self, path: str, here: str) -> str:
        """Return the absolute address of a file where one is known, else the relative one."""
        return f"{self.base_url}/{quoted(path)}" if self.base_url else relative(path, here)


def _grouped(items: Iterable[tuple[_Item, Iterable[str | None]]]) -> dict[str, list[_Item]]:
    """Return items by each zone that they name, once each."""
    found: dict[str, list[_Item]] = {}
    for item, zones in items:
        for zone in dict.fromkeys(zones):
            if zone is not None:
                found.setdefault(zone, []).append(item)
    return found


def base_of(text: str | None) -> str:
    """Return a site's address without a final slash; `QueryError` for what is none."""
    if not text:
        return ""
    parts = urlsplit(text)
    sound = parts.scheme in ("http", "https") and parts.netloc and not re.search(r"[\s\"<>]", text)
    if not sound or parts.query or parts.fragment:
        raise QueryError(
            "base-url", text, "is the address of a folder, as https://example.org/atlas"
        )
    return text.rstrip("/")


def located(path: str, lang: str) -> str:
    """Return where a page lies: English at the top, Arabic in its own folder."""
    return path if lang == "en" else f"{lang}/{path}"


def relative(path: str, here: str) -> str:
    """Return the link from the file ``here`` to ``path``, which may end in a fragment."""
    file, hash_, fragment = path.partition("#")
    if file == here and hash_:
        return f"#{quote(fragment, safe='=&,.-')}"
    found = posixpath.relpath(file or here, posixpath.dirname(here) or ".")
    return quoted(found) + (f"#{quote(fragment, safe='=&,.-')}" if hash_ else "")


def quoted(path: str) -> str:
    """Return a path safe in an address."""
    return quote(path, safe="/.-_")


class Writer:
    """Write pages in one language."""

    def __init__(self, site: Site, lang: str) -> None:
        self.site = site
        self.speech = Speech(lang)
        self.lang = lang

    def to(self, path: str, here: str) -> str:
        """Return the link from a page to another, both named below their language's folder."""
        return relative(located(path, self.lang), located(here, self.lang))

    def shared(self, path: str, here: str) -> str:
        """Return the link from a page to a file that both languages share."""
        return relative(path, located(here, self.lang))

    def anchor(self, path: str, here: str, *text: object, **attributes: str) -> Html:
        """Return a link to another page of this language."""
        return el("a", list(text), href=self.to(path, here), **attributes)  # type: ignore[arg-type]

    def render(self, page: Page) -> bytes:
        """Return a whole page."""
        main = el(
            "main", self._trail(page), el("h1", page.title), page.body, self._cited(page), id="text"
        )
        skip = el("a", self.speech.say("skip_content"), class_="skip", href="#text")
        body = el("body", skip, self._masthead(page), main, self._foot(page))
        html = el("html", self._head(page), body, lang=self.lang, dir=self.speech.dir)
        return f"<!doctype html>\n{html}\n".encode()

    def _head(self, page: Page) -> Html:
        atlas = self.speech.pick(self.site.record.atlas.title)
        here = located(page.path, self.lang)
        title = f"{page.title} · {atlas}"
        return el(
            "head",
            el("meta", charset="utf-8"),
            el("meta", http_equiv="Content-Security-Policy", content=POLICY),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("meta", name="color-scheme", content="light"),
            el("title", title),
            el("meta", name="description", content=page.description),
            el("link", rel="stylesheet", href=relative(sheet()[0], here)),
            el("link", rel="icon", type="image/svg+xml", href=relative(ICON, here)),
            twins(self.site, page.path, self.lang),
            el("link", rel="prev", href=self.to(page.before, page.path)) if page.before else None,
            el("link", rel="next", href=self.to(page.after, page.path)) if page.after else None,
            el(
                "link", rel="alternate", type="application/atom+xml",
                href=self.to("corrections.atom", page.path), title=self.speech.say("feed"),
            ),
            graph(self.site, page.path, self.lang, page.title, page.description, page.card),
        )  # fmt: skip

    def _masthead(self, page: Page) -> Html:
        words, other = self.speech, Speech(self.speech.other)
        mark = _mark("currentColor", width=30, height=20, aria_hidden="true")
        steps = [
            self.anchor(
                path, page.path, words.say(key),
                **({"aria_current": "page"} if path == page.path else {}),
            )
            for path, key in (("index.html", "to_map"), *MAIN)
        ]  # fmt: skip
        twin = relative(located(page.path, other.lang), located(page.path, self.lang))
        return el(
            "header",
            self.anchor("index.html", page.path, mark, el("b", words.say("atlas")), class_="brand"),
            el("span", words.pick(self.site.record.atlas.title), class_="title"),
            el("nav", steps, aria_label=words.say("pages")),
            el(
                "a", words.say("other_language"), class_="language", lang=other.lang,
                hreflang=other.lang, href=twin,
            ),
            class_="masthead",
        )  # fmt: skip

    def _trail(self, page: Page) -> Html:
        if not page.trail:
            return NOTHING
        steps = [self.anchor(path, page.path, text) for path, text in page.trail]
        return el(
            "nav", between(" / ", [*steps, el("span", page.title)]), class_="trail",
            aria_label=self.speech.say("trail"),
        )  # fmt: skip

    def _cited(self, page: Page) -> Html:
        if not page.cited:
            return NOTHING
        words = self.speech
        stem = page.path.removesuffix(".html")
        files = [
            el("a", name, class_="chip", href=self.to(f"{stem}{ending}", page.path), download=True)
            for name, ending in (("BibTeX", ".bib"), ("CSL-JSON", ".csl.json"))
        ]
        where = NOTHING if self.site.base_url else el("p", words.say("cite_where"), class_="quiet")
        return el(
            "section",
            el("h2", words.say("cite_as"), id="cite"),
            el("p", cite.sentence(self.site, page, words), class_="citation"),
            where,
            el("p", words.say("cite_note"), class_="quiet"),
            el("p", files, class_="chips"),
            class_="part", aria_labelledby="cite",
        )  # fmt: skip

    def _foot(self, page: Page) -> Html:
        words, atlas = self.speech, self.site.record.atlas
        return el(
            "footer",
            el("p", words.pick(atlas.scope)),
            el("p", words.pick(atlas.borders), " ", words.say("interpretations")),
            el("p", el("b", words.say("not_for"))),
            el(
                "p", self.anchor("method.html", page.path, words.say("method_page")), " · ",
                self.anchor("corrections.html", page.path, words.say("corrections_page")), " · ",
                el("bdi", atlas.licence), " · ",
                words.say("page_digest", digest=page.digest),
            ),
        )  # fmt: skip


def twins(site: Site, path: str, lang: str) -> Html:
    """Return the links between a page and itself in the other language, and to its own address."""
    here = located(path, lang)
    made = [
        el("link", rel="alternate", hreflang=one, href=site.address(located(path, one), here))
        for one in LANGUAGES
    ]
    if path == "index.html":
        made.append(
            el("link", rel="alternate", hreflang="x-default", href=site.address(path, here))
        )
    if site.base_url:
        made.append(el("link", rel="canonical", href=site.address(here, here)))
    return join(made)


def graph(site: Site, path: str, lang: str, title: str, description: str, card: str) -> Html:
    """Return what other sites show of a page (Open Graph)."""
    here = located(path, lang)
    tags = {
        "og:title": title,
        "og:description": description,
        "og:type": "website" if path == "index.html" else "article",
        "og:site_name": Speech(lang).pick(site.record.atlas.title),
        "og:url": site.address(here, here) if site.base_url else "",
    }
    if card:
        tags |= {
            "og:image": site.address(card, here),
            "og:image:type": "image/png",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": title,
        }
    made = [el("meta", property=name, content=text) for name, text in tags.items() if text]
    if card:
        made.append(el("meta", name="twitter:card", content="summary_large_image"))
    return join(made)


def _mark(ink: str, **attributes: str | int) -> Html:
    """Return the two rings that meet, the sign of the atlas."""
    rings = [el("circle", cx=x, cy=10, r=7) for x in (9, 20)]
    return el(
        "svg", rings, viewBox="0 0 30 20", fill="none", stroke=ink, stroke_width="2.4",
        **attributes,
    )  # fmt: skip


def icon() -> bytes:
    """Return the picture that a browser shows beside the title of a page."""
    return (_mark("#1b2026", xmlns="http://www.w3.org/2000/svg") + "\n").encode()


@cache
def sheet() -> tuple[str, Asset]:
    """Return path and style sheet of the text pages: the map page's letters, then what is ours."""
    fonts = _URL.sub(
        lambda found: f"url({link(found[1]).removeprefix('assets/')})", text_of("css/fonts.css")
    )
    ours = files("layers.web.site").joinpath("site.css").read_text(encoding="utf-8")
    kinds = "".join(
        f".kind-{name} {{ color: {one['text']}; }}\n" for name, one in tokens()["kinds"].items()
    )
    body = (fonts + tokens_css() + ours + kinds).encode()
    asset = Asset(body, "text/css; charset=utf-8")
    return f"assets/site-{asset.digest}.css", asset


def text_page(writer: Writer, path: str, key: str, lead: str, body: Html) -> Page:
    """Return a page that the head of every page leads to: title, lead and body by their words."""
    words = writer.speech
    return Page(
        path=path,
        title=words.say(key),
        description=words.say(lead),
        body=join(el("p", words.say(lead), class_="lead"), body),
        trail=(("index.html", words.say("to_map")),),
    )
