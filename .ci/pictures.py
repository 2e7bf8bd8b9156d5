"""Make README's pictures again: the offline map, as Chromium shows it, and a printed page.

Run: `make pictures`. Needs Debian's Chromium; asks the network for nothing.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from layers.build.assembly import build
from layers.build.rows import BuiltAtlas
from layers.printing import print_map
from layers.query import filters as query
from layers.query.selection import Selection
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS
from layers.web.page.data import page_data
from layers.web.page.page import render_page

OUT = Path(__file__).resolve().parent / "pictures"
OFFLINE = ["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND"]
PICTURES = {
    "map-en.png": "#on=2020-04-01&lang=en&zone=m4-security-corridor",
    "map-ar.png": "#on=2018-09-20&lang=ar&zone=demilitarized-strip",
}


PRINTED = "2020-04-01"


def main() -> None:
    """Write each picture of the screen at 1440 x 900, and the page 1440 wide."""
    OUT.mkdir(exist_ok=True)
    built = build(read(BUNDLED_SEEDS))
    on_paper(built).save(OUT / "print.png", optimize=True)
    html = render_page(page_data(built), mode="file")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        file = Path(folder) / "map.html"
        file.write_text(html, encoding="utf-8", newline="\n")
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=OFFLINE)
        for name, view in PICTURES.items():
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(file.as_uri() + view)
            page.wait_for_selector("html[data-idle=yes]")
            page.screenshot(path=str(OUT / name))
            page.close()
        browser.close()


def on_paper(built: BuiltAtlas) -> Image.Image:
    """Return an A4 page, small enough for a README."""
    view = Selection(on=query.required_day("on", PRINTED))
    whole = Image.open(io.BytesIO(print_map(built, view, format="png").body)).convert("RGB")
    small = whole.resize((1440, round(whole.height * 1440 / whole.width)), Image.Resampling.LANCZOS)
    return small.quantize(192, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
