"""That a test reads a page only when it stands; see `tests/support/browser.py`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.browser import Tabs

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# What is pressed shows forty frames later.
LATE = """<!doctype html><html{idle}><button>0</button><script>
const root = document.documentElement, button = document.querySelector("button");
const inFrames = (left, act) =>
  left ? requestAnimationFrame(() => inFrames(left - 1, act)) : act();
addEventListener("click", () => {{
  if ("idle" in root.dataset) root.dataset.idle = "no";
  inFrames(40, () => {{
    button.textContent = "1";
    if ("idle" in root.dataset) root.dataset.idle = "yes";
  }});
}});
</script>"""


@pytest.mark.parametrize(
    "read",
    [
        lambda page: page.locator("button").inner_text(),
        lambda page: page.locator("button").all_inner_texts()[0],
        lambda page: page.evaluate("document.querySelector('button').textContent"),
        lambda page: str(page.get_by_role("button", name="1").count()),
    ],
)
def test_what_is_read_after_an_act_is_what_stands(tabs: Tabs, read: Any) -> None:
    page = tabs.take()
    page.set_content(LATE.format(idle=' data-idle="yes"'))
    page.locator("button").click()
    assert read(page) == "1"


def test_a_page_that_says_nothing_of_itself_is_read_at_once(tabs: Tabs) -> None:
    page = tabs.take()
    page.set_content(LATE.format(idle=""))
    page.locator("button").click()
    assert page.locator("button").inner_text() == "0"
