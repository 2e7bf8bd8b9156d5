"""Whose data an export holds and under which terms, derived from exactly what is inside.

The record's own texts are one credit, each source whose lines or points the chosen rows were
drawn from another; whoever adds software names it as well. One maker may stand under two
licences, and one licence cover many makers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from geopandas import GeoDataFrame

from layers.build.inputs import is_share_alike, iter_data_sources
from layers.build.rows import BuiltAtlas
from layers.i18n import Translator, translator
from layers.record.texts import LocalizedText

CreditPart = Literal["texts", "lines", "points", "software"]


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """Terms by their SPDX identifier and the address of their text."""

    spdx: str
    url: str


_MARKS = re.compile(r"[\\`*_\[\]<>#|~]")
_ADDRESS = ":/?#[]@!$&'()*+,;=%~"
_CC = "https://creativecommons.org"
LEGAL: dict[str, LicenceTerms] = {
    "CC BY 4.0": LicenceTerms("CC-BY-4.0", f"{_CC}/licenses/by/4.0/legalcode"),
    "CC BY-SA 4.0": LicenceTerms("CC-BY-SA-4.0", f"{_CC}/licenses/by-sa/4.0/legalcode"),
    "CC BY-SA 3.0": LicenceTerms("CC-BY-SA-3.0", f"{_CC}/licenses/by-sa/3.0/legalcode"),
    "CC0 1.0": LicenceTerms("CC0-1.0", f"{_CC}/publicdomain/zero/1.0/legalcode"),
    "ODbL 1.0": LicenceTerms("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "LGPL-3.0-or-later": LicenceTerms(
        "LGPL-3.0-or-later", "https://www.gnu.org/licenses/lgpl-3.0.html"
    ),
    "OFL-1.1": LicenceTerms(
        "OFL-1.1", "https://openfontlicense.org/open-font-license-official-text/"
    ),
    "BSD-2-Clause": LicenceTerms("BSD-2-Clause", "https://opensource.org/license/bsd-2-clause"),
    "MIT": LicenceTerms("MIT", "https://opensource.org/license/mit"),
}
"""What is known of terms by the name the record gives them; other names stand as they are."""


def licence_url(name: str) -> str:
    """Return the address of the text of terms, empty where they are not known."""
    return LEGAL[name].url if name in LEGAL else ""


@dataclass(frozen=True, slots=True)
class Credit:
    """What an export took from one maker under one licence.

    ``source`` is an id of ``sources.yaml``, ``layers`` those whose rows it went into; both may
    be empty for software.
    """

    part: CreditPart
    maker: LocalizedText
    licence: str
    source: str | None = None
    url: str | None = None
    layers: tuple[str, ...] = ()

    def line(self, lang: str) -> str:
        """Return maker and licence as a row's ``attribution`` writes them."""
        return f"{self.maker[lang]} ({self.licence})"


def credits_of(
    built: BuiltAtlas,
    rows: GeoDataFrame,
    *,
    places: Iterable[str] = (),
    also: Iterable[Credit] = (),
) -> tuple[Credit, ...]:
    """Return whose data rows, and places given by id, hold: texts first, then by licence.

    ``also`` is what the export holds besides.
    """
    record = built.record
    used: dict[tuple[CreditPart, str, str], dict[str, None]] = {}
    for row_id, layer in zip(rows["id"], rows["layer"], strict=True):
        for kind, source, licence in iter_data_sources(record, built.recipes[row_id]):
            part: CreditPart = "lines" if kind == "trace" else "points"
            used.setdefault((part, source, licence), {})[layer] = None
    for name in places:
        place = record.places[name]
        used.setdefault(("points", place.source, place.licence), {})
    found = [
        Credit(part, made.publisher, licence, made.id, made.url, tuple(names))
        for (part, source, licence), names in used.items()
        for made in [record.sources[source]]
    ]
    texts = Credit("texts", record.atlas.title, record.atlas.licence)
    return (texts, *sorted({*found, *also}, key=_order))


def by_licence(found: Iterable[Credit]) -> dict[str, tuple[Credit, ...]]:
    """Return credits grouped by licence, in the order in which each licence first comes."""
    groups: dict[str, list[Credit]] = {}
    for credit in found:
        groups.setdefault(credit.licence, []).append(credit)
    return {licence: tuple(group) for licence, group in groups.items()}


def credit_lines(found: Iterable[Credit], lang: str) -> list[str]:
    """Return each maker with its licence once, as the foot of a map or a file's head says it."""
    return list(dict.fromkeys(credit.line(lang) for credit in found))


def provenance(built: BuiltAtlas, found: Iterable[Credit], reading: str) -> dict[str, str]:
    """Return what rows of a reading are to be passed on with: their record, and whose data."""
    record = built.record
    return {
        "edition": record.atlas.edition,
        "record_sha256": record.sha256,
        "reading": reading,
        "licence": record.atlas.licence,
        "attribution": "; ".join(credit_lines(found, record.languages[0])),
    }


def as_json(found: Iterable[Credit]) -> list[dict[str, Any]]:
    """Return the credits as JSON values."""
    return [
        {
            "part": credit.part,
            "maker": credit.maker.as_dict(),
            "licence": credit.licence,
            "spdx": legal.spdx if (legal := LEGAL.get(credit.licence)) else None,
            "licence_url": legal.url if legal else None,
            "source_id": credit.source,
            "url": credit.url,
            "layers": list(credit.layers),
        }
        for credit in found
    ]


def notice(found: Sequence[Credit], lang: str) -> str:
    """Return the credits as Markdown in one language, a part a licence."""
    words, shown = translator(lang), list[str]()
    for licence, group in by_licence(found).items():
        shown += [f"### {markdown(licence)}", ""]
        if url := licence_url(licence):
            shown += [f"<{url}>", ""]
        shown += [_item(credit, words) for credit in group]
        if any(credit.part == "texts" for credit in group):
            shown += ["", words.gettext("formats.texts_alone")]
        if is_share_alike(licence):
            held = {credit.part for credit in group}
            said = ["formats.share_alike"] if held - {"points"} else []
            said += ["formats.facts"] if "points" in held else []
            shown += ["", " ".join(map(words.gettext, said))]
        shown.append("")
    return "\n".join(shown)


def _item(credit: Credit, words: Translator) -> str:
    where = f" ({words.join(f'`{name}`' for name in credit.layers)})" if credit.layers else ""
    address = f" <{quote(credit.url, safe=_ADDRESS)}>" if credit.url else ""
    part = words.gettext(f"formats.part.{credit.part}")
    return f"- {markdown(words.pick(credit.maker))}: {part}{where}{address}"


def markdown(text: str) -> str:
    """Return a text of the record as one line that Markdown shows as it is."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))


def _order(credit: Credit) -> tuple[str, ...]:
    """Return what orders credits wholly, so that no set's order shows."""
    return credit.licence, credit.maker.default, credit.part, credit.url or "", credit.source or ""
