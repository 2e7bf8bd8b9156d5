"""The second atlas in other languages: its texts turned into them letter by letter, or left out.

It is invented, and so may its words be: what is asked of it is that each language is in its script
and that none is taken for another.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from layers.i18n import localized, script_of
from layers.record.strict_yaml import load

OURS = ("en", "ar")
"""The languages of our record and of the second atlas."""
SECOND = Path(__file__).parent.parent / "second_atlas"
ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_CYRILLIC = dict(zip("abcdefghijklmnoprstuvwxyz", "абцдефгхийклмнопрстувшхыз", strict=True)) | {
    "q": "к"
}


def atlas_in(languages: list[str], folder: Path, **atlas: Any) -> Path:
    """Write the second atlas in these languages into a folder; ``atlas`` is set in atlas.yaml."""
    for path in sorted(SECOND.rglob("*")):
        target = folder / path.relative_to(SECOND)
        if path.is_dir() or not path.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".yaml":
            data = _said(load(text), languages)
            if path.name == "atlas.yaml":
                data |= {"languages": languages, **atlas}
            text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        elif path.name == "places.csv":
            text = _places(text, languages)
        elif path.parent.name == "basemap":
            text = json.dumps(_named(json.loads(text), languages), ensure_ascii=False)
        target.write_text(text, encoding="utf-8")
    return folder


def phrases_in(languages: tuple[str, ...]) -> Callable[[str], dict[str, str]]:
    """Return what gives a phrase of the catalogues in some languages, as the command has it."""
    return lambda key: localized(key, languages).as_dict()


def word_in(lang: str, text: dict[str, str]) -> str:
    """Return a text of the second atlas in a language."""
    script = script_of(lang)
    if script == "Arab":
        return text["ar"]
    if script == "Cyrl":
        return "".join(_cyrillic(letter) for letter in text["en"])
    return text["en"] if lang == "en" else f"{text['en']} ({lang})"


def _cyrillic(letter: str) -> str:
    found = _CYRILLIC.get(letter.lower(), letter)
    return found.upper() if letter.isupper() else found


def _said(data: Any, languages: list[str]) -> Any:
    """Return data with each text in the languages wanted."""
    if isinstance(data, list):
        return [_said(one, languages) for one in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {"en", "ar"}:
        return {lang: word_in(lang, data) for lang in languages}
    return {key: _said(one, languages) for key, one in data.items()}


def _named(data: Any, languages: list[str]) -> Any:
    """Return GeoJSON with its names in the languages wanted."""
    if isinstance(data, list):
        return [_named(one, languages) for one in data]
    if not isinstance(data, dict):
        return data
    if "name_en" in data:
        names = {"en": data.pop("name_en"), "ar": data.pop("name_ar")}
        return data | {f"name_{lang}": word_in(lang, names) for lang in languages}
    return {key: _named(one, languages) for key, one in data.items()}


def _places(text: str, languages: list[str]) -> str:
    rows = list(csv.DictReader(io.StringIO(text)))
    out = io.StringIO()
    columns = [name for name in rows[0] if name not in ("name_en", "name_ar")]
    columns[1:1] = [f"name_{lang}" for lang in languages]
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        names = {"en": row["name_en"], "ar": row["name_ar"] or row["name_en"]}
        row |= {f"name_{lang}": word_in(lang, names) for lang in languages}
        if not any(script_of(lang) == "Arab" for lang in languages):
            spellings = [one for one in row["spellings"].split("|") if not ARABIC.search(one)]
            row["spellings"] = "|".join(spellings)
        writer.writerow(row)
    return out.getvalue()
