"""The Folium elements: what they put into a document, and that a hostile frame stays data."""

from __future__ import annotations

import json
import re
from html import unescape

import folium
import geopandas
import pytest
from folium.plugins import HeatMap, MarkerCluster

from layers.errors import ExportError, QueryError
from layers.web.folium_elements import PeriodSlider, ZoneLayer, ZoneLegend
from layers.web.folium_elements.zone_data import zone_attrs
from tests.support.page_data import HOSTILE

DATA = re.compile(r'<script type="application/json" id="(\w+)_data">(.*?)</script>', re.DOTALL)


@pytest.fixture
def zones(second):
    """All zones of the second atlas with their three readings and what goes with them."""
    frame = second.frame.copy()
    frame.attrs = zone_attrs(second.record, frame)
    return frame


def drawn(*elements, **options) -> str:
    """Return the document of a map with some elements."""
    made = folium.Map(location=[-20, -21], tiles=None, **options)
    for element in elements:
        element.add_to(made)
    return made.get_root().render()


def data_of(html: str) -> list[dict]:
    return [json.loads(body) for _, body in DATA.findall(html)]


def test_every_zone_and_period_is_in_the_document(zones) -> None:
    (data,) = data_of(drawn(ZoneLayer(zones)))
    rows = [row["id"] for zone in data["zones"] for row in zone["rows"]]
    assert sorted(rows) == sorted(zones["id"])
    assert [zone["names"]["ar"] for zone in data["zones"]] == list(
        zones.drop_duplicates("zone_id")["name_ar"]
    )


def test_the_symbology_is_that_of_the_kinds_that_are_drawn(zones) -> None:
    two = zones[zones["zone_type"].isin(zones["zone_type"].unique()[:2])]
    (data,) = data_of(drawn(ZoneLayer(two)))
    assert set(data["symbology"]["kinds"]) == set(two["zone_type"])
    assert set(data["symbology"]["states"]) >= set(two["status"])


def test_sources_and_disputes_are_those_of_the_rows(zones) -> None:
    one = zones[zones["source_ids"].map(len) > 0].head(1)
    (data,) = data_of(drawn(ZoneLayer(one)))
    assert set(data["sources"]) == set(one["source_ids"].iloc[0])
    assert all(source["publisher"]["en"] for source in data["sources"].values())
    assert set(data["disputes"]) == set(one["dispute_ids"].iloc[0])


def readings(data: dict) -> set[str]:
    """Return the readings of which some shape is drawn."""
    return {name for shape in data["shapes"].values() for name in shape if shape[name]}


def test_all_readings_are_drawn_or_one(zones) -> None:
    assert readings(data_of(drawn(ZoneLayer(zones)))[0]) == {"inner", "nominal", "outer"}
    assert readings(data_of(drawn(ZoneLayer(zones, reading="outer")))[0]) == {"outer"}


def test_a_frame_with_one_geometry_is_filled(zones) -> None:
    plain = zones.drop(columns=["inner", "outer"]).rename_geometry("geometry")
    (data,) = data_of(drawn(ZoneLayer(plain)))
    shape = next(shape for shape in data["shapes"].values() if shape["nominal"])
    assert shape["inner"] == shape["nominal"]


def test_no_zones_are_an_empty_layer(zones) -> None:
    layer = ZoneLayer(zones.head(0))
    assert layer.get_bounds() == [[None, None], [None, None]]
    assert data_of(drawn(layer, PeriodSlider(), ZoneLegend()))[0]["zones"] == []


def test_a_kind_of_the_record_s_own_is_drawn_and_named_as_it_says(zones) -> None:
    names = {"en": "Quiet quay", "ar": "رصيف هادئ"}
    ours = {"id": "quay", "names": names, "line": "#123456", "text": "#123456", "marker": "ring"}
    frame = zones.assign(zone_type="quay")
    frame.attrs["kinds"] = {"quay": ours}
    (data,) = data_of(drawn(ZoneLayer(frame)))
    kind = data["symbology"]["kinds"]["quay"]
    assert (kind["line"], kind["names"]) == ("#123456", names)


def test_the_frame_of_a_file_draws_as_the_frame_that_was_written(zones, tmp_path) -> None:
    file = tmp_path / "zones.parquet"
    zones.to_parquet(file)
    back = geopandas.read_parquet(file)
    assert data_of(drawn(ZoneLayer(back))) == data_of(drawn(ZoneLayer(zones)))


def test_joined_lists_are_read_as_lists(zones) -> None:
    joined = zones.assign(source_ids=zones["source_ids"].map(";".join))
    assert (
        data_of(drawn(ZoneLayer(joined)))[0]["zones"]
        == (data_of(drawn(ZoneLayer(zones)))[0]["zones"])
    )


def test_another_reference_system_is_brought_to_the_maps(zones) -> None:
    plain = zones.drop(columns=["inner", "outer"])
    metres = plain.to_crs(3857)
    (there,) = data_of(drawn(ZoneLayer(metres)))
    (here,) = data_of(drawn(ZoneLayer(plain)))
    assert len(there["geometries"]) == len(here["geometries"])
    # geopandas brings the active column alone to another system.
    (mixed,) = data_of(drawn(ZoneLayer(zones.to_crs(3857))))
    (whole,) = data_of(drawn(ZoneLayer(zones)))
    at = next(name for name, shape in whole["shapes"].items() if shape["outer"])
    assert (
        mixed["geometries"][mixed["shapes"][at]["outer"]]
        == whole["geometries"][whole["shapes"][at]["outer"]]
    )
    both = zip(
        ZoneLayer(plain.to_crs(3857)).get_bounds(), ZoneLayer(plain).get_bounds(), strict=True
    )
    for one, other in both:
        assert one == pytest.approx(other, abs=1e-6)


