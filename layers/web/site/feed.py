"""The Atom feed of editions and corrections, from what the record itself states."""

from __future__ import annotations

import uuid

from layers.record.dates import parse_day
from layers.web.site.frame import Site, located
from layers.web.site.markup import Html, el
from layers.web.site.speech import Speech

_ATOM = "http://www.w3.org/2005/Atom"


def feed(site: Site, lang: str) -> bytes:
    """Return the feed in one language.

    The record knows one thing with a date here: the day on which its edition was closed. A
    feed needs a moment, so that day stands as its first second in UTC.
    """
    words, atlas = Speech(lang), site.record.atlas
    closed = f"{atlas.edition}T00:00:00Z"
    here = located("corrections.atom", lang)
    page = site.address(located("corrections.html", lang), here)
    said = words.say(
        "edition_says",
        **{
            "from": words.day(parse_day(atlas.record_from)),
            "to": words.day(parse_day(atlas.record_to)),
        },
        date=words.day(parse_day(atlas.edition)),
    )
    entry = el(
        "entry",
        el("id", _id(site, f"{atlas.edition}/{lang}")),
        el("title", words.say("edition_of", date=words.day(parse_day(atlas.edition)))),
        el("updated", closed),
        el("summary", f"{said} {words.pick(atlas.corrections)}"),
        _link(page, "alternate", "text/html"),
    )
    whole = el(
        "feed",
        el("id", _id(site, lang)),
        el("title", words.say("feed_title", title=words.pick(atlas.title))),
        el("updated", closed),
        el("author", el("name", words.say("atlas"))),
        el("rights", atlas.licence),
        _link(site.address(here, here), "self", "application/atom+xml"),
        _link(page, "alternate", "text/html"),
        entry,
        xmlns=_ATOM,
        xml_lang=lang,
    )
    text = whole.replace(" xml-lang=", " xml:lang=", 1)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _link(href: str, rel: str, media_type: str) -> Html:
    return Html(el("link", rel=rel, type=media_type, href=href).removesuffix(">") + "/>")


def _id(site: Site, name: str) -> str:
    """Return a name that stays, wherever the site stands."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"tamas:{site.record.atlas.id}:{name}").urn
