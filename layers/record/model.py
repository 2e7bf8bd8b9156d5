"""The model of the record: what a seed file may say.

Every class is one kind of record in ``seeds/``; the JSON Schemas that the seed
files name are generated from these classes. Nothing here reads a file or knows a
geometry: `layers.record.reader` reads and cross-checks, `layers.build` joins claims and
shapes.

Coordinates are WGS84 longitude, latitude in degrees (OGC:CRS84 order); distances carry
their unit in the field's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_serializer,
)

from geo.lines import Pair, Trace
from geo.lines import Place as Spot
from geo.recipes import Recipe
from layers.record.base import DayText, EdtfText, Id, Model, Sha256
from layers.record.clauses import Agreement
from layers.record.dates import parse_day, parse_edtf
from layers.record.kinds import ZoneKind, ZoneType
from layers.record.tallies import Tally
from layers.record.texts import (
    LanguageTag,
    LocalizedText,
    SingleLine,
    by_language,
    closest_language,
)

Track = Literal["paper", "practice"]
Status = Literal[
    "announced", "agreed", "in_effect", "partly_implemented", "not_implemented", "suspended",
    "unknown",
]  # fmt: skip
# From the strongest to the weakest: of two that hold, the first speaks for the zone.
STATUS_RANK: tuple[Status, ...] = (
    "in_effect", "partly_implemented", "suspended", "agreed", "announced", "not_implemented",
    "unknown",
)  # fmt: skip
EndReason = Literal[
    "expiry", "superseded", "military_change", "withdrawal", "last_report_only", "unknown"
]
GeomBasis = Literal[
    "official_map", "text_formula", "digitised_public_map", "place_chain", "contact_pairs",
    "circle", "point", "admin_proxy", "inferred", "schematic", "none",
]  # fmt: skip
Confidence = Literal["high", "moderate", "low"]
ClaimKind = Literal[
    "agreement", "zone", "patrol", "base", "position", "incident", "contact", "figure",
    "statement", "tally",
]  # fmt: skip
DateBasis = Literal["text", "inferred", "relative", "external", "none"]
Numbering = Literal["latn", "arab", "arabext", "deva", "beng"]
PlaceRole = Literal["at", "from", "to", "near", "within", "venue", "mentioned"]


Address = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=1000)]


def _each_once(tags: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(tags)) < len(tags):
        raise ValueError("must name each language once")
    return tags


class FontFile(Model):
    """A font that an atlas brings for letters that the program's own fonts lack."""

    file: SingleLine = Field(description="its path in the seeds folder, as fonts/Name-Regular.ttf")
    weight: Literal[400, 600] = Field(default=400, description="400 for texts, 600 for headings")
    licence: SingleLine = Field(description="of the font, as OFL-1.1: pages and prints embed it")


class AtlasFile(Model):
    """What the record is about, where and when it speaks, and its standing lines."""

    id: Id
    title: LocalizedText
    edition: DayText = Field(description="day this edition of the record was closed")
    record_from: DayText
    record_to: DayText = Field(description="last day the record speaks for")
    timezone: SingleLine | None = Field(
        default=None,
        description="IANA time zone of the atlas's clock, as Europe/Athens, for hours without one",
    )
    opens_on: DayText | None = Field(default=None, description="the day a map opens on")
    languages: Annotated[tuple[LanguageTag, ...], AfterValidator(_each_once)] = Field(
        min_length=1,
        description="BCP 47 tags of the languages that every text is in, the default one first",
    )
    interface_languages: Annotated[tuple[LanguageTag, ...], AfterValidator(_each_once)] = Field(
        default=(),
        description="languages that pages and prints come in; left out: those of the texts",
    )
    fonts: tuple[FontFile, ...] = Field(
        default=(), description="letters of other scripts than Latin, Arabic and Cyrillic"
    )
    numbering: Numbering = Field(default="latn", description="digits by their name in CLDR")
    publisher: LocalizedText | None = Field(
        default=None, description="who publishes the atlas, as citations and pages name it"
    )
    embargo_days: int = Field(ge=0, description="least days between record_to and edition")
    extent: list[tuple[float, float]] = Field(
        min_length=3, description="ring of [lon, lat]; every place must lie inside"
    )
    scope: LocalizedText
    borders: LocalizedText
    corrections: LocalizedText
    licence: SingleLine = Field(description="licence of the texts and of the compilation")

    @property
    def days(self) -> tuple[date, date]:
        """Return the first and the last day that the record speaks for."""
        return parse_day(self.record_from), parse_day(self.record_to)


