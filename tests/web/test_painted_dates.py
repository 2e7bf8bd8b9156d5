"""Every date of every face, as it is painted: glyph by glyph, in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from layers.build.rows import BuiltAtlas
from layers.i18n import direction_of
from layers.settings import Settings
from layers.web.page.data import page_data
from layers.web.page.page import render_page
from tests.support.atlases import SECOND
from tests.support.browser import Tabs, idle
from tests.support.languages import OURS
from tests.support.painted import MISPAINTED, mispainted

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
RTL = [lang for lang in OURS if direction_of(lang) == "rtl"]
BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
# The record of each zone, then what else the panel can show, then the sheet of paper.
SWEEP = f"""(patches) => {{
  const check = {MISPAINTED};
  const {{ atlas }} = Tamas.page;
  const found = {{ dates: 0, wrong: [] }};
  const look = (name) => {{
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    const {{ dates, wrong }} = check(document.body);
    found.dates += dates;
    found.wrong.push(...wrong.map((text) => `${{name}}: ${{text}}`));
  }};
  for (const zone of atlas.record.zones.keys()) {{
    atlas.set({{ zone }});
    look(zone);
  }}
  for (const patch of patches) {{
    atlas.set({{ zone: null, view: null, ask: null, compare: null, known: null, ...patch }});
    look(JSON.stringify(patch));
  }}
  dispatchEvent(new Event("beforeprint"));
  look("print");
  dispatchEvent(new Event("afterprint"));
  return found;
}}"""


@pytest.mark.parametrize("lang", RTL)
def test_the_page_paints_its_dates_in_order(
    tabs: Tabs, real: BuiltAtlas, tmp_path: Path, lang: str
) -> None:
    path = tmp_path / "atlas.html"
    html = render_page(page_data(real), mode="file", lang=lang, on="2020-04-01")
    path.write_text(html, encoding="utf-8", newline="\n")
    page = tabs.take(1440, 900)
    page.goto(path.as_uri())
    now = idle(page).evaluate("Tamas.page.atlas.state.on")
    asked = {"lat": 35.81, "lon": 36.62}
    patches = [{}, {"compare": now - 400}, {"known": now}, {"view": "contacts"}]
    found = page.evaluate(SWEEP, [*patches, {"view": "cite"}, {"ask": asked}])
    assert found["wrong"] == []
    assert found["dates"] > 2500


def bodies(pages: list[str], lang: str) -> str:
    """Return the bodies of many pages as one: what they say, in their order and direction."""
    said = [SCRIPT.sub("", BODY.search(page)[1]) for page in pages]
    inner = "".join(f"<div>{one}</div>" for one in said)
    return f'<html lang="{lang}" dir="{direction_of(lang)}"><body>{inner}</body></html>'


@pytest.mark.parametrize("lang", RTL)
def test_site_and_service_paint_their_dates_in_order(
    tabs: Tabs, second_site: Path, lang: str
) -> None:
    files = sorted((second_site / lang).rglob("*.html"))
    site = [html for one in files if "tamas-setup" not in (html := one.read_text("utf-8"))]
    client = TestClient(create_app(Settings(access_log=False, seeds=SECOND)))
    asked = {"params": {"lang": lang}, "headers": {"accept": "text/html"}}
    paths = ["/api", "/collections"]
    for one in client.get("/collections?f=json").json()["collections"]:
        items = f"/collections/{one['id']}/items"
        paths += [f"/collections/{one['id']}", items]
        first = client.get(f"{items}?limit=1&f=json").json()["features"]
        paths += [f"{items}/{feature['id']}" for feature in first]
    service = [client.get(path, **asked).raise_for_status().text for path in paths]
    page = tabs.take()
    for pages, least in ((site, 500), (service, 50)):
        page.set_content(bodies(pages, lang))
        dates, wrong = mispainted(page)
        assert wrong == []
        assert dates > least
