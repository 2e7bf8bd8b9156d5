"""The page as text: same bytes, no words of the record in a template, nothing asked for outside."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from html import unescape
from typing import Any, get_args

import folium
import pytest
from branca.element import Element
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import ExportError, QueryError
from layers.i18n import translator
from layers.record import model
from layers.record.kinds import DEFAULT_KINDS
from layers.web.page.assets import served, table, vendored
from layers.web.page.bundle import bundle
from layers.web.page.elements import AtlasMap
from layers.web.page.page import render_page
from layers.web.page.phrases import facts, page_phrases
from layers.web.page.policy import policy_of
from layers.web.page.polyline import GROUND_DIGITS, METRES_PER_DEGREE, SHAPE_DIGITS, ground_digits
from tests.support.languages import OURS
from tests.support.page_data import HOSTILE, page_data, with_texts

MODES = ("file", "service")


def embedded(html: str, name: str) -> Any:
    """Return what a data block of the page holds."""
    found = re.search(
        rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.DOTALL
    )
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("mode", MODES)
def test_same_arguments_give_the_same_bytes(mode: Any) -> None:
    assert render_page(page_data(), mode=mode) == render_page(page_data(), mode=mode)


def test_rendering_leaves_folium_as_it_was() -> None:
    before = (list(folium.Map.default_js), list(AtlasMap.default_js), Element._generate_id)
    render_page(page_data(), mode="file")
    assert (list(folium.Map.default_js), list(AtlasMap.default_js), Element._generate_id) == before
    assert Element().get_name() != Element().get_name()


def test_file_holds_its_data_and_service_fetches_them() -> None:
    assert embedded(render_page(page_data(), mode="file"), "tamas-data") == page_data()
    html = render_page(page_data(), mode="service")
    assert 'id="tamas-data"' not in html
    assert embedded(html, "tamas-setup")["data"] == "map/data.json"


def test_file_links_to_nothing() -> None:
    html = render_page(page_data(), mode="file")
    assert re.findall(r"<(?:link|img|iframe)\b|<script[^>]+src=", html) == []


def test_service_asks_for_served_assets_alone() -> None:
    html = render_page(page_data(), mode="service")
    asked = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert asked
    assert {address.removeprefix("assets/") for address in asked} <= set(served())


def test_asset_names_carry_the_digest_of_their_bytes() -> None:
    for name, asset in served().items():
        assert hashlib.sha256(asset.body).hexdigest()[:12] in name
        assert asset.media_type


def test_fonts_named_in_the_served_style_are_served() -> None:
    assets = served()
    style = next(
        asset.body.decode()
        for name, asset in assets.items()
        if name.startswith("page-") and name.endswith(".css")
    )
    named = {url for url in re.findall(r"url\(([^)]+)\)", style) if not url.startswith("data:")}
    assert named
    assert named <= set(assets)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("payload", HOSTILE)
def test_text_of_the_record_is_neither_evaluated_nor_raw(mode: Any, payload: str) -> None:
    plain = render_page(page_data(), mode=mode)
    data = with_texts(page_data(), lambda _: payload)
    html = render_page(data, mode=mode)
    if mode == "file":
        assert embedded(html, "tamas-data") == data
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    assert title is not None
    assert unescape(title[1]) == payload
    assert html.count("<script") == plain.count("<script")
    assert html.count("</script") == plain.count("</script")
    assert html.count("<img") == plain.count("<img")
    assert html.count("<svg onload") == 0
    if mode == "file":
        assert "\u2028" not in html.split('id="tamas-data"')[1].split("</script")[0]


def test_policy_names_every_inline_script_and_style() -> None:
    html = render_page(page_data(), mode="file")
    policy = policy_of(html)
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    blocks = re.findall(r"<script>(.*?)</script>|<style>(.*?)</style>", html, re.DOTALL)
    assert len(blocks) == 7
    for script, style in blocks:
        digest = hashlib.sha256((script or style).encode()).digest()
        assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy


def test_file_carries_its_policy_and_header_adds_the_frame() -> None:
    html = render_page(page_data(), mode="file")
    held = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert held is not None
    assert unescape(held[1]) == policy_of(html, frame_ancestors=None)
    assert policy_of(html) == f"{policy_of(html, frame_ancestors=None)}; frame-ancestors 'none'"
    assert html.index(held[0]) < html.index("<script")


def test_policy_of_the_service_allows_its_own_assets_and_data() -> None:
    policy = policy_of(render_page(page_data(), mode="service"))
    assert "connect-src 'self'" in policy
    assert "connect-src 'none'" in policy_of(render_page(page_data(), mode="file"))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "address",
    ["https://cdn.example.org/plugin.js", "//cdn.example.org/plugin.js", "assets/plugin.js"],
)
def test_unknown_address_is_an_error(
    monkeypatch: pytest.MonkeyPatch, mode: Any, address: str
) -> None:
    monkeypatch.setattr(AtlasMap, "default_js", [*AtlasMap.default_js, ("plugin", address)])
    with pytest.raises(ExportError, match=r"plugin\.js"):
        render_page(page_data(), mode=mode)


@pytest.mark.parametrize("mode", MODES)
def test_address_inside_a_script_is_an_error(monkeypatch: pytest.MonkeyPatch, mode: Any) -> None:
    original = AtlasMap.render

    def render(self: AtlasMap, **kwargs: Any) -> None:
        folium.TileLayer("https://tile.example.org/{z}/{x}/{y}.png", attr="x").add_to(self)
        original(self, **kwargs)

    monkeypatch.setattr(AtlasMap, "render", render)
    with pytest.raises(ExportError, match=r"tile\.example\.org"):
        render_page(page_data(), mode=mode)


@pytest.mark.parametrize("on", ["2020-3-5", "2020-02-30", "soon", "2020-03-05T00:00", "٢٠٢٠-٠٣-٠٥"])
def test_day_that_is_not_one_full_day_is_refused(on: str) -> None:
    with pytest.raises(QueryError, match="on"):
        render_page(page_data(), mode="file", on=on)


def test_unknown_language_is_refused() -> None:
    with pytest.raises(QueryError, match="lang"):
        render_page(page_data(), mode="file", lang="fr")


@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_document_names_its_language_and_direction(lang: str, direction: str) -> None:
    html = render_page(page_data(), mode="service", lang=lang)
    assert html.startswith(f'<!DOCTYPE html>\n<html lang="{lang}" dir="{direction}">')
    assert f"<title>{page_data()['atlas']['title'][lang]}</title>" in html
    assert "user-scalable" not in html


@pytest.mark.parametrize("lang", OURS)
def test_every_kind_and_status_of_the_model_has_its_words(lang) -> None:
    words = translator(lang)

    def group(name: str) -> set[str]:
        keys = (key for key in words.phrases if key.startswith(f"{name}."))
        return {key.removeprefix(f"{name}.") for key in keys}

    assert group("kind") == group("gender") == set(DEFAULT_KINDS)
    assert group("status") == set(get_args(model.Status)) | {"unknown_after"}
    assert group("basis") == set(get_args(model.GeomBasis))
    assert group("end_reason") == set(get_args(model.EndReason))
    assert group("confidence") == set(get_args(model.Confidence))


def test_page_carries_the_words_that_its_scripts_name_and_no_others() -> None:
    setup = embedded(render_page(page_data(), mode="service", lang="ar"), "tamas-setup")
    assert list(setup["words"]) == ["ar"]
    assert setup["words"]["ar"]["legend"] == translator("ar").gettext("legend")
    assert set(setup["words"]["ar"]["on_day"]) == {"zero", "one", "two", "few", "many", "other"}
    assert "method_lead" not in setup["words"]["ar"]
    assert not [key for key in setup["words"]["ar"] if key.startswith(("file.", "column."))]
    # The words of evidence come with it.
    assert "stated_on" in set(page_phrases("ar")) - set(setup["words"]["ar"])
    assert setup["languages"] == facts(OURS)
    english, arabic = setup["languages"].values()
    assert (english["locale"], english["direction"], english["name"]) == (
        "en-u-nu-latn",
        "ltr",
        "English",
    )
    assert (arabic["locale"], arabic["direction"]) == ("ar-SY-u-nu-latn", "rtl")
    assert not english["draft"]


def test_vendored_files_are_those_of_the_manifest() -> None:
    for entry in table("vendor/manifest")["files"]:
        assert entry["licence"] in {"BSD-2-Clause", "OFL-1.1"}
        if not entry["file"].endswith(".txt"):
            assert hashlib.sha256(vendored(entry["file"]).body).hexdigest() == entry["sha256"]


def test_bundle_refuses_a_cycle_and_an_unknown_form() -> None:
    cycle = {
        "a": 'import { b } from "./b.js";\nexport const a = 1;\n',
        "b": 'import { a } from "./a.js";\nexport const b = 1;\n',
    }
    with pytest.raises(ExportError, match="cycle a > b > a"):
        bundle(cycle, entry="a", name="T")
    with pytest.raises(ExportError, match="cannot be joined"):
        bundle({"a": "export default 1;\n"}, entry="a", name="T")
    with pytest.raises(ExportError, match=r"needs b\.js"):
        bundle({"a": cycle["a"]}, entry="a", name="T")


def test_package_does_not_import_folium_before_a_page_is_made() -> None:
    import subprocess
    import sys

    code = "import sys, layers.web.page; sys.exit('folium' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode == 0


@given(st.floats(1, 1e5))
def test_ground_is_encoded_as_finely_as_it_is_accurate(accuracy_m: float) -> None:
    digits = ground_digits(accuracy_m)

    def furthest(decimals: int) -> float:
        return METRES_PER_DEGREE * 10**-decimals / 2**0.5

    assert digits == SHAPE_DIGITS or furthest(digits) <= accuracy_m / 10 * 1.0001
    assert digits == 0 or furthest(digits - 1) > accuracy_m / 10


@pytest.mark.parametrize("said", [None, "about 3 km", 0, -5, float("nan"), float("inf"), [3000]])
def test_ground_of_unknown_accuracy_is_encoded_as_before(said: Any) -> None:
    assert ground_digits(said) == GROUND_DIGITS
