"""The Folium elements in a real browser, with the network cut off."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import folium
import pytest
from branca.element import Figure
from folium.plugins import HeatMap

from layers.web.folium_elements import Basemap, PeriodSlider, ZoneLayer, ZoneLegend, zone_map
from layers.web.folium_elements.zone_map import prepared
from layers.web.page.assets import inlined, link
from tests.support.browser import Tabs
from tests.support.page_data import HOSTILE
from tests.web.test_folium_elements import hostile
from tests.web.test_page import Seen

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
HERE = [-20.8, -20.9]
# A heat map's script comes from a CDN, out of reach here: what of it stands on a map is a canvas.
HEAT = """L.heatLayer = (points) => new (L.Layer.extend({
  onAdd(map) {
    this._canvas = L.DomUtil.create("canvas", "leaflet-heatmap-layer");
    [this._canvas.width, this._canvas.height] = [map.getSize().x, map.getSize().y];
    map.getPanes().overlayPane.append(this._canvas);
  },
  onRemove() { this._canvas.remove(); },
}))();"""


@pytest.fixture
def zones(second):
    return prepared(second, second.frame)


@pytest.fixture
def opened(tabs: Tabs, tmp_path: Path) -> Any:
    """A function that opens the document of a map, Leaflet from our own copy."""

    def open_map(made: Any, *, width: int = 1280, height: int = 800) -> Seen:
        file = tmp_path / "map.html"
        file.write_text(made.get_root().render(), encoding="utf-8", newline="\n")
        seen = Seen(tabs, width=width, height=height)
        # In place of the network: Leaflet as it is vendored, HEAT, and nothing else.
        seen.page.route(re.compile("^https?://"), answer)
        seen.page.goto(file.as_uri())
        return seen

    return open_map


def answer(route: Any) -> None:
    url = route.request.url
    name = next((name for name in ("leaflet.js", "leaflet.css") if url.endswith(f"/{name}")), None)
    text = inlined()[link(name)] if name else HEAT if "leaflet_heat" in url else ""
    kind = "text/css" if url.endswith(".css") else "text/javascript"
    route.fulfill(body=text, content_type=kind)


def a_map(*elements: Any, **options: Any) -> folium.Map:
    made = folium.Map(location=HERE, zoom_start=8, tiles=None, **options)
    for element in elements:
        element.add_to(made)
    return made


def fills(page: Any) -> set[str]:
    """Return the paints of all that is filled on the map."""
    return set(
        page.eval_on_selector_all(
            ".leaflet-overlay-pane path", "all => all.map((one) => one.getAttribute('fill'))"
        )
    )


def day(page: Any) -> str:
    return str(page.locator(".tamas-day").inner_text())


def paths(page: Any) -> int:
    return int(page.locator(".leaflet-overlay-pane path[role=button]").count())


def test_a_map_draws_zones_in_their_patterns(opened: Any, zones: Any) -> None:
    seen = opened(a_map(ZoneLayer(zones)))
    paints = fills(seen.page)
    patterned = {paint for paint in paints if paint.startswith("url(#")}
    assert patterned
    for paint in patterned:
        assert seen.page.locator(f"pattern{paint[4:-1]} path").count() == 1
    assert paints & set(zones["zone_type"].map(lambda kind: line_of(kind)))
    assert seen.faults == []


def line_of(kind: str) -> str:
    from layers.style.symbology import default_symbology

    found = default_symbology().kinds.get(kind)
    return found.line if found else ""


def test_a_map_that_prefers_a_canvas_has_patterns_too(opened: Any, zones: Any) -> None:
    seen = opened(a_map(ZoneLayer(zones), prefer_canvas=True))
    assert any(paint.startswith("url(#") for paint in fills(seen.page))


def press(page: Any, index: int = 0) -> None:
    """Open the popup of a zone by the keyboard."""
    page.locator(".leaflet-overlay-pane path[role=button]").nth(index).focus()
    page.keyboard.press("Enter")
    page.locator(".tamas-zone h2").last.wait_for()


def test_a_popup_says_names_status_dates_and_sources_in_arabic(
    opened: Any, zones: Any, second: Any
) -> None:
    layer = ZoneLayer(zones, lang="ar", link="https://news.example/{zone_id}")
    page = opened(a_map(layer, PeriodSlider("2005-06-01", lang="ar"))).page
    press(page)
    popup = page.locator(".tamas-zone")
    assert popup.get_attribute("dir") == "rtl"
    name = popup.locator("h2").inner_text()
    row = zones[zones["name_ar"] == name].iloc[0]
    text = popup.inner_text()
    assert row["name_en"] in text
    assert "2005" in text or "2004" in text
    sources = [second.record.sources[key] for key in row["source_ids"]]
    assert any(source.publisher["ar"] in text for source in sources)
    assert popup.locator(".tamas-link a").get_attribute("href") == (
        f"https://news.example/{row['zone_id']}"
    )
    assert not re.search(r"[\u0660-\u0669]", text)


def test_the_slider_moves_all_layers_of_its_map(opened: Any, zones: Any) -> None:
    layers = [ZoneLayer(part, name=name) for name, part in zones.groupby("layer", sort=False)]
    page = opened(a_map(*layers, PeriodSlider("2005-06-01"), ZoneLegend())).page
    assert day(page) == "1 June 2005"
    before = paths(page)
    held = zones[
        (zones["valid_from"] <= "2005-06-01")
        & ~(zones["valid_to"] < "2005-06-01")
        & (zones["nominal"].notna() | zones["outer"].notna())
    ]
    assert page.locator(".tamas-count").inner_text().startswith(str(held["zone_id"].nunique()))
    page.locator(".tamas-slider button").last.click()
    later = day(page)
    assert later != "1 June 2005"
    page.locator(".tamas-slider input").focus()
    page.keyboard.press("Home")
    assert day(page) not in ("1 June 2005", later)
    assert paths(page) != before
    page.keyboard.press("End")
    assert page.locator(".tamas-slider button").last.get_attribute("aria-disabled") == "true"


def test_time_runs_from_right_to_left_in_arabic(opened: Any, zones: Any) -> None:
    page = opened(a_map(ZoneLayer(zones, lang="ar"), PeriodSlider("2005-06-01", lang="ar"))).page
    page.locator(".tamas-slider input").focus()
    year = lambda: int(day(page).split()[-1])  # noqa: E731
    page.keyboard.press("Home")
    first = year()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("End")
    assert year() > first


def test_without_a_slider_a_zone_says_all_its_rows(opened: Any, zones: Any) -> None:
    one = zones[zones["zone_id"] == zones["zone_id"].value_counts().index[0]]
    page = opened(a_map(ZoneLayer(one))).page
    press(page)
    assert page.locator(".tamas-rows li").count() == len(one)


def test_layers_stand_beside_a_heat_map_and_a_geojson(opened: Any, zones: Any) -> None:
    mine = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Point", "coordinates": [-21, -20.5]},
    }
    seen = opened(
        a_map(
            ZoneLayer(zones, name="Zones <b>{{ 7*7 }}"),
            HeatMap([[-20.5, -21.0]], name="Heat"),
            folium.GeoJson(mine, name="Mine", marker=folium.CircleMarker(radius=5)),
            ZoneLegend(),
            folium.LayerControl(collapsed=False),
        )
    )
    page = seen.page
    labels = page.locator(".leaflet-control-layers-overlays label")
    assert [text.strip() for text in labels.all_inner_texts()] == [
        "Zones <b>{{ 7*7 }}",
        "Heat",
        "Mine",
    ]
    shown = paths(page)
    assert shown
    assert page.locator("canvas.leaflet-heatmap-layer").count() == 1
    # The heat map lies above, and a press goes through it all the same.
    box = page.locator(".leaflet-overlay-pane path[role=button]").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".tamas-zone h2").wait_for()
    labels.first.click()
    assert paths(page) == 0
    assert page.locator(".tamas-legend li").count() == 0
    assert page.locator(".leaflet-overlay-pane path").count() == 1
    labels.first.click()
    assert paths(page) == shown
    assert seen.faults == []


def test_a_layer_that_is_shown_later_shows_the_day_of_its_map(opened: Any, zones: Any) -> None:
    group = folium.FeatureGroup("Held back", show=False)
    ZoneLayer(zones, control=False).add_to(group)
    made = a_map(group, PeriodSlider("2005-06-01"), folium.LayerControl(collapsed=False))
    page = opened(made).page
    assert paths(page) == 0
    assert page.locator(".tamas-count").inner_text() == "No zones or places on this day"
    page.locator(".leaflet-control-layers-overlays label").click()
    shown = paths(page)
    assert shown
    assert page.locator(".tamas-count").inner_text() != "No zones or places on this day"
    beside = opened(a_map(ZoneLayer(zones), PeriodSlider("2005-06-01"))).page
    assert paths(beside) == shown


def test_the_legend_has_what_is_drawn_and_no_more(opened: Any, zones: Any) -> None:
    page = opened(a_map(ZoneLayer(zones), PeriodSlider("2005-06-01"), ZoneLegend())).page
    many = page.locator(".tamas-legend li").count()
    assert many
    drawn = page.locator(".leaflet-overlay-pane path[role=button], .leaflet-marker-icon").count()
    assert many <= drawn
    page.locator(".tamas-slider input").focus()
    page.keyboard.press("Home")
    assert page.locator(".tamas-legend li").count() < many


def test_on_a_narrow_map_the_legend_waits_behind_its_button(opened: Any, zones: Any) -> None:
    page = opened(
        a_map(ZoneLayer(zones), PeriodSlider("2005-06-01"), ZoneLegend()), width=390, height=844
    ).page
    assert page.locator(".tamas-legend li").count() == 0
    legend, slider = (page.locator(f".tamas-{one}").bounding_box() for one in ("legend", "slider"))
    assert legend["y"] + legend["height"] <= slider["y"]
    assert slider["x"] + slider["width"] <= 390
    page.locator(".tamas-legend-title").click()
    assert page.locator(".tamas-legend li").count() > 0


def test_two_maps_of_one_page_keep_their_days(opened: Any, zones: Any) -> None:
    figure = Figure()
    for column, on in ((1, "2005-06-01"), (2, "2004-01-10")):
        part = figure.add_subplot(1, 2, column, margin=0)
        made = folium.Map(location=HERE, zoom_start=8, tiles=None)
        part.add_child(made)
        ZoneLayer(zones).add_to(made)
        PeriodSlider(on).add_to(made)
    seen = opened(figure)
    days = seen.page.locator(".tamas-day")
    assert days.all_inner_texts() == ["1 June 2005", "10 January 2004"]
    seen.page.locator(".tamas-slider").last.locator("button").last.click()
    assert days.first.inner_text() == "1 June 2005"
    assert days.last.inner_text() != "10 January 2004"
    ids = seen.page.eval_on_selector_all("[id]", "all => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))
    assert seen.faults == []


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nothing_of_a_hostile_frame_runs(opened: Any, zones: Any, second: Any, lang: str) -> None:
    payload = " ".join(HOSTILE)
    layer = ZoneLayer(hostile(zones), lang=lang, name=payload, link="https://a.example/{zone_id}")
    made = a_map(layer, ZoneLegend(lang=lang), folium.LayerControl(collapsed=False))
    seen = opened(made)
    page = seen.page
    for index in range(min(paths(page), 4)):
        press(page, index)
        assert page.locator(".tamas-zone h2").last.text_content() == payload
        assert payload in (page.locator(".tamas-list").last.text_content() or "")
    page.locator(".leaflet-overlay-pane path[role=button]").first.hover(force=True)
    page.locator(".tamas-credits summary, .tamas-credits").first.click()
    label = page.locator(".leaflet-control-layers-overlays label").text_content() or ""
    assert label.split() == payload.split()
    assert HOSTILE[4] in (page.locator(".tamas-credits").text_content() or "")
    assert page.evaluate("window.hurt") is None
    assert page.locator("[onerror], [onload], img[src=x], a[href^='javascript']").count() == 0
    assert seen.faults == []


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_offline_a_map_of_an_atlas_asks_for_nothing(opened: Any, second: Any, lang: str) -> None:
    seen = opened(zone_map(second, lang=lang, offline=True))
    page = seen.page
    assert paths(page)
    assert page.locator(".tamas-names .town").count()
    assert [url for url in seen.asked if not url.startswith(("file:", "data:"))] == []
    assert seen.faults == []


def test_a_basemap_lies_below_the_zones_and_takes_no_pointer(
    opened: Any, zones: Any, second: Any
) -> None:
    page = opened(a_map(Basemap(second.record), ZoneLayer(zones))).page
    styles = page.eval_on_selector_all(
        ".leaflet-tamas-ground-pane, .leaflet-overlay-pane",
        "all => all.map((one) => [getComputedStyle(one).zIndex, one.style.pointerEvents])",
    )
    assert ["150", "none"] in styles
    press(page)
