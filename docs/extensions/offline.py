"""Refuse a site that would ask the network for anything while it is read.

Looked at is what a browser loads by itself: scripts, styles, pictures, frames (also those written
out in `srcdoc`), and addresses in style sheets. A link that a reader presses is no request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

LOADED = {"src", "srcset", "poster", "data", "background"}
ELSEWHERE = re.compile(r"\s*(?:https?:|wss?:)?//", re.IGNORECASE)
IN_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)


class Requests(HTMLParser):
    """Collects the addresses elsewhere that a document loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found = IN_STYLE.findall(text)
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at what one element loads."""
        for name, value in attrs:
            if value is None:
                continue
            if name in LOADED or (tag == "link" and name == "href"):
                self.found += [value] if ELSEWHERE.match(value) else []
            elif name == "srcdoc":
                self.found += Requests(value).found


def requests(folder: Path) -> Iterator[str]:
    """Tell each address elsewhere that a page or a style sheet of a folder loads."""
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".html":
            found = Requests(file.read_text(encoding="utf-8")).found
        elif file.suffix == ".css":
            found = IN_STYLE.findall(file.read_text(encoding="utf-8"))
        else:
            continue
        yield from (f"{file.relative_to(folder)}: {address}" for address in found)


def check(app: Sphinx, error: Exception | None) -> None:
    """Fail the build for a page that would ask the network."""
    if error is None and app.builder.format == "html":
        found = list(requests(Path(app.outdir)))
        if found:
            raise ExtensionError("\n".join(["the site would ask the network:", *found]))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the check."""
    app.connect("build-finished", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
