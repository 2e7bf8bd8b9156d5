"""Kinds are data: one entry in kinds.yaml, and a kind stands in every face of the atlas."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from layers.i18n import translator
from layers.record.kinds import DEFAULT_KINDS
from layers.record.model import Record
from layers.record.reader import read
from layers.settings import Settings
from layers.style import svg
from layers.style.symbology import default_symbology, symbology
from layers.web.page.data import page_data
from tests.support.atlases import SECOND, both, drawn, faults_of, put, swap, tamas
from tests.support.browser import idle

COLOR, TEXT = "#12AB56", "#0B6634"
NAMES = {"en": "Weather zone", "ar": "منطقة أرصاد"}
MARKER = "M3 8H19"
KINDS = f"""
- id: weather_zone
  names: {{en: {NAMES["en"]}, ar: {NAMES["ar"]}}}
  line: '{COLOR}'
  text: '{TEXT}'
  marker: [{{pen: heavy, d: {MARKER}}}, {{pen: disc, d: M11 4a4 4 0 1 1 0 8 4 4 0 1 1 0-8Z}}]
  pattern: rules
  gender: {{ar: feminine}}
- id: post
  line: '#AA1155'
"""
ZONE, DAY = "calm-area", "2005-01-01"
ADDED = both(
    put("kinds.yaml", KINDS),
    swap(f"zones/{ZONE}.yaml", "type: deescalation_area", "type: weather_zone"),
    swap("layers.yaml", "style: deescalation_area", "style: weather_zone"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The second atlas with a kind of its own, which its largest zone is of."""
    made = Path(shutil.copytree(SECOND, tmp_path_factory.mktemp("kinds") / "seeds"))
    ADDED(made)
    return made


@pytest.fixture(scope="module")
def record(folder) -> Record:
    return read(folder)


def written(folder: Path, *words: object) -> None:
    done = tamas("--seeds", folder, *words)
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)


# --- the model -------------------------------------------------------------------------------


def test_an_own_kind_comes_after_the_default_ones(record) -> None:
    made = symbology(record)
    assert tuple(made.kinds) == (*DEFAULT_KINDS, "weather_zone")
    assert (made.kind("weather_zone").line, made.kind("weather_zone").text) == (COLOR, TEXT)
    assert not made.is_place("weather_zone")


def test_what_an_overlay_leaves_open_is_the_default_kinds(record) -> None:
    post, default = symbology(record).kind("post"), default_symbology().kind("post")
    assert post.line == "#AA1155"
    assert (post.text, post.marker, post.is_place) == (default.text, default.marker, True)


def test_an_atlas_without_own_kinds_has_the_default_ones(second) -> None:
    assert symbology(second.record) is default_symbology()


def test_a_kinds_pattern_lies_where_the_status_has_none(record) -> None:
    made = symbology(record)

    def patterns(status: str) -> list[str]:
        return [pattern.id for pattern, _ in made.symbol("weather_zone", status).fills()]

    assert patterns("in_effect") == patterns("agreed") == ["rules"]
    assert patterns("suspended") == ["bars"]
    assert patterns("announced") == []  # nothing is filled there


def test_the_record_names_its_kind_and_the_status_agrees(record) -> None:
    for lang, name in NAMES.items():
        assert translator(lang, record).kind("weather_zone") == name
    arabic = translator("ar", record)
    assert arabic.status("in_effect", "weather_zone") == arabic.status("in_effect", "foreign_base")
    assert arabic.status("in_effect", "post") == translator("ar").status("in_effect", "post")


# --- every face ------------------------------------------------------------------------------


def test_the_page_has_the_kind_as_data(record) -> None:
    data = page_data(drawn(record))
    kind = data["symbology"]["kinds"]["weather_zone"]
    assert (kind["line"], kind["names"], kind["pattern"]) == (COLOR, NAMES, "rules")
    assert kind["marker"][0] == ["heavy", MARKER]
    assert data["zones"][ZONE]["type"] == "weather_zone"


@pytest.mark.browser
@pytest.mark.parametrize("lang", list(NAMES))
def test_the_page_draws_it_and_names_it(folder, tmp_path, tabs, lang) -> None:
    path = tmp_path / "map.html"
    written(folder, "export", "html", path, "--on", DAY, "--lang", lang)
    page = tabs.take(1440, 900)
    page.goto(path.as_uri())
    idle(page)
    assert NAMES[lang] in page.inner_text(".legend")
    for mark in (f'path[d="{MARKER}"][stroke="{COLOR}"]', "#tile-rules-weather_zone"):
        assert page.locator(mark).count() > 0


def test_legend_symbol_and_marker_show_it(record) -> None:
    made = symbology(record)
    symbol = svg.legend_symbol(made, "weather_zone", "in_effect")
    assert COLOR in symbol
    assert "url(#rules-weather_zone)" in symbol
    assert MARKER in svg.marker(made.symbol("weather_zone", "in_effect"))