class Published(Model):
    """When a source was published and how that is known."""

    date: EdtfText | None = Field(description="EDTF, as 2020-03-05 or 2020-03; null where unknown")
    basis: Literal["stated", "inferred", "external", "unknown"] = Field(
        description="how the date is known"
    )
    note: LocalizedText | None = Field(default=None, description="what tells the date")


class Reliability(Model):
    """Two grades of the Admiralty code, kept apart and never multiplied."""

    source: Literal["A", "B", "C", "D", "E", "F"] = Field(
        description="the source, A best to F unknown"
    )
    information: Literal["1", "2", "3", "4", "5", "6"] = Field(
        description="the information, in quotes: '1' best to '6' unknown"
    )


class Source(Model):
    """A text, page or data set that was read."""

    id: Id
    kind: Literal["article", "agreement", "page", "dataset"] = Field(description="what was read")
    publisher: LocalizedText = Field(description="who published it")
    title: LocalizedText | None = Field(default=None, description="what it is called")
    published: Published = Field(description="when, and how that is known")
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = Field(
        description="two letters, as ar"
    )
    url: Address | None = Field(description="address, or null")
    archive_url: Address | None = Field(default=None, description="address of a stored copy")
    sha256: Sha256 | None = Field(description="of the text read; null where none was kept")
    bytes: int | None = Field(default=None, description="length of the text read")
    licence: SingleLine = Field(description="of the text, or 'Facts cited, no text reproduced'")
    reliability: Reliability = Field(description="two grades of the Admiralty code, kept apart")
    note: LocalizedText | None = Field(default=None, description="what to know of it")


class QuoteSpan(Model):
    """Where the words stand: Unicode code points of the UTF-8 text, half-open."""

    start: int = Field(ge=0, description="first code point of the words in the text that was kept")
    end: int = Field(gt=0, description="code point after the last one of the words")
    quote_sha256: Sha256 = Field(description="SHA-256 of the words, UTF-8")


class ClaimPlace(Model):
    """A place that a claim speaks of, and what it is to the claim."""

    place: Id = Field(description="id of the place")
    role: PlaceRole = Field(description="what it is to the claim")


class Hold(Model):
    """What a claim says of the side on which a place, or the whole of a zone, lies.

    ``of`` is a zone for *inside* and *outside*, an actor for *held_by*: whose ground lies where
    is what zones say in ``held_by``. `layers.build.positions` compares it with the shapes of
    that day.
    """

    place: Id | None = Field(default=None, description="id of the place that lies there")
    zone: Id | None = Field(default=None, description="in place of a place: all of a zone")
    side: Literal["inside", "outside", "held_by"] = Field(description="where it lies")
    of: Id = Field(description="id of the zone that it lies in or out of, or of who held it")
    on: DayText | None = Field(description="null where no day is known: any shape of the zone")
    doubt: SingleLine | None = Field(
        default=None, description="why the drawn shape does not agree, where that is known"
    )


class SecondReading(Model):
    """What a second reader made of a claim, who saw the text and the claim alone.

    That reader is a language model, as the first was. No person read the claim: that is what
    ``reviewed_by`` is for.
    """

    on: DayText = Field(description="day of the second reading")
    verdict: Literal["supported", "amended", "disputed"] = Field(
        description="what the second reader found"
    )
    note: LocalizedText | None = Field(default=None, description="what to know of it")


