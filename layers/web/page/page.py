"""Put the page together: Folium's frame first, then the words and the record as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from html import escape
from importlib.metadata import version
from typing import Any, Literal

from layers.errors import ExportError
from layers.i18n import choose_language, script_of, translator
from layers.query.filters import optional_day
from layers.record.texts import LocalizedText
from layers.web.json_script import json_block
from layers.web.page import offline
from layers.web.page.assets import inlined, table, text_of
from layers.web.page.phrases import facts, first_phrases
from layers.web.page.policy import policy_of, refuse_unknown

_LINK = re.compile(r'<script src="([^"]+)"></script>|<link rel="stylesheet" href="([^"]+)"/>')
_PANEL = re.compile(r'(<section class="panel"[^>]*>)')
_HOLES = ("<!--policy-->", "<!--title-->", "<!--data-->")


def render_page(
    data: Mapping[str, Any],
    *,
    mode: Literal["service", "file", "site"],
    lang: str | None = None,
    on: str | None = None,
    scope: Mapping[str, Any] | None = None,
    site: Mapping[str, Any] | None = None,
) -> str:
    """Return the page as HTML, the same bytes for the same arguments.

    ``lang`` is the language the page opens in (the atlas's first for None), ``on`` the day it
    opens on (``YYYY-MM-DD``); without it the page chooses the last day on which most was in effect.
    The data are the mapping of `layers.web.page.data.page_data`. ``scope`` says what part of the
    atlas a file holds; without it the file says that it holds all of it. A page of a site
    (``site``) takes assets from below ``root`` and data from ``scripts``, and leads to ``pages``.
    """
    languages = facts(data["languages"])
    lang = choose_language(lang, list(languages))
    optional_day("on", on)
    said = LocalizedText.model_construct(root=data["atlas"]["title"])
    own = translator(lang).marks(said)
    marks = "".join(f' {name}="{value}"' for name, value in own.items())
    title = f"<title{marks}>{escape(said[lang])}</title>"
    frame = _frame(lang)
    if mode == "file":
        phrases = {tag: offline.file_phrases(tag, scope) for tag in languages}
        setup = _setup(lang, on, languages, phrases)
        return _file(data, frame, title, setup, scope)
    refuse_unknown(frame)
    setup = _setup(lang, on, languages, {lang: first_phrases(lang)})
    if site is not None:
        return _page_of_site(frame, title, setup, site)
    setup |= {"data": "map/data.json", "rest": "map/rest.json"}
    return _filled(frame, ("", title, json_block("tamas-setup", setup)))


def _file(
    data: Mapping[str, Any],
    frame: str,
    title: str,
    setup: Mapping[str, Any],
    scope: Mapping[str, Any] | None,
) -> str:
    """Return the page that holds its assets and data."""
    tags = {*data["languages"], *data["atlas"]["title"]}
    inline = partial(_inline, scripts=frozenset(map(script_of, tags)))
    frame = _offline(_LINK.sub(inline, frame), setup["lang"])
    refuse_unknown(frame)
    built = {"tamas": version("tamas"), "record": data["atlas"].get("digest", "")}
    blocks = [
        json_block("tamas-setup", setup),
        json_block("tamas-data", data),
        json_block(offline.BLOCK, {"scope": scope, "built": built}),
    ]
    return _filled(frame, (_policy(frame), title, "\n".join(blocks)))


def _page_of_site(frame: str, title: str, setup: Mapping[str, Any], site: Mapping[str, Any]) -> str:
    """Return the page of a static site, with assets and data beside it."""
    policy, root = _policy(frame), site["root"]
    frame = _LINK.sub(lambda found: found[0].replace('"assets/', f'"{root}assets/'), frame)
    first, rest = (escape(site["scripts"][name]) for name in ("first", "rest"))
    scripts = f'<script src="{first}"></script><script src="{rest}" async></script>'
    block = json_block("tamas-setup", {**setup, "pages": site["pages"]})
    return _filled(frame, (policy, title, f"{block}\n{scripts}"))


def _policy(frame: str) -> str:
    """Return the policy as the element that stands for the header a service sends."""
    rules = escape(policy_of(frame, frame_ancestors=None))
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


def _setup(
    lang: str, on: str | None, languages: Mapping[str, Any], words: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the page's script starts from; without addresses the page holds its data."""
    vendored = {entry["file"]: entry for entry in table("vendor/manifest")["files"]}
    return {
        "on": on,
        "lang": lang,
        "data": None,
        "rest": None,
        "backgrounds": table("backgrounds"),
        "languages": languages,
        "words": words,
        # What the page was drawn with, for its colophon.
        "versions": {"folium": version("folium"), "leaflet": vendored["leaflet.js"]["version"]},
    }


def _offline(frame: str, lang: str) -> str:
    """Return the frame with what a file has beside the served page, each in its one place."""
    # A line stands in the panel until the page's script has run.
    inert = escape(translator(lang).gettext("file.inert"))
    places = (
        ("</head>", f"<style>{text_of('css/file.css')}</style>\n</head>"),
        ("<!--data-->", f"<!--data-->\n<script>{offline.script()}</script>"),
    )
    for hole, filling in places:
        before, found, after = frame.rpartition(hole)
        if not found:
            raise ExportError(f"page: the frame must hold {hole}")
        frame = f"{before}{filling}{after}"
    return _PANEL.sub(lambda match: f'{match[1]}<p class="inert">{inert}</p>', frame, count=1)


def _frame(lang: str) -> str:
    """Return Folium's page with its three holes, line ends as a browser reads them."""
    from layers.web.page.elements import document

    html: str = document(lang).render()
    no_script = translator(lang).gettext("no_script")
    html = html.replace("<!--no-script-->", escape(no_script), 1)
    return re.sub(r"[ \t]+\n", "\n", html).replace("\r", "")


def _inline(match: re.Match[str], scripts: frozenset[str]) -> str:
    """Return the text behind a link of the page, in the element that holds it."""
    address, texts = match[1] or match[2], inlined(scripts)
    if address not in texts:
        raise ExportError(f"page: would ask for what it does not hold: {address}; vendor it")
    text = texts[address]
    tag = "script" if match[1] else "style"
    if f"</{tag}" in text.lower():
        raise ExportError(f"page: {address} would end its own {tag} element")
    return f"<{tag}>{text}</{tag}>"


def _filled(frame: str, fillings: tuple[str, ...]) -> str:
    """Return the frame with each hole filled once; what fills one is never searched."""
    made = []
    rest = frame
    for hole, filling in zip(_HOLES, fillings, strict=True):
        before, found, rest = rest.partition(hole)
        if not found or hole in rest:
            raise ExportError(f"page: the frame must hold {hole} once")
        made += [before, filling]
    return "".join([*made, rest])
