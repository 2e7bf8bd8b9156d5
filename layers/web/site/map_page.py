"""The map of the site: the one page in each language, with assets and data that both share.

Data come in two scripts, because a page opened from a disk may not fetch: the first draws the
day the atlas opens on, the second brings the rest. Their names carry their digest, so that a
page and its data are always of one build, whatever a cache has kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from layers.formats.features import dumps
from layers.web.page.assets import served
from layers.web.page.data import first_and_rest, page_data
from layers.web.page.page import render_page
from layers.web.site.og_images import Cards
from layers.web.site.renderer import PageRenderer, icon
from layers.web.site.site import NAVIGATION, relative_link


def map_files(
    renderers: Sequence[PageRenderer], dataset: Mapping[str, Any], cards: Cards
) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the map's pages, one a renderer, and of their assets and data."""
    site = renderers[0].site
    for name, asset in served().items():
        yield f"assets/{name}", asset.body
    data = page_data(site.built)
    scripts = {}
    for name, part in zip(("first", "rest"), first_and_rest(site.built, data), strict=True):
        body = _script(name, part)
        scripts[name] = f"map/{name}-{hashlib.sha256(body).hexdigest()[:12]}.js"
        yield scripts[name], body
    for renderer in renderers:
        lang = renderer.lang
        here = site.localized_path("index.html", lang)
        html = render_page(
            data,
            mode="site",
            lang=lang,
            on=site.record.atlas.opens_on,
            site={
                "root": relative_link("index.html", here).removesuffix("index.html"),
                "scripts": {name: relative_link(path, here) for name, path in scripts.items()},
                "pages": {one.lang: _onward(one, here) for one in renderers},
            },
        )
        head = renderer.template(
            "map_head.html.j2",
            card=cards.of("index.html", lang),
            # The map's policy takes pictures from data: alone, beside the backgrounds.
            icon_data=f"data:image/svg+xml,{quote(icon().decode().strip())}",
            dataset=dict(dataset) if lang == site.languages[0] else None,
        )
        without_script = renderer.template("without_script.html.j2", steps=_steps(renderer))
        html = html.replace("</head>", f"{head}</head>", 1)
        html = html.replace("</noscript>", f"{without_script}</noscript>", 1)
        yield here, html.encode()


def _onward(renderer: PageRenderer, here: str) -> dict[str, Any]:
    """Return where the map leads in a language, from a page in any."""
    index = renderer.site.localized_path("index.html", renderer.lang)
    base = relative_link(index, here).removesuffix("index.html")
    return {"base": base, "links": _steps(renderer), "zone": renderer.t("zone_page")}


def _steps(renderer: PageRenderer) -> Sequence[tuple[str, str]]:
    return [(path, renderer.t(key)) for path, key in NAVIGATION]


def _script(name: str, part: Mapping[str, Any]) -> bytes:
    """Return data as a script: JSON in a string, parsed as JSON and never as code."""
    text = json.dumps(dumps(part).decode().rstrip("\n"), ensure_ascii=False)
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'Tamas.hold("{name}", JSON.parse({text}));\n'.encode()
