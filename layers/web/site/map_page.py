"""The map of the site: the one page in each language, with assets and data that both share.

Data come in two scripts, because a page opened from a disk may not fetch: the first draws the
day the atlas opens on, the second brings the rest. Their names carry their digest, so that a
page and its data are always of one build, whatever a cache has kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from layers.formats.features import dumps
from layers.web.json_script import json_block
from layers.web.page import page_assets, render_page
from layers.web.page.data import first_and_rest, page_data
from layers.web.site.frame import MAIN, Site, graph, icon, relative, twins
from layers.web.site.frame import located as located_at
from layers.web.site.markup import Html, el, join
from layers.web.site.speech import LANGUAGES, Speech


def map_files(
    site: Site, dataset: Mapping[str, Any], cards: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the map's pages, assets and data; ``cards`` are by language."""
    for name, asset in page_assets().items():
        yield f"assets/{name}", asset.body
    data = page_data(site.built)
    scripts = {}
    for name, part in zip(("first", "rest"), first_and_rest(data), strict=True):
        body = _script(name, part)
        scripts[name] = f"map/{name}-{hashlib.sha256(body).hexdigest()[:12]}.js"
        yield scripts[name], body
    for lang in LANGUAGES:
        here = located_at("index.html", lang)
        html = render_page(
            data,
            mode="site",
            lang=lang,
            on=site.record.atlas.opens_on,
            site={
                "root": relative("index.html", here).removesuffix("index.html"),
                "scripts": {name: relative(path, here) for name, path in scripts.items()},
                "pages": {one: _onward(one, here) for one in LANGUAGES},
            },
        )
        head = _head(site, lang, cards[lang])
        if lang == "en":
            head = join(head, Html(_linked(dataset)))
        html = html.replace("</head>", f"{head}</head>", 1)
        html = html.replace("</noscript>", f"{_without_script(lang)}</noscript>", 1)
        yield here, html.encode()


def _onward(lang: str, here: str) -> dict[str, Any]:
    """Return where the map leads in a language, from a page in either."""
    base = relative(located_at("index.html", lang), here).removesuffix("index.html")
    return {"base": base, "links": _steps(lang), "zone": Speech(lang).say("zone_page")}


def _steps(lang: str) -> list[tuple[str, str]]:
    words = Speech(lang)
    return [(path, words.say(key)) for path, key in MAIN]


def _script(name: str, part: Mapping[str, Any]) -> bytes:
    """Return data as a script: JSON in a string, parsed as JSON and never as code."""
    text = json.dumps(dumps(part).decode().rstrip("\n"), ensure_ascii=False)
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'Tamas.hold("{name}", JSON.parse({text}));\n'.encode()


def _head(site: Site, lang: str, card: str) -> Html:
    words, atlas = Speech(lang), site.record.atlas
    title, scope = words.pick(atlas.title), words.pick(atlas.scope)
    return join(
        el("meta", name="description", content=scope),
        # The map's policy takes pictures from data: alone, beside the backgrounds.
        el("link", rel="icon", href=f"data:image/svg+xml,{quote(icon().decode().strip())}"),
        twins(site, "index.html", lang),
        el("link", rel="alternate", type="application/atom+xml", href="corrections.atom",
           title=words.say("feed")),
        graph(site, "index.html", lang, title, scope, card),
    )  # fmt: skip


def _linked(dataset: Mapping[str, Any]) -> str:
    """Return the data set's description as a block that is data and not run."""
    block = json_block("dataset", dict(dataset))
    return block.replace("application/json", "application/ld+json", 1)


def _without_script(lang: str) -> Html:
    words = Speech(lang)
    links = [el("li", el("a", text, href=path)) for path, text in _steps(lang)]
    return el("nav", el("p", words.say("read_without")), el("ul", links),
              aria_label=words.say("pages"))  # fmt: skip
