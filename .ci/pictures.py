"""Make README's pictures again: the offline map, as Chromium shows it.

Run: `make pictures`. Needs Debian's Chromium; asks the network for nothing.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from layers.build import build
from layers.maps import render_page
from layers.maps.data import page_data
from layers.seeds import read
from layers.settings import BUNDLED_SEEDS

OUT = Path(__file__).resolve().parent / "pictures"
OFFLINE = ["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND"]
PICTURES = {
    "map-en.png": "#on=2020-04-01&lang=en&zone=m4-security-corridor",
    "map-ar.png": "#on=2018-09-20&lang=ar&zone=demilitarized-strip",
}


def main() -> None:
    """Write each picture at 1440 x 900."""
    OUT.mkdir(exist_ok=True)
    html = render_page(page_data(build(read(BUNDLED_SEEDS))), mode="file")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        file = Path(folder) / "map.html"
        file.write_text(html, encoding="utf-8", newline="\n")
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=OFFLINE)
        for name, view in PICTURES.items():
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(file.as_uri() + view)
            page.wait_for_selector("html[data-ready=yes]")
            page.wait_for_timeout(400)
            page.screenshot(path=str(OUT / name))
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
