"""Read a built site as files: its links, its fragments, its policies. For the tests alone."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

_LINKS = frozenset({"href", "src", "poster", "action", "data"})
_STYLE_URL = re.compile(r"url\(([^)]+)\)")

# Cards take half a second each, data formats are tested where they are made.
QUICK = {"cards": False, "formats": ["geojson"]}


@dataclass
class Read:
    """What one page holds."""

    links: list[tuple[str, str]] = field(default_factory=list)
    """Tag and address of whatever leads or loads."""
    ids: set[str] = field(default_factory=set)
    doubles: list[str] = field(default_factory=list)
    scripts: int = 0
    styled: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    policy: str = ""
    lang: str = ""
    dir: str = ""
    twins: dict[str, str] = field(default_factory=dict)
    metas: dict[str, str] = field(default_factory=dict)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Read()
        self._skip = False

    def handle_starttag(self, tag, attrs) -> None:
        values = {name: value or "" for name, value in attrs}
        found = self.found
        if tag == "html":
            found.lang, found.dir = values.get("lang", ""), values.get("dir", "")
        if tag == "script":
            found.scripts += 1
        self._skip = tag in {"script", "style"}
        found.events += [name for name in values if name.startswith("on")]
        if "style" in values or tag == "style":
            found.styled.append(tag)
        if name := values.get("id"):
            (found.doubles.append if name in found.ids else found.ids.add)(name)
        if tag == "meta":
            if values.get("http-equiv") == "Content-Security-Policy":
                found.policy = values["content"]
            if name := values.get("property") or values.get("name"):
                found.metas[name] = values.get("content", "")
        if tag == "link" and "hreflang" in values:
            found.twins[values["hreflang"]] = values["href"]
        found.links += [(tag, value) for name, value in values.items() if name in _LINKS]

    def handle_endtag(self, tag) -> None:
        self._skip = False

    def handle_data(self, data) -> None:
        if not self._skip:
            self.found.text += data


@cache
def read_page(path: Path) -> Read:
    """Return what a page of a site holds; no test changes a page that it has read."""
    return parse_page(path.read_text(encoding="utf-8"))


def parse_page(text: str) -> Read:
    """Return what a page holds."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.found


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def addresses(folder: Path) -> list[tuple[str, str]]:
    """Return file and address of every link in pages, styles, feeds and JSON of a site."""
    found: list[tuple[str, str]] = []
    for name, body in files_of(folder).items():
        if name.endswith(".html"):
            found += [(name, href) for _, href in read_page(folder / name).links]
        elif name.endswith(".css"):
            # Leaflet's own sheet names a behaviour of browsers long gone; it loads nothing.
            styled = _STYLE_URL.findall(body.decode())
            found += [(name, href) for href in styled if not href.startswith("#")]
        elif name.endswith(".atom"):
            root = ElementTree.fromstring(body)
            found += [(name, link.attrib["href"]) for link in root.findall(".//{*}link")]
        elif name.endswith(".json") and not name.endswith(".csl.json"):
            found += [(name, href) for href in _hrefs(json.loads(body))]
    return found


def _hrefs(data) -> list[str]:
    """Return the links of a JSON document and of the collections that it lists."""
    if not isinstance(data, dict):
        return []
    own = [link["href"] for link in data.get("links", [])]
    return own + [href for one in data.get("collections", []) for href in _hrefs(one)]


def broken(folder: Path) -> list[str]:
    """Return every relative link that leads to no file, or to no place in a page."""
    files = set(files_of(folder))
    ids: dict[str, set[str]] = {}
    wrong = []
    for name, href in addresses(folder):
        parts = urlsplit(href)
        if parts.scheme or parts.netloc or href.startswith("data:"):
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
        target = name if not parts.path else target
        if parts.path.startswith("/") or target not in files:
            wrong.append(f"{name}: {href}")
        elif parts.fragment and "=" not in parts.fragment:  # the map's hash is its state
            if target not in ids:
                ids[target] = read_page(folder / target).ids
            if unquote(parts.fragment) not in ids[target]:
                wrong.append(f"{name}: {href} (no such place)")
    return wrong
