"""The report's page in a browser: offline, by keyboard, without what axe finds."""

from __future__ import annotations

import pytest

from tests.web.test_page_use import RULES, VENDOR

pytestmark = pytest.mark.browser
SIZES = {"wide": (1440, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def file(rendered_hostile, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(rendered_hostile(".html", "both"))
    return path


@pytest.mark.parametrize("size", SIZES)
def test_a_report_opens_without_a_network_and_axe_finds_nothing(browser, file, size):
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("request", lambda one: one.url[:5] in ("file:", "data:") or faults.append(one.url))
    page.goto(file.as_uri())
    page.wait_for_selector(".tamas-event")
    assert page.locator(".folium-map").count() == 2
    page.evaluate((VENDOR / "axe.min.js").read_text(encoding="utf-8") + "; 0")
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, preload: false})"
        ".then(r => r.violations.map(v => [v.id, v.nodes[0].target.join(' ')]))",
        RULES,
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    _opens_a_number(page)
    _opens_a_sign(page)
    assert faults == []
    context.close()


def _opens_a_number(page):
    number = page.locator("td summary").first
    number.focus()
    page.keyboard.press("Enter")
    assert "2, 3, 4" in page.locator("details[open] p").inner_text()


def _opens_a_sign(page):
    page.locator(".tamas-event").first.focus()
    page.keyboard.press("Enter")
    assert "Lines of the file" in page.locator(".tamas-popup").inner_text()
