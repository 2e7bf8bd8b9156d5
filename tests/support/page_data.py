"""A made-up record in the page's contract: an island that is nowhere, with one of everything."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from layers.i18n import translator
from layers.query.search import spelling_rules
from layers.style.symbology import default_symbology
from tests.support.languages import OURS

HOSTILE = (
    "{{ 7*7 }}",
    "{{ cycler.__init__.__globals__.os.getpid() }}",
    "{% for x in y %}{% raw %}",
    "{# gone #}",
    "<img src=x onerror=window.hurt=1>",
    "</script><script>window.hurt=1</script>",
    "<!--<script>",
    "`${window.hurt=1}`",
    "'\"><svg onload=window.hurt=1>",
    "\u2028\u2029",
    "javascript:window.hurt=1",
    "<!--data--><!--title--><!--policy-->",
)


def text(english: str, arabic: str) -> dict[str, str]:
    """Return one text in both languages."""
    return {"en": english, "ar": arabic}


def square(lon: float, lat: float, half: float) -> dict[str, Any]:
    """Return a square around a point, in degrees of longitude and latitude."""
    west, east, south, north = lon - half, lon + half, lat - half, lat + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _zone(
    layer: str, kind: str, names: dict[str, str], anchor: list[float] | None, **more: Any
) -> dict[str, Any]:
    return {
        "layer": layer,
        "type": kind,
        "names": names,
        "summary": text("A zone that was agreed.", "منطقة جرى الاتفاق عليها."),
        "clause": text("Within 5 km of the light.", "على بعد 5 كم من المنارة."),
        "drawn": None,
        "confidence": "moderate",
        "confidence_reason": text("One source.", "مصدر واحد."),
        "variant_of": None,
        "anchor": anchor,
        "disputes": [],
        **more,
    }


def _row(
    zone: str, layer: str, status: str, start: str, end: str | None, **more: Any
) -> dict[str, Any]:
    track = more.pop("track", "practice")
    return {
        "id": f"{zone}.{track}.{status}.{start}",
        "zone_id": zone,
        "layer": layer,
        "track": track,
        "status": status,
        "valid_from": start,
        "valid_to": end,
        "certain_from": start,
        "certain_to": end,
        "stated_on": "2020-01-02",
        "asserted_by": ["harbour"],
        "end_reason": None,
        "geom_basis": "text_formula",
        "geom_as_of": None,
        "uncertainty_m": 1500,
        "claim_ids": ["paper-01"],
        "end_claim_ids": [],
        "source_ids": ["paper"],
        "dispute_ids": [],
        "disputed": False,
        "attribution": "Island survey (CC BY 4.0)",
        "shape": zone,
        **more,
    }


def page_data() -> dict[str, Any]:
    """Return a fresh copy of the small record."""
    return copy.deepcopy(_DATA)


def with_texts(value: Any, change: Callable[[str], str], key: str = "") -> Any:
    """Return ``value`` with every free text changed; ids, dates and vocabularies stay."""
    free = {"en", "ar", "attribution", "url", "locator", "digest", "licence"}
    if isinstance(value, dict):
        return {name: with_texts(item, change, name) for name, item in value.items()}
    if isinstance(value, list):
        return [with_texts(item, change, key) for item in value]
    return change(value) if isinstance(value, str) and key in free else value


_DATA: dict[str, Any] = {
    "atlas": {
        "id": "island",
        "title": text("Zones of an island", "مناطق جزيرة"),
        "record_from": "2019-01-01",
        "record_to": "2021-12-31",
        "edition": "2022-03-01",
        "scope": text("A made-up record.", "سجل مختلق."),
        "borders": text("No border is meant.", "لا حدود مقصودة."),
        "corrections": text("Write to nobody.", "لا تكتب إلى أحد."),
        "digest": "0" * 64,
    },
    "languages": list(OURS),
    "symbology": default_symbology().as_json([translator(lang) for lang in OURS]),
    "layers": [
        {
            "id": "calm",
            "title": text("Calm areas", "مناطق هدوء"),
            "summary": text("Areas.", "مناطق."),
            "style": "deescalation_area",
            "zones": ["north-calm", "south-calm"],
        },
        {
            "id": "quays",
            "title": text("Quays", "أرصفة"),
            "summary": text("Places.", "أماكن."),
            "style": "foreign_base",
            "zones": ["old-quay", "talks"],
        },
    ],
    "zones": {
        "north-calm": _zone(
            "calm",
            "deescalation_area",
            text("North calm", "هدوء الشمال"),
            [36.5, 36.0],
            disputes=["depth"],
        ),
        "south-calm": _zone(
            "calm",
            "security_corridor",
            text("South calm", "هدوء الجنوب"),
            [36.5, 35.0],
            variant_of="north-calm",
        ),
        "old-quay": _zone("quays", "foreign_base", text("Old quay", "الرصيف القديم"), [36.1, 35.4]),
        "talks": _zone("quays", "channel", text("Talks", "محادثات"), None),
    },
    "rows": [
        _row("north-calm", "calm", "agreed", "2020-01-01", None, track="paper"),
        _row(
            "north-calm",
            "calm",
            "in_effect",
            "2020-01-10",
            "2020-06-30",
            certain_from="2020-02-01",
            end_reason="last_report_only",
            end_claim_ids=["paper-02"],
            dispute_ids=["depth"],
            disputed=True,
        ),
        _row("north-calm", "calm", "unknown", "2020-07-01", None),
        _row("south-calm", "calm", "partly_implemented", "2020-03-05", "2020-03-20"),
        _row("old-quay", "quays", "in_effect", "2020-03-01", None),
        _row(
            "talks",
            "quays",
            "suspended",
            "2020-03-10",
            "2020-03-12",
            shape=None,
            geom_basis="none",
            uncertainty_m=0,
        ),
    ],
    "shapes": {
        "north-calm": {
            "nominal": square(36.5, 36.0, 0.3),
            "inner": square(36.5, 36.0, 0.2),
            "outer": square(36.5, 36.0, 0.35),
        },
        "south-calm": {"nominal": None, "inner": None, "outer": square(36.5, 35.0, 0.2)},
        "old-quay": {
            "nominal": {"type": "Point", "coordinates": [36.1, 35.4]},
            "inner": None,
            "outer": square(36.1, 35.4, 0.02),
        },
    },
    "claims": {
        "paper-01": {
            "source_id": "paper",
            "kind": "agreement",
            "summary": text("The two sides agreed.", "اتفق الطرفان."),
            "asserted_by": "harbour",
            "date": "2020-01-01",
            "date_basis": "text",
            "stated_on": "2020-01-02",
            "hedged": False,
            "start": 1204,
            "end": 1377,
            "locator": None,
        },
        "paper-02": {
            "source_id": "letter",
            "kind": "statement",
            "summary": text("It may have stopped.", "ربما توقف."),
            "asserted_by": "keeper",
            "date": "2020-06",
            "date_basis": "inferred",
            "stated_on": "2020-07-02",
            "hedged": True,
            "start": None,
            "end": None,
            "locator": "paragraph 2",
        },
    },
    "sources": {
        "paper": {
            "kind": "article",
            "publisher": text("The Paper", "الصحيفة"),
            "title": text("An accord", "اتفاق"),
            "published": "2020-01-02",
            "published_basis": "stated",
            "published_note": None,
            "url": "https://example.org/accord",
            "language": "ar",
            "licence": "facts cited",
            "reliability": {"source": "C", "information": "3"},
        },
        "letter": {
            "kind": "page",
            "publisher": text("A letter", "رسالة"),
            "title": None,
            "published": "2020",
            "published_basis": "inferred",
            "published_note": text("year inferred", "السنة مستنتجة"),
            "url": None,
            "language": "en",
            "licence": "facts cited",
            "reliability": {"source": "F", "information": "6"},
        },
    },
    "actors": {
        "harbour": text("Harbour office", "مكتب المرفأ"),
        "keeper": text("Light keeper", "حارس المنارة"),
    },
    "disputes": {
        "depth": {
            "title": text("How deep", "ما العمق"),
            "sides": [
                {"says": text("5 km", "5 كم"), "claims": ["paper-01"]},
                {"says": text("8 km", "8 كم"), "claims": ["paper-02"]},
            ],
            "on_map": text("Both.", "كلاهما."),
            "zones": ["north-calm"],
        },
    },
    "spellings": spelling_rules(["ا"]),
    "places": [
        {
            "id": "town",
            "names": text("Town", "بلدة"),
            "kind": "town",
            "rank": 2,
            "lon": 36.4,
            "lat": 35.7,
        }
    ],
    "basemap": {
        "land": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"home": True},
                    "geometry": square(36.5, 35.5, 1.5),
                }
            ],
        }
    },
}