class Claim(Model):
    """One statement of one source, in our own words, with who makes it."""

    id: Id
    kind: ClaimKind = Field(description="what it speaks of")
    where: QuoteSpan | None = Field(description="null where no copy of the text was kept")
    locator: SingleLine | None = Field(
        default=None,
        description="where in the source, as 'paragraph 2'; or give 'where' and take this out",
    )
    summary: LocalizedText = Field(description="what it says, in our own words")
    places: list[ClaimPlace] = Field(default=[], description="the places it speaks of")
    actors: list[Id] = Field(default=[], description="ids of the actors it speaks of")
    date: EdtfText | None = Field(description="the time the claim speaks of")
    date_basis: DateBasis = Field(description="how that time is known")
    stated_on: EdtfText | None = Field(description="when it was said or published")
    asserted_by: Id = Field(description="id of the actor who says so")
    hedged: bool = Field(default=False, description="said with reserve, as 'reportedly'")
    note: LocalizedText | None = Field(default=None, description="what to know of it")
    holds: list[Hold] = Field(default=[], description="what it puts on which side, and when")
    tally: Tally | None = Field(default=None, description="for kind tally: what was counted")
    second_reading: SecondReading | None = Field(
        default=None, description="by a language model; no person read the claim"
    )
    reviewed_by: SingleLine | None = Field(default=None, description="the person who read it")
    reviewed_on: DayText | None = Field(default=None, description="when that person read it")


class ClaimFile(Model):
    """All claims of one source."""

    source: Id
    claims: list[Claim] = Field(min_length=1)


class Actor(Model):
    """A state, force, organisation or person that says or does something."""

    id: Id
    kind: Literal["state", "force", "organisation", "person", "outlet", "joint"] = Field(
        description="what it is"
    )
    name: LocalizedText = Field(description="what it is called")
    of: Id | None = Field(default=None, description="the actor this one speaks for")


class Start(Model):
    """When a period began, and the claims that say so."""

    date: EdtfText = Field(description="EDTF, as 2020-03-05")
    claims: list[Id] = Field(min_length=1, description="id of a claim that says so")


class End(Model):
    """The last day of a period, the claims that say so, and how it ended."""

    date: EdtfText
    claims: list[Id] = Field(min_length=1)
    reason: EndReason


class Period(Model):
    """One status of a zone on one track, from a day to a day (the last day is in)."""

    track: Track = Field(description="as agreed, or as it was")
    status: Status = Field(description="what it was on that track")
    from_: Start = Field(alias="from", description="when it began, and the claims that say so")
    to: End | None = Field(default=None, description="left out: no end is recorded")
    no_later_than: DayText | None = Field(
        default=None, description="for status unknown: a day by which it was over"
    )
    asserted_by: list[Id] = Field(default=[], description="default: who asserts the claims")
    recipe: Recipe | None = Field(default=None, description="in place of the zone's recipe")
    geom_basis: GeomBasis | None = None
    geom_as_of: DayText | None = None
    note: LocalizedText | None = None

    @property
    def claims(self) -> tuple[str, ...]:
        """Return the claims that it rests on, each once, those of its start first."""
        return tuple(dict.fromkeys([*self.from_.claims, *(self.to.claims if self.to else ())]))


class Holders(Model):
    """Whose ground lies inside a shape and whose outside, where it follows a line of contact."""

    inside: list[Id] = Field(default=[])
    outside: list[Id] = Field(default=[])


class Zone(Model):
    """A named thing on the map: what it is, how its shape follows, when it held."""

    id: Id
    layer: Id = Field(description="id of a layer")
    type: ZoneType = Field(description="what it is")
    names: LocalizedText = Field(description="its name")
    summary: LocalizedText = Field(description="what it is, in our own words")
    clause: LocalizedText = Field(description="what the text says of its extent, in our words")
    recipe: Recipe = Field(
        description="how the shape follows from the words: see the table in seeds/README.md"
    )
    geom_basis: GeomBasis = Field(description="what the shape follows from")
    geom_as_of: DayText | None = None
    variant_of: Id | None = None
    confidence: Confidence = Field(description="how sure the shape and the dates are")
    confidence_reason: LocalizedText = Field(description="why so sure")
    drawn: LocalizedText | None = Field(
        default=None, description="what to know of how it was drawn"
    )
    held_by: Holders | None = Field(
        default=None, description="whose ground lies inside and outside, where it follows that"
    )
    periods: list[Period] = Field(min_length=1)


class SharedShape(Model):
    """A recipe with a name of its own, for zones to draw from; nobody sees it by itself."""

    id: Id
    recipe: Recipe = Field(description="as a zone's: see the table in seeds/README.md")
    note: LocalizedText | None = Field(default=None, description="what it is for")


# Tables that every record has: collections of the service beside the layers.
OF_RECORD = "places", "claims", "clauses", "tallies"


