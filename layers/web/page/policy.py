"""What a page may load: its content security policy, and a check that it asks for no more."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

from layers.errors import ExportError
from layers.web.page.assets import served, table

_ADDRESS = re.compile(r"""(?:\b[a-z][a-z0-9+.-]*:)?//[^\s"'`<>)\\]+""", re.IGNORECASE)
_STYLE_URL = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""", re.IGNORECASE)
_BASE64 = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")
# Names, not requests: an XML namespace, and what Leaflet's own text says of itself.
_INERT = frozenset(
    {
        "http://www.w3.org/2000/svg",
        "https://leafletjs.com",
        "https://bugs.chromium.org/p/chromium/issues/detail?id=600120",
        "https://bugzilla.mozilla.org/show_bug.cgi?id=888319",
    }
)
_LOADING = frozenset({"src", "srcset", "href", "poster", "data", "action", "formaction", "ping"})
_LEAFLET_VML = "#default#VML"


class _PolicyParser(HTMLParser):
    """Collect inline scripts and styles, and every address an attribute would load."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.addresses: list[str] = []
        self.linked = False
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.addresses += [value for name, value in values.items() if name in _LOADING]
        if tag == "link" or (tag == "script" and "src" in values):
            self.linked = True
        elif tag == "style":
            self._into = self.styles
        elif tag == "script" and values.get("type", "") in {"", "module", "text/javascript"}:
            self._into = self.scripts
        if self._into is not None:
            self._into.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  # any end tag ends the text
        self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data


def _read(html: str) -> _PolicyParser:
    reader = _PolicyParser()
    reader.feed(html)
    reader.close()
    return reader


def hash_sources(texts: list[str]) -> list[str]:
    """Return what allows each of some inline scripts or styles, by its digest."""
    digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in texts)
    return [f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests]


def scripts_in(html: str) -> list[str]:
    """Return the text of each script that a page would run."""
    return _read(html).scripts


def policy_of(
    html: str, *, frame_ancestors: str | None = "'none'", backgrounds: bool = True
) -> str:
    """Return the content security policy that allows what ``html`` holds and no more.

    Every inline script and style is named by its digest. ``frame_ancestors`` works in a header
    alone: pass None for a policy in a meta element. ``backgrounds`` lets the page ask the hosts of
    the optional backgrounds for pictures.
    """
    reader, none = _read(html), "'none'"
    own = ["'self'"] if reader.linked else []
    hosts = [f"https://{one['host']}" for one in table("backgrounds")] if backgrounds else []
    rules = {
        "default-src": [],
        "script-src": [*own, *hash_sources(reader.scripts)],
        "style-src": [*own, *hash_sources(reader.styles)],
        "font-src": own or ["data:"],
        # The hosts of the optional backgrounds, and no other: asked only when a reader chooses one.
        "img-src": ["data:", *hosts],
        "connect-src": own,
        "base-uri": [],
        "form-action": [],
    }
    if frame_ancestors is not None:
        rules["frame-ancestors"] = [frame_ancestors]
    return "; ".join(f"{name} {' '.join(values) or none}" for name, values in rules.items())


def refuse_unknown(html: str) -> None:
    """Raise `ExportError` where the page, before its data are put in, names an outside address.

    Attributes and style sheets may point at the page's own assets, at a part of the page or
    at ``data:``. Elsewhere, in scripts too, no address may stand that is not known as inert:
    a plugin that would load something at run time is found here and not by a reader.
    """
    reader = _read(html)
    own = {f"assets/{name}" for name in served()}
    styled = [match[1] for style in reader.styles for match in _STYLE_URL.finditer(style)]
    asked = [*reader.addresses, *styled]
    strange = {
        address
        for address in asked
        if address not in own
        and address != _LEAFLET_VML
        and not re.match(r"#|data:(?:image/png|font/woff2);base64,", address)
    }
    plain = _BASE64.sub("", html)
    strange |= {
        address
        for address in _ADDRESS.findall(plain)
        if address.rstrip(".,;") not in _INERT
        and re.match(r"(?:[a-z][a-z0-9+.-]*:)?//[\w-]+\.[\w.-]+", address, re.IGNORECASE)
    }
    if strange:
        shown = ", ".join(sorted(strange)[:4])
        raise ExportError(f"page: would ask for what it does not hold: {shown}; vendor it")
