"""Words that code asks for are in the catalogues, and no others are."""

import re
from pathlib import Path

import pytest

from layers.i18n.catalogue import LANGUAGES, SOURCE, read_catalogue

ROOT = Path(__file__).parents[2]
FORMS = ("*.py", "*.js", "*.j2", "*.html", "*.typ")
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for folder in ("layers", "api")
    for form in FORMS
    for path in sorted((ROOT / folder).rglob(form))
    if "vendor" not in path.parts
}
# A key in quotes, or what stands before the value that completes one: f"status.{status}".
ASKED = re.compile(r"\b(?:n?gettext|localized|explained)\(\s*f?[\"'`]([a-z][\w.]*)([\"'`{$])")
QUOTED = re.compile(r"[\"'`]([a-z][\w.]*)([\"'`{$])")
NUMBERED = re.compile(r"_\d+$")


# These say where a phrase is used; what completes a key is the group below.
FACES = {"api.", "file.", "formats.", "plot.", "print."}


def is_beginning(text, end):
    return text[-1] in "._"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_word_that_is_asked_for_exists(tag):
    phrases = read_catalogue(tag).phrases
    missing = []
    for name, source in SOURCES.items():
        for text, end in ASKED.findall(source):
            found = (
                any(key.startswith(text) for key in phrases)
                if is_beginning(text, end)
                else text in phrases
            )
            if not found:
                missing.append(f"{name}: {text}")
    assert not missing


def test_every_word_of_the_catalogues_is_asked_for():
    quoted = [found for source in SOURCES.values() for found in QUOTED.findall(source)]
    whole = {text for text, end in quoted if not is_beginning(text, end)}
    begun = tuple({text for text, end in quoted if is_beginning(text, end)} - FACES)
    catalogue = read_catalogue(SOURCE).phrases
    unused = [
        key
        for key in catalogue
        if NUMBERED.sub("", key.removesuffix(".zero")) not in whole and not key.startswith(begun)
    ]
    assert not unused


def test_nobody_else_asks_which_language_it_is():
    tags = "|".join(LANGUAGES)
    asked = re.compile(rf"""[=!]==? *["']({tags})["']|["']({tags})["'], *["']({tags})["']""")
    found = {
        name: match[0]
        for name, source in SOURCES.items()
        if not name.startswith("layers/i18n/")
        for match in asked.finditer(source)
    }
    assert not found


def test_the_scan_reads_python_scripts_and_templates():
    assert {Path(name).suffix for name in SOURCES} >= {".py", ".js", ".j2"}
    asked = {text for source in SOURCES.values() for text, _ in ASKED.findall(source)}
    assert len(asked) > 200
    assert {"legend", "kind."} <= asked