class Layer(Model):
    """A layer of the map, in the order of the file."""

    id: Id
    title: LocalizedText = Field(description="what it is called")
    summary: LocalizedText = Field(description="what is in it")
    style: ZoneType = Field(description="the kind whose colour and marker the layer takes")


class Side(Model):
    """One side of a dispute."""

    says: LocalizedText = Field(description="what this side says")
    claims: list[Id] = Field(min_length=1, description="id of a claim that says so")


class Dispute(Model):
    """Where sources disagree, and what the map does about it."""

    id: Id
    title: LocalizedText = Field(description="what it is about, in a few words")
    about: Literal["status", "extent", "time", "place", "words"] = Field(
        description="what sources disagree about"
    )
    zones: list[Id] = Field(default=[])
    sides: list[Side] = Field(min_length=2)
    on_map: LocalizedText = Field(description="what the map shows, and why")

    @property
    def claims(self) -> list[str]:
        """Return the claims of all sides."""
        return [key for side in self.sides for key in side.claims]

    def is_spoken(self, stated: set[str]) -> bool:
        """Tell whether two sides at least had spoken, by the claims that had been stated."""
        return sum(not stated.isdisjoint(side.claims) for side in self.sides) > 1


class Subject(Model):
    """Something that the sources name, and how the atlas represents it."""

    id: Id
    number: int = Field(ge=1)
    name: LocalizedText
    drawn_as: Literal["zone", "line", "point", "label", "figure", "timeline", "not_drawn"]
    reason: LocalizedText = Field(description="why so, above all where nothing is drawn")
    zones: list[Id] = Field(default=[])
    claims: list[Id] = Field(default=[])


class Unknown(Model):
    """What could not be established, and what was looked for."""

    id: Id
    question: LocalizedText = Field(description="what could not be established")
    found: LocalizedText = Field(description="what is known of it, and where the search ended")
    zones: list[Id] = Field(default=[])
    claims: list[Id] = Field(default=[], description="ids of claims that bear on it")


