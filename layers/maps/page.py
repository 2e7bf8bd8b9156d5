"""Put the page together: Folium's frame first, then the words and the record as data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from html import escape
from importlib.metadata import version
from typing import Any, Literal

from layers.errors import ExportError, QueryError
from layers.maps.assets import inlined, table
from layers.maps.policy import policy_of, refuse_unknown

LANGUAGES = ("en", "ar")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
_LINK = re.compile(r'<script src="([^"]+)"></script>|<link rel="stylesheet" href="([^"]+)"/>')
_HOLES = ("<!--policy-->", "<!--title-->", "<!--data-->")
# Inside a script element these five are all that HTML or JavaScript could take for its own.
_UNSAFE = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def render(
    data: Mapping[str, Any],
    *,
    mode: Literal["service", "file", "site"],
    lang: str,
    on: str | None,
    site: Mapping[str, Any] | None = None,
) -> str:
    """Return the page; see `layers.maps.render_page`."""
    if lang not in LANGUAGES:
        raise QueryError("lang", lang, f"is one of {', '.join(LANGUAGES)}")
    if on is not None and not _is_day(on):
        raise QueryError("on", on, "is one full day, as 2020-03-05")
    frame = _frame(lang)
    if mode == "file":
        frame = _LINK.sub(_inline, frame)
    refuse_unknown(frame)
    policy = ""
    if mode != "service":  # which sends its policy in a header
        rules = policy_of(frame, frame_ancestors=None)
        policy = f'<meta http-equiv="Content-Security-Policy" content="{escape(rules)}">'
    title = f"<title>{escape(data['atlas']['title'][lang])}</title>"
    setup = {
        "on": on,
        "lang": lang,
        "data": "map/data.json" if mode == "service" else None,
        "rest": "map/rest.json" if mode == "service" else None,
        "backgrounds": table("backgrounds"),
        "tokens": table("tokens"),
        "words": {
            name: table(f"words/{name}") for name in LANGUAGES if mode == "file" or name == lang
        },
        "versions": _versions(),
    }
    if site is not None:
        setup["pages"], root = site["pages"], site["root"]
        frame = _LINK.sub(lambda found: found[0].replace('"assets/', f'"{root}assets/'), frame)
    blocks = [json_block("tamas-setup", setup)]
    if mode == "file":
        blocks.append(json_block("tamas-data", data))
    if site is not None:
        first, rest = (escape(site["scripts"][name]) for name in ("first", "rest"))
        blocks.append(f'<script src="{first}"></script><script src="{rest}" async></script>')
    return _filled(frame, (policy, title, "\n".join(blocks)))


def json_block(name: str, value: object) -> str:
    """Return ``value`` as a data block that no parser can leave before its end."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f'<script type="application/json" id="{name}">{text.translate(_UNSAFE)}</script>'


def _frame(lang: str) -> str:
    """Return Folium's page with its three holes, line ends as a browser reads them."""
    from layers.maps.elements import document

    html: str = document(lang).render()
    words = table(f"words/{lang}")
    html = html.replace("<!--no-script-->", escape(words["no_script"]), 1)
    return re.sub(r"[ \t]+\n", "\n", html).replace("\r", "")


def _inline(match: re.Match[str]) -> str:
    """Return the text behind a link of the page, in the element that holds it."""
    address = match[1] or match[2]
    if address not in inlined():
        raise ExportError(f"page: would ask for what it does not hold: {address}; vendor it")
    text = inlined()[address]
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


def _versions() -> dict[str, str]:
    """Return what the page was drawn with, for its colophon."""
    entries = {entry["file"]: entry for entry in table("vendor/manifest")["files"]}
    return {"folium": version("folium"), "leaflet": entries["leaflet.js"]["version"]}


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.match(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False
