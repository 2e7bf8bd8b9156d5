"""An atlas in languages of its own: each output has them and no other."""

import json
import re

import pytest

from layers.build.assembly import build
from layers.errors import QueryError
from layers.formats import FORMATS, format_of
from layers.formats.columns import columns_of
from layers.formats.export import content_of, write_folder
from layers.i18n.catalogue import LANGUAGES, read_catalogue
from layers.i18n.coverage import language_notes, untranslated
from layers.printing import print_map
from layers.query.explain import explain
from layers.query.listing import claims
from layers.query.search import normalize_name, search
from layers.query.selection import Selection
from layers.record.reader import read
from layers.web.page.export import FileRequest, build_file
from tests.support.atlases import tamas
from tests.support.languages import ARABIC, atlas_in

CHOSEN = (("uk",), ("en", "uk"), ("fr", "ar", "ru"))


@pytest.fixture(scope="module", params=CHOSEN, ids="-".join)
def made(request, tmp_path_factory):
    """The second atlas in other languages."""
    folder = tmp_path_factory.mktemp("-".join(request.param))
    return build(read(atlas_in(list(request.param), folder)))


def no_arabic(text, built):
    """Tell whether a text has no letter of the Arabic script, or the atlas has that language."""
    return "ar" in built.record.languages or not ARABIC.search(text)


def test_rows_claims_and_columns_have_a_field_for_each_language(made):
    languages = made.record.languages
    named = [f"name_{lang}" for lang in languages]
    assert [name for name in made.frame.columns if name.startswith("name_")] == named
    assert [key for key in claims(made.record)[0] if key.startswith("summary_")] == [
        f"summary_{lang}" for lang in languages
    ]
    names = [one.name for one in columns_of("rows", languages)]
    assert [name for name in names if name.startswith("layer_")] == [
        f"layer_{lang}" for lang in languages
    ]
    assert made.frame[named].notna().all(axis=None)


def test_every_data_format_is_written(made, tmp_path):
    content = content_of(made, Selection())
    write_folder(content, tmp_path / "out", [format_of(name) for name in FORMATS])
    for path in sorted((tmp_path / "out").iterdir()):
        if path.suffix in {".geojson", ".json", ".csv"}:
            assert no_arabic(path.read_text(encoding="utf-8"), made), path.name
    csvw = json.loads((tmp_path / "out" / "csv-metadata.json").read_text(encoding="utf-8"))
    assert csvw["@context"][1]["@language"] == made.record.languages[0]


def test_the_page_has_the_words_texts_and_letters_of_its_languages_alone(made):
    html = build_file(made, FileRequest()).page.decode()
    setup = json.loads(re.search(r'id="tamas-setup"[^>]*>([^<]*)<', html)[1])
    assert tuple(setup["words"]) == made.record.interface_languages
    # The fold of spellings is of every script, whatever the atlas.
    assert no_arabic(re.sub(r"<script>[\s\S]*?</script>", "", html), made)
    assert ("plex-sans-arabic" in html or html.count("font/woff2") > 4) == (
        "ar" in made.record.languages
    )


def test_a_print_and_an_explanation_are_in_its_languages(made):
    day = made.record.atlas.record_from
    for lang in made.record.languages:
        printed = print_map(made, Selection(), format="svg", lang=lang)
        assert no_arabic(printed.body.decode(), made)
        assert printed.summary["lang"] == lang
    zone = next(iter(made.record.zones))
    assert repr(explain(made, zone)).startswith(made.record.zones[zone].names.default)
    assert day


def test_a_language_that_the_atlas_has_not_is_refused(made):
    with pytest.raises(QueryError, match=f"is none of {', '.join(made.record.languages)}"):
        build_file(made, FileRequest("de"))


def test_check_says_what_a_language_lacks(made):
    said = "\n".join(language_notes(made.record))
    assert ("uk: its words are a machine draft" in said) == ("uk" in made.record.languages)
    assert ("fr: no catalogue has its words" in said) == ("fr" in made.record.languages)
    assert "ar:" not in said


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != "en"])
def test_a_catalogue_that_is_kept_misses_no_phrase(tag):
    assert not read_catalogue(tag).missing


def test_a_new_catalogue_has_every_phrase_to_fill(tmp_path):
    done = tamas("new", "language", "el", "--out", str(tmp_path / "el.po"))
    assert done.returncode == 0
    text = (tmp_path / "el.po").read_text(encoding="utf-8")
    assert text == untranslated("el")
    assert text.count("msgctxt") == len(read_catalogue("en").phrases)
    assert 'msgid "Legend"\nmsgstr ""' in text
    with pytest.raises(QueryError, match="no language that CLDR knows"):
        untranslated("xx")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("gorlovka", "Горловка"), ("Gorlivka", "Горлівка"), ("shchastia", "Щастя")],
)
def test_a_name_in_cyrillic_is_found_as_it_is_transliterated(typed, name):
    assert normalize_name(typed) == normalize_name(name)


def test_zones_stand_in_the_order_in_which_people_count(tmp_path):
    seeds = atlas_in(["uk"], tmp_path)
    text = (seeds / "zones/lantern-waters.yaml").read_text(encoding="utf-8")
    for number in (140, 50, 70):
        name = f"line-{number}"
        own = text.replace("id: lantern-waters", f"id: {name}")
        (seeds / f"zones/{name}.yaml").write_text(own, encoding="utf-8")
    zones = [name for name in read(seeds).zones if name.startswith("line-")]
    assert zones == ["line-50", "line-70", "line-140"]


def test_a_search_finds_a_place_by_its_name_in_another_script(tmp_path):
    record = read(atlas_in(["uk"], tmp_path))
    place = record.places["marrow-port"]
    assert place.names["uk"] == "Маррош Порт"
    assert search(record, "Marrosh Port")[0].place.id == "marrow-port"
