"""The frame of the data pages: head, style, navigation; in the look of the map page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from fastapi import Request

from api.links import Link, address, route
from layers.record.model import LocalizedText, Record
from layers.style.tokens import tokens
from layers.web.page.assets import Asset, link, table, text_of

_URL = re.compile(r"url\(vendor/([\w.-]+)\)")
# No script at all: a block of linked data is data and not run. Forms ask this service alone.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors *"
)
_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_OTHER = {"en": "ar", "ar": "en"}


@cache
def words() -> dict[str, dict[str, str]]:
    """Return the words of the data pages, by key and language."""
    text = files("api").joinpath("words.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)
    return found


def word(key: str, lang: str, **values: object) -> str:
    """Return a word of the data pages, safe in HTML."""
    plain = words()[key][lang].format(**values)
    return escape(plain)


def named(group: str, key: str, lang: str, zone_type: str = "") -> str:
    """Return what the map page calls a status or kind, safe in HTML."""
    found = table(f"words/{lang}")[group].get(key, key.replace("_", " "))
    if isinstance(found, dict):  # in Arabic a status agrees with what it is said of
        found = found[tokens()["kinds"].get(zone_type, {}).get("gender", "m")]
    return escape(str(found))


def pick(text: LocalizedText, lang: str) -> str:
    """Return a text of the record in a language, safe in HTML."""
    return escape(text["ar"] if lang == "ar" else text["en"])


@cache
def _sheet() -> tuple[str, Asset]:
    """Return the style sheet: the map page's letters and colours, then what is ours."""
    fonts = _URL.sub(
        lambda found: f"url({link(found[1]).removeprefix('assets/')})", text_of("css/fonts.css")
    )
    ours = files("api").joinpath("data.css").read_text(encoding="utf-8")
    asset = Asset((fonts + text_of("css/tokens.css") + ours).encode(), "text/css; charset=utf-8")
    return f"data-{asset.digest}.css", asset


def own_assets() -> Mapping[str, Asset]:
    """Return the assets that only the data pages have."""
    name, asset = _sheet()
    return {name: asset}


def page(
    request: Request,
    record: Record,
    lang: str,
    title: str,
    body: Iterable[str],
    *,
    trail: Iterable[tuple[str, str]] = (),
    links: Iterable[Link] = (),
    dataset: dict[str, Any] | None = None,
) -> bytes:
    """Return a page; ``title`` and ``body`` are HTML, ``trail`` pairs of path and HTML."""
    direction = "rtl" if lang == "ar" else "ltr"
    block = ""
    if dataset is not None:
        text = json.dumps(dataset, ensure_ascii=False).translate(_UNSAFE)
        block = f'<script type="application/ld+json">{text}</script>'
    heads = "".join(
        f'<link rel="{escape(one["rel"])}" type="{escape(one["type"])}" '
        f'href="{escape(one["href"])}">'
        for one in links
        if one["rel"] in ("alternate", "next", "prev")
    )
    sheet = address(request, f"/assets/{_sheet()[0]}")
    return (
        f'<!doctype html><html lang="{lang}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} · {pick(record.atlas.title, lang)}</title>"
        f'<link rel="stylesheet" href="{escape(sheet)}">{heads}{block}</head><body>'
        f"{_masthead(request, record, lang)}<main>{_trail(request, trail, lang, title)}"
        f"<h1>{title}</h1>{''.join(body)}</main>{_foot(record, lang)}</body></html>\n"
    ).encode()


def href(request: Request, path: str, lang: str, **given: str) -> str:
    """Return an address of a data page in its language, safe in an attribute."""
    return escape(address(request, path, {**given, "lang": lang, "f": "html"}))


def anchor(request: Request, path: str, lang: str, text: str, **given: str) -> str:
    """Return a link to a data page; ``text`` is HTML."""
    return f'<a href="{href(request, path, lang, **given)}">{text}</a>'


def formats(links: Iterable[Link], lang: str) -> str:
    """Return links to the other formats of a page."""
    chips = "".join(
        f'<a class="chip" href="{escape(one["href"])}">'
        f"{escape(one['title'].removeprefix('This document as '))}</a>"
        for one in links
        if one["rel"] == "alternate"
    )
    return f'<p class="formats"><span>{word("formats", lang)}</span>{chips}</p>' if chips else ""


def rows(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a table of names and values, both HTML."""
    body = "".join(f"<tr><th scope=row>{name}</th><td>{value}</td></tr>" for name, value in pairs)
    return f'<table class="facts"><tbody>{body}</tbody></table>'


def _masthead(request: Request, record: Record, lang: str) -> str:
    other = _OTHER[lang]
    here = {key: value for key, value in request.query_params.items() if key != "lang"}
    turned = escape(address(request, route(request), {**here, "f": "html", "lang": other}))
    mark = (
        '<svg viewBox="0 0 30 20" width="30" height="20" aria-hidden="true" fill="none" '
        'stroke="currentColor" stroke-width="2.4"><circle cx="9" cy="10" r="7"/>'
        '<circle cx="20" cy="10" r="7"/></svg>'
    )
    home = escape(address(request, "/", {"lang": lang, "f": "html"}))
    nav = "".join(
        anchor(request, path, lang, word(key, lang))
        for path, key in (("/api", "data"), ("/collections", "collections"), ("/docs", "docs"))
    )
    name = escape(table(f"words/{lang}")["atlas"])
    return (
        f'<header class="masthead"><a class="brand" href="{home}">{mark}<b>{name}</b></a>'
        f'<span class="title">{pick(record.atlas.title, lang)}</span>'
        f'<nav><a href="{home}">{word("map", lang)}</a>{nav}'
        f'<a class="language" lang="{other}" href="{turned}">{words()["language"][other]}</a>'
        "</nav></header>"
    )


def _trail(request: Request, trail: Iterable[tuple[str, str]], lang: str, title: str) -> str:
    steps = [anchor(request, path, lang, text) for path, text in trail]
    return f'<nav class="trail">{" / ".join([*steps, title])}</nav>' if steps else ""


def _foot(record: Record, lang: str) -> str:
    atlas = record.atlas
    return (
        f"<footer><p>{pick(atlas.scope, lang)}</p><p>{pick(atlas.borders, lang)}</p>"
        f"<p><b>{escape(table(f'words/{lang}')['not_for'])}</b></p>"
        f"<p>{word('edition', lang, day=atlas.edition)} · {escape(atlas.licence)} · "
        f"{word('digest', lang)} <bdi class=digest>{record.sha256[:16]}</bdi></p></footer>"
    )
