"""Letters of scripts that the program's own fonts lack: what an atlas brings, and what is missing.

A page is given of each font that an atlas names what its texts need beyond our own cuts.
"""

from __future__ import annotations

import base64
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from pydantic import BaseModel

from layers.build.hints import Hint
from layers.record.files import read_seed
from layers.record.fonts import covered
from layers.record.model import FontFile, Record
from layers.record.placeholders import texts_in
from layers.web.page.assets import Asset, table

# What shapes letters and has no look of its own: space, joiners, the circle that carries a mark.
_JOINERS = frozenset({0x20, 0x200C, 0x200D, 0x25CC})
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Face:
    """A font cut to the letters that an atlas's texts need of it."""

    asset: Asset
    weight: int
    letters: frozenset[int]

    @property
    def name(self) -> str:
        """Return the name under which it is served."""
        return f"atlas-{self.weight}-{self.asset.digest}.ttf"

    @property
    def ranges(self) -> str:
        """Return its letters as CSS writes them."""
        order = enumerate(sorted(self.letters))
        runs = ([code for _, code in run] for _, run in groupby(order, lambda one: one[1] - one[0]))
        return ",".join(f"U+{run[0]:X}" + (f"-{run[-1]:X}" if len(run) > 1 else "") for run in runs)

    def css(self, address: str) -> str:
        """Return the rule that adds its letters to the house's family."""
        return (
            f'@font-face {{ font-family: "Plex"; font-weight: {self.weight}; font-display: swap; '
            f'src: url({address}) format("truetype"); unicode-range: {self.ranges}; }}\n'
        )

    def as_json(self) -> dict[str, Any]:
        """Return the face as a page with a script takes it."""
        data = base64.b64encode(self.asset.body).decode("ascii")
        return {"weight": self.weight, "ranges": self.ranges, "data": data}


def faces(record: Record) -> list[Face]:
    """Return the fonts of an atlas, each cut to the letters that its texts need of it."""
    if not record.atlas.fonts:
        return []
    wanted = {ord(one) for _, _, model in _entries(record) for one in _json(model)}
    found = []
    for font in record.atlas.fonts:
        body = _body(record, font)
        if letters := frozenset(wanted & covered(body)) - _ours():
            found.append(Face(Asset(_cut(body, letters), "font/ttf"), font.weight, letters))
    return found


def missing_letters(record: Record) -> Iterator[Hint]:
    """Yield a hint for each language some letters of which no font has that pages bring."""
    known = _ours().union(*(covered(_body(record, font)) for font in record.atlas.fonts))
    found: dict[str, tuple[str, str, str, set[str]]] = {}
    for path, key, model in _entries(record):
        if not _strange(_json(model), known):
            continue
        for at, text in texts_in(model.model_dump(mode="json", warnings=False)):
            lang = str(at[-1]).removeprefix("name_")
            # Spellings and the like are for searching, and not in a language of the atlas.
            if lang in record.languages and (lacking := _strange(text, known)):
                field = ".".join(map(str, at))
                found.setdefault(lang, (path, key, field, set()))[3].update(lacking)
    for lang, (path, key, field, letters) in found.items():
        listed = " ".join(sorted(letters)[:_SHOWN]) + (" …" if len(letters) > _SHOWN else "")
        message = (
            f"{field}: no font has {len(letters)} letters of {lang}: {listed}; name one that has "
            "them under 'fonts' in atlas.yaml, with its file and licence"
        )
        yield Hint(path, key, message)


def _entries(record: Record) -> Iterator[tuple[str, str, BaseModel]]:
    """Yield the file, the id and the model of each entry of a record that holds texts."""
    yield "atlas.yaml", record.atlas.id, record.atlas
    for name in ("layers", "sources", "actors", "disputes", "systems", "unknowns", "kinds"):
        for key, one in getattr(record, name).items():
            yield f"{name}.yaml", key, one
    for key, place in record.places.items():
        yield "places.csv", key, place
    for key, claim in record.claims.items():
        yield f"claims/{record.source_of[key]}.yaml", key, claim
    for folder, entries in (("clauses", record.agreements), ("zones", record.zones)):
        for key, entry in entries.items():
            yield f"{folder}/{key}.yaml", key, entry


def _json(model: BaseModel) -> str:
    return model.model_dump_json(warnings=False)


def _strange(text: str, known: frozenset[int]) -> set[str]:
    """Return the letters and marks of a text that are not among some."""
    return {
        one for one in set(text) if ord(one) not in known and unicodedata.category(one)[0] in "LM"
    }


def _body(record: Record, font: FontFile) -> bytes:
    return read_seed(record.root, record.root / font.file)


@cache
def _ours() -> frozenset[int]:
    """Return the code points of our own cuts."""
    found: set[int] = set(_JOINERS)
    for cut in table("vendor/manifest")["cuts"].values():
        for part in cut["unicodes"].split(","):
            first, _, last = part.partition("-")
            found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


@cache
def _cut(font: bytes, letters: frozenset[int]) -> bytes:
    """Return a font with some letters alone and all that shapes them; the same bytes each time."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    whole = TTFont(io.BytesIO(font), recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=["*"], hinting=False, notdef_outline=True))
    subsetter.populate(unicodes=letters | _JOINERS)
    subsetter.subset(whole)
    whole.flavor = None
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()