class GazetteerPlace(Model):
    """A row of places.csv: a named place at its published reference point."""

    id: Id
    names: dict[str, str | None] = Field(
        description="name in each language; but for the first, empty where no source gives one"
    )
    spellings: list[SingleLine] = Field(
        default=[], description="every other spelling, both scripts"
    )
    name_source: SingleLine = Field(description="where the names come from")
    kind: SingleLine = Field(description="as town, village, base")
    lon: float = Field(ge=-180, le=180, description="longitude in degrees")
    lat: float = Field(ge=-90, le=90, description="latitude in degrees")
    uncertainty_m: float = Field(gt=0, le=200_000, description="how far off it may be, metres")
    rank: int = Field(ge=1, le=5, description="1: a capital or metropolis, 5: a hamlet")
    source: Id = Field(description="id of the source of the point")
    licence: SingleLine = Field(description="of the point")
    pcode: Annotated[str, StringConstraints(pattern=r"^C[0-9]+$")] | None = Field(
        default=None, description="of the populated place in OCHA's list, whatever the point is"
    )
    note: SingleLine | None = Field(default=None, description="what to know of it")

    @classmethod
    def columns(cls, languages: tuple[str, ...]) -> list[str]:
        """Return the columns of places.csv: names are one a language, ``name_en``."""
        named = [f"name_{lang}" for lang in languages]
        return [
            column
            for field in cls.model_fields
            for column in (named if field == "names" else [field])
        ]

    @field_validator("names", mode="before")
    @classmethod
    def _in_each_language(cls, given: Any, info: ValidationInfo) -> Any:
        return by_language(given, info, all_needed=False)

    @model_serializer(mode="wrap")
    def _as_columns(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in handler(self).items():
            data |= self.named_columns() if key == "names" else {key: value}
        return data

    def named_columns(self) -> dict[str, str | None]:
        """Return its names as columns, one a language: ``name_en``."""
        return {f"name_{lang}": name for lang, name in self.names.items()}

    def name(self, lang: str) -> str:
        """Return its name in a language, in the atlas's first where no source gives one."""
        return self.own_name(lang) or str(next(iter(self.names.values())))

    def own_name(self, lang: str) -> str | None:
        """Return its name in a language, None where no source gives one."""
        found = closest_language(lang, self.names)
        return self.names[found] if found else None

    def to_point(self) -> Spot:
        """Return what geometry needs to know of the place."""
        return Spot(id=self.id, lon=self.lon, lat=self.lat, uncertainty_m=self.uncertainty_m)


class ContactPair(Model):
    """A row of pairs/*.csv: the last place held on one side, the first on the other."""

    first: Id = Field(description="place on the left of the line, as the rows go")
    second: Id = Field(description="place on the right of the line")
    first_source: Id = Field(description="id of the source that says who held the first")
    second_source: Id = Field(description="id of the source that says who held the second")
    confidence: Confidence = Field(description="how sure that is")
    bulge_km: float | None = Field(
        default=None,
        gt=0,
        description="set where no pair is sourced between this row and the next: how far off "
        "the straight line between them the front may have been",
    )
    margin_km: float | None = Field(
        default=None,
        gt=0,
        description="the least margin of this row, where who held its places is not proven",
    )
    note: SingleLine | None = Field(default=None, description="what to know of it")

    def pair(self, places: Mapping[str, GazetteerPlace]) -> Pair:
        """Return the pair as geometry takes it."""
        spots = places[self.first].to_point(), places[self.second].to_point()
        return Pair(*spots, self.bulge_km, self.margin_km)


class StretchProperties(Model):
    """Properties of one feature (one stretch, or one polygon) of traces/*.geojson."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    uncertainty_m: float = Field(gt=0, le=200_000, description="how far off it may be, metres")
    method: SingleLine = Field(description="how it was drawn")
    source: Id = Field(description="id of the source that it is from")
    licence: SingleLine = Field(description="of the shape")
    name: SingleLine | None = Field(default=None, description="by which 'op: units' takes it")


@dataclass(frozen=True, slots=True)
class TraceRecord:
    """A line, or polygons, of traces/*.geojson with what each of its features rests on."""

    trace: Trace
    stretches: tuple[StretchProperties, ...]


# Files that are lists of records, and folders that hold a record a file, in order of reading.
LISTS: Mapping[str, type[Model]] = {
    "kinds": ZoneKind,
    "layers": Layer,
    "sources": Source,
    "actors": Actor,
    "disputes": Dispute,
    "systems": Subject,
    "unknowns": Unknown,
}
FOLDERS: Mapping[str, type[Model]] = {"zones": Zone, "shapes": SharedShape}


@dataclass(frozen=True)
class Record:
    """The whole record, read and cross-checked; mappings are in file order."""

    root: Path
    atlas: AtlasFile
    layers: Mapping[str, Layer]
    sources: Mapping[str, Source]
    actors: Mapping[str, Actor]
    claims: Mapping[str, Claim]
    source_of: Mapping[str, str]
    places: Mapping[str, GazetteerPlace]
    pairs: Mapping[str, tuple[ContactPair, ...]]
    traces: Mapping[str, TraceRecord]
    zones: Mapping[str, Zone]
    disputes: Mapping[str, Dispute]
    systems: Mapping[str, Subject]
    unknowns: Mapping[str, Unknown]
    sha256: str
    """Digest of every seed file's name and bytes, in name order."""
    kinds: Mapping[str, ZoneKind] = field(default_factory=dict)
    """Kinds of zone that the record adds or changes; the default ones are not in it."""
    shapes: Mapping[str, SharedShape] = field(default_factory=dict)
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    """Agreements with their clauses, by the source that is their text."""

    @cached_property
    def known(self) -> Mapping[str, date | None]:
        """For each claim, the day by which it had certainly been stated; None: not known."""
        return {
            key: parse_edtf(claim.stated_on).latest if claim.stated_on else None
            for key, claim in self.claims.items()
        }

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages of its texts, the default one first."""
        return self.atlas.languages

    @property
    def interface_languages(self) -> tuple[str, ...]:
        """Return the languages that pages, prints and plots come in, the default one first."""
        return self.atlas.interface_languages or self.atlas.languages

    def stated_by(self, day: date | None) -> set[str]:
        """Return the claims that had been stated by the end of a day; all for None."""
        return {key for key, on in self.known.items() if day is None or (on and on <= day)}