def test_the_site_shows_it(folder, tmp_path) -> None:
    written(folder, "export", "site", tmp_path / "site", "--no-cards")
    for lang, name in NAMES.items():
        page = tmp_path / "site" / ("" if lang == "en" else lang) / "zones" / f"{ZONE}.html"
        text = page.read_text(encoding="utf-8")
        assert COLOR in text
        assert name in text


def test_the_services_pages_show_it(folder, record) -> None:
    layer = record.zones[ZONE].layer
    with TestClient(create_app(Settings(seeds=folder))) as client:
        for lang, name in NAMES.items():
            asked = {"f": "html", "lang": lang, "on": DAY}
            page = client.get(f"/collections/{layer}/items", params=asked).text
            assert name in page
            assert COLOR.lower() in page.lower()


def test_print_shows_it(folder, tmp_path) -> None:
    for lang in NAMES:
        path = tmp_path / f"{lang}.svg"
        written(folder, "export", "print", path, "--on", DAY, "--lang", lang)
        drawn = path.read_text(encoding="utf-8")
        assert COLOR.lower() in drawn.lower()


def test_the_plot_of_counts_shows_it(folder, tmp_path) -> None:
    events = tmp_path / "events.csv"
    events.write_text(f"id,lat,lon,date\n1,-19.9,-21.2,{DAY}\n", encoding="utf-8")
    plot = tmp_path / "plot.svg"
    written(folder, "monitor", events, "--by", "year", "--plot", plot)
    assert TEXT.lower() in plot.read_text(encoding="utf-8").lower()


def test_kml_shows_it(folder, tmp_path) -> None:
    for lang, name in NAMES.items():
        path = tmp_path / f"{lang}.kml"
        written(folder, "export", "data", path, "--lang", lang)
        text = path.read_text(encoding="utf-8")
        style = re.search(r'<Style id="weather_zone\.in_effect">.*?</Style>', text, re.DOTALL)
        assert style is not None
        assert "ff56ab12" in style[0]  # KML writes opacity, blue, green, red
        assert f"{name} · " in text


def test_qgis_styles_show_it(folder, tmp_path) -> None:
    path = tmp_path / "atlas.gpkg"
    written(folder, "export", "data", path)
    with closing(sqlite3.connect(path)) as base:
        styles = base.execute("SELECT styleQML, styleSLD FROM layer_styles").fetchall()
    qml = next(one for one, _ in styles if NAMES["en"] in one)
    sld = next(one for _, one in styles if NAMES["en"] in one)
    assert "18,171,86,255" in qml
    assert '"horizontal"' in qml  # the brush of the pattern
    assert COLOR in sld


# --- what is wrong with a kind ---------------------------------------------------------------


def kinds(text: str):
    return put("kinds.yaml", text)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (kinds("- id: fog\n"), "kinds.yaml: fog: names: is missing; a kind that is not"),
        (kinds("- id: Fog\n"), "kinds.yaml: Fog: id: "),
        (kinds("- {id: post, line: red}\n"), "kinds.yaml: post: line: "),
        (kinds("- {id: post, marker: star}\n"), "kinds.yaml: post: marker"),
        (kinds("- {id: post, pattern: dots}\n"), "kinds.yaml: post: pattern: "),
        (kinds("- {id: post, gender: {ar: f}}\n"), "kinds.yaml: post: gender.ar: "),
        (kinds("- {id: post, colour: '#123456'}\n"), "kinds.yaml: post: colour: is not a field"),
        (kinds("- {id: post}\n- {id: post}\n"), "kinds.yaml: post: id: is given twice"),
        (
            kinds("- {id: post, marker: [{pen: line, d: M1 2 3}]}\n"),
            "M in the path takes 2 numbers, not 3",
        ),
        (
            kinds("- {id: post, marker: [{pen: line, d: 'M1 2\"/><script>'}]}\n"),
            "must be SVG path data",
        ),
        (
            swap(f"zones/{ZONE}.yaml", "type: deescalation_area", "type: weather_zone"),
            f"zones/{ZONE}.yaml: {ZONE}: type: there is no kind 'weather_zone'",
        ),
        (
            swap("layers.yaml", "style: deescalation_area", "style: weather_zone"),
            "style: there is no kind 'weather_zone'",
        ),
    ],
)
def test_a_fault_names_file_record_and_field(seeds, edit, said) -> None:
    edit(seeds)
    assert [str(fault) for fault in faults_of(seeds) if said in str(fault)]


def test_an_unknown_kind_is_answered_with_those_in_force(seeds) -> None:
    both(ADDED, swap(f"zones/{ZONE}.yaml", "weather_zone", "wether_zone"))(seeds)
    fault = next(one for one in faults_of(seeds) if one.field == "type")
    assert fault.message.endswith(f"known: {', '.join([*DEFAULT_KINDS, 'weather_zone'])}")


def test_the_schema_offers_the_default_kinds_and_takes_others() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    folder = SECOND.parents[1] / "seeds" / "schema"
    zone = json.loads((folder / "zone.schema.json").read_text(encoding="utf-8"))
    kind = zone["properties"]["type"]
    assert kind["anyOf"][0]["enum"] == list(DEFAULT_KINDS)
    jsonschema.validate("weather_zone", kind)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate("Weather zone", kind)