def test_bounds_are_south_west_and_north_east(zones) -> None:
    (south, west), (north, east) = ZoneLayer(zones).get_bounds()
    assert [west, south, east, north] == list(zones.total_bounds)


def test_a_link_takes_the_ids_of_a_row(zones) -> None:
    layer = ZoneLayer(zones, link="https://news.example/{layer}/{zone_id}?{id}")
    row = layer.data["zones"][0]["rows"][0]
    first = zones.iloc[0]
    assert row["link"] == f"https://news.example/{first.layer}/{first.zone_id}?{first.id}"


def with_kind(zones, name: str, value: str):
    """Return zones whose attributes add a kind, with one of its values as given."""
    frame = zones.copy()
    frame.attrs["kinds"] = {"quay": {"id": "quay", name: value}}
    return frame


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda zones: zones.drop(columns=["status"]), "status"),
        (lambda zones: zones.set_crs(None, allow_override=True), "set_crs"),
        (lambda zones: zones.assign(zone_type="mood"), "mood"),
        (lambda zones: zones.assign(status="<b>"), "<b>"),
        (lambda zones: with_kind(zones, "line", "url(javascript:1)"), "kinds in attrs"),
    ],
    ids=["column", "crs", "kind", "status", "attrs"],
)
def test_a_frame_that_is_none_of_zones_is_refused(zones, spoil, says) -> None:
    with pytest.raises(QueryError, match=re.escape(says)):
        ZoneLayer(spoil(zones))


@pytest.mark.parametrize(
    "given", [{"lang": "xx"}, {"reading": "best"}, {"link": "javascript:alert(1)"}]
)
def test_an_option_that_cannot_be_is_refused(zones, given) -> None:
    with pytest.raises(QueryError):
        ZoneLayer(zones, **given)


@pytest.mark.parametrize("on", ["2020", "2020-02-30", "{{ 7*7 }}"])
def test_a_day_that_is_none_is_refused(on) -> None:
    with pytest.raises(QueryError):
        PeriodSlider(on)


def test_an_element_outside_a_map_says_so(zones) -> None:
    figure = folium.Figure()
    ZoneLayer(zones, show=False).add_to(figure)
    with pytest.raises(ValueError, match="add it to a map of Folium"):
        figure.render()


def test_script_style_and_words_come_once(zones) -> None:
    made = [ZoneLayer(zones), ZoneLayer(zones), PeriodSlider(), ZoneLegend()]
    html = drawn(*made, PeriodSlider(lang="ar"))
    assert html.count("const TamasElements =") == 1
    assert html.count("TamasElements.speak(") == 2
    assert len(set(re.findall(r"TamasElements\.zoneLayer\(\s*\w+, \"(\w+)\"", html))) == 2


def test_offline_a_document_asks_for_nothing(zones) -> None:
    html = drawn(ZoneLayer(zones, offline=True), PeriodSlider(), folium.LayerControl())
    assert not re.search(r"<(?:script|link)[^>]*(?:src|href)=", html)
    assert "Leaflet 1.9" in html


def test_offline_an_element_with_another_script_is_refused(zones) -> None:
    with pytest.raises(ExportError, match="leaflet_heat"):
        drawn(ZoneLayer(zones, offline=True), HeatMap([[-20, -21]]))
    marker = folium.Marker([-20, -21], icon=folium.Icon())
    with pytest.raises(ExportError, match="not inside"):
        drawn(ZoneLayer(zones, offline=True), marker)


def test_not_offline_the_links_are_folium_s_own(zones) -> None:
    plain = drawn(HeatMap([[-20, -21]]), MarkerCluster([[-20, -21]]))
    linked = re.compile(r'<(?:script|link)[^>]*(?:src|href)="([^"]+)"')
    mixed = drawn(HeatMap([[-20, -21]]), ZoneLayer(zones), MarkerCluster([[-20, -21]]))
    assert linked.findall(mixed) == linked.findall(plain)


def test_a_map_can_be_rendered_twice(zones) -> None:
    made = folium.Map(tiles=None)
    ZoneLayer(zones).add_to(made)
    once, again = data_of(made.get_root().render()), data_of(unescape(made._repr_html_()))
    assert once == again
    assert len(once) == 1


def hostile(zones):
    """Return zones with every payload in every text that a frame can hold."""
    payload = " ".join(HOSTILE)
    told = {"name_en": payload, "name_ar": payload, "attribution": payload}
    ids = {"source_ids": [[payload]] * len(zones), "dispute_ids": [[payload]] * len(zones)}
    named = zones["zone_id"] + payload
    frame = zones.assign(**told, **ids, zone_id=named, layer=payload, id=zones["id"] + payload)
    said = {"publisher": {"en": payload, "ar": payload}, "published": payload, "url": HOSTILE[-2]}
    frame.attrs = {
        **zones.attrs,
        "sources": {payload: said},
        "disputes": {payload: {"en": payload, "ar": payload}},
    }
    return frame


def test_no_text_of_a_frame_is_evaluated_by_the_server(zones) -> None:
    """branca compiles what an element rendered once more; here it must find nothing to do."""
    payload = " ".join(HOSTILE)
    layer = ZoneLayer(hostile(zones), name=payload, link="https://a.example/{zone_id}")
    html = drawn(layer, PeriodSlider(), ZoneLegend(), folium.LayerControl())
    (data,) = data_of(html)
    assert data["zones"][0]["names"]["en"] == payload
    assert data["sources"][payload]["published"] == payload
    for tag in ("{{ 7*7 }}", "{{ cycler", "{% for", "{# gone", "<img src=x", "<svg onload"):
        assert tag not in html
