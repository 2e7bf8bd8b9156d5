"""Cite a page: as a sentence, as BibTeX and as CSL-JSON.

The citation names the edition, which a person closed on a day, and the digest of what the page
says. It does not name the digest of the whole record, which any correction anywhere changes.
"""

from __future__ import annotations

import json
from typing import Any

from layers.i18n import Translator
from layers.record.dates import parse_day
from layers.web.site.renderer import SitePage
from layers.web.site.site import Site

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "%&#$_"},
    "\u2068": "",
    "\u2069": "",
}
_CONTROLS = dict.fromkeys(range(32), " ")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def sentence(site: Site, page: SitePage, words: Translator) -> str:
    """Return the citation in words."""
    atlas = site.record.atlas
    said = words.gettext(
        "cite_page_on" if page.cited_on else "cite_page",
        date=words.date(page.cited_on) if page.cited_on else "",
        title=page.title,
        atlas=words.pick(atlas.title),
        edition=atlas.edition,
        digest=page.digest,
    )
    said = words.published(atlas.publisher, said)
    where = _address(site, page, words.lang)
    return f"{said} {where}" if where else said


def bibtex(site: Site, page: SitePage, words: Translator) -> bytes:
    """Return the citation as a BibTeX entry."""
    atlas = site.record.atlas
    closed = parse_day(atlas.edition)
    fields = {
        "author": f"{{{_tex(words.pick(atlas.publisher))}}}" if atlas.publisher else "",
        "title": f"{{{_tex(page.title)}}}",
        "howpublished": _tex(words.pick(atlas.title)),
        "year": str(closed.year),
        "month": _MONTHS[closed.month - 1],
        "edition": atlas.edition,
        "version": page.digest,
        "language": (words.language.locale.english_name or "").lower(),
        "note": _tex(_as_of(page, words)),
        "url": _address(site, page, words.lang),
    }
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n"
        for name, value in fields.items()
        if value
    ]
    return f"@misc{{{_key(site, page, words.lang)},\n{''.join(lines)}}}\n".encode()


def csl(site: Site, page: SitePage, words: Translator) -> bytes:
    """Return the citation as CSL-JSON: a list of one item."""
    atlas = site.record.atlas
    closed = parse_day(atlas.edition)
    item: dict[str, Any] = {
        "id": _key(site, page, words.lang),
        "type": "webpage",
        "title": page.title,
        "author": [{"literal": words.pick(atlas.publisher)}] if atlas.publisher else None,
        "container-title": words.pick(atlas.title),
        "issued": {"date-parts": [[closed.year, closed.month, closed.day]]},
        "edition": atlas.edition,
        "version": page.digest,
        "language": words.lang,
        "note": _as_of(page, words),
        "URL": _address(site, page, words.lang),
    }
    kept = {name: value for name, value in item.items() if value}
    return (json.dumps([kept], ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _key(site: Site, page: SitePage, lang: str) -> str:
    """Return a key for the citation, of letters, digits and hyphens."""
    stem = page.path.removesuffix(".html").replace("/", "-")
    return f"tamas-{site.record.atlas.id}-{stem}-{lang}"


def _as_of(page: SitePage, words: Translator) -> str:
    return words.gettext("cite_on", date=words.date(page.cited_on)) if page.cited_on else ""


def _address(site: Site, page: SitePage, lang: str) -> str:
    where = site.localized_path(page.path, lang)
    return site.address(where, where) if site.base_url else ""


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text.translate(_CONTROLS))
