"""The page's own files and the vendored ones, as the service serves and a file holds them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from layers.errors import ExportError
from layers.style.colors import css_variables
from layers.web.page.bundle import bundle

PAGE = "layers.web.page"
_HERE = files(PAGE)
_URL = re.compile(r"url\(vendor/([\w.-]+)\)")
_SAID = re.compile(r"/\*(?:(?!\*/)[\s\S])*\*/\n?|^[ \t]+", re.MULTILINE)
# Leaflet's three small pictures are for controls and markers that this page does not have.
_PICTURES = re.compile(r"url\(images/[\w.-]+\)")
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "png": "image/png",
    "woff2": "font/woff2",
}
SCRIPT_FONTS = {"Arab": "/ibm-plex-sans-arabic-", "Cyrl": "/ibm-plex-sans-cyrillic-"}
"""What the names of the font files of a script hold; the others are Latin's."""
_FACE = re.compile(r"@font-face \{[^}]*\}\n?")
# In the order in which the cascade needs them: tokens first, exceptions of phone and paper last.
_SHEETS = ("fonts", "tokens", "frame", "panel", "map", "time", "phone", "contrast", "print")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that belongs to the page."""

    body: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """Return the first 12 hexadecimal digits of the body's SHA-256."""
        return hashlib.sha256(self.body).hexdigest()[:12]

    def data_url(self) -> str:
        """Return the asset as a ``data:`` address."""
        media_type = self.media_type.split(";")[0]
        return f"data:{media_type};base64,{base64.b64encode(self.body).decode('ascii')}"


def text_of(name: str) -> str:
    """Return a text file of this package, by its path within it."""
    return _HERE.joinpath(name).read_text(encoding="utf-8")


def tokens_css() -> str:
    """Return the style sheet of colours, letters and measures that every page starts from."""
    return css_variables() + text_of("css/tokens.css")


def inlined_fonts() -> str:
    """Return the style sheet of the letters, the fonts inside."""
    return _URL.sub(_embedded, text_of("css/fonts.css"))


def text_page_asset(ours: str) -> Asset:
    """Return the style sheet of pages without a script: letters, tokens, then what is theirs.

    Such a sheet lies in the same folder as the fonts.
    """
    fonts = _URL.sub(_linked, text_of("css/fonts.css"))
    return Asset((fonts + tokens_css() + ours).encode(), _TYPES["css"])


@cache
def table(name: str) -> Any:
    """Return a JSON table of this package: ``backgrounds``, ``vendor/manifest``."""
    return json.loads(text_of(f"{name}.json"))


@cache
def vendored(name: str) -> Asset:
    """Return a vendored file after checking it against the manifest."""
    body = _HERE.joinpath("vendor").joinpath(name).read_bytes()
    entries = {entry["file"]: entry for entry in table("vendor/manifest")["files"]}
    if name not in entries or hashlib.sha256(body).hexdigest() != entries[name]["sha256"]:
        raise ExportError(f"{name}: not the vendored file that the manifest names; mend vendor/")
    return Asset(body, _TYPES[name.rsplit(".", 1)[1]])


def modules(*packages: str) -> dict[str, str]:
    """Return by name the JavaScript modules that all share, and those of some packages."""
    return {
        item.name.removesuffix(".js"): item.read_text(encoding="utf-8")
        for package in ("layers.web", *packages)
        for item in sorted(files(package).joinpath("js").iterdir(), key=lambda item: item.name)
        if item.name.endswith(".js")
    }


@cache
def page_script() -> str:
    """Return the page's own script, its modules joined."""
    return bundle(modules(PAGE), entry="atlas", name="Tamas")


@cache
def _texts() -> dict[str, str]:
    """Return the page's style sheets, their ``url()`` as in the sources, and its two scripts."""
    sheets = "".join(text_of(f"css/{name}.css") for name in _SHEETS)
    leaflet_css = _PICTURES.sub("none", vendored("leaflet.css").body.decode("utf-8"))
    leaflet_js = vendored("leaflet.js").body.decode("utf-8")
    return {
        # A browser reads CRLF inside HTML as LF, and digests what it read.
        "leaflet.css": leaflet_css.replace("\r\n", "\n"),
        "page.css": _SAID.sub("", css_variables() + sheets),
        # The map of Leaflet's minified code is not served, so nobody should be sent to look for it.
        "leaflet.js": re.sub(r"//# sourceMappingURL=\S+\s*$", "", leaflet_js),
        "page.js": page_script(),
    }


def _embedded(match: re.Match[str]) -> str:
    return f"url({vendored(match[1]).data_url()})"


def _linked(match: re.Match[str]) -> str:
    """Point at the served font."""
    return f"url({_named(match[1], vendored(match[1]))})"


def _named(name: str, asset: Asset) -> str:
    stem, ending = name.rsplit(".", 1)
    return f"{stem}-{asset.digest}.{ending}"


@cache
def inlined(scripts: frozenset[str] = frozenset(SCRIPT_FONTS)) -> dict[str, str]:
    """Return for each link of the served page the text that stands for it in a file.

    Of the fonts it carries Latin and those of the scripts given by ISO 15924.
    """
    left_out = [font for script, font in SCRIPT_FONTS.items() if script not in scripts]

    def wanted(face: re.Match[str]) -> str:
        return "" if any(font in face[0] for font in left_out) else face[0]

    return {
        link(name): _URL.sub(_embedded, _FACE.sub(wanted, text)) for name, text in _texts().items()
    }


@cache
def _by_name() -> dict[str, tuple[str, Asset]]:
    """Return the served assets by their name in the sources."""
    made = {
        name: Asset(_URL.sub(_linked, text).encode(), _TYPES[name.rsplit(".", 1)[1]])
        for name, text in _texts().items()
    }
    files = (entry["file"] for entry in table("vendor/manifest")["files"])
    made |= {name: vendored(name) for name in files if name.endswith(".woff2")}
    return {name: (_named(name, asset), asset) for name, asset in made.items()}


def link(name: str) -> str:
    """Return the address of an asset relative to the page."""
    return f"assets/{_by_name()[name][0]}"


def served() -> dict[str, Asset]:
    """Return what the service serves under ``assets/`` by name, which carries its digest."""
    return dict(_by_name().values())
