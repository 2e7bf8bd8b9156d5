"""Code names no place, country, actor, agreement or language: those are an atlas's data.

Names of scripts and encodings, and of the columns of other people's event files, are exempt.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
FORBIDDEN = [
    "syria",
    "syrian",
    "syrians",
    "damascus",
    "aleppo",
    "idlib",
    "latakia",
    "raqqa",
    "hasakah",
    "kobani",
    "manbij",
    "afrin",
    "hama",
    "homs",
    "daraa",
    "sochi",
    "astana",
    "tanf",
    "khmeimim",
    "euphrates",
    "levant",
    "levantine",
    "lebanon",
    "lebanese",
    "turkey",
    "türkiye",
    "turkish",
    "ankara",
    "russia",
    "russian",
    "russians",
    "moscow",
    "iran",
    "iranian",
    "iraq",
    "iraqi",
    "israel",
    "israeli",
    "jordan",
    "jordanian",
    "kurd",
    "kurdish",
    "kurdistan",
    "assad",
    "erdogan",
    "putin",
    "hezbollah",
    "daesh",
    "ukraine",
    "ukrainian",
    "minsk",
    "donetsk",
    "luhansk",
    "donbas",
    "cyprus",
    "korea",
    "abkhazia",
    "english",
    "french",
    "german",
    "persian",
]
WORDS = re.compile(rf"(?<![\w-])(?:{'|'.join(FORBIDDEN)})(?![\w-])", re.IGNORECASE)
FORMS = ("*.py", "*.js", "*.j2", "*.html", "*.css", "*.json", "*.typ", "*.yaml")
# The words of each language, with what they explain.
EXEMPT = ("layers/i18n/catalogues/", "/vendor/", "layers/formats/package/readme_")
TAGS = re.compile(r"""(?<![\w-])(?:lang\w*|tag)\s*(?:=|==|!=|:)\s*["'](?:en|ar|uk|fr|ru)["']""")


def sources():
    for folder in ("geo", "layers", "api"):
        for form in FORMS:
            for path in sorted((ROOT / folder).rglob(form)):
                name = path.relative_to(ROOT).as_posix()
                if not any(one in f"/{name}" for one in EXEMPT):
                    yield name, path.read_text(encoding="utf-8")


def found(pattern):
    return [
        f"{name}:{number}: {match[0]}"
        for name, text in sources()
        for number, line in enumerate(text.splitlines(), start=1)
        for match in pattern.finditer(line)
    ]


def test_code_names_no_place_country_actor_agreement_or_language():
    assert found(WORDS) == []


def test_code_names_no_language_by_its_tag():
    assert found(TAGS) == []


def test_the_scan_finds_what_is_forbidden():
    assert WORDS.search("the road to Idlib, as agreed")
    assert WORDS.search("print in English.")
    assert not WORDS.search("a normal word of the Arabic script, in Latin letters")
    assert len(list(sources())) > 200
